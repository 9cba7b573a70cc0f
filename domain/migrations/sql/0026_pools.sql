alter table pools
  add constraint pool_kind check (kind in ('HOUSEHOLD', 'COMPANY')),
  add constraint pool_leaving check (leaving in ('SHARE_BACK', 'FORFEIT'));
alter table pool_places
  add constraint place_role check (role in ('OWNER', 'MEMBER')),
  add constraint place_state
    check (state in ('INVITED', 'JOINED', 'DECLINED', 'LEFT', 'REMOVED', 'CLOSED')),
  add constraint place_contribution_is_a_part check (contribution between 0 and 10000);
create unique index one_place_in_a_pool on pool_places (pool_id, member_id)
  where state in ('INVITED', 'JOINED');
create unique index one_pool_of_a_kind on pool_places (member_id, kind) where state = 'JOINED';
create unique index one_owner_of_a_pool on pool_places (pool_id)
  where role = 'OWNER' and state = 'JOINED';
create index places_of_pools on pool_places (pool_id, joined_at, id) where state = 'JOINED';
alter table pool_contributions
  add constraint one_contribution_an_earning unique (earning_id, pool_id),
  add constraint contribution_returned_at_most_once
    check (points > 0 and returned between 0 and points);

grant select, insert on pools, pool_places, pool_contributions to pistis_app;
grant update (title, closed_at) on pools to pistis_app;
grant update (role, may_redeem, contribution, state, invited_by, expires_at, joined_at, ended_at)
  on pool_places to pistis_app;
grant update (returned) on pool_contributions to pistis_app;

-- Two memberships of one person become one.
grant update (member_id) on pool_places, pool_contributions to pistis_app;
