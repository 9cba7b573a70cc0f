"""What a programme's terms say of collecting together."""

from domain.language import Text, rendered, said
from domain.money import WHOLE_BASIS_POINTS
from domain.programme.pool_terms import LeavingRule, PoolTerms

_POOLS = said(
    en="Up to {people} can collect together, with {share}% of what each earns. {leaving}",
    ru="Копить вместе могут до {people} человек: по {share}% того, что заработал каждый. {leaving}",
    el="Έως {people} άτομα μαζεύουν μαζί, με το {share}% όσων κερδίζει ο καθένας. {leaving}",
)
LEAVING: dict[LeavingRule, Text] = {
    LeavingRule.SHARE_BACK: said(
        en="Who leaves takes along what is not yet spent of the points given.",
        ru="Кто уходит, забирает ещё не потраченное из отданных баллов.",
        el="Όποιος φεύγει παίρνει μαζί του όσους από τους πόντους του δεν ξοδεύτηκαν.",
    ),
    LeavingRule.FORFEIT: said(
        en="Points that were given stay when somebody leaves.",
        ru="Отданные баллы остаются, когда кто-то уходит.",
        el="Οι πόντοι που δόθηκαν μένουν όταν κάποιος φεύγει.",
    ),
}


def pools(terms: PoolTerms, language: str) -> str:
    """How many collect together, how much they give, and what they take along."""
    share = terms.contribution / (WHOLE_BASIS_POINTS // 100)
    leaving = LEAVING[terms.leaving]
    return rendered(_POOLS, language, people=terms.people_max, share=f"{share:g}", leaving=leaving)
