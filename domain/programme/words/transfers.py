"""What members may send to each other, in words."""

from domain.language import rendered, said
from domain.programme.terms import Programme, Unit
from domain.programme.words.rules import counted

_MAY = said(
    en="{label}: can be sent to others ({bounds}).",
    ru="{label}: можно отправлять другим ({bounds}).",
    el="{label}: μπορούν να σταλούν σε άλλους ({bounds}).",
)
_MIN = said("at least {points}", "не меньше: {points}", "τουλάχιστον {points}")
_MAX = said("at most {points} at a time", "за раз не больше: {points}", "έως {points} κάθε φορά")
_DAY = said("{points} a day at most", "за день не больше: {points}", "έως {points} την ημέρα")
_MONTH = said("{points} a month at most", "за месяц не больше: {points}", "έως {points} τον μήνα")


def transfers(programme: Programme, unit: Unit, language: str) -> str | None:
    """How much of the unit can be sent to others; None where it cannot."""
    terms = unit.transfers
    if terms is None:
        return None
    bounds = (
        (_MIN, terms.points_min),
        (_MAX, terms.points_max),
        (_DAY, terms.day_points_max),
        (_MONTH, terms.month_points_max),
    )
    listed = "; ".join(
        rendered(text, language, points=counted(programme, unit.code, points))
        for text, points in bounds
        if points is not None
    )
    return rendered(_MAY, language, label=unit.label, bounds=listed)
