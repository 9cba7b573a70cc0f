alter table segments
  add constraint one_segment_a_code unique (code),
  add constraint one_segment_a_name unique (name),
  add constraint segment_members_are_counted check (member_count >= 0);
alter table segment_members
  add constraint once_in_a_segment unique (member_id, segment_id);

-- A member's last answer, as segments and rules ask for it.
create index answers_of_members on survey_answers (member_id, at desc, id desc)
  where nps is not null;

grant select, insert on segments, segment_members, segment_moves to pistis_app;
grant update (name, condition, member_count, saved_at, saved_by, refreshed_at)
  on segments to pistis_app;
grant delete on segment_members, segment_moves to pistis_app;
