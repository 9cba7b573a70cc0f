alter table order_revisions add constraint one_of_a_revision unique (order_id, revision);
grant select, insert, update, delete on order_revisions to pistis_app;

-- The document says it, so that whoever keeps an order need not say it twice.
alter table orders drop column revision;
alter table orders add column revision int not null
  generated always as (coalesce((document ->> 'revision')::int, 1)) stored;
