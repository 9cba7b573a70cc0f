-- What else can be done with points than to add and to spend them: pend and release, hold, capture
-- and free, claw back, give back in part. Each in turn, under the member's lock.

alter type pistis_moving
  add attribute gives_back uuid, add attribute debt_limit bigint, add attribute hold_id uuid,
  add attribute captures bigint, add attribute hold_until timestamptz,
  add attribute pending_id uuid, add attribute releases_at timestamptz,
  add attribute cancels_at timestamptz, add attribute stage text;
-- `acts`: has moves that are judged by more than the balance, so it goes alone in a call.
alter type pistis_posting add attribute acts boolean;

create function pistis_is_act(move pistis_moving) returns boolean language sql immutable
return move.kind in ('PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD', 'HOLD_CAPTURE', 'HOLD_RELEASE',
    'CLAWBACK')
  or move.gives_back is not null or (move.kind = 'REVERSE' and move.points < 0);

-- What a wallet cannot bear after `before`, as a refusal: a debit that it does not cover, a credit
-- beyond its bound, a hold that is over; null when it bears all. Nothing is written, not even what
-- is due: who is refused leaves no trace.
create or replace function pistis_unbearable(
  of_member uuid, moves pistis_moving[], before pistis_moving[], at timestamptz
) returns jsonb language plpgsql as $$
declare
  wanted record;
  spendable numeric;
  hold holds;
  move pistis_moving;
begin
  for wanted in
    select unit, sum(greatest(points, 0)) as credit,
      -sum(least(points, 0)) filter (where kind not in ('CLAWBACK', 'REVERSE')) as debit
    from unnest(moves) group by unit
  loop
    select coalesce(pistis_spendable(of_member, wanted.unit, at), 0)
      - coalesce((select least(w.debt, coalesce(sum(points) filter (where points > 0), 0))
          from wallets w where w.member_id = of_member and w.unit = wanted.unit), 0)
      + coalesce(sum(points) filter (where points < 0 or expires_at is null or expires_at > at), 0)
    into spendable from unnest(before) where unit = wanted.unit and kind <> 'PEND';
    if wanted.debit > spendable then
      return jsonb_build_object('code', 'INSUFFICIENT_POINTS',
        'balance', spendable, 'required', wanted.debit);
    elsif spendable + wanted.credit - coalesce(wanted.debit, 0) > 1000000000000000 then
      return '{"code": "LIMIT_REACHED",
        "message": "A wallet holds 1000000000000000 points at most; look at the amount."}';
    end if;
  end loop;
  foreach move in array moves loop
    continue when move.hold_id is null;
    select * into hold from holds where id = move.hold_id and member_id = of_member;
    if hold.state is null or hold.state in ('CAPTURED', 'RELEASED') then
      return '{"code": "HOLD_ENDED", "path": ["holdId"],
        "message": "This hold was captured or released before; make a new one."}';
    elsif hold.state = 'EXPIRED' or hold.expires_at <= at then
      return '{"code": "HOLD_EXPIRED", "path": ["holdId"],
        "message": "The time of this hold is over; make a new one."}';
    elsif move.captures > hold.points then
      return jsonb_build_object('code', 'OVER_CAPTURE', 'path', '["points"]'::jsonb, 'message',
        format('The hold keeps %s points; capture these at most.', hold.points));
    end if;
  end loop;
  return null;
end $$;

-- Points go back into the lots that they came from, with their dates; what has expired meanwhile
-- gets thirty more days in a lot of its own.
create or replace function pistis_give_back(
  of_member uuid, of_unit text, act uuid, original uuid, at timestamptz
) returns void language plpgsql as $$
begin
  perform pistis_give_back_some(of_member, of_unit, act, original, 0, null, at);
end $$;

-- Of what the original took, in its order, `points` after the first `already`.
create function pistis_give_back_some(
  of_member uuid, of_unit text, act uuid, original uuid, already bigint, points bigint,
  at timestamptz
) returns void language plpgsql as $$
declare
  taken record;
  late bigint := 0;
  house text;
begin
  for taken in
    select t.lot_id, t.credit, l.expires_at <= at as is_late,
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
    if taken.is_late then
      late := late + taken.part;
      continue;
    end if;
    update lots set remaining = remaining + taken.part where id = taken.lot_id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, of_unit, house, 'available', taken.part, taken.lot_id);
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

-- Takes back what should not have been earned: what still waits of that order, then what is left of
-- its own lots, then of others, soonest expiring first; the rest is owed, up to `debt_limit`. What
-- cannot be owed either stands in the title as `uncollected`.
create function pistis_claw_back(wallet wallets, move pistis_moving, at timestamptz)
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
    order by l.id is distinct from move.reverses, move.order_id is null or not exists (
      select from transactions x where x.id = l.id and x.order_id = move.order_id),
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
create function pistis_act(move pistis_moving, at timestamptz) returns void language plpgsql as $$
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
      perform pistis_spend(wallet.member_id, wallet.unit, move.id, owed, 'debt', '{}', at);
    end if;
  else
    perform pistis_claw_back(wallet, move, at);
  end if;
  update wallets w set next_due_at = pistis_next_due(move.member_id, move.unit)
  where w.id = wallet.id;
  -- What came back out of a hold may have been due meanwhile.
  perform pistis_wallet(move.member_id, move.unit, at);
end $$;
