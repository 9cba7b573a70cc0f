-- A batch of postings in one go: locked as far as it can be at once, judged one after the other in
-- memory, then written with one statement a table. Its rows come by table, each with the number `n`
-- of its posting: postings, orders, moves, vouchers, qualifying, uses, offer_uses, notices.

-- Claims the keys of these postings, those that are new: the numbers of these.
create function pistis_claim(asked pistis_posting[], wanted int[]) returns int[]
language sql begin atomic
  with chosen as (
    select actor, mutation, key, fingerprint, result, n from unnest(asked)
    where key is not null and n = any (wanted)
  ), made as (
    insert into idempotency_keys (actor, mutation, key, fingerprint, result)
    select actor, mutation, key, fingerprint, result from chosen order by actor, mutation, key
    on conflict do nothing returning actor, mutation, key
  )
  select coalesce(array_agg(n), '{}') from made join chosen using (actor, mutation, key);
end;

-- The same, waiting for keys that others have claimed and not committed, for as long as
-- lock_timeout says; `in_progress`: those that were waited for in vain.
create function pistis_claim_patiently(
  asked pistis_posting[], wanted int[], out claimed int[], out in_progress int[]
) language plpgsql as $$
declare
  patience text := current_setting('lock_timeout');
  each int;
begin
  in_progress := '{}';
  begin
    claimed := pistis_claim(asked, wanted);
    return;
  exception when lock_not_available then
    claimed := '{}';
  end;
  perform set_config('lock_timeout', '2ms', true);
  foreach each in array wanted loop
    begin
      claimed := claimed || pistis_claim(asked, array[each]);
    exception when lock_not_available then
      in_progress := in_progress || each;
    end;
  end loop;
  perform set_config('lock_timeout', patience, true);
end $$;

-- Claims keys for postings that this transaction will come to: those held by others in vain.
create function pistis_hold(claims jsonb) returns int[] language plpgsql as $$
declare
  asked pistis_posting[] := array(
    select c from jsonb_populate_recordset(null::pistis_posting, claims) as c);
begin
  return (pistis_claim_patiently(asked, array(select n from unnest(asked)))).in_progress;
end $$;

-- Keeps the orders of these postings, those that are new: the numbers of these.
create function pistis_keep(batch jsonb, asked pistis_posting[], wanted int[], at timestamptz)
returns int[] language sql begin atomic
  with listed as (
    select * from jsonb_to_recordset(batch -> 'orders') as o (n int, id uuid, source text,
      reference text, state text, occurred_at timestamptz, currency text, total bigint,
      programme_version int, content_hash text, claim_code text, document jsonb)
    where n = any (wanted)
  ), made as (
    insert into orders (id, source, reference, member_id, state, occurred_at, recorded_at,
      currency, total, programme_version, content_hash, claim_code, document)
    select o.id, source, reference, member_id, state, occurred_at, at, currency, total,
      programme_version, content_hash, claim_code, document
    from listed o join unnest(asked) using (n) order by source, reference
    on conflict (source, reference) do nothing returning id
  )
  select coalesce(array_agg(n), '{}') from made join listed using (id);
end;

-- Keys and orders at once, or nothing: for who may not wait. An uncommitted twin elsewhere can be
-- seen only by waiting for it, so this waits for a moment and no longer.
create function pistis_open(
  batch jsonb, asked pistis_posting[], wanted int[], at timestamptz,
  out claimed int[], out kept int[]
) language plpgsql as $$
declare
  patience text := current_setting('lock_timeout');
begin
  perform set_config('lock_timeout', '2ms', true);
  claimed := pistis_claim(asked, wanted);
  kept := pistis_keep(batch, asked, (
    select array_agg(n) from unnest(asked)
    where n = any (wanted) and (key is null or n = any (claimed))), at);
  perform set_config('lock_timeout', patience, true);
exception when lock_not_available then
  claimed := null;
end $$;

-- Locks the members of these postings and the rewards with a stock: the numbers of those that it
-- has. Who may not wait leaves what another holds.
create function pistis_lock(
  asked pistis_posting[], wanted int[], waits boolean, out free int[]
) language plpgsql as $$
declare
  members_wanted uuid[];
  rewards_wanted uuid[];
  members_held uuid[];
  rewards_held uuid[];
begin
  select array_agg(member_id) into members_wanted from unnest(asked) where n = any (wanted);
  select array_agg(r.id) into rewards_wanted from unnest(asked) a
  join rewards r on r.id = a.reward_id where r.stock is not null and n = any (wanted);
  if waits then
    perform from members where id = any (members_wanted) order by id for no key update;
    perform from rewards where id = any (rewards_wanted) order by id for no key update;
    free := wanted;
    return;
  end if;
  select array_agg(id) into members_held from (
    select id from members where id = any (members_wanted)
    order by id for no key update skip locked) m;
  if rewards_wanted is not null then
    select array_agg(id) into rewards_held from (
      select id from rewards where id = any (rewards_wanted)
      order by id for no key update skip locked) r;
  end if;
  select coalesce(array_agg(n), '{}') into free from unnest(asked)
  where n = any (wanted) and (member_id is null or member_id = any (members_held))
    and (reward_id is null or reward_id <> all (coalesce(rewards_wanted, '{}'))
      or reward_id = any (rewards_held));
end $$;

