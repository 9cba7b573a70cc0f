-- Counters of what discounts have taken of their budgets; never over them: see orders/budgets.py.
alter table discount_budgets add constraint spent_never_negative check (spent >= 0);
grant select, insert on discount_budgets to pistis_app;
grant update (spent) on discount_budgets to pistis_app;
