"""What is rendered once for many is what graphql-core would answer to each."""

import random
import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from api import demo
from api.execution import Execution, Request, Subscribed
from api.live.rendering import Rendering, Share
from api.wire.results import encoded
from domain import database
from domain.actor import Actor
from domain.notifications import queries
from domain.notifications.kinds import OF_GIFTS, NotificationKind
from domain.notifications.queries import NotificationRow
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting
from schema.context import Context
from schema.notifications import EdgeRow
from schema.root import schema
from tests.counts import count, seed
from tests.documents import document
from tests.factories.documents import DEPTH, Documents, Made
from tests.factories.notifications import as_member

pytestmark = [pytest.mark.usefixtures("live"), pytest.mark.usefixtures("database")]

LIVE = document("app/notifications/MemberNotified")
EXECUTION = Execution(schema, locked=False)
LANGUAGES = ["en", "ru", "el", None]
OF_ONE_KIND = 12
OF_ONE_MEMBER = {
    NotificationKind.REFERRAL_CHANGED,
    NotificationKind.CASE_ANSWERED,
    *OF_GIFTS,
    *(kind for kind in NotificationKind if kind.startswith("POOL_")),
}


class Subscriptions(Documents):
    """Subscriptions to `memberNotified`, by chance."""

    def make(self) -> Made:
        """The next one."""
        self._fragments, self._variables = [], {}
        body = self._selection(schema._schema.get_type("NotificationEdge"), DEPTH)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self._variables.items())
        head = f"subscription Random({declared})" if declared else "subscription Random"
        values = {name: value for name, (_, value) in self._variables.items()}
        text = f"{head} {{ memberNotified {body} }}"
        return Made("\n".join([text, *self._fragments]), values)


def new_context(actor: Actor, language: str | None) -> Any:
    return Context(actor, language, "https://home.example")


async def subscribed(made: Made, actor: Actor, language: str | None) -> Subscribed:
    operation = EXECUTION.admit(Request(made.text, made.variables), actor)
    found = await EXECUTION.subscribe(operation, lambda: new_context(actor, language))
    found.source.listener.close()
    return found


def shown(answer: bytes) -> str:
    # No two incidents have one number.
    return re.sub(r'"incident":"\w+"', "", answer.decode())


def wanted(
    asked: list[tuple[NotificationRow, Share]],
) -> dict[Share, dict[int, NotificationRow]]:
    found: dict[Share, dict[int, NotificationRow]] = {}
    for row, share in asked:
        found.setdefault(share, {})[id(row)] = row
    return found


async def walked(of: Subscribed, row: NotificationRow) -> str:
    return shown(encoded(await of.answer(EdgeRow(row))))


async def year() -> list[NotificationRow]:
    """Notifications of each kind, of several members."""
    await demo.live_through_a_year()
    for row in await database.rows("select id, member_id, unit from transactions limit 3"):
        args = {"transaction": str(row["id"]), "unit": row["unit"], "points": -21}
        tier = {"tier": "silver"}
        notices = (
            Notice("POINTS_EXPIRED", args),
            Notice("POINTS_RELEASED", args),
            Notice("POINTS_EXPIRE_SOON", {"unit": row["unit"], "points": 21, "day": "2026-12-31"}),
            Notice("POINTS_TAKEN_BACK", args),
            Notice("TIER_UP", tier),
            Notice("TIER_AT_RISK", {**tier, "missing": 40}),
        )
        await wallets.tell(Posting(row["member_id"], notices=notices))
        greeting = {"transaction": None, "unit": None, "points": 0}
        more = (Notice("BIRTHDAY", {**args, "points": 21}), Notice("BIRTHDAY", greeting))
        last = (Notice("ANNIVERSARY", {**greeting, "years": 2}), Notice("SESSION_ENDED", {}))
        badge = (Notice("BADGE_EARNED", {"badge": "critic"}),)
        await wallets.tell(Posting(row["member_id"], notices=more + last + badge))
        plain = (Notice("SESSION_ENDED", {}), Notice("CARD_REPLACED", {}))
        blocked = Notice("MEMBERSHIP_CHANGED", {"state": "BLOCKED"})
        statement = Notice("STATEMENT_READY", {"month": "2026-12-01"})
        changes = Notice("PROGRAMME_CHANGES", {"version": 1, "day": "2026-12-31"})
        await wallets.tell(Posting(row["member_id"], notices=(*plain, blocked, statement, changes)))
        back = Notice("GIFT_RETURNED", {"gift": str(row["id"]), "unit": row["unit"], "points": 21})
        pools = [
            Notice(kind, {"pool": str(row["id"])}) for kind in NotificationKind if "POOL" in kind
        ]
        await wallets.tell(Posting(row["member_id"], notices=(back, *pools)))
    found = await database.rows(
        """select id, member_id, sequence, kind, args, created_at, read_at from (
             select n.*, row_number() over (partition by kind order by id) as place
             from notifications n) numbered
           where place <= $1 order by id""",
        OF_ONE_KIND,
    )
    return [queries.notification_row(record) for record in found]


