-- What postings come to once they are judged: one statement a table.

drop function pistis_post(jsonb);
drop function pistis_post_one(jsonb, boolean, boolean, timestamptz);
drop function pistis_apply(members, jsonb, timestamptz);
drop function pistis_keep_order(jsonb, uuid, timestamptz);
drop function pistis_tell(uuid, bigint, jsonb, timestamptz);
drop function pistis_take(uuid, jsonb);
drop function pistis_unbearable(uuid, jsonb, timestamptz);
drop function pistis_move(uuid, jsonb, timestamptz);
drop function pistis_spend(wallets, uuid, bigint, text);
drop function pistis_give_back(wallets, uuid, uuid, timestamptz);

-- Room in each page for the rows that every posting changes.
alter table members set (fillfactor = 80);
alter table wallets set (fillfactor = 80);

create type pistis_posting as (n int, member_id uuid, version bigint, actor text, mutation text,
  key text, fingerprint text, result jsonb, counts_order int, tier text, tier_cause text,
  kind text, payload jsonb, has_order boolean, spends boolean, reward_id uuid, notices int);
create type pistis_moving as (n int, id uuid, member_id uuid, unit text, kind text, points bigint,
  house text, title jsonb, occurred_at timestamptz, expires_at timestamptz, natural_key text,
  order_id uuid, voucher_id uuid, reverses uuid, programme_version int, explanation jsonb);

-- What a wallet cannot bear after `before`, as a refusal: a debit that it does not cover, a credit
-- beyond its bound; null when it bears all. Nothing is written, not even what is due: who is
-- refused leaves no trace.
create function pistis_unbearable(
  of_member uuid, moves pistis_moving[], before pistis_moving[], at timestamptz
) returns jsonb language plpgsql as $$
declare
  wanted record;
  spendable numeric;
begin
  for wanted in
    select unit, sum(greatest(points, 0)) as credit, -sum(least(points, 0)) as debit
    from unnest(moves) group by unit
  loop
    select coalesce((
      select w.available - least(w.debt, coalesce(sum(points) filter (where points > 0), 0))
        - case when w.next_expiry_at <= at then (
          select coalesce(sum(remaining), 0) from lots
          where member_id = of_member and unit = wanted.unit and remaining > 0
            and expires_at <= at)
        else 0 end
      from wallets w where w.member_id = of_member and w.unit = wanted.unit), 0)
      + coalesce(sum(points) filter (where points < 0 or expires_at is null or expires_at > at), 0)
    into spendable from unnest(before) where unit = wanted.unit;
    if wanted.debit > spendable then
      return jsonb_build_object('code', 'INSUFFICIENT_POINTS',
        'balance', spendable, 'required', wanted.debit);
    elsif spendable + wanted.credit - wanted.debit > 1000000000000000 then
      return '{"code": "LIMIT_REACHED",
        "message": "A wallet holds 1000000000000000 points at most; look at the amount."}';
    end if;
  end loop;
  return null;
end $$;

-- One piece of a reward leaves the stock; a refusal when there is none, or no more for this member.
create function pistis_take(of_member uuid, reward uuid, had bigint)
returns jsonb language plpgsql as $$
declare
  wanted rewards;
begin
  select * into wanted from rewards where id = reward;
  if wanted.stock = 0 then
    return '{"code": "REWARD_UNAVAILABLE", "reason": "OUT_OF_STOCK"}';
  end if;
  if wanted.per_member_limit is not null and wanted.per_member_limit <= had + (
    select count(*) from vouchers
    where reward_id = wanted.id and member_id = of_member and state <> 'CANCELLED')
  then
    return '{"code": "REWARD_UNAVAILABLE", "reason": "LIMIT_REACHED"}';
  end if;
  if wanted.stock is not null then
    update rewards set stock = stock - 1 where id = wanted.id;
  end if;
  return null;
end $$;

-- Soonest expiring first, then oldest; undated last; none of `later`, which come after this act.
-- The caller has seen that there is enough.
create function pistis_spend(
  of_member uuid, of_unit text, act uuid, points bigint, house text, later uuid[], at timestamptz
) returns void language plpgsql as $$
declare
  lot record;
  taken bigint;
  missing bigint := points;
begin
  for lot in
    select id, remaining from lots
    where member_id = of_member and unit = of_unit and remaining > 0
      and (expires_at is null or expires_at > at) and not id = any (later)
    order by expires_at, earned_at, id
  loop
    exit when missing = 0;
    taken := least(lot.remaining, missing);
    update lots set remaining = remaining - taken where id = lot.id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, of_unit, 'available', house, taken, lot.id);
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'lots do not cover the balance' using errcode = '23514';
  end if;
end $$;

-- Points go back into the lots that they came from, with their dates; what has expired meanwhile
-- gets thirty more days in a lot of its own.
create function pistis_give_back(
  of_member uuid, of_unit text, act uuid, original uuid, at timestamptz
) returns void language plpgsql as $$
declare
  late bigint;
