alter table lost_cards add constraint lost_card_reason
  check (reason in ('LOST', 'STOLEN', 'DAMAGED'));
alter table state_changes add constraint state_changes_state check (before <> state);
alter table devices add constraint one_token_a_device unique (member_id, device_id);
alter table devices add constraint one_device_a_token unique (push_token);
alter table devices add constraint device_platform check (platform in ('IOS', 'ANDROID', 'WEB'));

create index lost_cards_of_members on lost_cards (member_id);

-- Of a member who is erased nothing is left of what was written about it.
grant update (reason) on adjustments to pistis_app;
grant select, insert, update, delete on lost_cards, state_changes, devices, erased_identifiers
  to pistis_app;
