-- Points move here and nowhere else. Callers of pistis_move hold the member's lock.

-- The wallet, made when it is missing, its due lots expired.
create function pistis_wallet(of_member uuid, of_unit text, at timestamptz)
returns wallets language plpgsql as $$
declare
  wallet wallets;
begin
  select * into wallet from wallets where member_id = of_member and unit = of_unit;
  if not found then
    insert into wallets (id, member_id, unit, available, pending, held, debt, version)
    values (uuidv7(), of_member, of_unit, 0, 0, 0, 0, 0) returning * into wallet;
  elsif wallet.next_expiry_at <= at then
    wallet := pistis_expire(wallet, at);
  end if;
  return wallet;
end $$;

-- Lots that are due leave the balance: one transaction for each instant of expiry. An instant may
-- come again, with a lot of an order that is reported late.
create function pistis_expire(wallet wallets, at timestamptz)
returns wallets language plpgsql as $$
declare
  due record;
  expiry uuid;
begin
  for due in
    select expires_at, sum(remaining)::bigint as points from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at <= at
    group by expires_at order by expires_at
  loop
    expiry := uuidv7();
    wallet.version := wallet.version + 1;
    wallet.available := wallet.available - due.points;
    insert into transactions (id, member_id, unit, version, kind, points, balance_after,
      occurred_at, recorded_at, title, explanation)
    values (expiry, wallet.member_id, wallet.unit, wallet.version, 'EXPIRE', -due.points,
      wallet.available, due.expires_at, at, '{"key": "expired"}', '[]');
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    select expiry, wallet.member_id, wallet.unit, 'available', 'breakage', remaining, id from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at = due.expires_at;
    update lots set remaining = 0
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
      and expires_at = due.expires_at;
    -- What ran out long ago, as in orders that are imported, is nobody's news.
    if due.expires_at > at - interval '7 days' then
      insert into outbox (kind, payload) values ('PointsExpired', jsonb_build_object(
        'member_id', wallet.member_id, 'transaction_id', expiry, 'unit', wallet.unit,
        'points', due.points));
    end if;
  end loop;
  update wallets set available = wallet.available, version = wallet.version,
    next_expiry_at = (
      select min(expires_at) from lots
      where member_id = wallet.member_id and unit = wallet.unit and remaining > 0)
  where id = wallet.id returning * into wallet;
  return wallet;
end $$;

-- One movement of one wallet: credit (points > 0), debit (< 0), or giving back (`reverses`).
create function pistis_move(of_member uuid, move jsonb, at timestamptz)
returns void language plpgsql as $$
declare
  wallet wallets := pistis_wallet(of_member, move ->> 'unit', at);
  act uuid := (move ->> 'id')::uuid;
  original uuid := (move ->> 'reverses')::uuid;
  asked bigint := (move ->> 'points')::bigint;
  repaid bigint := case when asked > 0 then least(asked, wallet.debt) else 0 end;
  change bigint := asked - repaid;
begin
  insert into transactions (id, member_id, unit, version, kind, points, balance_after,
    occurred_at, recorded_at, natural_key, order_id, voucher_id, reverses, programme_version,
    title, explanation)
  values (act, of_member, wallet.unit, wallet.version + 1, move ->> 'kind', change,
    wallet.available + change, coalesce((move ->> 'occurred_at')::timestamptz, at), at,
    move ->> 'natural_key', (move ->> 'order_id')::uuid, (move ->> 'voucher_id')::uuid,
    original, (move ->> 'programme_version')::int, move -> 'title', move -> 'explanation');
  if original is not null then
    -- All goes back into lots, which then pay what is owed.
    perform pistis_give_back(wallet, act, original, at);
    perform pistis_spend(wallet, act, repaid, 'debt');
  elsif repaid > 0 then
    insert into transfers (transaction_id, member_id, unit, debit, credit, points)
    values (act, of_member, wallet.unit, move ->> 'house', 'debt', repaid);
  end if;
  if change < 0 then
    perform pistis_spend(wallet, act, -change, move ->> 'house');
  elsif change > 0 and original is null then
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    values (act, of_member, wallet.unit, change, change,
      coalesce((move ->> 'occurred_at')::timestamptz, at), (move ->> 'expires_at')::timestamptz);
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, of_member, wallet.unit, move ->> 'house', 'available', change, act);
  end if;
  update wallets set available = available + change, debt = debt - repaid, version = version + 1,
    next_expiry_at = least(next_expiry_at, (move ->> 'expires_at')::timestamptz)
  where id = wallet.id;
