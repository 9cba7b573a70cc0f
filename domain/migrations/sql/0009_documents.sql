-- Versions of what all members share (domain/shared_versions.py).
insert into shared_versions (name, version) values ('catalogue', 1), ('programme', 1);

-- At commit, when all other locks are taken: nobody waits for another with this row in hand.
create function pistis_raise_shared() returns trigger language plpgsql as $$
declare
  mark text := 'pistis.raised_' || tg_argv[0];
begin
  if current_setting(mark, true) = pg_current_xact_id()::text then
    return null;
  end if;
  perform set_config(mark, pg_current_xact_id()::text, true);
  update shared_versions set version = version + 1 where name = tg_argv[0];
  insert into outbox (kind, payload) values ('SharedChanged', jsonb_build_object('what', tg_argv[0]));
  return null;
end $$;

create constraint trigger rewards_listed after insert or delete or update of
    code, kind, title, text, image_url, unit, price, per_member_limit, tiers, available_from,
    available_until, voucher_days, rank, cost
  on rewards deferrable initially deferred
  for each row execute function pistis_raise_shared('catalogue');
create constraint trigger rewards_run_out after update of stock
  on rewards deferrable initially deferred
  for each row when ((old.stock = 0) is distinct from (new.stock = 0))
  execute function pistis_raise_shared('catalogue');
create constraint trigger offers_changed after insert or update or delete
  on offers deferrable initially deferred
  for each row execute function pistis_raise_shared('catalogue');
create constraint trigger surveys_changed after insert or update or delete
  on surveys deferrable initially deferred
  for each row execute function pistis_raise_shared('catalogue');
create constraint trigger programme_changed after insert or update or delete
  on programme_versions deferrable initially deferred
  for each row execute function pistis_raise_shared('programme');
-- What time it is decides what of all this holds.
create constraint trigger clock_moved after update
  on clock deferrable initially deferred
  for each row execute function pistis_raise_shared('programme');

-- The versions, and the next instant at which something of it opens, closes or comes into force.
create function pistis_shared(out catalogue bigint, out programme bigint,
  out next_change timestamptz, out seconds double precision) language sql stable
begin atomic
  with instants as (
    select available_from as instant from rewards
    union all select available_until from rewards
    union all select starts_at from offers
    union all select ends_at from offers
    union all select ends_at + interval '30 days' from offers
    union all select starts_at from surveys
    union all select ends_at from surveys
    union all select effective_from from programme_versions
  ), coming as (
    select min(instant) as instant from instants where instant > pistis_now()
  )
  select c.version, p.version, coming.instant,
    extract(epoch from coming.instant - pistis_now())::double precision
  from shared_versions c, shared_versions p, coming
  where c.name = 'catalogue' and p.name = 'programme';
end;

grant select, update on shared_versions to pistis_app;
grant select, insert on documents to pistis_app;
