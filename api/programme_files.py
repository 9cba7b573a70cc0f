"""`python -m api programme export|import|check`: a programme as a file, between installations."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import orjson

from api.running.opening import opened
from api.settings import Refused, Settings
from domain.actor import SYSTEM
from domain.errors import DomainError
from domain.programme import document, drafting, review, templates
from domain.programme import queries as programmes
from domain.programme.problems import Invalid, Problem, Severity


def check(source: str) -> int:
    """Print what is wrong with a file (or the template of that name); 1 if it cannot be published.

    Nothing runs for it but this: what depends on members is found when it is drafted.
    """
    try:
        problems = review.problems(document.decoded(read(source)))
    except Invalid as invalid:
        problems = list(invalid.problems)
    return told(problems)


def export(settings: Settings, number: int | None, to: Path | None) -> int:
    """Write a version, the one in force unless said, as `import` and `check` take it."""
    contents = asyncio.run(_document(settings, number))
    text = json.dumps(contents, ensure_ascii=False, indent=2) + "\n"
    if to is None:
        sys.stdout.write(text)
    else:
        to.write_text(text, encoding="utf-8")
        print(f"Written: {to}")
    return 0


def bring_in(settings: Settings, source: str) -> int:
    """Draft a file (or a template) on what was published last; 1 if it cannot be published so."""
    return asyncio.run(_draft(settings, read(source)))


def read(source: str) -> Any:
    """The document in a file, or of a template. Raises Refused."""
    if source in templates.names():
        return templates.contents(source)
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(f"{source} is no JSON: {error}. Was it written by `export`?") from None
    except FileNotFoundError:
        names = ", ".join(templates.names())
        raise Refused(f"There is no file {source}; templates are {names}.") from None


def told(problems: list[Problem]) -> int:
    """Print problems, each with its place and remedy; 1 if one of them is an error."""
    for each in problems:
        print(f"{each.severity}  {'.'.join(each.path) or 'the document'}: {each.message}")
        print(f"       {each.hint}")
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if errors:
        print(f"{len(errors)} of {len(problems)} keep it from being published.")
    else:
        print("It can be published." if not problems else "It can be published; mind the above.")
    return 1 if errors else 0


async def _document(settings: Settings, number: int | None) -> dict[str, Any]:
    async with opened(settings):
        try:
            found = await (programmes.in_force() if number is None else programmes.edition(number))
        except DomainError as error:
            raise Refused(error.message) from None
        return document.encoded(found.programme)


async def _draft(settings: Settings, contents: Any) -> int:
    async with opened(settings):
        try:
            version_id = await drafting.draft(SYSTEM, contents, None)
        except DomainError as error:
            where = ".".join(error.path) or "the document"
            raise Refused(f"{where}: {error.message}") from None
        (problems,) = await drafting.problems_of(SYSTEM, [version_id])
        page = await programmes.version_rows(SYSTEM, 1, ids=[version_id])
        print(f"Drafted as version {page.rows[0].number}: see it in GraphiQL, publish it there.")
        return told(problems)
