alter table refunds add constraint one_refund_a_reference
  unique (source, reference, refund_reference);
alter table refunds add constraint refund_state
  check (state in ('WAITING', 'APPLIED', 'REFUSED'));
create index refunds_before_their_sale on refunds (source, reference)
  where state = 'WAITING' and order_id is null;
grant select, insert, update on refunds to pistis_app;
-- What of an order's points had expired before they could be taken back.
create index transfers_of_expired_lots on transfers (lot_id) where credit = 'breakage';
