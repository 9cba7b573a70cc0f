"""How often: few enough for a test, or as many as were promised (scripts/torture)."""

import os


def count(short: int, long: int) -> int:
    """`short` in scripts/test, `long` in scripts/torture: the same check by the same code."""
    return long if os.environ.get("PISTIS_TORTURE") else short
