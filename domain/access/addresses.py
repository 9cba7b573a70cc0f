"""Phones and e-mails in the one form in which they are kept and compared."""

import re
from dataclasses import dataclass

import phonenumbers

from domain.errors import InvalidInput

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
EMAIL_LENGTH_MAX = 254
PHONE_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where somebody is reached: `channel` is "phone" or "email", `text` is in the kept form."""

    channel: str
    text: str


def address(phone_text: str | None = None, email_text: str | None = None) -> Address:
    """The address out of the one that is given. InvalidInput (path phone, or email)."""
    if phone_text is not None:
        return Address("phone", phone(phone_text))
    if email_text is not None:
        return Address("email", email(email_text))
    raise InvalidInput("A phone number or an e-mail address is wanted.")


def phone(text: str) -> str:
    """A phone number as E.164, as in +302101234567. InvalidInput (path phone) if it is none."""
    number = None
    if len(text) <= PHONE_LENGTH_MAX:
        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidInput(
            "A phone number is wanted with its country code, as in +30 210 1234567.", ("phone",)
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An e-mail address in lower case. InvalidInput (path email) if it is none."""
    address = text.strip().lower()
    fits = len(address) <= EMAIL_LENGTH_MAX and address.isprintable()
    if not fits or not _EMAIL.fullmatch(address):
        raise InvalidInput("An e-mail address is wanted, as in anna@example.org.", ("email",))
    return address
