"""Phones and e-mails in the one form in which they are kept and compared."""

import re

import phonenumbers

from domain.errors import InvalidInput

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
EMAIL_LENGTH_MAX = 254


def phone(text: str) -> str:
    """A phone number as E.164, as in +302101234567. InvalidInput (path phone) if it is none."""
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
    if len(address) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(address):
        raise InvalidInput("An e-mail address is wanted, as in anna@example.org.", ("email",))
    return address
