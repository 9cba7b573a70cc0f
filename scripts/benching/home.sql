-- The whole home screen of one member ($1) as one statement that a service without GraphQL would
-- have. $2: what it would keep in its code: the programme's units and tiers, and words, by language.
with me as (
  select m.*, p.first_name, case when m.language in ('en', 'ru', 'el') then m.language else 'en' end
    as spoken
  from members m left join profiles p on p.member_id = m.id where m.id = $1
), moment as (select pistis_now() as now), known as (select $2::jsonb as it)
select json_build_object('me', (select json_build_object(
  'id', pg_temp.node('Member', me.id::text),
  'number', me.number,
  'firstName', me.first_name,
  'standing', (select json_build_object(
    'id', pg_temp.node('Standing', me.id::text),
    'tier', known.it -> 'tiers' -> me.tier -> me.spoken,
    'until', null,
    'progress', json_build_object(
      'qualifying', q.points,
      'nextTier', known.it -> 'next' -> me.tier -> me.spoken,
      'missingForNext',
        greatest(0, (known.it -> 'next' -> me.tier ->> 'threshold')::bigint - q.points),
      'missingToKeep', null,
      'windowEndsAt', null))
    from (
      select coalesce(sum(points), 0)::bigint as points,
        (now at time zone (known.it ->> 'zone'))::date as today from qualifying_days
      where member_id = me.id and day between
        (now at time zone (known.it ->> 'zone'))::date - (known.it ->> 'window_days')::int + 1
        and (now at time zone (known.it ->> 'zone'))::date) as q),
  'wallets', (select json_agg(json_build_object(
      'id', pg_temp.node('Wallet', me.id || ':' || w.unit),
      'unit', u.it -> 'unit' -> me.spoken,
      'balance', w.available - case when w.next_due_at <= now then (
        select coalesce(sum(remaining), 0) from lots l where l.member_id = me.id
          and l.unit = w.unit and remaining > 0 and expires_at <= now) else 0 end,
      'pending', w.pending, 'held', w.held, 'debt', w.debt,
      'expirations', json_build_object('nodes', coalesce((
        select json_agg(json_build_object('points', e.points, 'expiresAt', pg_temp.at(expires_at)))
        from (
          select sum(remaining)::bigint as points, expires_at from lots l where l.member_id = me.id
            and l.unit = w.unit and remaining > 0 and expires_at > now
          group by expires_at order by expires_at limit 1) e), '[]')),
      'transactions', json_build_object('nodes', coalesce((
        select json_agg(json_build_object(
          'id', pg_temp.node('Transaction', t.id::text), 'kind', t.kind, 'points', t.points,
          'title', replace(replace(
            known.it -> 'words' -> (t.title ->> 'key') ->> me.spoken,
            '{reference}', coalesce(t.title ->> 'reference', '')),
            '{reward}', coalesce(t.title -> 'reward' ->> me.spoken, '')),
          'occurredAt', pg_temp.at(t.occurred_at)) order by t.version desc)
        from (
          select * from transactions x where x.member_id = me.id and x.unit = w.unit
          order by version desc limit 10) t), '[]'))) order by place)
    from json_array_elements((known.it -> 'units')::json) with ordinality as u (it, place)
    join wallets w on w.member_id = me.id and w.unit = u.it ->> 'code'),
  'offers', json_build_object('nodes', (
    select coalesce(json_agg(json_build_object(
      'id', pg_temp.node('Offer', me.id || ':' || o.id), 'title', o.title ->> me.spoken,
      'endsAt', pg_temp.at(o.ends_at),
      'state', case when is_open then 'ACTIVE' when is_left then 'EXPIRED' else 'COMPLETED' end)
      order by is_open desc, case when is_open then o.ends_at end, o.ends_at desc, o.id), '[]')
    from (
      select o.*, is_left, is_open from offers o
      cross join lateral (
        select count(*) < o.per_member_limit as is_left from offer_uses u
        where u.member_id = me.id and u.offer_id = o.id) used
      cross join lateral (select is_left and o.ends_at > now as is_open) had
      where (o.tiers is null or o.tiers ? me.tier) and o.starts_at <= now
        and o.ends_at > now - interval '30 days'
      order by is_open desc, case when is_open then o.ends_at end, o.ends_at desc, o.id limit 5
    ) o)),
  'unreadNotificationCount', me.sequence - me.read_sequence) from me, moment, known),
'rewards', json_build_object('nodes', (
  select json_agg(json_build_object(
    'id', pg_temp.node('Reward', r.id::text), 'title', r.title ->> me.spoken,
    'imageUrl', r.image_url,
    'price', json_build_object('points', r.price, 'unit', json_build_object('code', r.unit)),
    'redeemability', json_build_object(
      'possible', reason is null, 'reason', reason, 'pointsMissing', missing)) order by r.rank, r.id)
  from me, moment, (
    select * from rewards, moment where available_until is null or available_until > now
    order by rank, id limit 20) r
  left join lateral (
    select w.available from me, wallets w where w.member_id = me.id and w.unit = r.unit) w on true
  cross join lateral (select greatest(0, r.price - coalesce(w.available, 0)) as missing) m
  cross join lateral (
    select case
      when r.available_from > r.now then 'NOT_YET'
      when r.tiers is not null and not r.tiers ? me.tier then 'NOT_YOUR_TIER'
      when r.stock = 0 then 'OUT_OF_STOCK'
      when r.per_member_limit is not null and (
        select count(*) from vouchers v where v.member_id = me.id and v.reward_id = r.id
          and v.state <> 'CANCELLED') >= r.per_member_limit then 'LIMIT_REACHED'
      when missing > 0 then 'NOT_ENOUGH_POINTS' end as reason) j)))::text
