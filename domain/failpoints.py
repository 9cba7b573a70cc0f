"""Points at which a test makes this process die, fail or stand still; nothing anywhere else.

PISTIS_FAILPOINT=name[:kill|:error|:wait][@file],... arms them: kill (unless said otherwise) ends
the process as SIGKILL does, error raises, wait stops it until SIGCONT. With a file it happens once
each time that the file is there: it is taken away first. The locked profile refuses to start so.
"""

import os
import signal
from dataclasses import dataclass

VARIABLE = "PISTIS_FAILPOINT"


class Failed(Exception):
    """What `error` raises."""


@dataclass(frozen=True, slots=True)
class _Armed:
    action: str
    file: str

    def strike(self, name: str) -> None:
        if self.file:
            try:
                os.unlink(self.file)
            except FileNotFoundError:
                return
        if self.action == "error":
            raise Failed(name)
        os.kill(os.getpid(), signal.SIGSTOP if self.action == "wait" else signal.SIGKILL)


def failpoint(name: str) -> None:
    """Where a test may want this process to end."""
    if _ARMED and name in _ARMED:
        _ARMED[name].strike(name)


def _armed(text: str) -> dict[str, _Armed]:
    armed = {}
    for each in filter(None, text.split(",")):
        what, _, file = each.partition("@")
        name, _, action = what.partition(":")
        armed[name] = _Armed(action or "kill", file)
    return armed


_ARMED = _armed(os.environ.get(VARIABLE, ""))
