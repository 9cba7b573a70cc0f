"""What members may send to each other, in words."""

from domain.language import rendered, said
from domain.programme.terms import Unit

_MAY = said(
    en="{label}: can be sent to others ({bounds}).",
    ru="{label}: можно отправлять другим ({bounds}).",
    el="{label}: μπορούν να σταλούν σε άλλους ({bounds}).",
)
_FROM = said("from {points}", "от {points}", "από {points}")
_EACH = said("up to {points} at a time", "до {points} за раз", "έως {points} κάθε φορά")
_DAY = said("{points} a day", "{points} в день", "{points} την ημέρα")
_MONTH = said("{points} a month", "{points} в месяц", "{points} τον μήνα")


def transfers(unit: Unit, language: str) -> str | None:
    """How much of the unit can be sent to others; None where it cannot."""
    terms = unit.transfers
    if terms is None:
        return None
    bounds = (
        (_FROM, terms.points_min),
        (_EACH, terms.points_max),
        (_DAY, terms.day_points_max),
        (_MONTH, terms.month_points_max),
    )
    listed = ", ".join(
        rendered(text, language, points=points) for text, points in bounds if points is not None
    )
    return rendered(_MAY, language, label=unit.label, bounds=listed)
