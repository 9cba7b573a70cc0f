-- GCRA as in domain/throttle.py: 0 when taken, else the microseconds until it can be.
create function throttle_take(of_bucket text, interval_us bigint, burst bigint, cost bigint)
returns bigint language plpgsql as $$
declare
  now_us bigint := (extract(epoch from clock_timestamp()) * 1e6)::bigint;
  step_us bigint := interval_us * least(cost, burst);
begin
  insert into throttles as t (bucket, due_us) values (of_bucket, now_us + step_us)
  on conflict (bucket) do update set due_us = greatest(t.due_us, now_us) + step_us
    where greatest(t.due_us, now_us) + step_us - now_us <= interval_us * burst;
  if found then
    return 0;
  end if;
  return (select greatest(due_us + step_us - now_us - interval_us * burst, 1)
          from throttles where bucket = of_bucket);
end $$;

grant select, insert, update, delete on throttles to pistis_app;
