-- Points go from member to member with their dates: what a transaction took out of one wallet arrives
-- in lots of the other. And what is taken can be taken out of lots that are named.

create index lots_brought on lots (brought_by) where brought_by is not null;
create index lots_of_origin on lots (origin) where origin is not null;

alter type pistis_moving add attribute out_of uuid[];

create or replace function pistis_is_act(move pistis_moving) returns boolean language sql immutable
return move.kind in ('PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD', 'HOLD_CAPTURE', 'HOLD_RELEASE',
    'CLAWBACK')
  or move.gives_back is not null or move.out_of is not null
  or (move.kind = 'REVERSE' and move.points < 0);

-- Of what the original took, in its order, `points` after the first `already`. Into the lots that it
-- came from; if these are another member's, into lots of their own with the same dates. What has
-- expired meanwhile in a lot of this member gets thirty more days.
create or replace function pistis_give_back_some(
  of_member uuid, of_unit text, act uuid, original uuid, already bigint, points bigint,
  at timestamptz
) returns void language plpgsql as $$
declare
  taken record;
  late bigint := 0;
  house text;
  into_lot uuid;
begin
  for taken in
    select t.lot_id, t.credit, l.member_id <> of_member as is_anothers, l.expires_at <= at as is_late,
      coalesce(l.origin, l.id) as origin, l.earned_at, l.expires_at,
      (least(t.before + t.points, already + coalesce(pistis_give_back_some.points, t.before + t.points))
        - greatest(t.before, already))::bigint as part
    from (
      select *, sum(x.points) over (order by id) - x.points as before from transfers x
      where transaction_id = original and debit in ('available', 'held')
        and credit not in ('available', 'held', 'debt')) t
    join lots l on l.id = t.lot_id
    where t.before + t.points > already
      and (pistis_give_back_some.points is null or t.before < already + pistis_give_back_some.points)
    order by t.id
  loop
    house := taken.credit;
    if taken.is_late and not taken.is_anothers then
      late := late + taken.part;
      continue;
    end if;
    if taken.is_anothers then
      into_lot := uuidv7();
      insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at, brought_by,
        origin)
      values (into_lot, of_member, of_unit, taken.part, taken.part, taken.earned_at,
        taken.expires_at, act, taken.origin);
    else
      into_lot := taken.lot_id;
      update lots set remaining = remaining + taken.part where id = into_lot;
    end if;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, of_unit, house, 'available', taken.part, into_lot);
  end loop;
  if late > 0 then
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    values (act, of_member, of_unit, late, late, at, at + interval '30 days');
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, of_unit, house, 'available', late, act);
  end if;
  update wallets set next_due_at = pistis_next_due(of_member, of_unit)
  where member_id = of_member and unit = of_unit;
end $$;

-- Out of these lots and no others, those that end soonest first.
create function pistis_spend_of(move pistis_moving, at timestamptz) returns void language plpgsql as $$
declare
  lot record;
  taken bigint;
  missing bigint := -move.points;
begin
  for lot in
    select id, remaining from lots
    where id = any (move.out_of) and member_id = move.member_id and unit = move.unit
      and remaining > 0 order by expires_at, earned_at, id
  loop
    exit when missing = 0;
    taken := least(lot.remaining, missing);
    update lots set remaining = remaining - taken where id = lot.id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (move.id, move.member_id, move.unit, 'available', move.house, taken, lot.id);
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'these lots do not cover it' using errcode = '23514';
  end if;
end $$;

-- Takes back what should not have been earned: what still waits of that order, then what is left of
-- its own lots, then of others, soonest expiring first; the rest is owed, up to `debt_limit`. What
-- cannot be owed either stands in the title as `uncollected`.
create or replace function pistis_claw_back(wallet wallets, move pistis_moving, at timestamptz)
returns void language plpgsql as $$
declare
  wanted bigint := -move.points;
  from_pending bigint;
  from_balance bigint;
  owed bigint;
  missing bigint;
  taken bigint;
  pended record;
  lot record;
