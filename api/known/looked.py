"""What was looked up for a request before anything else: the answer, or where it belongs."""

from dataclasses import dataclass
from uuid import UUID

from domain import answers
from domain.answers import Found, Miss

LOOKED = "pistis.looked"
"""Where a `Looked` stands in a request's scope."""
ETAG_BYTES = 16
"""Of what is remembered the first bytes are its tag; the rest is the answer."""
VARY = "Accept, Accept-Language, Authorization"


@dataclass(frozen=True, slots=True)
class Looked:
    """What Redis had for a request, and where its answer belongs."""

    found: Found
    member_id: UUID | None
    field: str

    @property
    def is_counted(self) -> bool:
        """Redis has taken it out of the caller's bucket."""
        return self.found is not None

    @property
    def wait_us(self) -> int:
        """How long the caller must wait before it may ask again; 0: not at all."""
        return self.found if isinstance(self.found, int) else 0

    def keep(self, body: bytes, seconds: float | None) -> None:
        """Remember the answer; `seconds`: until it changes by itself."""
        if isinstance(self.found, Miss) and self.found.ticket is not None:
            answers.keep(self.member_id, self.field, self.found.ticket, body, seconds)


def is_current(if_none_match: bytes | None, etag: bytes) -> bool:
    """The client has this very answer."""
    if if_none_match is None:
        return False
    bare = etag.removeprefix(b"W/")
    given = [each.strip().removeprefix(b"W/") for each in if_none_match.split(b",")]
    return bare in given or b"*" in given
