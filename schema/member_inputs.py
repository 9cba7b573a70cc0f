"""How callers name a member, and what they say of one."""

from typing import Any

import strawberry
from strawberry import UNSET

from domain.members.commands import (
    EnrolMember,
    GiveConsent,
    QuietHours,
    SetPreferences,
    TopicChannels,
    UpdateMember,
)
from domain.members.devices import RegisterDevice
from domain.members.fields import Birthday
from domain.members.kinds import Channel, DevicePlatform, Purpose, Sex, Topic
from domain.members.queries import MemberRef
from schema.access import AddressInput
from schema.enums import enum
from schema.node import uuid_of
from schema.profile_inputs import (
    ATTRIBUTES,
    CLEAR_ATTRIBUTES,
    INCOME_BAND,
    PLACE,
    AttributeInput,
    PlaceInput,
    attributes_of,
    names_of,
    place_of,
    sent,
)
from schema.scalars import LocalTime

NAME = "At most 80 characters."
KEY = "Names this one act, 1 to 64 characters; a UUID is good. Sent again, it changes nothing."

enum(
    Channel,
    "How a member is spoken to.",
    IN_APP="In the app's inbox.",
    EMAIL="By e-mail.",
    PUSH="By push message to the phone.",
    SMS="By text message.",
    MESSENGER="By a messenger app.",
)
enum(
    Purpose,
    "What a member is spoken to for.",
    SERVICE="What a member must know: orders, points, codes.",
    MARKETING="Offers and news.",
    SURVEYS="Questions about how it was.",
    PARTNERS="Offers of partners.",
)

enum(
    Topic,
    "What a notification is about.",
    POINTS="Points earned, spent, given back.",
    EXPIRY="Points that will expire.",
    TIER="Moves between tiers.",
    REWARDS="Vouchers and new rewards.",
    OFFERS="Personal offers.",
    REFERRALS="Friends who join and buy.",
    SURVEYS="Surveys that wait.",
    CASES="Answers to what a member wrote.",
    NEWS="Everything else.",
)
enum(
    DevicePlatform,
    "Where an app runs.",
    IOS="On an iPhone or iPad.",
    ANDROID="On Android.",
    WEB="In a browser.",
)
enum(Sex, "As the member says.", FEMALE="Female.", MALE="Male.", OTHER="Another.")


@strawberry.input(one_of=True, description="One way to name a member.")
class MemberRefInput:
    """Exactly one."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The member's id.")
    number: strawberry.Maybe[str] = strawberry.field(description="The member number.")
    card: strawberry.Maybe[str] = strawberry.field(description="What a scanner read off the card.")
    phone: strawberry.Maybe[str] = strawberry.field(description="With its country code.")
    email: strawberry.Maybe[str] = strawberry.field(description="An e-mail address.")
    external_id: strawberry.Maybe[str] = strawberry.field(description="The shop's own customer id.")

    def ref(self) -> MemberRef:
        """The same, as the domain takes it. An id that is none of ours finds nobody."""
        if self.id:
            return MemberRef(id=uuid_of(self.id.value, "Member", "id"))
        given = {
            name: value.value
            for name in ("number", "card", "phone", "email", "external_id")
            if (value := getattr(self, name))
        }
        return MemberRef(**given)


@strawberry.input(description="A birthday; without a year if one likes.")
class BirthdayInput:
    """Checked in the domain."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")
    year: int | None = strawberry.field(default=UNSET, description="Four digits.")

    def birthday(self) -> Birthday:
        """The same, as the domain takes it."""
        return Birthday(self.month, self.day, _given(self.year))


@strawberry.input(description="A consent, given or withdrawn.")
class ConsentInput:
    """One channel and purpose."""

    channel: Channel = strawberry.field(description="Spoken to how.")
    purpose: Purpose = strawberry.field(description="Spoken to for what.")
    given: bool = strawberry.field(description="Allowed, or withdrawn.")

    def consent(self) -> GiveConsent:
        """The same, as the domain takes it."""
        return GiveConsent(self.channel, self.purpose, self.given)


