-- The order of commits of what is in the ledger, as far as a reader can know it (domain/outbox.py).
alter table transactions add column xid xid8 not null default pg_current_xact_id();
create index transactions_in_commit_order on transactions (xid, id);
create index transfers_of_transaction on transfers (transaction_id);

-- Microseconds since 1970: however a session writes dates, they hash alike.
create function pistis_micros(at timestamptz) returns bigint language sql stable
return (extract(epoch from at) * 1000000)::bigint;

create function pistis_sha256(content text) returns text language sql stable
return encode(sha256(convert_to(content, 'UTF8')), 'hex');

-- A line for each record that came with a transaction: itself, its lot, its transfers, and with the
-- first one of a wallet that wallet. What is hashed are ids, numbers, instants and the keys of
-- texts, all for good; what changes (what remains in a lot, balances) follows from them.
create view ledger_lines as
select x.xid, x.id as transaction_id, 'transactions/' || x.id as record,
  pistis_sha256(json_build_array(x.id, x.xid::text, x.member_id, x.unit, x.version, x.kind,
    x.points, x.balance_after, pistis_micros(x.occurred_at), pistis_micros(x.recorded_at),
    x.natural_key, x.order_id, x.voucher_id, x.reverses, x.programme_version, x.title,
    x.explanation)::text) as digest
from transactions x
union all
select x.xid, x.id, 'lots/' || l.id,
  pistis_sha256(json_build_array(l.id, l.member_id, l.unit, l.points,
    pistis_micros(l.earned_at), pistis_micros(l.expires_at))::text)
from transactions x join lots l on l.id = x.id
union all
select x.xid, x.id, 'transfers/' || t.id,
  pistis_sha256(json_build_array(t.id, t.transaction_id, t.member_id, t.unit, t.debit, t.credit,
    t.points, t.lot_id)::text)
from transactions x join transfers t on t.transaction_id = x.id
union all
select x.xid, x.id, 'wallets/' || w.id,
  pistis_sha256(json_build_array(w.id, w.member_id, w.unit)::text)
from transactions x join wallets w on (w.member_id, w.unit) = (x.member_id, x.unit)
where x.version = 1;

-- What a seal holds: the lines of the transactions after one place in the order of commits, up to
-- and including another. From row to row by index: the planner takes such a range for a quarter of
-- the table, and would read lots and transfers whole for each seal.
create function pistis_lines(after_xid bigint, after_id uuid, to_xid bigint, to_id uuid)
returns text language sql stable
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off
return (
  select string_agg(record || ' ' || digest, chr(10)
    order by xid, transaction_id, record collate "C")
  from ledger_lines
  where (xid, transaction_id) > (after_xid::text::xid8, after_id)
    and (xid, transaction_id) <= (to_xid::text::xid8, to_id));

create function pistis_seal_hash(number bigint, previous text, sealed_at timestamptz, xid bigint,
  transaction_id uuid, lines text)
returns text language sql stable
return pistis_sha256(
  concat_ws(chr(10), number, previous, pistis_micros(sealed_at), xid, transaction_id, lines));

create trigger seals_append_only before update or delete or truncate on seals
  for each statement execute function refuse_change();

-- A wallet that does not add up moves nothing until somebody has looked at it. As a lock that is
-- not to be had: its posting alone fails, and may come again.
create function refuse_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'wallets/% is frozen', old.id using errcode = '55P03';
end $$;

create trigger wallets_frozen before update on wallets for each row
  when (old.frozen and new.frozen) execute function refuse_frozen();

create unique index one_open_problem_a_record on ledger_problems (record, text)
  where released_at is null;
insert into ledger_checks
  (id, xid, transaction_id, wallet_id, seal_number, head_number, wallets_checked)
values (1, 0, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 0, 0, 0);

grant select, insert on seals to pistis_app;
grant select, insert, update on ledger_problems to pistis_app;
grant select, update on ledger_checks to pistis_app;
grant select on ledger_lines to pistis_app;
grant usage on all sequences in schema public to pistis_app;

-- The role that serves changes of a lot only what remains of it, and takes away no lot or wallet.
revoke update, delete, truncate on lots from pistis_app;
grant update (remaining) on lots to pistis_app;
revoke delete, truncate on wallets from pistis_app;
