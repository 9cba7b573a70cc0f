"""What was let in while trying out (codes and tokens printed) is not let in when in earnest."""

_is_on = False


def allow(is_on: bool) -> None:
    """Say, when a process starts, whether it tries things out. Until then it does not."""
    global _is_on
    _is_on = is_on


def is_on() -> bool:
    """Sessions opened now are for trial, and those for trial are good."""
    return _is_on
