"""Why a member has an offer, and who is in a segment, in words."""

from domain.language import either, in_language, rendered, said
from domain.offers.queries import OfferRow
from domain.programme.conditions import Condition
from domain.programme.terms import Programme
from domain.programme.words.conditions import condition

_EVERYBODY = said("For every member", "Для всех участников", "Για όλα τα μέλη")
_TIERS = said(
    "For members at {tiers}", "Для участников на уровне {tiers}", "Για μέλη στο επίπεδο {tiers}"
)
_WHEN = said("{whom}, when {when}.", "{whom}, если {when}.", "{whom}, όταν {when}.")
_ALWAYS = said("{whom}.", "{whom}.", "{whom}.")

_SEGMENT = said(
    "Members of whom this is true: {when}.",
    "Участники, о которых верно: {when}.",
    "Μέλη για τα οποία ισχύει: {when}.",
)


def why(offer: OfferRow, programme: Programme, language: str) -> str:
    """Whom the offer is for, and which orders it rewards: a sentence."""
    whom = in_language(_EVERYBODY, language)
    if offer.tiers is not None:
        names = {tier.code: in_language(tier.name, language) for tier in programme.tiers}
        listed = [names.get(code, code) for code in offer.tiers]
        whom = rendered(_TIERS, language, tiers=either(listed, language))
    if offer.when is None:
        return rendered(_ALWAYS, language, whom=whom)
    when = condition(programme, offer.when, language)
    return rendered(_WHEN, language, whom=whom, when=when)


def whom(programme: Programme, where: Condition, language: str) -> str:
    """Who is in a segment of this condition: a sentence."""
    return rendered(_SEGMENT, language, when=condition(programme, where, language))
