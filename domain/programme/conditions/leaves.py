"""The one table of what conditions can look at.

Who adds a row, beside its neighbours, adds it for all readings, for all languages and for the
schema.
"""

from collections.abc import Mapping

from domain.programme.conditions import history_leaves, member_leaves, order_leaves
from domain.programme.conditions.leaf import Kind, Leaf, Measure, Subject

__all__ = ["LEAVES", "Kind", "Leaf", "Measure", "Subject"]

LEAVES: Mapping[str, Leaf] = {
    leaf.name: leaf for leaf in (*order_leaves.ROWS, *member_leaves.ROWS, *history_leaves.ROWS)
}
