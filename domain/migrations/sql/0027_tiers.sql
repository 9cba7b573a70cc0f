-- Whose tier ends, and who has not been warned of it. Few at any moment; postings change neither.
create index tiers_that_end on members (tier_until)
  where tier_until is not null and tier_warned_for is distinct from tier_until;

grant select, insert, update on tier_refreshes to pistis_app;
