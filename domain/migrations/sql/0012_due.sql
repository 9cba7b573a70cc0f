-- What falls due in a wallet as time passes: holds end, pending points are released or cancelled,
-- lots expire. It is so from its instant on; here it is only written down.

alter index wallets_with_due_lots rename to wallets_with_something_due;

create index transactions_that_give_back on transactions (gives_back) where gives_back is not null;

alter table pending_points
  add constraint pending_taken_at_most_once
    check (points > 0 and remaining between 0 and points),
  add constraint pending_ends_somehow
    check (releases_at is not null or stage is not null);
create index pending_points_waiting on pending_points (member_id, unit) where remaining > 0;
create index pending_points_of_order on pending_points (order_id) where order_id is not null;
alter table holds
  add constraint hold_state check (state in ('OPEN', 'CAPTURED', 'RELEASED', 'EXPIRED')),
  add constraint hold_ends_once check ((state = 'OPEN') = (ended_at is null)),
  add constraint hold_captures_at_most_all check (points > 0 and captured between 0 and points
    and (captured > 0) = (state = 'CAPTURED'));
create index holds_open on holds (member_id, unit) where state = 'OPEN';
create index holds_of_order on holds (order_id) where order_id is not null;
grant select, insert on pending_points, holds to pistis_app;
grant update (remaining) on pending_points to pistis_app;
grant update (state, captured, ended_at) on holds to pistis_app;

-- The chain covers what is new: what a transaction gives back (its other parts follow from its
-- transfers), and of holds and of what waits all that is for good. Lines of before stay as they are.
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
from transactions x join lots l on l.id = x.id
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
from transactions x join pending_points p on p.id = x.id;

-- The next instant at which something falls due.
create function pistis_next_due(of_member uuid, of_unit text) returns timestamptz language sql stable
return least(
  (select min(expires_at) from lots
   where member_id = of_member and unit = of_unit and remaining > 0),
  (select min(expires_at) from holds
   where member_id = of_member and unit = of_unit and state = 'OPEN'),
  (select min(least(releases_at, cancels_at)) from pending_points
   where member_id = of_member and unit = of_unit and remaining > 0));

-- A wallet as it will be when all that is due by an instant is written: written, looked at, and
-- undone. For what is owed as well: what comes back pays it, each in its turn.
create function pistis_foreseen(of_member uuid, of_unit text, at timestamptz)
returns wallets language plpgsql as $$
declare
  wallet wallets;
begin
  begin
    wallet := pistis_wallet(of_member, of_unit, at);
    raise exception using errcode = 'P0F0E';
  exception
    when sqlstate 'P0F0E' then
      return wallet;
    when others then  -- it is locked or frozen, or nothing may be written here: as it stands
      select * into wallet from wallets where member_id = of_member and unit = of_unit;
      return wallet;
  end;
end $$;

-- What can be spent at an instant, whether what is due before it is written or not.
create function pistis_spendable(of_member uuid, of_unit text, at timestamptz)
returns numeric language sql
return (
  select case
    when coalesce(w.next_due_at > at, true) then w.available::numeric
    when w.debt > 0 then (pistis_foreseen(of_member, of_unit, at)).available::numeric
    else w.available - coalesce((
      select sum(remaining) from lots
      where member_id = of_member and unit = of_unit and remaining > 0 and expires_at <= at), 0)
    + coalesce((
      select sum(t.points) from holds h join transfers t on t.transaction_id = h.id
        join lots l on l.id = t.lot_id
      where h.member_id = of_member and h.unit = of_unit and h.state = 'OPEN'
        and h.expires_at <= at and t.credit = 'held'
        and (l.expires_at is null or l.expires_at > at)), 0)
    + coalesce((
      select sum(remaining) from pending_points
      where member_id = of_member and unit = of_unit and remaining > 0 and releases_at <= at
        and (cancels_at is null or releases_at < cancels_at)
        and (expires_at is null or expires_at > at)), 0) end
  from wallets w where w.member_id = of_member and w.unit = of_unit);