end $$;

-- Soonest expiring first, then oldest; undated last. The caller has seen that there is enough.
create function pistis_spend(wallet wallets, act uuid, points bigint, house text)
returns void language plpgsql as $$
declare
  lot record;
  taken bigint;
  missing bigint := points;
begin
  for lot in
    select id, remaining from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0
    order by expires_at, earned_at, id
  loop
    exit when missing = 0;
    taken := least(lot.remaining, missing);
    update lots set remaining = remaining - taken where id = lot.id;
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, wallet.member_id, wallet.unit, 'available', house, taken, lot.id);
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'lots do not cover the balance' using errcode = '23514';
  end if;
end $$;

-- Points go back into the lots that they came from, with their dates; what has expired meanwhile
-- gets thirty more days in a lot of its own.
create function pistis_give_back(wallet wallets, act uuid, original uuid, at timestamptz)
returns void language plpgsql as $$
declare
  late bigint;
begin
  update lots set remaining = remaining + taken.points
  from transfers as taken
  where taken.transaction_id = original and taken.debit = 'available' and lots.id = taken.lot_id
    and (lots.expires_at is null or lots.expires_at > at);
  insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
  select act, wallet.member_id, wallet.unit, taken.credit, 'available', taken.points, taken.lot_id
  from transfers as taken join lots on lots.id = taken.lot_id
  where taken.transaction_id = original and taken.debit = 'available'
    and (lots.expires_at is null or lots.expires_at > at);
  select coalesce(sum(taken.points), 0) into late
  from transfers as taken join lots on lots.id = taken.lot_id
  where taken.transaction_id = original and taken.debit = 'available' and lots.expires_at <= at;
  if late > 0 then
    insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
    values (act, wallet.member_id, wallet.unit, late, late, at, at + interval '30 days');
    insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
    values (act, wallet.member_id, wallet.unit, 'redemption', 'available', late, act);
  end if;
  update wallets set next_expiry_at = (
    select min(expires_at) from lots
    where member_id = wallet.member_id and unit = wallet.unit and remaining > 0)
  where id = wallet.id;
end $$;

-- What a wallet cannot bear, as a refusal: a debit that it does not cover, a credit beyond its
-- bound; null when it bears all. Nothing is written, not even what is due: who is refused leaves
-- no trace.
create function pistis_unbearable(of_member uuid, moves jsonb, at timestamptz)
returns jsonb language plpgsql as $$
declare
  wanted record;
  spendable bigint;
begin
  for wanted in
    select move ->> 'unit' as unit,
      sum(greatest((move ->> 'points')::numeric, 0)) as credit,
      sum(greatest(-(move ->> 'points')::numeric, 0)) as debit
    from jsonb_array_elements(moves) as move group by 1
  loop
    select w.available - case when w.next_expiry_at <= at then (
      select coalesce(sum(remaining), 0) from lots
      where member_id = of_member and unit = wanted.unit and remaining > 0 and expires_at <= at)
      else 0 end
    into spendable from wallets w where w.member_id = of_member and w.unit = wanted.unit;
    spendable := coalesce(spendable, 0);
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
create function pistis_take(of_member uuid, voucher jsonb)
returns jsonb language plpgsql as $$
declare
  wanted rewards;
  had bigint;
begin
  select * into wanted from rewards where id = (voucher ->> 'reward_id')::uuid;
  if wanted.stock = 0 then
    return '{"code": "REWARD_UNAVAILABLE", "reason": "OUT_OF_STOCK"}';
  end if;
  if wanted.per_member_limit is not null then
    select count(*) into had from vouchers
    where reward_id = wanted.id and member_id = of_member and state <> 'CANCELLED';
    if had >= wanted.per_member_limit then
      return '{"code": "REWARD_UNAVAILABLE", "reason": "LIMIT_REACHED"}';
    end if;
  end if;
  if wanted.stock is not null then
    update rewards set stock = stock - 1 where id = wanted.id;
  end if;
  return null;
end $$;

-- Tell a member: the next numbers of its sequence, in this order.
create function pistis_tell(of_member uuid, sequence_before bigint, notices jsonb, at timestamptz)
returns jsonb language sql
begin atomic
  with told as (
    insert into notifications (id, member_id, sequence, kind, args, created_at)
    select uuidv7(), of_member, sequence_before + n, notice ->> 'kind', notice -> 'args', at
    from jsonb_array_elements(notices) with ordinality as listed (notice, n)
    returning id, sequence, kind, args, created_at
  )
  select coalesce(jsonb_agg(to_jsonb(told) order by sequence), '[]') from told;
