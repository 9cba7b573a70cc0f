-- Dates of lots that move: what a member does can make points last longer, and so can the team.

-- A movement that says `kept_until` moves the dates of the wallet's lots to it, or, where it says
-- `lots`, of these: of all that are not over, for points come back into lots that were spent. It
-- stands in the transaction, so the chain covers it, and what a lot was born with as well.
create index lots_spent_with_date on lots (member_id, unit, expires_at)
  where remaining = 0 and expires_at is not null;

create function pistis_move_dates() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  until timestamptz := (new.title ->> 'kept_until')::timestamptz;
  named uuid[] := array(select jsonb_array_elements_text(new.title -> 'lots')::uuid);
  moved bigint;
  moved_too bigint;
begin
  update lots set first_expires_at = coalesce(first_expires_at, expires_at), expires_at = until
  where member_id = new.member_id and unit = new.unit and remaining > 0
    and expires_at > new.recorded_at and expires_at < until
    and (not new.title ? 'lots' or id = any (named));
  get diagnostics moved = row_count;
  update lots set first_expires_at = coalesce(first_expires_at, expires_at), expires_at = until
  where member_id = new.member_id and unit = new.unit and remaining = 0
    and expires_at > new.recorded_at and expires_at < until
    and (not new.title ? 'lots' or id = any (named));
  get diagnostics moved_too = row_count;
  if moved + moved_too > 0 then
    update wallets w set next_due_at = pistis_next_due(new.member_id, new.unit)
    where w.member_id = new.member_id and w.unit = new.unit;
  end if;
  return null;
end $$;

create trigger transactions_move_dates after insert on transactions for each row
  when (new.title ? 'kept_until') execute function pistis_move_dates();

-- Nobody's points end earlier than they were promised to.
create function refuse_earlier() returns trigger language plpgsql as $$
begin
  raise exception 'the date of a lot only gets later' using errcode = '42501';
end $$;

create trigger lots_end_no_earlier before update on lots for each row
  when (old.expires_at is distinct from new.expires_at
    and (old.expires_at < new.expires_at) is not true)
  execute function refuse_earlier();

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
    pistis_micros(l.earned_at), pistis_micros(coalesce(l.first_expires_at, l.expires_at)))::text)
from transactions x join lots l on l.id = x.id and l.brought_by is null
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
from transactions x join pending_points p on p.id = x.id
union all
select x.xid, x.id, 'lots/' || l.id,
  pistis_sha256(json_build_array(l.id, l.member_id, l.unit, l.points, pistis_micros(l.earned_at),
    pistis_micros(coalesce(l.first_expires_at, l.expires_at)), l.brought_by, l.origin)::text)
from transactions x join lots l on l.brought_by = x.id;

-- What a member has in a wallet at an instant, waiting and held points too: what it may take at most
-- is judged by that.
create function pistis_holdings(w wallets, at timestamptz) returns bigint language sql stable
return (pistis_spendable(w.member_id, w.unit, at)
  + coalesce((select sum(remaining) from pending_points
      where member_id = w.member_id and unit = w.unit and remaining > 0
        and coalesce(least(releases_at, cancels_at) > at, true)), 0)
  + coalesce((select sum(points) from holds
      where member_id = w.member_id and unit = w.unit and state = 'OPEN' and expires_at > at),
    0))::bigint;

-- What is back in the balance, or new in it, by the clock, but not written yet: out of holds that are
-- over, and what has waited long enough. With its dates.
create function pistis_coming_back(of_member uuid, of_unit text)
returns table (expires_at timestamptz, points bigint) language sql stable
begin atomic
  select l.expires_at, t.points
  from wallets w
  join holds h on (h.member_id, h.unit) = (w.member_id, w.unit) and h.state = 'OPEN'
  join transfers t on t.transaction_id = h.id and t.credit = 'held'
  join lots l on l.id = t.lot_id
  where w.member_id = of_member and w.unit = of_unit and w.next_due_at <= pistis_now()
    and h.expires_at <= pistis_now()
  union all
  select p.expires_at, p.remaining
  from wallets w join pending_points p on (p.member_id, p.unit) = (w.member_id, w.unit)
  where w.member_id = of_member and w.unit = of_unit and w.next_due_at <= pistis_now()
    and p.remaining > 0 and p.releases_at <= pistis_now()
    and (p.cancels_at is null or p.releases_at < p.cancels_at);
end;

alter table expiry_warnings
  add constraint one_warning_a_wallet unique (member_id, unit);
grant select, insert, update, delete on expiry_warnings to pistis_app;
