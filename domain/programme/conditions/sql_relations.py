"""What the SQL of conditions joins to a member: each relation is read once for all conditions."""

from collections.abc import Callable, Iterable, Mapping

from domain.programme.conditions.history import Figure, Goods, Over
from domain.programme.conditions.sql_columns import COLUMNS, Today
from domain.programme.terms import Programme, Window

Argument = Callable[[object], str]
"""Takes a value along; gives the `$n` that stands for it."""

REFERRED = """
left join referrals referred on referred.friend_id = m.id"""

_GOODS = {Goods.SKU: "skus", Goods.CATEGORY: "categories", Goods.BRAND: "brands"}
_ORDERS = "count(*) filter (where {meant}) as orders{n}"
_SPENT = "sum({amount}) filter (where {meant})::bigint as spent{n}"
_LAST = "max(b.day) filter (where {meant}) as last{n}"
# What a figure needs of the orders that it is over.
_NEEDS = {
    "orders": (_ORDERS,),
    "spent": (_SPENT,),
    "average": (_ORDERS, _SPENT),
    "days_since": (_LAST,),
}


def joined(today: Today) -> str:
    """The local day on which the member joined."""
    return f"""
cross join lateral (select (m.joined_at at time zone {today.zone})::date as day) joined"""


def held(programme: Programme, argument: Argument) -> str:
    """The tier as the programme calls it today, by every name that it had."""
    known = {old: tier for tier in reversed(programme.tiers) for old in tier.replaces}
    known |= {tier.code: tier for tier in programme.tiers}
    codes, ranks = [tier.code for tier in known.values()], [tier.rank for tier in known.values()]
    return f"""
left join unnest({argument(list(known))}::text[], {argument(codes)}::text[],
    {argument(ranks)}::int[]) held (was, code, rank) on held.was = m.tier"""


def answered(whose: str) -> str:
    """The last answer to the question whether one would recommend the programme."""
    return f"""
left join (
  select distinct on (a.member_id) a.member_id, a.nps from survey_answers a
  where a.nps is not null and {whose.format(member="a.member_id")}
  order by a.member_id, a.at desc, a.id desc) answered on answered.member_id = m.id"""


def qualified(programme: Programme, today: Today) -> str:
    """The points towards the tier that count today (tiers/rules.py, counted_from)."""
    match programme.tier_policy.window:
        case Window.ROLLING:
            first = f"{today.day} - {programme.window_days - 1}"
        case Window.CALENDAR_YEAR:
            first = f"date '{today.year}-01-01'"
        case Window.ANNIVERSARY:
            months = COLUMNS["membership_months"].format(today=today)
            years = f"coalesce(nullif({months} / 12, 0), -1)"
            first = f"(joined.day + make_interval(years => {years}))::date"
    return f"""
cross join lateral (
  select coalesce(sum(q.points), 0)::bigint as points from qualifying_days q
  where q.member_id = m.id and q.day between {first} and {today.day}) qualified"""


def history(
    figures: Iterable[Figure],
    overs: Mapping[Over, int],
    today: Today,
    whose: str,
    argument: Argument,
) -> str:
    """What was bought before, added up over each kind of order that figures are of.

    Goods are looked for by sets of their names, so that few orders are looked into line by line.
    """
    needs = {(need, each.over): None for each in figures for need in _NEEDS[each.column]}
    sums = [_added_up(need, over, overs[over], today, argument) for need, over in needs]
    return f"""
left join (
  select b.member_id, {", ".join(sums)}
  from (
    select o.*, (o.occurred_at at time zone {today.zone})::date as day
    from purchases o where {whose.format(member="o.member_id")}) b
  where b.day <= {today.day} group by b.member_id) history on history.member_id = m.id"""


def _added_up(need: str, over: Over, n: int, today: Today, argument: Argument) -> str:
    meant, amount = [], "b.amount_minor"
    if over.within_days is not None:
        meant.append(f"b.day > {today.day} - {over.within_days}")
    if over.goods is not None:
        names = f"{argument(list(over.names))}::text[]"
        meant.append(f"b.{_GOODS[over.goods]} && {names}")
        amount = f"""(select sum(l.amount)
          from unnest(b.amounts, b.{_GOODS[over.goods]}) l (amount, name)
          where l.name = any({names}))"""
    return need.format(meant=" and ".join(meant) or "true", amount=amount, n=n)
