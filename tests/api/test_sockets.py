"""Small parts of sockets: places, pace, frames' heads, what Redis says."""

import struct

import pytest

from api.live import sockets
from api.live.pace import Pace
from api.live.places import Places, address
from domain.notifications.pushes import Push, words_at


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f" + struct.pack(">Q", 65_536)),
    ],
)
def test_heads_of_frames(length: int, head: bytes) -> None:
    assert sockets._head(length) == head


def test_a_place_for_each_up_to_the_most() -> None:
    places = Places(2)
    with (
        places.place("a") as first,
        places.place("a") as second,
        places.place("a") as third,
        places.place("b") as other,
        places.place(None) as free,
    ):
        assert (first, second, third, other, free) == (True, True, False, True, True)
    with places.place("a") as again:
        assert again
    assert not places._taken


def test_the_oldest_gives_way_where_the_newest_wins() -> None:
    places = Places(2, newest_wins=True)
    left: list[str] = []
    with (
        places.place("a", lambda: left.append("1")),
        places.place("a", lambda: left.append("2")),
        places.place("a", lambda: left.append("3")) as third,
        places.place("a", lambda: left.append("4")) as fourth,
    ):
        assert third
        assert fourth
        assert left == ["1", "2"]
    assert not places._taken


@pytest.mark.parametrize(
    ("client", "found"),
    [
        (("203.0.113.9", 4711), "203.0.113.9"),
        (("2001:db8::1", 4711), "2001:db8::1"),
        (("127.0.0.1", 4711), None),
        (("::1", 4711), None),
        (None, None),
        (("", 0), None),
    ],
)
def test_whose_sockets_are_counted(client: tuple[str, int] | None, found: str | None) -> None:
    assert address({"type": "websocket", "client": client}) == found


def test_a_burst_and_then_a_pace() -> None:
    burst, quick = Pace(per_second=0, burst=3), Pace(per_second=1e12, burst=1)
    assert [burst.allows() for _ in range(5)] == [True, True, True, False, False]
    assert all(quick.allows() for _ in range(50))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$4\r\na\r\nb\r\n", [b"smessage", b"c", b"a\r\nb"]),
        (b">3\r\n$10\r\nssubscribe\r\n$1\r\nc\r\n:1\r\n", [b"ssubscribe", b"c", b"1"]),
        (b"*2\r\n$4\r\npong\r\n$0\r\n\r\n", [b"pong", b""]),
        (b"+PONG\r\n", [b"PONG"]),
    ],
)
def test_what_redis_says_is_read_whole_or_not_yet(text: bytes, words: Push) -> None:
    assert words_at(text + b"rest", 0) == (words, len(text))
    for end in range(len(text)):
        assert words_at(text[:end], 0) is None


def test_what_redis_refuses_is_told() -> None:
    with pytest.raises(ConnectionError, match="NOAUTH"):
        words_at(b"-NOAUTH Authentication required.\r\n", 0)
