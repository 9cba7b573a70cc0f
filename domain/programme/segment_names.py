"""Which segments conditions name, and whether there are such: by their codes."""

from collections.abc import Iterator, Mapping, Sequence

from domain import database
from domain.errors import InvalidInput, Path
from domain.programme.problems import nearest

LEAF = "memberSegment"


def named_in(written: object, path: Path = ()) -> Iterator[tuple[str, Path]]:
    """The codes of segments in a condition, or in a document with any, and where they stand."""
    if isinstance(written, Mapping):
        for key, inner in written.items():
            below = (*path, str(key))
            if key == LEAF and isinstance(inner, Mapping):
                codes = inner.get("in", ())
                for i, code in enumerate(codes):
                    yield str(code), (*below, "in", str(i))
            else:
                yield from named_in(inner, below)
    elif isinstance(written, Sequence) and not isinstance(written, str):
        for i, inner in enumerate(written):
            yield from named_in(inner, (*path, str(i)))


async def check(written: object, path: Path = ()) -> None:
    """Raise InvalidInput at the first segment that there is not, in a condition that was parsed."""
    named = list(named_in(written, path))
    if not named:
        return
    found = await database.rows("select code from segments order by code")
    known = [row["code"] for row in found]
    for code, below in named:
        if code not in known:
            hint = nearest(code, known, "There are") if known else "Save one by `segmentSave`."
            raise InvalidInput(f"There is no segment {code}. {hint}", below)
