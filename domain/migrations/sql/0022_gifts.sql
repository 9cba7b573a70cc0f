-- Points that members send to each other (domain/wallets/transferring.py).
alter table gifts
  add constraint gift_state check (state in ('WAITING', 'ARRIVED', 'RETURNED')),
  add constraint gift_ends_once check (
    (state = 'WAITING') = (ended_at is null) and (ended_at is null) = (ended_by is null)),
  add constraint gift_is_for_somebody check ((receiver_id is null) <> (address_hash is null)),
  add constraint gift_arrives_at_a_member check (state <> 'ARRIVED' or receiver_id is not null),
  add constraint gift_is_for_another check (receiver_id <> sender_id),
  add constraint gift_of_points check (points > 0);

create index gifts_sent on gifts (sender_id, sent_at desc, id desc);
create index gifts_received on gifts (receiver_id, ended_at desc, id desc)
  where receiver_id is not null;
create index gifts_for_an_address on gifts (address_hash) where state = 'WAITING';
create index gifts_due on gifts (returns_at) where state = 'WAITING';

grant select, insert, update on gifts to pistis_app;