-- A line of the statement; the wallet as it is afterwards. `points`, `pending`, `held`, `debt`:
-- by how much each part of it changes.
create function pistis_record(
  wallet wallets, act uuid, kind text, points bigint, pending bigint, held bigint, debt bigint,
  occurred_at timestamptz, at timestamptz, title jsonb, explanation jsonb, order_id uuid,
  programme_version int, natural_key text, reverses uuid, gives_back uuid
) returns wallets language plpgsql as $$
declare
  after wallets;
begin
  update wallets w set available = w.available + points, pending = w.pending + pistis_record.pending,
    held = w.held + pistis_record.held, debt = w.debt + pistis_record.debt, version = w.version + 1
  where w.id = wallet.id returning * into after;
  insert into transactions (id, member_id, unit, version, kind, points, balance_after,
    pending, held, debt, occurred_at, recorded_at, natural_key, order_id, reverses, gives_back,
    programme_version, title, explanation)
  values (act, after.member_id, after.unit, after.version, kind, points, after.available,
    pending, held, debt, occurred_at, at, natural_key, order_id, reverses, gives_back,
    programme_version, title, coalesce(explanation, '[]'));
  return after;
end $$;

-- Points that come into `available` as a lot of their own: what is owed is paid first.
create function pistis_release(
  wallet wallets, pended pending_points, act uuid, expires_at timestamptz, title jsonb,
  occurred_at timestamptz, at timestamptz, key text
) returns wallets language plpgsql as $$
declare
  repaid bigint := least(wallet.debt, pended.remaining);
  free bigint := pended.remaining - repaid;
begin
  update pending_points set remaining = 0 where id = pended.id;
  wallet := pistis_record(wallet, act, 'RELEASE', free, -pended.remaining, 0, -repaid,
    occurred_at, at, title, '[]', pended.order_id, null, key, null, null);
  if free > 0 then
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    values (act, wallet.member_id, wallet.unit, free, free, occurred_at, expires_at);
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, wallet.member_id, wallet.unit, 'pending', 'available', free, act);
  end if;
  if repaid > 0 then
    insert into transfers (transaction_id, member_id, unit, debit, credit, points)
    values (act, wallet.member_id, wallet.unit, 'pending', 'debt', repaid);
  end if;
  insert into outbox (kind, payload) values ('PointsReleased', jsonb_build_object(
    'member_id', wallet.member_id, 'transaction_id', act, 'unit', wallet.unit, 'points', free));
  return wallet;
end $$;

create function pistis_cancel_pending(
  wallet wallets, pended pending_points, act uuid, title jsonb, occurred_at timestamptz,
  at timestamptz
) returns wallets language plpgsql as $$
begin
  update pending_points set remaining = 0 where id = pended.id;
  wallet := pistis_record(wallet, act, 'PEND_CANCEL', 0, -pended.remaining, 0, 0,
    occurred_at, at, title, '[]', pended.order_id, null, null, null, null);
  insert into transfers (transaction_id, member_id, unit, debit, credit, points)
  values (act, wallet.member_id, wallet.unit, 'pending', 'issuance', pended.remaining);
  return wallet;
end $$;

-- A hold ends, once: `captures` of it go to `house`, the rest back into its lots.
create function pistis_end_hold(
  wallet wallets, hold holds, act uuid, captures bigint, house text, state text, title jsonb,
  occurred_at timestamptz, at timestamptz, order_id uuid, programme_version int, explanation jsonb,
  key text
) returns wallets language plpgsql as $$
declare
  owed bigint;
  freed bigint := hold.points - captures;