end;

-- The order, unless one of this source and reference is there: true when it is new.
create function pistis_keep_order(wanted jsonb, of_member uuid, at timestamptz)
returns boolean language plpgsql as $$
begin
  insert into orders (id, source, reference, member_id, state, occurred_at, recorded_at, currency,
    total, programme_version, content_hash, claim_code, document)
  values ((wanted ->> 'id')::uuid, wanted ->> 'source', wanted ->> 'reference', of_member,
    wanted ->> 'state', (wanted ->> 'occurred_at')::timestamptz, at, wanted ->> 'currency',
    (wanted ->> 'total')::bigint, (wanted ->> 'programme_version')::int,
    wanted ->> 'content_hash', wanted ->> 'claim_code', wanted -> 'document')
  on conflict (source, reference) do nothing;
  return found;
end $$;

-- What one posting does to its member, once nothing can refuse it any more.
create function pistis_apply(member members, posting jsonb, at timestamptz)
returns jsonb language plpgsql as $$
declare
  move jsonb;
  told jsonb := '[]';
  voucher jsonb := posting -> 'voucher';
  qualifying jsonb := posting -> 'qualifying';
  tier text := posting ->> 'tier';
begin
  for move in select value from jsonb_array_elements(posting -> 'moves') loop
    perform pistis_move(member.id, move, at);
  end loop;
  if jsonb_typeof(voucher) = 'object' then
    insert into vouchers (id, member_id, reward_id, code, state, unit, price, issued_at, expires_at)
    values ((voucher ->> 'id')::uuid, member.id, (voucher ->> 'reward_id')::uuid,
      voucher ->> 'code', 'ISSUED', voucher ->> 'unit', (voucher ->> 'price')::bigint, at,
      (voucher ->> 'expires_at')::timestamptz);
  end if;
  if jsonb_typeof(qualifying) = 'object' then
    insert into qualifying_days as known (member_id, day, points)
    values (member.id, (qualifying ->> 'day')::date, (qualifying ->> 'points')::bigint)
    on conflict (member_id, day) do update set points = known.points + excluded.points;
  end if;
  if jsonb_array_length(posting -> 'uses') > 0 then
    insert into rule_uses as known (member_id, rule, period, points)
    select member.id, value ->> 'rule', value ->> 'period', (value ->> 'points')::bigint
    from jsonb_array_elements(posting -> 'uses')
    on conflict (member_id, rule, period) do update set points = known.points + excluded.points;
  end if;
  if jsonb_array_length(posting -> 'offer_ids') > 0 then
    insert into offer_uses (id, offer_id, member_id, order_id)
    select uuidv7(), value::uuid, member.id, (posting ->> 'order_id')::uuid
    from jsonb_array_elements_text(posting -> 'offer_ids');
  end if;
  if tier is not null then
    insert into tier_moves (id, member_id, tier, cause, at)
    values (uuidv7(), member.id, tier, posting ->> 'tier_cause', at);
  end if;
  if jsonb_array_length(posting -> 'notices') > 0 then
    told := pistis_tell(member.id, member.sequence, posting -> 'notices', at);
  end if;
  update members set
    version = version + 1,
    sequence = sequence + jsonb_array_length(told),
    order_count = order_count + (posting ->> 'counts_order')::int,
    tier = coalesce(posting ->> 'tier', members.tier),
    tier_since = case when posting ->> 'tier' is null then tier_since else at end
  where id = member.id;
  return jsonb_build_object('version', member.version + 1, 'told', told);
end $$;

-- One posting of a batch. `fresh`: its key is claimed here and now (or it has none). `overtaken`:
-- one of its member's before it was stale, so this one was judged on what has not happened.
create function pistis_post_one(posting jsonb, fresh boolean, overtaken boolean, at timestamptz)
returns jsonb language plpgsql as $$
declare
  claim jsonb := posting -> 'claim';
  wanted jsonb := posting -> 'order';
  fact jsonb := posting -> 'event';
  member members;
  known record;
  refusal jsonb;
  outcome jsonb := '{}';
