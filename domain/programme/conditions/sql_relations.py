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
# What a figure needs of the orders, or of their lines, that it is over.
_OF_ORDERS: dict[str, tuple[str, ...]] = {
    "orders": ("count(*) filter (where {meant}) as orders{n}",),
    "spent": ("sum(b.amount_minor) filter (where {meant})::bigint as spent{n}",),
    "days_since": ("max(b.occurred_at) filter (where {meant}) as last{n}",),
}
_OF_ORDERS["average"] = _OF_ORDERS["orders"] + _OF_ORDERS["spent"]
_OF_LINES = "sum(b.amount) filter (where {meant})::bigint as spent{n}"
_MONEY = ("spent", "average")


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


def spent(over: Over, n: int) -> str:
    """Where the money of a figure stands: goods are added up line by line."""
    return f"{'history' if over.goods is None else 'goods'}.spent{n}"


def history(
    figures: Iterable[Figure],
    overs: Mapping[Over, int],
    today: Today,
    whose: str,
    argument: Argument,
) -> str:
    """What was bought until now, added up by order over each kind of order that figures are of."""
    needs = {
        (need, each.over): None
        for each in figures
        for need in _OF_ORDERS[each.column]
        if each.over.goods is None or "amount" not in need
    }
    sums = [
        need.format(meant=_meant(over, today, argument, "b.{} && {}"), n=overs[over])
        for need, over in needs
    ]
    return f"""
left join (
  select b.member_id{_listed(sums)} from purchases b
  where b.occurred_at <= {today.now} and {whose.format(member="b.member_id")}
  group by b.member_id) history on history.member_id = m.id"""


def goods(
    figures: Iterable[Figure],
    overs: Mapping[Over, int],
    today: Today,
    whose: str,
    argument: Argument,
) -> str:
    """The money of goods that figures name, added up by line."""
    named = {
        each.over: None for each in figures if each.over.goods is not None and each.column in _MONEY
    }
    sums = [
        _OF_LINES.format(meant=_meant(over, today, argument, "b.{} = any({})"), n=overs[over])
        for over in named
    ]
    return f"""
left join (
  select b.member_id{_listed(sums)} from (
    select o.member_id, o.occurred_at, l.* from purchases o
    cross join unnest(o.amounts, o.skus, o.categories, o.brands)
      l (amount, skus, categories, brands)
    where o.occurred_at <= {today.now} and {whose.format(member="o.member_id")}) b
  group by b.member_id) goods on goods.member_id = m.id"""


def _meant(over: Over, today: Today, argument: Argument, names: str) -> str:
    meant = []
    if over.within_days is not None:
        meant.append(f"b.occurred_at >= {today.since(over.within_days)}")
    if over.goods is not None:
        listed = f"{argument(list(over.names))}::text[]"
        meant.append(names.format(_GOODS[over.goods], listed))
    return " and ".join(meant) or "true"


def _listed(sums: Iterable[str]) -> str:
    return "".join(f", {each}" for each in sums)