begin
  update lots set remaining = remaining + taken.points
  from transfers as taken
  where taken.transaction_id = original and taken.debit = 'available' and lots.id = taken.lot_id
    and (lots.expires_at is null or lots.expires_at > at);
  insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
  select act, of_member, of_unit, taken.credit, 'available', taken.points, taken.lot_id
  from transfers as taken join lots on lots.id = taken.lot_id
  where taken.transaction_id = original and taken.debit = 'available'
    and (lots.expires_at is null or lots.expires_at > at);
  select coalesce(sum(taken.points), 0) into late
  from transfers as taken join lots on lots.id = taken.lot_id
  where taken.transaction_id = original and taken.debit = 'available' and lots.expires_at <= at;
  if late > 0 then
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    values (act, of_member, of_unit, late, late, at, at + interval '30 days');
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, of_unit, 'redemption', 'available', late, act);
  end if;
  update wallets set next_expiry_at = (
    select min(expires_at) from lots
    where member_id = of_member and unit = of_unit and remaining > 0)
  where member_id = of_member and unit = of_unit;
end $$;

-- Moves of postings that nothing can refuse any more: transactions, lots, transfers, wallets.
create function pistis_write_moves(moves pistis_moving[], at timestamptz)
returns void language plpgsql as $$
declare
  move record;
begin
  insert into wallets (id, member_id, unit, available, pending, held, debt, version)
  select uuidv7(), member_id, unit, 0, 0, 0, 0, 0
  from (select distinct member_id, unit from unnest(moves)) m
  where not exists (select from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit));
  perform pistis_wallet(member_id, unit, at)
  from (select distinct member_id, unit from unnest(moves)) m
  where exists (select from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit)
    and w.next_expiry_at <= at);

  with listed as (
    select m.*, w.id as wallet_id, w.version, w.available, w.debt,
      sum(greatest(points, 0)) over so_far as credited
    from unnest(moves) with ordinality as m (n, id, member_id, unit, kind, points, house, title,
      occurred_at, expires_at, natural_key, order_id, voucher_id, reverses, programme_version,
      explanation, place)
    cross join lateral (
      select * from wallets w where (w.member_id, w.unit) = (m.member_id, m.unit) offset 0) w
    window so_far as (partition by m.member_id, m.unit order by place)
  ), reckoned as materialized (
    -- New points pay a debt first.
    select *, points - repaid as change, sum(points - repaid) over so_far as changed,
      version + row_number() over so_far as number
    from (
      select *, case when points > 0
        then (least(credited, debt) - least(credited - points, debt))::bigint else 0 end as repaid
      from listed) l
    window so_far as (partition by member_id, unit order by place)
  ), told as (
    insert into transactions (id, member_id, unit, version, kind, points, balance_after,
      occurred_at, recorded_at, natural_key, order_id, voucher_id, reverses, programme_version,
      title, explanation)
    select id, member_id, unit, number, kind, change, available + changed,
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
    version = w.version + total.count, next_expiry_at = least(w.next_expiry_at, total.expires_at)
  from (
    select wallet_id, sum(change) as change, sum(repaid) as repaid, count(*) as count,
      min(expires_at) filter (where change > 0) as expires_at
    from reckoned group by wallet_id) total
  where w.id = total.wallet_id;

  for move in
    select m.*, t.points as change,
      array(select later.id from unnest(moves) later
        where (later.member_id, later.unit) = (m.member_id, m.unit) and later.n > m.n) as later
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
end $$;

-- Everything else of these postings; `sequences`: the member's last notification before each.
create function pistis_write_others(
  batch jsonb, asked pistis_posting[], sequences bigint[], applied int[], at timestamptz
) returns void language plpgsql as $$
begin
  if batch ? 'vouchers' then
    insert into vouchers (id, member_id, reward_id, code, state, unit, price, issued_at, expires_at)
    select id, (asked[n]).member_id, reward_id, code, 'ISSUED', unit, price, at, expires_at
    from jsonb_to_recordset(batch -> 'vouchers') as v (n int, id uuid, reward_id uuid, code text,
      unit text, price bigint, expires_at timestamptz)
    where n = any (applied);
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

-- All that these postings come to, one statement a table.
create function pistis_write(
  batch jsonb, asked pistis_posting[], moves pistis_moving[],
  sequences bigint[], applied int[], at timestamptz
) returns void language plpgsql as $$
begin
  if cardinality(applied) = 0 then
    return;
  end if;
  if moves is not null then
    if cardinality(applied) < cardinality(asked) then
      moves := array(select m from unnest(moves) m where n = any (applied));
    end if;
    perform pistis_write_moves(moves, at);
  end if;
  perform pistis_write_others(batch, asked, sequences, applied, at);
  update members m set
    version = m.version + more.count,
    sequence = m.sequence + more.notices,
    order_count = m.order_count + more.orders,
    tier = coalesce(more.tier, m.tier),
    tier_since = case when more.tier is null then m.tier_since else at end
  from (
    select member_id, count(*) as count, sum(coalesce(counts_order, 0)) as orders,
      sum(coalesce(notices, 0)) as notices,
      (array_agg(tier order by n desc) filter (where tier is not null))[1] as tier
    from unnest(asked)
    where n = any (applied) and member_id is not null group by member_id) more
  where m.id = more.member_id;
end $$;
