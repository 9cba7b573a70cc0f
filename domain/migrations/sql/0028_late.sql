-- Of what the original took, in its order, `points` after the first `already`. Into the lots that it
-- came from; if these are another member's, into lots of their own with the same dates. What has
-- expired meanwhile in a lot of this member, or of who lives on in it, gets thirty more days.
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
    select t.lot_id, t.credit, l.member_id, l.member_id <> of_member as is_anothers, l.expires_at <= at as is_late,
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
    if taken.is_late
      and (not taken.is_anothers or pistis_were_one(taken.member_id, of_member)) then
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
