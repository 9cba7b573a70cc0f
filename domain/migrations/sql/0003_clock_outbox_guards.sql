-- One clock for money: all rules and all expiries go by it.
insert into clock (id, ahead_seconds) values (1, 0);

create function pistis_now() returns timestamptz language sql stable
return now() + (select make_interval(secs => ahead_seconds) from clock where id = 1);

-- The order of commits, as far as a reader can know it (domain/outbox.py).
alter table outbox add column xid xid8 not null default pg_current_xact_id();
create index outbox_in_commit_order on outbox (xid, id);

-- Lots in the order in which they are spent, and those that are due.
create index lots_in_spending_order on lots (member_id, unit, expires_at, earned_at, id)
  where remaining > 0;
create index wallets_with_due_lots on wallets (next_expiry_at) where next_expiry_at is not null;
create index transactions_of_order on transactions (order_id) where order_id is not null;
create index transactions_of_voucher on transactions (voucher_id) where voucher_id is not null;

-- What is written in the ledger stays: no role may change it, not even its owner by mistake.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;

create trigger transactions_append_only before update or delete or truncate on transactions
  for each statement execute function refuse_change();
create trigger transfers_append_only before update or delete or truncate on transfers
  for each statement execute function refuse_change();

-- A published version is a promise.
create function keep_promise() returns trigger language plpgsql as $$
begin
  if old.published_at is not null then
    raise exception 'a published version never changes' using errcode = '42501';
  end if;
  return coalesce(new, old);
end $$;

create trigger programme_versions_frozen before update or delete on programme_versions
  for each row execute function keep_promise();