@pytest.mark.counted
async def test_of_a_year_of_notifications_each_is_what_graphql_core_would_answer() -> None:
    told = await year()
    await the_known_document_in_every_language(told)
    await whose_answers_are_shared(told)
    await selections_by_chance(told)
    await what_differs_by_who_looks(told)


async def the_known_document_in_every_language(told: list[NotificationRow]) -> None:
    kinds = {row.kind for row in told}
    assert kinds == set(NotificationKind)
    rendering = Rendering(new_context)
    made = Made(LIVE, {"after": None})
    for language in LANGUAGES:
        asked = []
        for row in told:
            member = as_member(row.member_id)
            of = await subscribed(made, member, language)
            view = rendering.view(of, member, language)
            assert view
            asked.append((row, of, view.share(row)))
        answers = await rendering.of(wanted([(row, share) for row, _, share in asked]))
        for row, of, share in asked:
            answer = answers[share][id(row)]
            assert shown(answer) == await walked(of, row)


async def whose_answers_are_shared(told: list[NotificationRow]) -> None:
    rendering = Rendering(new_context)
    one, other = as_member(uuid4()), as_member(uuid4())
    first = await subscribed(Made(LIVE, {"after": None}), as_member(told[0].member_id), "ru")
    later = await subscribed(
        Made(LIVE, {"after": queries.cursor(0)}), as_member(told[0].member_id), "ru"
    )
    views = [
        rendering.view(first, one, "ru"),
        rendering.view(later, one, "ru-RU"),
        rendering.view(later, other, "ru"),
        rendering.view(later, other, "el"),
    ]
    for row in told:
        shares = [view.share(row) for view in views if view]
        # Where one began does not matter, the language does; and who looks, for some kinds.
        assert shares[0] == shares[1] != shares[3]
        assert (shares[1] == shares[2]) is (row.kind not in OF_ONE_MEMBER)


async def selections_by_chance(told: list[NotificationRow]) -> None:
    ids = ["nonsense"]
    chance = random.Random(begin := seed())
    documents = Subscriptions(schema._schema, chance, ids)
    rendering = Rendering(new_context)
    total, rendered, clean = count(60, 3000), 0, 0
    for _ in range(total):
        made, row, language = documents.make(), chance.choice(told), chance.choice(LANGUAGES)
        member = as_member(row.member_id)
        of = await subscribed(made, member, language)
        view = rendering.view(of, member, language)
        assert view
        share = view.share(row)
        answers = await rendering.of(wanted([(row, share)]))
        expected = await walked(of, row)
        clean += '"errors"' not in expected
        if answer := answers[share].get(id(row)):
            assert shown(answer) == expected, f"seed {begin}: {made.text} {made.variables}"
            rendered += 1
    print(f"{total} selections: {rendered} rendered, {clean} without errors (seed {begin})")
    assert rendered >= 0.9 * clean > 0.2 * total


async def what_differs_by_who_looks(told: list[NotificationRow]) -> None:
    rendering = Rendering(new_context)
    made = Made(
        "subscription { memberNotified { node { ... on CaseNotification"
        " { case { owner { id } } } } } }"
    )
    ids: list[UUID | None] = []
    for row in [row for row in told if row.kind is NotificationKind.CASE_ANSWERED][:2]:
        member = as_member(row.member_id)
        of = await subscribed(made, member, "en")
        view = rendering.view(of, member, "en")
        assert view
        share = view.share(row)
        ids.append(share.member_id)
        # A member may not see who answers: graphql-core says so.
        assert await rendering.of(wanted([(row, share)])) == {share: {}}
        assert "FORBIDDEN" in await walked(of, row)
    assert None not in ids
