"""What a client's headers ask for: media type and language."""

from collections.abc import Iterator

from starlette.datastructures import Headers

from api.problems import Code, Problem

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
LANGUAGES = ("en", "ru", "el")

# Which of ours a range means; a client that takes anything gets what every client can read.
_RANGES = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}


def media_type(headers: Headers) -> str:
    """The media type to answer in; Problem 406 where the client takes none of ours."""
    accept = ",".join(headers.getlist("accept"))
    if not accept.strip():
        return JSON
    best, found = 0.0, ""
    for name, quality in _weighed(accept):
        ours = _RANGES.get(name)
        # At equal weight the newer one, which lets the client read the status.
        if ours and (quality > best or (quality == best and quality and ours == GRAPHQL)):
            best, found = quality, ours
    if found:
        return found
    raise Problem(Code.BAD_REQUEST, f"Accept {GRAPHQL}, {JSON}, or by POST {EVENTS}.", status=406)


def wants_events(headers: Headers) -> bool:
    """The client asks for a stream of events, and for nothing else of ours."""
    wanted = {name for name, quality in _weighed(",".join(headers.getlist("accept"))) if quality}
    return EVENTS in wanted and wanted.isdisjoint(_RANGES)


def must_be_json(headers: Headers) -> None:
    """Problem 415 unless the body is said to be plain JSON in UTF-8."""
    given = headers.getlist("content-type")
    name, _, parameters = given[0].partition(";") if len(given) == 1 else ("", "", "")
    charset = parameters.replace('"', "").replace(" ", "").lower()
    if name.strip().lower() != JSON or charset not in ("", "charset=utf-8"):
        raise Problem(Code.BAD_REQUEST, f"Send the body as {JSON} in UTF-8.", status=415)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(Code.BAD_REQUEST, "Send the body uncompressed.", status=415)


def language(accept: str | None) -> str | None:
    """Which of our languages an Accept-Language prefers; None if it names none of them."""
    best, found = 0.0, None
    for name, quality in _weighed(accept or ""):
        primary = name.split("-")[0]
        if primary in LANGUAGES and quality > best:
            best, found = quality, primary
    return found


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    for item in header.split(",")[:30]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        yield name, quality