-- What was claimed and kept for postings that did not come to pass.
create function pistis_undo(
  batch jsonb, asked pistis_posting[], undone int[], kept int[], applied int[]
) returns void language plpgsql as $$
begin
  if cardinality(undone) > 0 then
    delete from idempotency_keys k using unnest(asked) a
    where a.n = any (undone) and (k.actor, k.mutation, k.key) = (a.actor, a.mutation, a.key);
  end if;
  if not kept <@ applied then
    delete from orders where id in (
      select id from jsonb_to_recordset(batch -> 'orders') as o (n int, id uuid)
      where n = any (kept) and not n = any (applied));
  end if;
end $$;

-- Judges the postings that are `fresh`, one member's after the other in memory, and writes those
-- that nothing refuses. `kept`: those whose order is new.
create function pistis_settle(
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
  refusal jsonb;
  gained numeric;
  p record;
begin
  select coalesce(sum(points) filter (where points > 0), 0) into gained from unnest(moves);
  for p in
    select a.n, a.member_id, a.version, a.key is not null as has_key, a.has_order, a.reward_id,
      m.version as found_version, m.sequence as found_sequence, coalesce(a.notices, 0) as notices,
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
      end if;
    end if;
  end loop;
  perform pistis_undo(batch, asked, undone, kept, applied);
  perform pistis_write(batch, asked, moves, sequences, applied, at);
  return outcomes;
end $$;

-- Posts a batch: an outcome for each posting, in order, and the instant. Who `waits` locks what it
-- needs, for as long as lock_timeout says; who does not leaves a posting of which another has a
-- row, the key or the order: "locked", nothing done. Among those who wait: keys, members, rewards,
-- orders, each sorted. Who does not wait cannot be part of a circle.
create function pistis_post(batch jsonb, waits boolean)
returns jsonb language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  at timestamptz := pistis_now();
  asked pistis_posting[];
  moves pistis_moving[];
  outcomes jsonb[];
  firsts int[];   -- postings whose key no other before them bears
  free int[];     -- of these, those whose rows are locked
  fresh int[];    -- of these, those that have no result yet
  claimed int[] := '{}';
  kept int[] := '{}';
  held int[] := '{}';   -- of these, those whose key this transaction has claimed before
  more int[];
  also int[];
  each int;
  known record;
begin
  select array_agg(p order by n) into asked
  from jsonb_populate_recordset(null::pistis_posting, batch -> 'postings') as p;
  select array_agg(m) into moves
  from jsonb_populate_recordset(null::pistis_moving, batch -> 'moves') as m;
  outcomes := array_fill('{"outcome": "locked"}'::jsonb, array[cardinality(asked)]);
  select array_agg(n) into firsts from (
    select distinct on (actor, mutation, key, case when key is null then n end) n
    from unnest(asked) order by actor, mutation, key, case when key is null then n end, n) f;

  if waits then
    select * into claimed, more from pistis_claim_patiently(asked, firsts);
    foreach each in array more loop
      outcomes[each] := '{"outcome": "in_progress"}';
    end loop;
    free := pistis_lock(asked, array(
      select unnest(firsts) except select unnest(more)), true);
  else
    free := pistis_lock(asked, firsts, false);
    select * into claimed, kept from pistis_open(batch, asked, free, at);
    if claimed is null then
      claimed := '{}';
      kept := '{}';
      foreach each in array free loop
        select * into more, also from pistis_open(batch, asked, array[each], at);
        if more is null then
          free := array_remove(free, each);
        else
          claimed := claimed || more;
          kept := kept || also;
        end if;
      end loop;
    end if;
  end if;

  fresh := free;
  if cardinality(claimed) < cardinality(free) then
    for known in
      select a.n, k.id, k.fingerprint, k.result from unnest(asked) a
      left join idempotency_keys k
        on (k.actor, k.mutation, k.key) = (a.actor, a.mutation, a.key)
      where a.n = any (free) and a.key is not null and not a.n = any (claimed)
    loop
      -- A key without a result was claimed earlier in this very transaction.
      if known.id is not null and known.result is null then
        held := held || known.n;
        continue;
      end if;
      fresh := array_remove(fresh, known.n);
      if known.id is not null then
        outcomes[known.n] := jsonb_build_object('outcome', 'replayed',
          'fingerprint', known.fingerprint, 'result', known.result);
      end if;
    end loop;
  end if;
  if waits then
    kept := pistis_keep(batch, asked, fresh, at);
  end if;
  outcomes := pistis_settle(batch, asked, moves, outcomes, fresh, kept, at);
  if cardinality(held) > 0 then
    update idempotency_keys k set result = a.result from unnest(asked) a
    where a.n = any (held) and outcomes[a.n] ->> 'outcome' = 'posted'
      and (k.actor, k.mutation, k.key) = (a.actor, a.mutation, a.key);
  end if;

  if cardinality(firsts) < cardinality(asked) then
    -- A twin finds what the first of its key did.
    for known in
      select a.n, f.n as first, f.fingerprint, f.result from unnest(asked) a
      join unnest(asked) f on (f.actor, f.mutation, f.key) = (a.actor, a.mutation, a.key)
      where f.n = any (firsts) and not a.n = any (firsts)
    loop
      outcomes[known.n] := case outcomes[known.first] ->> 'outcome'
        when 'posted' then jsonb_build_object('outcome', 'replayed',
          'fingerprint', known.fingerprint, 'result', known.result)
        when 'refused' then outcomes[known.first]
          || jsonb_build_object('outcome', 'replayed', 'fingerprint', known.fingerprint)
        when 'order_exists' then '{"outcome": "stale"}'
        else outcomes[known.first] end;
    end loop;
  end if;
  return jsonb_build_object('at', at, 'outcomes', outcomes);
end $$;