@strawberry.input(description="Who joins, and what was accepted.")
class MemberEnrolInput:
    """Checked in the domain."""

    first_name: str | None = strawberry.field(default=UNSET, description=NAME)
    last_name: str | None = strawberry.field(default=UNSET, description=NAME)
    birthday: BirthdayInput | None = strawberry.field(default=UNSET, description="If one likes.")
    language: str | None = strawberry.field(
        default=UNSET, description="BCP 47, as in el or en-GB; absent: the programme's first."
    )
    accepted_terms_version: int = strawberry.field(
        description="The version that was shown and accepted: `programme.current.termsVersion`."
    )
    consents: list[ConsentInput] | None = strawberry.field(
        default=UNSET, description="Each channel and purpose at most once."
    )
    referral_code: str | None = strawberry.field(
        default=UNSET, description="A friend's code. One that is not good does not stop anybody."
    )
    address: AddressInput | None = strawberry.field(
        default=UNSET, description="For shops and the team: the customer's. Else the proved one is."
    )
    external_id: str | None = strawberry.field(
        default=UNSET,
        description="For shops and the team: the shop's own customer id, at most 64 characters. "
        "One that is known names the same member again.",
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> EnrolMember:
        """The same, as the domain takes it."""
        address = self.address.address() if self.address else None
        return EnrolMember(
            idempotency_key=self.idempotency_key,
            accepted_terms_version=self.accepted_terms_version,
            first_name=_given(self.first_name),
            last_name=_given(self.last_name),
            birthday=self.birthday.birthday() if self.birthday else None,
            language=_given(self.language),
            consents=tuple(given.consent() for given in self.consents or ()),
            referral_code=_given(self.referral_code),
            phone=address.text if address and address.channel == "phone" else None,
            email=address.text if address and address.channel == "email" else None,
            external_id=_given(self.external_id),
        )


@strawberry.input(description="What changes: absent is unchanged, null is cleared.")
class MemberUpdateInput:
    """Checked in the domain."""

    first_name: strawberry.Maybe[str | None] = strawberry.field(description=NAME)
    last_name: strawberry.Maybe[str | None] = strawberry.field(description=NAME)
    birthday: strawberry.Maybe[BirthdayInput | None] = strawberry.field(
        description="A day that there is; the year only if one likes."
    )
    language: strawberry.Maybe[str | None] = strawberry.field(
        description="BCP 47, as in el or en-GB; cannot be cleared."
    )
    time_zone: strawberry.Maybe[str | None] = strawberry.field(
        description="IANA, as in Europe/Athens; null: the programme's."
    )
    interests: strawberry.Maybe[list[str] | None] = strawberry.field(
        description="All of them: at most 50, each of 1 to 40 characters."
    )
    sex: strawberry.Maybe[Sex | None] = strawberry.field(description="As the member says.")
    place: strawberry.Maybe[PlaceInput | None] = strawberry.field(description=PLACE)
    income_band: strawberry.Maybe[str | None] = strawberry.field(description=INCOME_BAND)
    attributes: strawberry.Maybe[list[AttributeInput] | None] = strawberry.field(
        description=ATTRIBUTES
    )
    clear_attributes: strawberry.Maybe[list[str]] = strawberry.field(description=CLEAR_ATTRIBUTES)

    def command(self) -> UpdateMember:
        """The same, as the domain takes it."""
        birthday = sent(self.birthday)
        interests = sent(self.interests)
        return UpdateMember(
            first_name=sent(self.first_name),
            last_name=sent(self.last_name),
            birthday=birthday.birthday() if isinstance(birthday, BirthdayInput) else birthday,
            language=sent(self.language),
            time_zone=sent(self.time_zone),
            interests=tuple(interests) if isinstance(interests, list) else interests,
            sex=sent(self.sex),
            place=place_of(self.place),
            income_band=sent(self.income_band),
            attributes=attributes_of(self.attributes),
            clear_attributes=names_of(self.clear_attributes),
        )


@strawberry.input(description="A consent, given or withdrawn.")
class ConsentSetInput(ConsentInput):
    """As at enrolment."""


@strawberry.input(description="Through which channels to hear of a topic.")
class TopicPreferenceInput:
    """Checked in the domain."""

    topic: Topic = strawberry.field(description="What it is about.")
    channels: list[Channel] = strawberry.field(description="Empty: not at all.")


@strawberry.input(description="No message leaves between these times; it may be over midnight.")
class QuietHoursInput:
    """Checked in the domain."""

    from_: LocalTime = strawberry.field(name="from", description="In the member's time zone.")
    until: LocalTime = strawberry.field(description="In the member's time zone, exclusive.")


@strawberry.input(description="How and when a member wants to be told of things.")
class PreferenceSetInput:
    """Checked in the domain."""

    topics: list[TopicPreferenceInput] | None = strawberry.field(
        default=UNSET, description="Each topic at most once; those not named stay as they are."
    )
    quiet_hours: strawberry.Maybe[QuietHoursInput | None] = strawberry.field(
        description="Absent: unchanged. Null: none."
    )

    def command(self) -> SetPreferences:
        """The same, as the domain takes it."""
        quiet = sent(self.quiet_hours)
        return SetPreferences(
            tuple(TopicChannels(said.topic, tuple(said.channels)) for said in self.topics or ()),
            QuietHours(quiet.from_, quiet.until) if isinstance(quiet, QuietHoursInput) else quiet,
        )


@strawberry.input(description="An installation of an app.")
class DeviceRegisterInput:
    """Checked in the domain."""

    platform: DevicePlatform = strawberry.field(description="Where it runs.")
    push_token: str = strawberry.field(
        description="As the platform gave it, at most 2,048 characters."
    )
    device_id: str = strawberry.field(
        description="As at sign-in: the app's own name of its installation, at most 64 characters."
    )

    def command(self) -> RegisterDevice:
        """The same, as the domain takes it."""
        return RegisterDevice(self.platform, self.push_token, self.device_id)


def _given(value: Any) -> Any:
    return None if value is UNSET else value
