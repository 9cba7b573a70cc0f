-- Birthdays and anniversaries: once a year and member (domain/wallets/greetings.py).
alter table greetings
  add constraint one_greeting_a_year unique (member_id, occasion, year),
  add constraint greeting_occasion check (occasion in ('BIRTHDAY', 'ANNIVERSARY'));

-- Who has a birthday around a day, and who joined around it.
create index profiles_by_birthday on profiles (birth_month, birth_day)
  where birth_month is not null;
create index members_by_joining on members (joined_at);

-- Whoever writes a birthday, its date counts from then on: given once it is set, changed after.
create function pistis_note_birthday() returns trigger language plpgsql as $$
begin
  insert into birthday_dates as known (member_id, set_at) values (new.member_id, pistis_now())
  on conflict (member_id) do update set set_at = pistis_now(), changed_at = pistis_now();
  return null;
end $$;

insert into birthday_dates (member_id, set_at)
select p.member_id, m.joined_at from profiles p join members m on m.id = p.member_id
where p.birth_month is not null;

create trigger birthday_told after insert on profiles
  for each row when (new.birth_month is not null) execute function pistis_note_birthday();
create trigger birthday_changed after update of birth_month, birth_day on profiles
  for each row when (new.birth_month is not null
    and (new.birth_month, new.birth_day) is distinct from (old.birth_month, old.birth_day))
  execute function pistis_note_birthday();

grant select, insert, update, delete on birthday_dates, greetings to pistis_app;
