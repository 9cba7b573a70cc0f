-- A thing is stopped once at a time; a stop that was lifted stays to be seen.
create unique index one_stop_of_a_rule on programme_stops (rule) where lifted_at is null;
create unique index one_stop_of_a_reward on programme_stops (reward_id) where lifted_at is null;
create unique index one_stop_of_spending on programme_stops (subject)
  where lifted_at is null and subject = 'SPENDING';
alter table programme_stops
  add constraint stop_of_one_thing check (subject in ('RULE', 'REWARD', 'SPENDING')
    and (rule is not null) = (subject = 'RULE')
    and (reward_id is not null) = (subject = 'REWARD')),
  add constraint stop_lifted_by_somebody check ((lifted_at is null) = (lifted_by is null));
grant select, insert, update on programme_stops, programme_ends to pistis_app;

-- Whether a reward cannot be had: it, or all spending, is stopped.
create function pistis_is_stopped(wanted uuid) returns boolean language sql stable
begin atomic
  select exists (select from programme_stops where lifted_at is null
    and (subject = 'SPENDING' or reward_id = wanted));
end;

-- A stop says what was done: only its lifting is written into it, once.
create function pistis_keep_stop() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null
    or (old.id, old.subject, old.rule, old.reward_id, old.reason, old.stopped_at)
      is distinct from (new.id, new.subject, new.rule, new.reward_id, new.reason, new.stopped_at)
  then
    raise exception 'a stop is not rewritten';
  end if;
  return new;
end $$;
create trigger stops_stay before update on programme_stops
  for each row execute function pistis_keep_stop();

create constraint trigger stops_changed after insert or update
  on programme_stops deferrable initially deferred
  for each row execute function pistis_raise_shared('catalogue');
create constraint trigger stops_changed_programme after insert or update
  on programme_stops deferrable initially deferred
  for each row execute function pistis_raise_shared('programme');
