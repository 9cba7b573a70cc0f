-- Postings with acts: judged alone of their member, written after all else.

-- Moves of postings that nothing can refuse any more: transactions, lots, transfers, wallets.
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
    from unnest(moves) with ordinality as m (n, id, member_id, unit, kind, points, house, title,
      occurred_at, expires_at, natural_key, order_id, voucher_id, reverses, programme_version,
      explanation, gives_back, debt_limit, hold_id, captures, hold_until, pending_id, releases_at,
      cancels_at, stage, place)
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

-- Judges the postings that are `fresh`, one member's after the other in memory, and writes those
-- that nothing refuses. `kept`: those whose order is new.
create or replace function pistis_settle(
  batch jsonb, asked pistis_posting[], moves pistis_moving[], outcomes jsonb[], fresh int[],
  kept int[], at timestamptz
) returns jsonb[] language plpgsql as $$
declare
  sequences bigint[] := array_fill(null::bigint, array[cardinality(asked)]);
  applied int[] := '{}';
  undone int[] := '{}';
  mine int[];              -- what was applied of the member in hand
  of_member uuid;
  version bigint;
  sequence bigint;
  overtaken boolean;       -- one before was stale, so this was judged on what has not happened
  acted boolean;           -- of those, one had acts: nothing else of this member can be judged now
  refusal jsonb;
  gained numeric;
  p record;
begin
  select coalesce(sum(points) filter (where points > 0), 0) into gained from unnest(moves);
  for p in
    select a.n, a.member_id, a.version, a.key is not null as has_key, a.has_order, a.reward_id,
      m.version as found_version, m.sequence as found_sequence, coalesce(a.notices, 0) as notices,
      coalesce(a.acts, false) as acts,
      a.spends or gained + coalesce((
        select max(available) from wallets w where w.member_id = m.id), 0) > 1000000000000000
        as weighs
    from unnest(asked) a left join members m on m.id = a.member_id
    where a.n = any (fresh) order by a.member_id, a.n
  loop
    if p.member_id is distinct from of_member then
      of_member := p.member_id;
      version := p.found_version;
      sequence := p.found_sequence;
      overtaken := false;
      acted := false;
      mine := '{}';
      if of_member is not null and version is null then
        raise no_data_found using message = 'no such member';
      end if;
    end if;
    refusal := null;
    if p.version is not null and (overtaken or p.version <> version) then
      overtaken := overtaken or not p.has_order or p.n = any (kept);
      undone := undone || p.n;
      outcomes[p.n] := case when p.has_order and not p.n = any (kept)
        then '{"outcome": "order_exists"}' else '{"outcome": "stale"}' end;
      continue;
    end if;
    if cardinality(mine) > 0 and (acted or p.acts) then
      overtaken := overtaken or not p.has_order or p.n = any (kept);
      undone := undone || p.n;
      outcomes[p.n] := case when p.has_order and not p.n = any (kept)
        then '{"outcome": "order_exists"}' else '{"outcome": "locked"}' end;
      continue;
    end if;
    if p.weighs then
      refusal := pistis_unbearable(of_member, array(select m from unnest(moves) m where n = p.n),
        array(select m from unnest(moves) m where n = any (mine)), at);
    end if;
    if refusal is null and p.reward_id is not null then
      refusal := pistis_take(of_member, p.reward_id, (
        select count(*) from unnest(asked) where reward_id = p.reward_id and n = any (mine)));
    end if;
    if refusal is not null then
      outcomes[p.n] := jsonb_build_object('outcome', 'refused', 'result',
        jsonb_build_object('refused', refusal));
      if p.has_key then
        update idempotency_keys k set result = outcomes[p.n] -> 'result' from unnest(asked) a
        where a.n = p.n and (k.actor, k.mutation, k.key) = (a.actor, a.mutation, a.key);
      end if;
    elsif p.has_order and not p.n = any (kept) then
      outcomes[p.n] := '{"outcome": "order_exists"}';
      undone := undone || p.n;
    else
      applied := applied || p.n;
      sequences[p.n] := sequence;
      if of_member is null then
        outcomes[p.n] := '{"outcome": "posted"}';
      else
        version := version + 1;
        outcomes[p.n] := jsonb_build_object('outcome', 'posted', 'version', version,
          'sequence', sequence);
        sequence := sequence + p.notices;
        mine := mine || p.n;
        acted := acted or p.acts;
      end if;
    end if;
  end loop;
  perform pistis_undo(batch, asked, undone, kept, applied);
  perform pistis_write(batch, asked, moves, sequences, applied, at);
  return outcomes;
end $$;
