"""Brings sign-in codes to their addresses: printed while trying things out, else by a gateway."""

import asyncio
import logging

import httpx

from api.settings import Settings

_SECONDS = 10.0
_FINISH_SECONDS = 3.0
_log = logging.getLogger("pistis.codes")


class PrintedCodes:
    """Says codes where the server was started: for the explore profile alone."""

    async def send(self, channel: str, address: str, code: str, language: str) -> None:
        """Print it."""
        print(f"sign-in code for {address}: {code}", flush=True)

    async def finish(self) -> None:
        """Nothing is under way."""


class GatewayCodes:
    """POSTs codes as JSON to the company's gateway, behind the answer's back.

    Whether the gateway is quick or away tells a caller nothing, and a failed code is asked for
    again by whoever waits for it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=_SECONDS)
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, channel: str, address: str, code: str, language: str) -> None:
        """Begin to hand it over."""
        body = {"channel": channel, "address": address, "code": code, "language": language}
        task = asyncio.create_task(self._post(body))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait a little for those that are under way, and close."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_FINISH_SECONDS)
        await self._client.aclose()

    async def _post(self, body: dict[str, str]) -> None:
        try:
            answer = await self._client.post(self._url, json=body)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            _log.error(
                "the code gateway refused a code", extra={"status": error.response.status_code}
            )
        except httpx.HTTPError as error:  # its text may hold the body
            told = {"error": type(error).__name__}
            _log.error("the code gateway does not take a code", extra=told)


def sender(settings: Settings) -> PrintedCodes | GatewayCodes:
    """What brings codes in this profile."""
    if settings.profile == "explore":
        return PrintedCodes()
    return GatewayCodes(settings.code_gateway_url)
