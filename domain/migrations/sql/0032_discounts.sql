-- Counters of what discounts have taken of their budgets; never over them: see orders/budgets.py.
alter table discount_budgets add constraint spent_never_negative check (spent >= 0);
grant select, insert on discount_budgets to pistis_app;
grant update (spent) on discount_budgets to pistis_app;

-- What discounts take off each of so many lines, out of a list of them as an order's document has it.
create function pistis_off_lines(offs jsonb, lines int) returns bigint[]
language sql immutable begin atomic
  select array_agg(coalesce((
    select sum((pair ->> 1)::bigint) from jsonb_array_elements(offs) as each,
      jsonb_array_elements(each -> 'lines') as pair where (pair ->> 0)::int = n), 0)::bigint
    order by n)
  from generate_series(1, lines) as n;
end;

-- As in 0029, less what discount rules take off: off their own lines, before vouchers and points are
-- shared out over what they leave; of what came back, what they take off the rest of the order
-- (domain/orders/price, discounts_left).
create or replace function pistis_bought(
  document jsonb, back jsonb, out amount_minor bigint, out skus text[], out categories text[],
  out brands text[], out amounts bigint[]
) language plpgsql immutable as $$
declare
  offs jsonb := case when (document #> '{payment,rules_off,is_bound}')::boolean
      and (document #> '{payment,earns}')::boolean is not true
    then coalesce(document #> '{payment,rules_off,taken}', '[]') end;
  shares bigint[];
  priced bigint[];
  paid bigint[];
  borne bigint[];
  minor numeric;
  worth numeric;
begin
  select array_agg(sku order by n), array_agg(category order by n), array_agg(brand order by n),
    array_agg(quantity * unit_price - coalesce(discount, 0) order by n)
  into skus, categories, brands, amounts
  from rows from (jsonb_to_recordset(document -> 'lines') as (sku text, category text, brand text,
    quantity bigint, unit_price bigint, discount bigint)) with ordinality
    as line (sku, category, brand, quantity, unit_price, discount, n);
  if offs is not null then
    shares := pistis_spread(pistis_off_goods(document - 'payment'), amounts);
    priced := array(select amounts[n] - shares[n] from generate_subscripts(amounts, 1) as n);
    borne := pistis_off_lines(offs, cardinality(amounts));
    if offs = '[]' then
      shares := pistis_spread(pistis_off_goods(document), amounts);
      paid := array(select priced[n] - amounts[n] + shares[n]
        from generate_subscripts(amounts, 1) as n);
    else
      amounts := array(select priced[n] - borne[n] from generate_subscripts(priced, 1) as n);
      paid := pistis_spread(pistis_off_goods(document - 'discounts'), amounts);
    end if;
    amounts := array(select priced[n] - borne[n] - paid[n]
      from generate_subscripts(priced, 1) as n);
    borne := pistis_off_lines(coalesce(document -> 'discounts_left', offs), cardinality(amounts));
  elsif document ? 'discounts' or document ? 'payment' then
    shares := pistis_spread(pistis_off_goods(document), amounts);
    amounts := array(select amounts[n] - shares[n] from generate_subscripts(amounts, 1) as n);
  end if;
  if back is not null then
    select array_agg(sku order by n), array_agg(category order by n), array_agg(brand order by n),
      array_agg((case when offs is null then amount - div(amount * returned, quantity)
        else greatest(0, priced[n] - div(priced[n] * returned, quantity) - borne[n]
          - (paid[n] - div(paid[n] * returned, quantity))) end)::bigint order by n)
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
