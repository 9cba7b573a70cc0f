-- A version is kept for good. What a draft says never changes either: what was looked at is what
-- is published. All that can happen to it is to be published, or discarded, once.
create or replace function keep_promise() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' or old.published_at is not null then
    raise exception 'a published version never changes' using errcode = '42501';
  end if;
  if tg_op = 'DELETE' or old.discarded_at is not null
    or (old.id, old.number, old.document, old.document_hash, old.created_at, old.based_on,
        old.drafted_at, old.drafted_by)
      is distinct from
      (new.id, new.number, new.document, new.document_hash, new.created_at, new.based_on,
        new.drafted_at, new.drafted_by) then
    raise exception 'a draft is published or discarded, once' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger programme_versions_kept before truncate on programme_versions
  for each statement execute function keep_promise();

revoke delete, truncate on programme_versions from pistis_app;
grant select, insert, update on programme_tellings to pistis_app;
