"""What people who collect together are told of leaving, before they join."""

from domain.language import Text, said
from domain.programme.terms.pools import LeavingRule

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
