-- When a window ends, it is looked at what became of the tier; and who came to a tier since the
-- last look is given a window. Neither condition names what postings usually change.
create index tier_reviews on members (tier_review_at);
create index tiers_without_a_window on members (id)
  where tier_reviewed_for is distinct from tier_since;
