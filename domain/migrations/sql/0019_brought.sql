-- Points go from member to member with their dates: what a transaction took out of one wallet arrives
-- in lots of the other (0028_late.sql). And what is taken can be taken out of lots that are named.

create index lots_brought on lots (brought_by) where brought_by is not null;
create index lots_of_origin on lots (origin) where origin is not null;

alter type pistis_moving add attribute out_of uuid[];

create or replace function pistis_is_act(move pistis_moving) returns boolean language sql immutable
return move.kind in ('PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD', 'HOLD_CAPTURE', 'HOLD_RELEASE',
    'CLAWBACK')
  or move.gives_back is not null or move.out_of is not null
  or (move.kind = 'REVERSE' and move.points < 0);

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
