-- Members with their past, as many and as long as the temporary table `wanted` says. A wallet begins
-- with a welcome; then come blocks of four orders and a reward that spends them. One visit every
-- other day, the last yesterday.
create function pg_temp.member(n bigint) returns uuid immutable language sql
return ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

create function pg_temp.act(kind int, v int, n bigint) returns uuid immutable language sql
return ('0190000' || kind || '-' || lpad(to_hex(v), 4, '0') || '-7000-8000-'
  || lpad(to_hex(n), 12, '0'))::uuid;

create temp table steps as
select v, kind, unit, k, past,
  case when v = 1 then case kind when 1 then 100000 else 120 end when k = 4 then -120 else 30 end
    as points,
  case kind when 1 then 100000 else 120 end + case when v = 1 or k = 4 then 0 else 30 * (k + 1) end
    as balance,
  date_trunc('second', now()) - make_interval(days => 1 + 2 * past) as at,
  case when kind = 2 or v = 1 then null else
    (date_trunc('month', now() - make_interval(days => 1 + 2 * past)) + interval '13 months') end
    as expires_at,
  case when k = 4 then 0
    when v = 1 then case when kind = 1 then 100000 when history >= 6 then 0 else 120 end
    when (v - 2) / 5 * 5 + case kind when 1 then 6 else 11 end <= history then 0 else 30 end
    as remaining
from wanted, generate_series(1, history) as v, (values (1, 'POINTS'), (2, 'STARS')) as u (kind, unit),
  lateral (select case when v = 1 then -1 else (v - 2) % 5 end as k, history - v as past) as shape;

insert into members (id, number, state, joined_at, language, terms_version, terms_accepted_at,
  referral_code, tier, tier_since, order_count, version, sequence, read_sequence)
select pg_temp.member(n), lpad(n::text, 10, '0'), 'ACTIVE', now() - interval '10 years',
  (array['el', 'en', 'ru'])[n % 3 + 1], 1, now() - interval '10 years', 'R' || n, 'regular',
  now() - interval '1 year', orders, 1 + history, orders, orders - 3
from wanted, generate_series(1, members) as n,
  lateral (select count(*) as orders from steps where kind = 1 and k between 0 and 3) as counted;

insert into profiles (member_id, first_name, external_id, email)
select pg_temp.member(n), (array['Eleni', 'Nikos', 'Maria', 'Anna', 'Ivan', 'Grace'])[n % 6 + 1],
  'customer-' || n, 'member' || n || '@example.org'
from wanted, generate_series(1, members) as n;

insert into wallets (id, member_id, unit, available, pending, held, debt, version, next_due_at)
select pg_temp.act(kind + 4, 0, n), pg_temp.member(n), unit, balance, 0, 0, 0, history,
  (select min(expires_at) from steps s where s.kind = last.kind and s.remaining > 0)
from wanted, generate_series(1, members) as n, steps as last
where last.v = history;

insert into orders (id, source, reference, member_id, state, occurred_at, recorded_at, currency,
  total, programme_version, content_hash, document)
select pg_temp.act(3, v, n), 'cafe', 'past-' || n || '-' || v, pg_temp.member(n), 'COMPLETED', at,
  at, 'EUR', 2200, 1, md5(n || '-' || v) || md5(v || '-' || n), document
from wanted, steps, generate_series(1, members) as n
where kind = 1 and k between 0 and 3 order by v, n;

insert into transactions (id, member_id, unit, version, kind, points, balance_after, occurred_at,
  recorded_at, natural_key, order_id, programme_version, title, explanation)
select pg_temp.act(kind, v, n), pg_temp.member(n), unit, v,
  case when k = 4 then 'REDEEM' else 'EARN' end, points, balance, at, at,
  case when k between 0 and 3 then 'order:' || pg_temp.act(3, v, n) when v = 1 then 'welcome' end,
  case when k between 0 and 3 then pg_temp.act(3, v, n) end, 1,
  case when v = 1 then '{"key": "welcome"}'::jsonb
    when k = 4 then '{"key": "redeemed", "reward": {"en": "Cake", "ru": "Пирог", "el": "Γλυκό"}}'
    else jsonb_build_object('key', 'order', 'reference', 'past-' || n || '-' || v) end,
  case when k between 0 and 3 then case kind when 1 then explanation_points else explanation_stars end else '[]' end
from wanted, steps, generate_series(1, members) as n order by v, n, kind;

insert into lots (id, member_id, unit, points, remaining, earned_at, expires_at)
select pg_temp.act(kind, v, n), pg_temp.member(n), unit, points, remaining, at, expires_at
from wanted, steps, generate_series(1, members) as n where k < 4 order by v, n, kind;

insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
select pg_temp.act(kind, v, n), pg_temp.member(n), unit, 'issuance', 'available', points,
  pg_temp.act(kind, v, n)
from wanted, steps, generate_series(1, members) as n where k < 4 order by v, n, kind;

insert into transfers (transaction_id, member_id, unit, debit, credit, points, lot_id)
select pg_temp.act(kind, steps.v, n), pg_temp.member(n), unit, 'available', 'redemption', taken.points,
  pg_temp.act(kind, taken.v, n)
from wanted, steps, generate_series(1, members) as n,
  lateral (
    select lot.v, lot.points from steps lot
    where lot.kind = steps.kind and lot.k < 4 and case
      when steps.kind = 1 then lot.v between steps.v - 4 and steps.v - 1
      when steps.v = 6 then lot.v = 1 else lot.v between steps.v - 9 and steps.v - 6 end) as taken
where k = 4 order by steps.v, n, kind;

insert into qualifying_days (member_id, day, points)
select pg_temp.member(n), (at at time zone 'Europe/Athens')::date, points
from wanted, steps, generate_series(1, members) as n
where kind = 1 and k between 0 and 3 and past < 200;

insert into notifications (id, member_id, sequence, kind, args, created_at)
select pg_temp.act(7, sequence::int, n), pg_temp.member(n), sequence, 'POINTS_EARNED',
  jsonb_build_object('transaction', pg_temp.act(1, v, n), 'unit', 'POINTS', 'points', 30), at
from wanted, (
  select v, at, row_number() over (order by v) as sequence from steps
  where kind = 1 and k between 0 and 3) as told, generate_series(1, members) as n
order by sequence, n;
