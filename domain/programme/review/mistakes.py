"""The mistakes that programmes die of. Pure: what is known beside the document is passed in."""

from collections.abc import Iterator

from domain.programme.problems import Problem
from domain.programme.review import contradictions, simplicity, worth
from domain.programme.review.circumstances import Circumstances
from domain.programme.terms import Programme

_LOOKS = (
    contradictions.never_apply,
    contradictions.shadowed,
    contradictions.too_cheap,
    contradictions.gone_too_soon,
    worth.too_little,
    worth.out_of_reach,
    worth.rare_tiers,
    worth.unfair,
    simplicity.too_complex,
    simplicity.not_personal,
    simplicity.money_alone,
)


def mistakes(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """All that is unwise in a programme without errors; an ERROR only where it can never work."""
    for look in _LOOKS:
        yield from look(programme, found)
