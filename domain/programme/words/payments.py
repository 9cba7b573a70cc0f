"""How points pay, in a sentence."""

from domain.language import Counted, rendered, said
from domain.money import WHOLE_BASIS_POINTS, Money
from domain.programme.terms import Programme, Unit
from domain.programme.words.rules import counted

_PAY = said(
    en="With {points} you pay {money} of the goods{least}{step}{most}{share}.",
    ru="За {points} можно оплатить {money} стоимости товаров{least}{step}{most}{share}.",
    el="{points} πληρώνουν {money}{least}{step}{most}{share}.",
)
_LEAST = said(", from {points}", ", не меньше {points}", ", από {points}")
_STEP = said(", in steps of {number}", ", шагами по {number}", ", ανά {number}")
_MOST = said(", {points} at most", ", не больше {points}", ", έως {points}")
_SHARE = said(
    en=", up to {percent}% of them",
    ru=", до {percent}% этой стоимости",
    el=", έως {percent}% των προϊόντων",
)


def pay_with_points(programme: Programme, unit: Unit, language: str) -> str | None:
    """What points of the unit pay, and how many of them; None: they do not."""
    terms = unit.pay_with_points
    if terms is None:
        return None

    def so_many(points: int) -> Counted:
        return counted(programme, unit.code, points)

    share = terms.max_basis_points
    steps = terms.step not in (1, terms.points)  # "20 points pay ..." says it
    return rendered(
        _PAY,
        language,
        points=so_many(terms.points),
        money=Money(terms.minor, programme.currency),
        least=rendered(_LEAST, language, points=so_many(terms.least))
        if terms.least > terms.step
        else "",
        step=rendered(_STEP, language, number=terms.step) if steps else "",
        most=rendered(_MOST, language, points=so_many(terms.max_points))
        if terms.max_points is not None
        else "",
        share=rendered(_SHARE, language, percent=percent(share, language))
        if share < WHOLE_BASIS_POINTS
        else "",
    )


def percent(basis_points: int, language: str) -> str:
    """A share of 10,000 in per cent: 550 is "5.5"."""
    whole, rest = divmod(basis_points, 100)
    mark = "." if language == "en" else ","
    return f"{whole}{mark}{rest:02}".rstrip("0") if rest else str(whole)
