"""Why a member has an offer, in words."""

from collections.abc import Sequence

from domain.language import either, in_language, rendered, said
from domain.offers.queries import OfferRow
from domain.programme.terms import Tier

_EVERYBODY = said("For every member.", "Для всех участников.", "Για όλα τα μέλη.")
_TIERS = said(
    "For members at {tiers}.", "Для участников уровня {tiers}.", "Για μέλη στο επίπεδο {tiers}."
)


def why(offer: OfferRow, tiers: Sequence[Tier], language: str) -> str:
    """Whom the offer is for; `tiers` are the programme's."""
    if offer.tiers is None:
        return in_language(_EVERYBODY, language)
    names = {tier.code: in_language(tier.name, language) for tier in tiers}
    listed = [names.get(code, code) for code in offer.tiers]
    return rendered(_TIERS, language, tiers=either(listed, language))
