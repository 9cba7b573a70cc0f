"""Where a member lives, as far as it tells: a country, a region in it, a postcode."""

from phonenumbers import SUPPORTED_REGIONS

from domain.errors import InvalidInput, Path
from domain.members import fields

REGION_LENGTH_MAX = 80
POSTCODE_LENGTH_MAX = 16

# Who has phones has a country, but for three that share one, and for where nobody answers.
_NOT_IN_ISO_3166 = {"AC", "TA", "XK"}
_WITHOUT_PHONES = {"AQ", "BV", "GS", "HM", "PN", "TF", "UM"}
_MEANT = {"EL": "GR", "UK": "GB"}
COUNTRIES = frozenset(SUPPORTED_REGIONS) - _NOT_IN_ISO_3166 | _WITHOUT_PHONES


def country(text: str | None, path: Path) -> str | None:
    """A code of ISO 3166-1, in two large letters; None for none."""
    if text is None:
        return None
    code = text.strip().upper()
    if code not in COUNTRIES:
        hint = f" {code} is {_MEANT[code]} there." if code in _MEANT else ""
        raise InvalidInput(f"A country is two letters of ISO 3166-1, as in GR.{hint}", path)
    return code


def region(text: str | None, path: Path) -> str | None:
    """As the programme's team calls it; None for one that is empty."""
    return fields.plain(text or "", REGION_LENGTH_MAX, path) or None


def postcode(text: str | None, path: Path) -> str | None:
    """In large letters without blanks, which people write as they like; None for an empty one."""
    written = "".join((text or "").upper().split())
    return fields.plain(written, POSTCODE_LENGTH_MAX, path) or None
