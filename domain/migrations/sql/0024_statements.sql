-- Looking back: how a wallet stood at an instant, and what moved in it between two.

-- The parts beside the balance are summed out of this; most movements touch none of them.
create index transactions_beside_the_balance on transactions (member_id, unit, version)
  include (pending, held, debt) where pending <> 0 or held <> 0 or debt <> 0;

alter table statement_rounds
  add constraint round_of_a_whole_month check (extract(day from month) = 1);
grant select, insert on statement_rounds to pistis_app;
grant update (reached, ended_at) on statement_rounds to pistis_app;

-- When a movement came to pass: what falls due by itself at its own instant, though it is written
-- later; all else when it was written, whenever what it is for happened.
create function pistis_came_at(x transactions) returns timestamptz language sql stable
return case
  when x.kind = 'EXPIRE'
    or x.kind = 'HOLD_RELEASE' and x.title ->> 'key' = 'hold_expired'
    or x.kind = 'PEND_CANCEL' and x.title ->> 'key' = 'not_released'
    or x.kind = 'RELEASE' and exists (
      select from pending_points p
      where p.id = substring(x.natural_key from 9)::uuid and p.releases_at = x.occurred_at)
  then x.occurred_at else x.recorded_at end;

-- The number of the last transaction that had come to pass at an instant, as all before it had.
-- Numbers have no gaps, so halving finds the place. `recorded_at` is when the writer began, and who
-- had to wait for the wallet began before whom it waited for, by seconds at most: hence the minute.
create function pistis_version_at(of_member uuid, of_unit text, at timestamptz)
returns bigint language plpgsql stable as $$
declare
  low bigint := 0;
  high bigint;
  middle bigint;
  last bigint;
begin
  select version into last from wallets where member_id = of_member and unit = of_unit;
  high := last;
  while low < high loop
    middle := (low + high + 1) / 2;
    if (select recorded_at > at - interval '1 minute' from transactions
        where member_id = of_member and unit = of_unit and version = middle) then
      high := middle - 1;
    else
      low := middle;
    end if;
  end loop;
  return coalesce((
    select x.version - 1 from transactions x
    where x.member_id = of_member and x.unit = of_unit and x.version > low
      and pistis_came_at(x) > at
    order by x.version limit 1), last, 0);
end $$;

-- What is written: how the wallet stood at each of the `bounds`, in order, and what moved between
-- one and the next, by kind; with `sources` also what the parts of explanations came to.
create function pistis_written(
  of_member uuid, of_unit text, bounds timestamptz[], sources boolean
) returns jsonb language sql stable as $$
  with edges as materialized (
    select n, pistis_version_at(of_member, of_unit, at) as version
    from unnest(bounds) with ordinality as b (at, n)
  ), moved as materialized (
    select e.n, x.kind, x.points, x.pending, x.held, x.debt, x.voucher_id,
      case when not sources then null when x.kind <> 'PEND_CANCEL' then x.explanation
        else (  -- says nothing itself: what is cancelled is what had been pending
          select p.explanation from transactions p
          where p.order_id = x.order_id and p.member_id = x.member_id and p.unit = x.unit
            and p.kind = 'PEND' and p.pending = -x.pending limit 1) end as explanation
    from edges e join edges f on f.n = e.n + 1
    join transactions x on x.member_id = of_member and x.unit = of_unit
      and x.version > e.version and x.version <= f.version
  )
  select jsonb_build_object(
    'balances', (
      select jsonb_agg(coalesce(x.balance_after, 0) order by e.n) from edges e
      left join transactions x on x.member_id = of_member and x.unit = of_unit
        and x.version = e.version),
    'versions', (select jsonb_agg(version order by n) from edges),
    'beside', (
      select jsonb_build_array(coalesce(sum(pending), 0), coalesce(sum(held), 0),
        coalesce(sum(debt), 0))
      from transactions where member_id = of_member and unit = of_unit
        and version <= (select version from edges where n = 1)
        and (pending <> 0 or held <> 0 or debt <> 0)),
    'moved', coalesce((
      select jsonb_agg(to_jsonb(m)) from (
        select n, kind, count(*) as count, sum(points) as points, sum(pending) as pending,
          sum(held) as held, sum(debt) as debt, count(voucher_id) as vouchers
        from moved group by n, kind order by n, kind) m), '[]'),
    'sources', coalesce((
      select jsonb_agg(to_jsonb(s)) from (
        select n, kind, part ->> 'kind' as source, sum((part ->> 'points')::bigint)
            * case kind when 'PEND_CANCEL' then -1 else 1 end as points
        from moved cross join jsonb_array_elements(explanation) as parts (part)
        group by n, kind, part ->> 'kind' order by 1, 2, 3) s), '[]'))
$$;

-- The same, with what was due by the last of the bounds and is not written yet: written, looked at
-- and undone, as pistis_foreseen does. Null where nothing ever moved.
create function pistis_looked_back(
  of_member uuid, of_unit text, bounds timestamptz[], sources boolean
) returns jsonb language plpgsql as $$
declare
  until timestamptz := least(bounds[cardinality(bounds)], pistis_now());
  due timestamptz;
  found_so jsonb;
begin
  select next_due_at into due from wallets where member_id = of_member and unit = of_unit;
  if not found then
    return null;
  elsif due <= until then
    begin
      perform pistis_wallet(of_member, of_unit, until);
      found_so := pistis_written(of_member, of_unit, bounds, sources);
      raise exception using errcode = 'P0F0E';
    exception
      when sqlstate 'P0F0E' then
        return found_so;
      when others then  -- it is locked or frozen, or nothing may be written here: as it stands
        null;
    end;
  end if;
  return pistis_written(of_member, of_unit, bounds, sources);
end $$;