begin
  update holds h set state = pistis_end_hold.state, captured = captures, ended_at = occurred_at
  where h.id = hold.id;
  -- What comes back pays what is owed meanwhile.
  owed := least(wallet.debt, freed);
  wallet := pistis_record(wallet, act,
    case when captures > 0 then 'HOLD_CAPTURE' else 'HOLD_RELEASE' end, freed - owed, 0,
    -hold.points, -owed, occurred_at, at, title, explanation, coalesce(order_id, hold.order_id),
    programme_version, key, null, null);
  with pinned as (
    select t.lot_id, t.points, sum(t.points) over (order by t.id) - t.points as before
    from transfers t where t.transaction_id = hold.id and t.credit = 'held'
  ), split as (
    select lot_id, least(points, greatest(captures - before, 0))::bigint as taken,
      (points - least(points, greatest(captures - before, 0)))::bigint as back from pinned
  ), lots_again as (
    update lots l set remaining = l.remaining + s.back
    from (select lot_id, sum(back) as back from split group by lot_id) s
    where l.id = s.lot_id and s.back > 0
  )
  insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
  select act, wallet.member_id, wallet.unit, 'held', house, taken, lot_id from split where taken > 0
  union all
  select act, wallet.member_id, wallet.unit, 'held', 'available', back, lot_id
  from split where back > 0;
  if owed > 0 then
    -- Out of any lot, those that are due included.
    perform pistis_spend(wallet.member_id, wallet.unit, act, owed, 'debt', '{}', '-infinity');
  end if;
  return wallet;
end $$;

-- The wallet, with all that is due by `at` written down, in the order in which it came: holds
-- before what is pending, and both before what expires. Made when it is not there.
create or replace function pistis_wallet(of_member uuid, of_unit text, at timestamptz)
returns wallets language plpgsql as $$
declare
  wallet wallets;
  due timestamptz;
  hold holds;
  pended pending_points;
begin
  select * into wallet from wallets where member_id = of_member and unit = of_unit;
  if not found then
    insert into wallets (id, member_id, unit, available, pending, held, debt, version)
    values (uuidv7(), of_member, of_unit, 0, 0, 0, 0, 0) returning * into wallet;
    return wallet;
  elsif wallet.next_due_at is null or wallet.next_due_at > at then
    return wallet;
  end if;
  loop
    due := pistis_next_due(of_member, of_unit);
    exit when due is null or due > at;
    for hold in
      select * from holds where member_id = of_member and unit = of_unit and state = 'OPEN'
        and expires_at <= due order by expires_at, id
    loop
      wallet := pistis_end_hold(wallet, hold, uuidv7(), 0, '', 'EXPIRED', '{"key": "hold_expired"}',
        hold.expires_at, at, null, null, null, null);
    end loop;
    for pended in
      select * from pending_points where member_id = of_member and unit = of_unit and remaining > 0
        and least(releases_at, cancels_at) <= due order by least(releases_at, cancels_at), id
    loop
      if pended.cancels_at is null or pended.releases_at < pended.cancels_at then
        wallet := pistis_release(wallet, pended, uuidv7(), pended.expires_at,
          '{"key": "released"}', pended.releases_at, at, 'release:' || pended.id);
      else
        wallet := pistis_cancel_pending(wallet, pended, uuidv7(), '{"key": "not_released"}',
          pended.cancels_at, at);
      end if;
    end loop;
    wallet := pistis_expire(wallet, due, at);
  end loop;
  update wallets w set next_due_at = due where w.id = wallet.id returning * into wallet;
  return wallet;
end $$;

drop function pistis_expire(wallets, timestamptz);

-- Lots that are due by `due` leave the balance: one transaction for each instant of expiry. An
-- instant may come again, with a lot of an order that is reported late.
create function pistis_expire(wallet wallets, due timestamptz, at timestamptz)
returns wallets language plpgsql as $$
declare
  gone record;
  act uuid;
begin
  for gone in
    select expires_at, sum(remaining)::bigint as points from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at <= due
    group by expires_at order by expires_at
  loop
    act := uuidv7();
    wallet := pistis_record(wallet, act, 'EXPIRE', -gone.points, 0, 0, 0, gone.expires_at, at,
      '{"key": "expired"}', '[]', null, null, null, null, null);
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    select act, wallet.member_id, wallet.unit, 'available', 'breakage', remaining, id from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at = gone.expires_at;
    update lots set remaining = 0
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at = gone.expires_at;
    -- What ran out long ago, as in orders that are imported, is nobody's news.
    if gone.expires_at > at - interval '7 days' then
      insert into outbox (kind, payload) values ('PointsExpired', jsonb_build_object(
        'member_id', wallet.member_id, 'transaction_id', act, 'unit', wallet.unit,
        'points', gone.points));
    end if;
  end loop;
  return wallet;
end $$;
