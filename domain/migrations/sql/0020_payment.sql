-- Vouchers that orders take.

create index vouchers_of_order on vouchers (order_id) where order_id is not null;

-- Moves of postings that nothing can refuse any more: transactions, lots, transfers, wallets. What
-- an order takes comes out of no lot that it earns itself.
create or replace function pistis_write_moves(moves pistis_moving[], at timestamptz)
returns void language plpgsql as $$
declare
  move record;
  acts pistis_moving[];
  act pistis_moving;
begin
  acts := array(select moves[i] from generate_subscripts(moves, 1) i
    where pistis_is_act(moves[i]) order by i);
  if cardinality(acts) > 0 then
    moves := array(select moves[i] from generate_subscripts(moves, 1) i
      where not pistis_is_act(moves[i]) order by i);
  end if;
  insert into wallets (id, member_id, unit, available, pending, held, debt, version)
  select uuidv7(), member_id, unit, 0, 0, 0, 0, 0
  from (select distinct member_id, unit from unnest(moves)) m
  where not exists (select from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit));
  perform pistis_wallet(member_id, unit, at)
  from (select distinct member_id, unit from unnest(moves)) m
  where exists (select from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit)
    and w.next_due_at <= at);

  with listed as (
    select m.*, w.id as wallet_id, w.version, w.available, w.debt,
      sum(greatest(points, 0)) over so_far as credited
    from unnest(moves) with ordinality as m
    cross join lateral (
      select * from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit) offset 0) w
    window so_far as (partition by m.member_id, m.unit order by ordinality)
  ), reckoned as materialized (
    -- New points pay a debt first.
    select *, points - repaid as change, sum(points - repaid) over so_far as changed,
      version + row_number() over so_far as number
    from (
      select *, case when points > 0
        then (least(credited, debt) - least(credited - points, debt))::bigint else 0 end as repaid
      from listed) l
    window so_far as (partition by member_id, unit order by ordinality)
  ), told as (
    insert into transactions (id, member_id, unit, version, kind, points, balance_after, debt,
      occurred_at, recorded_at, natural_key, order_id, voucher_id, reverses, programme_version,
      title, explanation)
    select id, member_id, unit, number, kind, change, available + changed, -repaid,
      coalesce(occurred_at, at), at, natural_key, order_id, voucher_id, reverses,
      programme_version, title, coalesce(explanation, '[]')
    from reckoned
  ), born as (
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    select id, member_id, unit, change, change, coalesce(occurred_at, at), expires_at
    from reckoned where change > 0 and reverses is null
  ), moved as (
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    select id, member_id, unit, house, 'available', change, id
    from reckoned where change > 0 and reverses is null
    union all
    select id, member_id, unit, house, 'debt', repaid, null
    from reckoned where repaid > 0 and reverses is null
  )
  update wallets w set
    available = w.available + total.change, debt = w.debt - total.repaid,
    version = w.version + total.count, next_due_at = least(w.next_due_at, total.expires_at)
  from (
    select wallet_id, sum(change) as change, sum(repaid) as repaid, count(*) as count,
      min(expires_at) filter (where change > 0) as expires_at
    from reckoned group by wallet_id) total
  where w.id = total.wallet_id;

  for move in
    select m.*, t.points as change,
      array(select later.id from unnest(moves) later
        where (later.member_id, later.unit) = (m.member_id, m.unit)
          and (later.n > m.n or later.n = m.n and m.kind = 'REDEEM')) as later
    from unnest(moves) m join transactions t on t.id = m.id
    where m.points < 0 or m.reverses is not null order by m.n
  loop
    if move.reverses is null then
      perform pistis_spend(move.member_id, move.unit, move.id, -move.points, move.house,
        move.later, at);
    else
      -- All goes back into lots, which then pay what is owed.
      perform pistis_give_back(move.member_id, move.unit, move.id, move.reverses, at);
      perform pistis_spend(move.member_id, move.unit, move.id, move.points - move.change, 'debt',
        move.later, at);
    end if;
  end loop;
  foreach act in array acts loop
    perform pistis_act(act, at);
  end loop;
