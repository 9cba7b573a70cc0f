-- The role that serves: everything that the product does, and nothing that rewrites the ledger.
do $$
begin
  if not exists (select from pg_roles where rolname = 'pistis_app') then
    create role pistis_app nologin;
  end if;
end $$;
grant pistis_app to current_user;
grant usage on schema public to pistis_app;
grant select, insert, update, delete on all tables in schema public to pistis_app;
grant usage on all sequences in schema public to pistis_app;
revoke update, delete, truncate on transactions, transfers from pistis_app;