begin
  select least(wanted, coalesce(sum(remaining), 0)) into from_pending from pending_points
  where member_id = wallet.member_id and unit = wallet.unit and order_id = move.order_id;
  from_balance := least(wanted - from_pending, wallet.available);
  owed := wanted - from_pending - from_balance;
  owed := least(owed, greatest(coalesce(move.debt_limit, owed + wallet.debt) - wallet.debt, 0));
  missing := wanted - from_pending - from_balance - owed;
  perform pistis_record(wallet, move.id, move.kind, -from_balance, -from_pending, 0, owed,
    coalesce(move.occurred_at, at), at,
    case when missing > 0 then move.title || jsonb_build_object('uncollected', missing)
      else move.title end,
    move.explanation, move.order_id, move.programme_version, move.natural_key, move.reverses, null);
  missing := from_pending;
  for pended in
    select id, remaining from pending_points
    where member_id = wallet.member_id and unit = wallet.unit and order_id = move.order_id
      and remaining > 0 order by id
  loop
    exit when missing = 0;
    taken := least(pended.remaining, missing);
    missing := missing - taken;
    update pending_points set remaining = remaining - taken where id = pended.id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points)
    values (move.id, wallet.member_id, wallet.unit, 'pending', move.house, taken);
  end loop;
  missing := from_balance;
  for lot in
    select l.id, l.remaining from lots l
    where l.member_id = wallet.member_id and l.unit = wallet.unit and l.remaining > 0
    order by coalesce(l.origin, l.id) is distinct from move.reverses, move.order_id is null
      or not exists (select from transactions x
        where x.id = coalesce(l.origin, l.id) and x.order_id = move.order_id),
      l.expires_at, l.earned_at, l.id
  loop
    exit when missing = 0;
    taken := least(lot.remaining, missing);
    missing := missing - taken;
    update lots set remaining = remaining - taken where id = lot.id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (move.id, wallet.member_id, wallet.unit, 'available', move.house, taken, lot.id);
  end loop;
  if owed > 0 then
    insert into transfers (transaction_id, member_id, unit, debit, credit, points)
    values (move.id, wallet.member_id, wallet.unit, 'debt', move.house, owed);
  end if;
end $$;

-- One act, which nothing can refuse any more.
create or replace function pistis_act(move pistis_moving, at timestamptz) returns void language plpgsql as $$
declare
  wallet wallets := pistis_wallet(move.member_id, move.unit, at);
  occurred timestamptz := coalesce(move.occurred_at, at);
  pended pending_points;
  hold holds;
  already bigint;
  owed bigint;
begin
  if move.kind = 'PEND' then
    perform pistis_record(wallet, move.id, 'PEND', 0, move.points, 0, 0, occurred, at, move.title,
      move.explanation, move.order_id, move.programme_version, move.natural_key, null, null);
    insert into pending_points (id, member_id, unit, points, remaining, order_id, releases_at,
      cancels_at, stage, expires_at)
    values (move.id, wallet.member_id, wallet.unit, move.points, move.points, move.order_id,
      move.releases_at, move.cancels_at, move.stage, move.expires_at);
    insert into transfers (transaction_id, member_id, unit, debit, credit, points)
    values (move.id, wallet.member_id, wallet.unit, move.house, 'pending', move.points);
  elsif move.kind in ('RELEASE', 'PEND_CANCEL') then
    select * into pended from pending_points
    where id = move.pending_id and member_id = wallet.member_id and remaining > 0;
    if pended.id is null then
      null;  -- it came to its end before
    elsif move.kind = 'RELEASE' then
      perform pistis_release(wallet, pended, move.id, move.expires_at, move.title, occurred, at,
        'release:' || pended.id);
    else
      perform pistis_cancel_pending(wallet, pended, move.id, move.title, occurred, at);
    end if;
  elsif move.kind = 'HOLD' then
    perform pistis_record(wallet, move.id, 'HOLD', move.points, 0, -move.points, 0, occurred, at,
      move.title, move.explanation, move.order_id, move.programme_version, move.natural_key, null,
      null);
    insert into holds (id, member_id, unit, points, captured, state, opened_at, expires_at, order_id)
    values (move.id, wallet.member_id, wallet.unit, -move.points, 0, 'OPEN', at, move.hold_until,
      move.order_id);
    perform pistis_spend(wallet.member_id, wallet.unit, move.id, -move.points, 'held', '{}', at);
  elsif move.kind in ('HOLD_CAPTURE', 'HOLD_RELEASE') then
    select * into hold from holds where id = move.hold_id;
    perform pistis_end_hold(wallet, hold, move.id,
      case move.kind when 'HOLD_CAPTURE' then coalesce(move.captures, hold.points) else 0 end,
      move.house, case move.kind when 'HOLD_CAPTURE' then 'CAPTURED' else 'RELEASED' end,
      move.title, occurred, at, move.order_id, move.programme_version, move.explanation,
      move.natural_key);
  elsif move.gives_back is not null then
    select coalesce(sum(t.points), 0) into already from transactions x
    join transfers t on t.transaction_id = x.id
    where x.gives_back = move.gives_back and t.credit = 'available';
    owed := least(wallet.debt, move.points);
    perform pistis_record(wallet, move.id, move.kind, move.points - owed, 0, 0, -owed, occurred, at,
      move.title, move.explanation, move.order_id, move.programme_version, move.natural_key, null,
      move.gives_back);
    perform pistis_give_back_some(wallet.member_id, wallet.unit, move.id, move.gives_back, already,
      move.points, at);
    if owed > 0 then
      -- Out of any lot, those that are due included.
      perform pistis_spend(wallet.member_id, wallet.unit, move.id, owed, 'debt', '{}', '-infinity');
    end if;
  elsif move.out_of is not null then
    perform pistis_record(wallet, move.id, move.kind, move.points, 0, 0, 0, occurred, at, move.title,
      move.explanation, move.order_id, move.programme_version, move.natural_key, null, null);
    perform pistis_spend_of(move, at);
  else
    perform pistis_claw_back(wallet, move, at);
  end if;
  update wallets w set next_due_at = pistis_next_due(move.member_id, move.unit)
  where w.id = wallet.id;
  -- What came back out of a hold may have been due meanwhile.
  perform pistis_wallet(move.member_id, move.unit, at);
