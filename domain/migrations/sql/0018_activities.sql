alter table activities
  add constraint one_activity_a_reference unique (source, reference, reporter);
alter table badges add constraint one_badge_a_member unique (member_id, badge);

grant select, insert, update, delete on activities, badges to pistis_app;
