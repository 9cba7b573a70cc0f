"""GraphQL's own error messages without the values that callers sent: those may be personal."""

import re

_LONGEST = 300

# The shapes in which graphql-core and Strawberry quote the value at fault.
_QUOTED = [
    (
        re.compile(r"(cannot represent [a-z0-9 -]*value): .*?( Did you mean[^?]*\?)?$", re.S),
        r"\1.\2",
    ),
    (re.compile(r"(cannot represent an? \w+): .*$", re.S), r"\1."),
    (re.compile(r", but encountered error '.*'; found: .*$", re.S), "."),
    (re.compile(r", found: .*$", re.S), "."),
    (re.compile(r" Found: .*$", re.S), ""),
    (
        re.compile(r"^.*, found null\..*Maybe.*$", re.S),
        "A field is null that can only be left out",
    ),
    (re.compile(r"Value '.*' does not exist in '(\w+)' enum", re.S), r"No such value in enum '\1'"),
    (re.compile(r"^(Syntax Error: .*?\b(?:Int|Float|String|BlockString)) ['\"].*$", re.S), r"\1."),
]


def discreet(message: str) -> str:
    """The message without values, of bounded length."""
    for shape, told in _QUOTED:
        message = shape.sub(told, message)
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}..."