end $$;

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
  foreach act in array acts loop
    perform pistis_act(act, at);
  end loop;
end $$;

-- The chain covers lots that came from elsewhere.
create or replace view ledger_lines as
select x.xid, x.id as transaction_id, 'transactions/' || x.id as record,
  pistis_sha256(json_build_array(x.id, x.xid::text, x.member_id, x.unit, x.version, x.kind,
    x.points, x.balance_after, pistis_micros(x.occurred_at), pistis_micros(x.recorded_at),
    x.natural_key, x.order_id, x.voucher_id, x.reverses, x.programme_version, x.title,
    x.explanation)::text || coalesce(x.gives_back::text, '')) as digest
from transactions x
union all
select x.xid, x.id, 'lots/' || l.id,
  pistis_sha256(json_build_array(l.id, l.member_id, l.unit, l.points,
    pistis_micros(l.earned_at), pistis_micros(l.expires_at))::text)
from transactions x join lots l on l.id = x.id and l.brought_by is null
union all
select x.xid, x.id, 'transfers/' || t.id,
  pistis_sha256(json_build_array(t.id, t.transaction_id, t.member_id, t.unit, t.debit, t.credit,
    t.points, t.lot_id)::text)
from transactions x join transfers t on t.transaction_id = x.id
union all
select x.xid, x.id, 'wallets/' || w.id,
  pistis_sha256(json_build_array(w.id, w.member_id, w.unit)::text)
from transactions x join wallets w on (w.member_id, w.unit) = (x.member_id, x.unit)
where x.version = 1
union all
select x.xid, x.id, 'holds/' || h.id,
  pistis_sha256(json_build_array(h.id, h.member_id, h.unit, h.points, pistis_micros(h.opened_at),
    pistis_micros(h.expires_at), h.order_id)::text)
from transactions x join holds h on h.id = x.id
union all
select x.xid, x.id, 'pending_points/' || p.id,
  pistis_sha256(json_build_array(p.id, p.member_id, p.unit, p.points, p.order_id,
    pistis_micros(p.releases_at), pistis_micros(p.cancels_at), p.stage,
    pistis_micros(p.expires_at))::text)
from transactions x join pending_points p on p.id = x.id
union all
select x.xid, x.id, 'lots/' || l.id,
  pistis_sha256(json_build_array(l.id, l.member_id, l.unit, l.points, pistis_micros(l.earned_at),
    pistis_micros(l.expires_at), l.brought_by, l.origin)::text)
from transactions x join lots l on l.brought_by = x.id;
