create unique index gone_to_one_member on merges (gone_id) where undone_at is null;
alter table merges
  add constraint merged_with_another check (member_id <> gone_id),
  add constraint merge_undone_by_somebody check ((undone_at is null) = (undone_by is null));
alter table merged_rows add constraint a_row_moves_once unique (merge_id, place, row_id);
create index merges_of_gone on merges (gone_id);
create index members_merged on members (merged_into) where merged_into is not null;
grant select, insert, update, delete on merges, merged_rows to pistis_app;
grant usage on sequence merged_rows_id_seq to pistis_app;
-- A request that is still to be decided on moves with whom it is about.
grant update (member_id) on adjustments to pistis_app;

-- Who lives on in another moves no more: what was judged before the merge and comes after it is
-- undone, and finds the other when it comes again. Every posting raises the version.
create function pistis_lives_on() returns trigger language plpgsql as $$
begin
  raise exception 'this member was merged meanwhile' using errcode = '40001';
end $$;
create trigger members_live_on before update of version on members for each row
  when (old.merged_into is not null and new.merged_into is not null and new.version > old.version)
  execute function pistis_lives_on();

-- Whether one of these members went into the other, at some time, perhaps by way of others: then
-- what the one began the other can have ended.
create function pistis_were_one(one uuid, other uuid) returns boolean language sql stable as $$
  with recursive known (id) as (
    select one
    union
    select case m.member_id when k.id then m.gone_id else m.member_id end
    from known k join merges m on k.id in (m.member_id, m.gone_id)
  ) select exists (select from known where id = other)
$$;