begin
  if not fresh then
    select fingerprint, result into known from idempotency_keys
    where (actor, mutation, key) = (claim ->> 'actor', claim ->> 'mutation', claim ->> 'key');
    if not found then
      return '{"outcome": "stale"}';  -- as its twin in this batch was
    elsif known.result is not null then
      return jsonb_build_object('outcome', 'replayed', 'fingerprint', known.fingerprint,
        'result', known.result);
    end if;
    -- A key without a result was claimed earlier in this very transaction.
  end if;
  if posting ->> 'member_id' is not null then
    select * into strict member from members where id = (posting ->> 'member_id')::uuid;
    if posting ->> 'version' is not null
       and (overtaken or member.version <> (posting ->> 'version')::bigint) then
      return jsonb_build_object('outcome', case when exists (
        select from orders
        where (source, reference) = (wanted ->> 'source', wanted ->> 'reference'))
        then 'order_exists' else 'stale' end);
    end if;
    refusal := pistis_unbearable(member.id, posting -> 'moves', at);
    if refusal is null and jsonb_typeof(posting -> 'voucher') = 'object' then
      refusal := pistis_take(member.id, posting -> 'voucher');
    end if;
    if refusal is not null then
      return jsonb_build_object('outcome', 'refused', 'result',
        jsonb_build_object('refused', refusal));
    end if;
  end if;
  if jsonb_typeof(wanted) = 'object' and not pistis_keep_order(wanted, member.id, at) then
    return '{"outcome": "order_exists"}';
  end if;
  if member.id is not null then
    outcome := pistis_apply(member, posting, at);
  end if;
  if jsonb_typeof(fact) = 'object' then
    insert into outbox (kind, payload) values (fact ->> 'kind', fact -> 'payload');
  end if;
  return outcome || jsonb_build_object('outcome', 'posted', 'result', posting -> 'result');
end $$;

-- A batch of postings, each with its own outcome. Locks are taken in one order by all callers
-- (keys, rewards with a stock, members), so batches cannot stop one another for ever.
create function pistis_post(batch jsonb) returns jsonb language plpgsql as $$
declare
  at timestamptz := pistis_now();
  claimed text[];
  overtaken uuid[] := '{}';
  posting jsonb;
  claim jsonb;
  name text;
  of_member uuid;
  outcome jsonb;
  outcomes jsonb[] := '{}';
begin
  with wanted as (
    select n, posted -> 'claim' as c, posted -> 'result' as result
    from jsonb_array_elements(batch) with ordinality as listed (posted, n)
    where jsonb_typeof(posted -> 'claim') = 'object'
  ), made as (
    insert into idempotency_keys (actor, mutation, key, fingerprint, result)
    select distinct on (c ->> 'actor', c ->> 'mutation', c ->> 'key')
      c ->> 'actor', c ->> 'mutation', c ->> 'key', c ->> 'fingerprint', result from wanted
    order by 1, 2, 3, n on conflict do nothing returning actor, mutation, key
  )
  select coalesce(array_agg(concat_ws(chr(31), actor, mutation, key)), array[]::text[]) into claimed
  from made;

  perform 1 from rewards where stock is not null and id in (
    select (posted -> 'voucher' ->> 'reward_id')::uuid from jsonb_array_elements(batch) as posted)
  order by id for no key update;
  perform 1 from members where id in (
    select (posted ->> 'member_id')::uuid from jsonb_array_elements(batch) as posted)
  order by id for no key update;

  for posting in select value from jsonb_array_elements(batch) loop
    claim := posting -> 'claim';
    of_member := (posting ->> 'member_id')::uuid;
    name := case when jsonb_typeof(claim) = 'object' then
      concat_ws(chr(31), claim ->> 'actor', claim ->> 'mutation', claim ->> 'key') end;
    outcome := pistis_post_one(
      posting, name is null or name = any (claimed),
      coalesce(of_member = any (overtaken), false), at);
    if outcome ->> 'outcome' = 'stale' and of_member is not null then
      overtaken := overtaken || of_member;
    end if;
    if name is not null then
      claimed := array_remove(claimed, name);  -- a twin in this batch finds what this one did
      if outcome ->> 'outcome' in ('stale', 'order_exists') then
        delete from idempotency_keys
        where (actor, mutation, key) = (claim ->> 'actor', claim ->> 'mutation', claim ->> 'key');
      elsif outcome ->> 'outcome' in ('posted', 'refused') then
        update idempotency_keys set result = outcome -> 'result'
        where (actor, mutation, key) = (claim ->> 'actor', claim ->> 'mutation', claim ->> 'key')
          and result is distinct from outcome -> 'result';
      end if;
    end if;
    outcomes := outcomes || outcome;
  end loop;
  return to_jsonb(outcomes);
end $$;
