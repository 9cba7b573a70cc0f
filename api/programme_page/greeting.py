"""What stands on top for whoever came by a friend's code, or by the code on a receipt."""

import re
from dataclasses import dataclass

from api.programme_page import words
from domain.language import in_language
from domain.programme.terms import Programme
from domain.referrals import queries as referrals
from domain.referrals import words as referral_words

# What people type for a code; nothing else needs to be looked up.
_CODE = re.compile(r"[\w -]{1,40}")


@dataclass(frozen=True, slots=True)
class Greeting:
    """A card. `code` is what one types in, `use` says for what (a key of words); `quiet`: there is
    nothing to give.
    """

    title: str
    text: str
    code: str | None = None
    use: str = "your_code"
    quiet: bool = False


async def invitation(programme: Programme, code: str, language: str) -> Greeting:
    """Whose invitation it is and what it promises, or kindly that nobody has the code."""
    referrer = await referrals.referrer_by(code) if _CODE.fullmatch(code) else None
    if referrer is None:
        return Greeting(
            words.said("unknown_code", language),
            in_language(referral_words.UNKNOWN_CODE, language),
            quiet=True,
        )
    name = referrer.first_name
    title = words.said("invited_by", language, name=name) if name else None
    terms = programme.referral.text if programme.referral else referral_words.NO_TERMS
    return Greeting(
        title or words.said("invited", language),
        in_language(terms, language),
        code.strip().upper(),
    )


def claim(code: str, language: str) -> Greeting:
    """The same for every code, so that codes cannot be tried out here."""
    return Greeting(
        words.said("claim", language),
        words.said("claim_text", language),
        code.strip().upper() if _CODE.fullmatch(code) else None,
        "claim_code",
    )
