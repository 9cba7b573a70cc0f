-- Vouchers that orders take.

create index vouchers_of_order on vouchers (order_id) where order_id is not null;

-- Everything else of these postings; `sequences`: the member's last notification before each.
create or replace function pistis_write_others(
  batch jsonb, asked pistis_posting[], sequences bigint[], applied int[], at timestamptz
) returns void language plpgsql as $$
declare
  wanted int;
  marked int;
begin
  if batch ? 'vouchers' then
    insert into vouchers (id, member_id, reward_id, code, state, unit, price, issued_at, expires_at)
    select id, (asked[n]).member_id, reward_id, code, 'ISSUED', unit, price, at, expires_at
    from jsonb_to_recordset(batch -> 'vouchers') as v (n int, id uuid, reward_id uuid, code text,
      unit text, price bigint, expires_at timestamptz)
    where n = any (applied);
  end if;
  if batch ? 'marks' then
    select count(*) into wanted from jsonb_to_recordset(batch -> 'marks') as m (n int)
    where n = any (applied);
    update vouchers v set state = m.state, order_id = m.order_id,
      order_reference = m.order_reference,
      used_at = case when m.state = 'USED' then at end,
      cancelled_at = case when m.state = 'CANCELLED' then at end
    from jsonb_to_recordset(batch -> 'marks') as m (n int, id uuid, was text, state text,
      order_id uuid, order_reference text)
    where n = any (applied) and v.id = m.id and v.state = m.was
      and v.member_id = (asked[n]).member_id;
    get diagnostics marked = row_count;
    if marked < wanted then
      raise exception 'a voucher is not as it was judged' using errcode = '23514';
    end if;
    insert into outbox (kind, payload)
    select 'VoucherUsed', jsonb_build_object('member_id', (asked[n]).member_id, 'voucher_id', id)
    from jsonb_to_recordset(batch -> 'marks') as m (n int, id uuid, state text)
    where n = any (applied) and state = 'USED';
  end if;
  if batch ? 'qualifying' then
    insert into qualifying_days as known (member_id, day, points)
    select (asked[n]).member_id, day, sum(points)
    from jsonb_to_recordset(batch -> 'qualifying') as q (n int, day date, points bigint)
    where n = any (applied) group by 1, 2
    on conflict (member_id, day) do update set points = known.points + excluded.points;
  end if;
  if batch ? 'uses' then
    insert into rule_uses as known (member_id, rule, period, points)
    select (asked[n]).member_id, rule, period, sum(points)
    from jsonb_to_recordset(batch -> 'uses') as u (n int, rule text, period text, points bigint)
    where n = any (applied) group by 1, 2, 3
    on conflict (member_id, rule, period) do update set points = known.points + excluded.points;
  end if;
  if batch ? 'offer_uses' then
    insert into offer_uses (id, offer_id, member_id, order_id)
    select uuidv7(), offer_id, (asked[n]).member_id, order_id
    from jsonb_to_recordset(batch -> 'offer_uses') as o (n int, offer_id uuid, order_id uuid)
    where n = any (applied);
  end if;
  if batch ? 'notices' then
    insert into notifications (id, member_id, sequence, kind, args, created_at)
    select id, (asked[n]).member_id,
      sequences[n] + row_number() over (partition by n order by place), kind, args, at
    from rows from (jsonb_to_recordset(batch -> 'notices') as (
      n int, id uuid, kind text, args jsonb)) with ordinality as t (n, id, kind, args, place)
    where n = any (applied);
  end if;
  insert into tier_moves (id, member_id, tier, cause, at)
  select uuidv7(), member_id, tier, tier_cause, at
  from unnest(asked) where tier is not null and n = any (applied);
  insert into outbox (kind, payload)
  select kind, payload from unnest(asked) where kind is not null and n = any (applied) order by n;
end $$;