end $$;

-- Everything else of these postings; `sequences`: the member's last notification before each.
create or replace function pistis_write_others(
  batch jsonb, asked pistis_posting[], sequences bigint[], applied int[], at timestamptz
) returns void language plpgsql as $$
declare
  wanted int;
  marked int;
begin
  if batch ? 'vouchers' then
    insert into vouchers (id, member_id, reward_id, code, state, unit, price, issued_at, expires_at)
    select id, (asked[n]).member_id, reward_id, code, 'ISSUED', unit, price, at, expires_at
    from jsonb_to_recordset(batch -> 'vouchers') as v (n int, id uuid, reward_id uuid, code text,
      unit text, price bigint, expires_at timestamptz)
    where n = any (applied);
  end if;
  if batch ? 'marks' then
    select count(*) into wanted from jsonb_to_recordset(batch -> 'marks') as m (n int)
    where n = any (applied);
    update vouchers v set state = m.state, order_id = m.order_id,
      order_reference = m.order_reference,
      used_at = case when m.state = 'USED' then at end,
      cancelled_at = case when m.state = 'CANCELLED' then at end
    from jsonb_to_recordset(batch -> 'marks') as m (n int, id uuid, was text, state text,
      order_id uuid, order_reference text)
    where n = any (applied) and v.id = m.id and v.state = m.was
      and v.member_id = (asked[n]).member_id;
    get diagnostics marked = row_count;
    if marked < wanted then
      raise exception 'a voucher is not as it was judged' using errcode = '23514';
    end if;
    insert into outbox (kind, payload)
    select 'VoucherUsed', jsonb_build_object('member_id', (asked[n]).member_id, 'voucher_id', id)
    from jsonb_to_recordset(batch -> 'marks') as m (n int, id uuid, state text)
    where n = any (applied) and state = 'USED';
  end if;
  if batch ? 'qualifying' then
    insert into qualifying_days as known (member_id, day, points)
    select (asked[n]).member_id, day, sum(points)
    from jsonb_to_recordset(batch -> 'qualifying') as q (n int, day date, points bigint)
    where n = any (applied) group by 1, 2
    on conflict (member_id, day) do update set points = known.points + excluded.points;
  end if;
  if batch ? 'uses' then
    insert into rule_uses as known (member_id, rule, period, points)
    select (asked[n]).member_id, rule, period, sum(points)
    from jsonb_to_recordset(batch -> 'uses') as u (n int, rule text, period text, points bigint)
    where n = any (applied) group by 1, 2, 3
    on conflict (member_id, rule, period) do update set points = known.points + excluded.points;
  end if;
  if batch ? 'offer_uses' then
    insert into offer_uses (id, offer_id, member_id, order_id)
    select uuidv7(), offer_id, (asked[n]).member_id, order_id
    from jsonb_to_recordset(batch -> 'offer_uses') as o (n int, offer_id uuid, order_id uuid)
    where n = any (applied);
  end if;
  if batch ? 'notices' then
    insert into notifications (id, member_id, sequence, kind, args, created_at)
    select id, (asked[n]).member_id,
      sequences[n] + row_number() over (partition by n order by place), kind, args, at
    from rows from (jsonb_to_recordset(batch -> 'notices') as (
      n int, id uuid, kind text, args jsonb)) with ordinality as t (n, id, kind, args, place)
    where n = any (applied);
  end if;
  insert into tier_moves (id, member_id, tier, cause, at)
  select uuidv7(), member_id, tier, tier_cause, at
  from unnest(asked) where tier is not null and n = any (applied);
  insert into outbox (kind, payload)
  select kind, payload from unnest(asked) where kind is not null and n = any (applied) order by n;
end $$;
