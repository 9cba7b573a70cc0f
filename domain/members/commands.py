"""What is asked of members. A field that is UNCHANGED stays as it is; None clears it."""

from dataclasses import dataclass
from enum import Enum

from domain.errors import InvalidInput
from domain.members.fields import Birthday
from domain.members.kinds import Channel, Purpose, Sex, Topic
from domain.programme.attributes import AttributeValue


class Unchanged(Enum):
    """Stands for a field that was not sent."""

    UNCHANGED = "UNCHANGED"


UNCHANGED = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """A channel and a purpose: allowed, or withdrawn."""

    channel: Channel
    purpose: Purpose
    given: bool


@dataclass(frozen=True, slots=True, repr=False)
class EnrolMember:
    """Somebody joins. Personal. Who has signed in is enrolled by the address that it proved;
    a shop or the team may name one, and the shop's own id of the customer.
    """

    idempotency_key: str
    accepted_terms_version: int
    first_name: str | None = None
    last_name: str | None = None
    birthday: Birthday | None = None
    language: str | None = None
    consents: tuple[GiveConsent, ...] = ()
    referral_code: str | None = None
    phone: str | None = None
    email: str | None = None
    external_id: str | None = None

    def check(self) -> None:
        """Raise InvalidInput for a consent that is said twice."""
        said = set()
        for index, consent in enumerate(self.consents):
            if (consent.channel, consent.purpose) in said:
                raise InvalidInput(
                    "Channel and purpose stand here twice; say each once.",
                    ("consents", str(index)),
                )
            said.add((consent.channel, consent.purpose))


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """Where a member lives; each part for itself. Personal."""

    country: str | Unchanged | None = UNCHANGED
    region: str | Unchanged | None = UNCHANGED
    postcode: str | Unchanged | None = UNCHANGED


@dataclass(frozen=True, slots=True, repr=False)
class UpdateMember:
    """What is said of a member, by itself or by who serves it. Personal.

    `attributes`: those that are named are set, the others stay; None clears all that the caller
    may set, `clear_attributes` the ones that it names.
    """

    first_name: str | Unchanged | None = UNCHANGED
    last_name: str | Unchanged | None = UNCHANGED
    birthday: Birthday | Unchanged | None = UNCHANGED
    language: str | Unchanged | None = UNCHANGED
    time_zone: str | Unchanged | None = UNCHANGED
    interests: tuple[str, ...] | Unchanged | None = UNCHANGED
    sex: Sex | Unchanged | None = UNCHANGED
    place: Place | Unchanged | None = UNCHANGED
    income_band: str | Unchanged | None = UNCHANGED
    attributes: tuple[AttributeValue, ...] | Unchanged | None = UNCHANGED
    clear_attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No message leaves from `begin` until before `end`, HH:MM on the member's clock."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class TopicChannels:
    """Through which channels a member wants to hear of a topic; none is not at all."""

    topic: Topic
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class SetPreferences:
    """Topics that are not named stay as they are."""

    topics: tuple[TopicChannels, ...] = ()
    quiet_hours: QuietHours | Unchanged | None = UNCHANGED

    def check(self) -> None:
        """Raise InvalidInput for a topic that stands twice, or quiet hours without length."""
        said = set()
        for index, wanted in enumerate(self.topics):
            if wanted.topic in said:
                raise InvalidInput(
                    "The topic stands here twice; say each once.", ("topics", str(index), "topic")
                )
            said.add(wanted.topic)
        quiet = self.quiet_hours
        if isinstance(quiet, QuietHours) and quiet.begin == quiet.end:
            raise InvalidInput(
                "Quiet hours that begin as they end are none; send null for none.",
                ("quietHours", "until"),
            )
