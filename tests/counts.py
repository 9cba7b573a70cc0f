"""How often: few enough for a test, or as many as were promised (scripts/torture)."""

import os
import random


def count(short: int, long: int) -> int:
    """`short` in scripts/test, `long` in scripts/torture: the same check by the same code."""
    return long if os.environ.get("PISTIS_TORTURE") else short


def seed() -> int:
    """Where chance begins: what scripts/torture was given, else anything. Name it in failures."""
    given = os.environ.get("PISTIS_SEED")
    return int(given) if given else random.randrange(2**32)
