"""GraphiQL in a real browser, with everything outside this machine out of reach."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.graphiql import operations
from api.graphiql.operations import ready_operations
from tests.pages.visit import Server, Visit

pytestmark = pytest.mark.page


def ask(server: Server, role: str, document: str, variables: object = None) -> Any:
    answer = httpx.post(
        f"{server.url}/graphql",
        json={"query": document, "variables": variables},
        headers={"authorization": f"Bearer {server.token(role)}"},
    )
    return answer.json()["data"]


def number_of_the_member(server: Server) -> str:
    return str(ask(server, "member", "{ me { number } }")["me"]["number"])


def report_an_order(server: Server) -> Any:
    known = {"memberNumber": number_of_the_member(server), "now": "2026-03-01T10:00:00Z"}
    known |= {"short": uuid4().hex, "uuid": str(uuid4())}
    ready = next(each for each in operations.ready_operations() if each.name == "OrderReport")
    variables = operations.demo_variables(known)[ready.name]
    return ask(server, "shop", ready.document, variables)["orderReport"]


@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
async def test_opens_with_the_menu_and_answers_the_first_query(
    visit: Visit, server: Server, request: pytest.FixtureRequest
) -> None:
    await visit.arrive(server.url)
    await visit.run()

    answer = json.loads(await visit.until("response.json", '"wallets"'))
    assert answer["data"]["me"]["number"] == number_of_the_member(server)
    assert await visit.identity() == "Member"
    shown = await visit.page.locator("button[data-operation]").count()
    assert shown == len(ready_operations())
    await visit.picture(f"home-{request.node.callspec.params['visit']}")
    assert (visit.attempts, visit.complaints) == ([], [])


MARKS = """() => globalThis.__MONACO.editor.getModelMarkers({})
  .filter(mark => mark.resource.path.endsWith('variables.json')).map(mark => mark.message)"""


async def test_a_drafted_programme_is_underlined_only_where_it_is_wrong(
    visit: Visit, server: Server
) -> None:
    await visit.arrive(server.url)
    await visit.open("ProgrammeDraft")
    await visit.run()

    drafted = json.loads(await visit.until("response.json", '"programmeDraft"'))["data"]
    problems = drafted["programmeDraft"]["version"]["problems"]
    assert {each["severity"] for each in problems} <= {"WARNING"}
    assert await visit.page.evaluate(MARKS) == []


async def test_shows_the_docs_and_the_query_builder(visit: Visit, server: Server) -> None:
    await visit.arrive(server.url)

    await visit.page.get_by_role("button", name="Show Documentation Explorer").click()
    await visit.page.locator(".graphiql-doc-explorer a", has_text="Mutation").first.click()
    await visit.page.locator(".graphiql-doc-explorer", has_text="orderReport").wait_for()
    await visit.picture("docs")
    await visit.page.get_by_role("button", name="Show Query builder").click()
    await visit.page.locator(
        ".graphiql-explorer-root", has_text="unreadNotificationCount"
    ).wait_for()

    await visit.picture("query-builder")
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_an_operation_opens_with_its_variables_and_its_identity(
    visit: Visit, server: Server
) -> None:
    await visit.arrive(server.url)

    await visit.open("OrderReport")
    first = json.loads(await visit.text("variables.json"))["input"]
    assert await visit.identity() == "Shop"
    assert first["order"]["member"] == {"number": number_of_the_member(server)}
    await visit.run()
    answer = json.loads(await visit.until("response.json", '"earnings"'))["data"]["orderReport"]
    assert answer["userErrors"] == []
    assert answer["order"]["reference"] == first["order"]["reference"]

    await visit.page.get_by_role("button", name="Fresh variables").click()
    await visit.until("variables.json", first["idempotencyKey"], wanted=False)
    second = json.loads(await visit.text("variables.json"))["input"]
    assert second["order"]["reference"] != first["order"]["reference"]
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_each_tab_keeps_who_it_asks_as(visit: Visit, server: Server) -> None:
    await visit.arrive(server.url)

    await visit.open("Cases")
    assert await visit.identity() == "Staff"
    await visit.run()
    await visit.until("response.json", '"totalCount"')
    await visit.open("Home")
    assert await visit.identity() == "Member"

    await visit.page.get_by_role("radio", name="Nobody").click()
    await visit.run()
    await visit.until("response.json", '"me": null')
    await visit.kept("query Home")
    await visit.page.reload()
    await visit.page.locator('[data-identity="nobody"][aria-checked="true"]').wait_for()
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_answers_come_in_the_language_chosen(visit: Visit, server: Server) -> None:
    await visit.arrive(server.url)

    await visit.page.get_by_label("Language of the answers").select_option("Ελληνικά")
    async with visit.page.expect_request("**/graphql") as asked:
        await visit.run()

    request = await asked.value
    assert request.headers["accept-language"] == "el"
    await visit.until("response.json", '"wallets"')
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_a_live_subscription_and_the_line_at_the_foot_show_an_order(
    visit: Visit, server: Server
) -> None:
    await visit.arrive(server.url)
    await visit.page.locator('.pistis-live[data-state="live"]').wait_for()
    await visit.open("NotificationsRead")
    latest = json.loads(await visit.text("variables.json"))["input"]["upTo"]
    await visit.open("MemberNotified")
    await visit.write("variables.json", json.dumps({"after": latest}))
    await visit.run()
    await visit.page.get_by_role("button", name="Stop query").wait_for()

    earned = [each["points"] for each in report_an_order(server)["earnings"]]

    event = json.loads(await visit.until("response.json", "cursor"))["data"]["memberNotified"]
    node = event["node"]
    assert node["kind"] == "POINTS_EARNED"
    assert node["transaction"]["points"] in earned
    await visit.page.locator(".pistis-live", has_text=node["title"]).wait_for()
    await visit.picture("live")
    assert (visit.attempts, visit.complaints) == ([], [])
