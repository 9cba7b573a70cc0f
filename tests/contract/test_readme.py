"""What the README shows is what the server answers."""

import json
import re
import shlex
from datetime import UTC, datetime
from typing import Any

from tests.processes import ROOT, Server

CURL = re.compile(r"```sh\n(curl .*?)```\n+(?:```json\n(.*?)```)?", re.DOTALL)
NOW = "$(date -u +%FT%TZ)"


async def test_its_requests_are_answered_as_it_says(demo: Server) -> None:
    home, order = CURL.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    before = await answer(demo, home[0])
    reported = await answer(demo, order[0])
    after = await answer(demo, home[0])

    # What an answer has cost stands beside its data; the README leaves it out.
    assert shape(before["data"]) == shape(json.loads(home[1])["data"])
    assert shape(reported["data"]) == shape(json.loads(order[1])["data"])
    first = json.loads(order[1])["data"]["orderReport"]["earnings"][0]["explanation"][0]["text"]
    assert first in str(reported)
    for unit, earned in enumerate(reported["data"]["orderReport"]["earnings"]):
        gained = balance(after, unit) - balance(before, unit)
        assert gained == earned["points"]


async def answer(server: Server, command: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    words = shlex.split(command.replace(NOW, now))
    role = next(role for role in ("member", "shop") if f"${role.upper()}" in command)
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:8000/graphql"]
    async with server.client() as client:
        said = await client.raw(
            server.token(role),
            headers={"Content-Type": "application/json"},
            content=words[words.index("-d") + 1],
        )
    found: dict[str, Any] = said.json()
    return found


def balance(home: dict[str, Any], unit: int) -> int:
    found: int = home["data"]["me"]["wallets"][unit]["balance"]
    return found


def shape(answer: Any) -> Any:
    """Which fields it has; of a list, those of its first item."""
    if isinstance(answer, dict):
        return {name: shape(part) for name, part in answer.items()}
    return [shape(part) for part in answer[:1]] if isinstance(answer, list) else None
