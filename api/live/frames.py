"""The messages of graphql-transport-ws, each checked before anything is done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.problems import Problem
from api.wire import reading

PROTOCOL = "graphql-transport-ws"
MAX_FRAME_BYTES = 64 * 1024

_REASON_BYTES = 123
_MAX_ID = 128
_NEED_ID = ("subscribe", "complete")
_KINDS = ("connection_init", "ping", "pong", *_NEED_ID)


class Closing(Exception):
    """The socket ends with this code; the reason is cut to what a close frame can carry."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason.encode()[:_REASON_BYTES].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a client says. `id` is empty where the kind has none."""

    kind: str
    id: str
    payload: dict[str, Any] | None


def frame_of(event: Mapping[str, Any]) -> Frame:
    """The message in a received frame; Closing 4400 if it is none that a client may send."""
    text = event.get("text")
    if text is None:
        raise Closing(4400, "Send text frames.")
    # Counted in characters first: encoding something huge to measure it would be work for nothing.
    if len(text) > MAX_FRAME_BYTES or len(text.encode()) > MAX_FRAME_BYTES:
        raise Closing(1009, f"A frame has at most {MAX_FRAME_BYTES} bytes.")
    try:
        message = reading.json_object(text)
    except Problem as problem:
        raise Closing(4400, problem.entries[0]["message"]) from None
    kind, id_, payload = message.get("type"), message.get("id"), message.get("payload")
    if kind not in _KINDS:
        raise Closing(4400, f"`type` is one of {', '.join(_KINDS)}.")
    if kind in _NEED_ID and not (isinstance(id_, str) and 0 < len(id_) <= _MAX_ID):
        raise Closing(4400, f"`id` is a text of 1 to {_MAX_ID} characters.")
    if payload is not None and not isinstance(payload, dict):
        raise Closing(4400, "`payload` is an object.")
    return Frame(kind, str(id_) if kind in _NEED_ID else "", payload)


def text_of(kind: str, id: str = "", payload: Any = None) -> str:
    """A message to the client, as the text of its frame."""
    message: dict[str, Any] = {"type": kind}
    if id:
        message["id"] = id
    if payload is not None:
        message["payload"] = payload
    return orjson.dumps(message).decode()


def start_of_next(id: str) -> bytes:
    """A `next` message up to its payload: ready JSON and a closing brace come behind it."""
    return text_of("next", id).encode()[:-1] + b',"payload":'
