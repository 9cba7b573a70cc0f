"""The kinds are those that something gives, and each carries what its words and types need."""

import ast
from collections.abc import Iterator
from pathlib import Path

from domain.notifications.kinds import ARGS, NotificationKind

DOMAIN = Path(__file__).parents[2] / "domain"


def notices() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Kind and arguments of every notice that the code gives."""
    for path in DOMAIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Notice":
                kind, args = node.args
                assert isinstance(args, ast.Dict), f"{path}: write the arguments out"
                names = [ast.literal_eval(key) for key in args.keys if key]
                yield ast.literal_eval(kind), tuple(names)


def test_every_kind_is_given_by_something_with_its_arguments() -> None:
    given = {(NotificationKind(kind), args) for kind, args in notices()}
    assert given == set(ARGS.items())
