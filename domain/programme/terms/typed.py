"""What all terms of a programme are made of."""

from typing import Any

import msgspec

Written = dict[str, Any]
"""A condition as JSON (domain/programme/conditions/tree.py)."""


class Terms(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """What a field that comes later and is not said leaves as it was, its hash as well."""
