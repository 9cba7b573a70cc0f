alter table profile_questions
  add constraint one_question_a_name unique (member_id, name),
  add constraint question_thanked_by check (transaction_id is null or thanked_at is not null);

grant select, insert, update, delete on profile_questions, profile_changes to pistis_app;

-- The last answer to the question whether one would recommend the programme.
create index survey_answers_nps on survey_answers (member_id, at) where nps is not null;
