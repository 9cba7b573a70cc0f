-- What is left of each member's orders, by line, in the programme's currency. The database keeps it
-- with the orders it is of, whoever changes them: what a condition finds is what they say.
create index purchases_of_members on purchases (member_id, occurred_at) include (amount_minor);
alter table purchases add constraint purchase_by_line check (
  amount_minor >= 0 and cardinality(amounts) > 0 and cardinality(skus) = cardinality(amounts)
  and cardinality(categories) = cardinality(amounts)
  and cardinality(brands) = cardinality(amounts));
grant select, insert, update, delete on purchases to pistis_app;

-- Shares a total out by weights: largest remainder, of equal ones the earlier first (domain/money).
create function pistis_spread(total numeric, weights bigint[]) returns bigint[]
language sql immutable begin atomic
  with shared as (
    select n, div(total * w, whole) as share,
      row_number() over (order by mod(total * w, whole) desc, n) as place
    from unnest(weights) with ordinality as listed (w, n),
      (select nullif(sum(w), 0) as whole from unnest(weights) as each (w)) as summed
  )
  select array_agg(coalesce(
    share + (place <= total - (select sum(share) from shared))::int, 0)::bigint order by n)
  from shared;
end;

-- What is taken off the goods of an order beside their own discounts, as domain/orders/price says:
-- what vouchers and points pay is paid too where it earns.
create function pistis_off_goods(document jsonb) returns numeric
language sql immutable begin atomic
  select coalesce((
      select sum((each ->> 'amount')::numeric) from jsonb_array_elements(document -> 'discounts')
      as each), 0)
    + case when (document #> '{payment,earns}')::boolean then 0
      else coalesce((document #>> '{payment,points,worth}')::numeric, 0) + coalesce((
        select sum((each ->> 'goods')::numeric)
        from jsonb_array_elements(document #> '{payment,vouchers}') as each), 0) end;
end;

-- What an order's document says was bought. `back`: [line, pieces] of what was returned, or null.
-- Amounts are null when nothing is left.
create function pistis_bought(
  document jsonb, back jsonb, out amount_minor bigint, out skus text[], out categories text[],
  out brands text[], out amounts bigint[]
) language plpgsql immutable as $$
declare
  shares bigint[];
  minor numeric;
  worth numeric;
begin
  select array_agg(sku order by n), array_agg(category order by n), array_agg(brand order by n),
    array_agg(quantity * unit_price - coalesce(discount, 0) order by n)
  into skus, categories, brands, amounts
  from rows from (jsonb_to_recordset(document -> 'lines') as (sku text, category text, brand text,
    quantity bigint, unit_price bigint, discount bigint)) with ordinality
    as line (sku, category, brand, quantity, unit_price, discount, n);
  if document ? 'discounts' or document ? 'payment' then
    shares := pistis_spread(pistis_off_goods(document), amounts);
    amounts := array(select amounts[n] - shares[n] from generate_subscripts(amounts, 1) as n);
  end if;
  if back is not null then
    select array_agg(sku order by n), array_agg(category order by n), array_agg(brand order by n),
      array_agg((amount - div(amount * returned, quantity))::bigint order by n)
    into skus, categories, brands, amounts
    from (
      select n, skus[n] as sku, categories[n] as category, brands[n] as brand,
        amounts[n]::numeric as amount, (line ->> 'quantity')::numeric as quantity, (
          select coalesce(sum((pair ->> 1)::numeric), 0) from jsonb_array_elements(back) as pair
          where (pair ->> 0)::bigint = n) as returned
      from jsonb_array_elements(document -> 'lines') with ordinality as listed (line, n)) as left_
    where returned < quantity;
  end if;
  select sum(each) into amount_minor from unnest(amounts) as each;
  if document ? 'rate' and amounts is not null then
    minor := document #>> '{rate,0}';
    worth := document #>> '{rate,1}';
    amount_minor := div(2 * amount_minor * worth + minor, 2 * minor);
    amounts := pistis_spread(amount_minor, amounts);
  end if;
end $$;

-- Writes the purchases of these orders anew.
create function pistis_purchases(wanted uuid[]) returns void language sql begin atomic
  delete from purchases where order_id = any (wanted);
  insert into purchases (order_id, member_id, occurred_at, amount_minor, skus, categories, brands,
    amounts)
  select o.id, o.member_id, o.occurred_at, b.amount_minor, b.skus, b.categories, b.brands,
    b.amounts
  from orders o, pistis_bought(o.document, (
    select jsonb_agg(pair) from refunds r, jsonb_array_elements(r.returned) as pair
    where r.order_id = o.id and r.returned is not null)) as b
  where o.id = any (wanted) and o.member_id is not null and b.amounts is not null
    and o.state in ('COMPLETED', 'DELIVERED', 'PARTLY_REFUNDED');
end;

-- Orders come many at a time, and nothing has come back of a new one.
create function pistis_orders_made() returns trigger language plpgsql as $$
begin
  insert into purchases (order_id, member_id, occurred_at, amount_minor, skus, categories, brands,
    amounts)
  select o.id, o.member_id, o.occurred_at, b.amount_minor, b.skus, b.categories, b.brands,
    b.amounts
  from made o, pistis_bought(o.document, null) as b
  where o.member_id is not null and o.state in ('COMPLETED', 'DELIVERED') and b.amounts is not null;
  return null;
end $$;

create function pistis_order_changed() returns trigger language plpgsql as $$
begin
  perform pistis_purchases(array[new.id]);
  return null;
end $$;

create function pistis_order_gone() returns trigger language plpgsql as $$
begin
  delete from purchases p using gone where p.order_id = gone.id;
  return null;
end $$;

create function pistis_order_returned() returns trigger language plpgsql as $$
begin
  perform pistis_purchases(array[new.order_id]);
  return null;
end $$;

create trigger purchases_made after insert on orders
  referencing new table as made for each statement execute function pistis_orders_made();
create trigger purchases_changed after update of member_id, state, document, occurred_at on orders
  for each row when (
    (old.member_id, old.state, old.document, old.occurred_at)
      is distinct from (new.member_id, new.state, new.document, new.occurred_at))
  execute function pistis_order_changed();
create trigger purchases_gone after delete on orders
  referencing old table as gone for each statement execute function pistis_order_gone();
create trigger purchases_returned after update of order_id, returned on refunds
  for each row when (new.returned is not null) execute function pistis_order_returned();

select pistis_purchases(array(select id from orders where member_id is not null));
