alter table identities add constraint one_identity_a_subject unique (issuer, subject);

-- A key that was there before signs since it was made.
update signing_keys set signs_from = created_at;

-- The keys of the demo of before: made out of the secret, so known by their names alone.
update access_keys set is_trial = true where name in ('demo shop', 'demo staff');

-- What has just ended is looked for every two seconds, by every process.
create index sessions_ended on sessions (ended_at) where ended_at is not null;
create index sessions_of_members on sessions (member_id) where ended_at is null;
create index access_keys_revoked on access_keys (revoked_at) where revoked_at is not null;
create index identities_signed_out on identities (signed_out_at) where signed_out_at is not null;

grant select, insert, update, delete on identities to pistis_app;
