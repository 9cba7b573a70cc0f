"""Attributes of activities as leaves: rules look at them like at anything else.

A leaf of a programme's own is named `activity.KIND.ATTRIBUTE` in a Test; in a document the
attribute's name alone stands, since a rule is of one kind.
"""

from collections.abc import Mapping

from domain.language import LANGUAGES, Text, in_language, said
from domain.programme.conditions import Op
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Subject
from domain.programme.conditions.member_attributes import (
    attribute_in,
    leaf_for,
    leaves_of_programme,
)
from domain.programme.terms import Activity, Attribute, AttributeType, Programme

ACTIVITY_SUBJECTS = frozenset({Subject.ACTIVITY, Subject.MEMBER, Subject.STANDING, Subject.TIME})

# Counts "this one included", which an activity is not.
OF_ORDERS_ALONE = {"memberOrderNumber"}
_KINDS = {
    AttributeType.TEXT: Kind.TEXT,
    AttributeType.NUMBER: Kind.INT,
    AttributeType.FLAG: Kind.FLAG,
    AttributeType.DATE: Kind.DATE,
}
_EXAMPLES: Mapping[AttributeType, Mapping[str, object]] = {
    AttributeType.TEXT: {"in": ["a text"]},
    AttributeType.NUMBER: {"atLeast": 1},
    AttributeType.FLAG: {"is": True},
    AttributeType.DATE: {"from": "2026-06-01"},
}
_SAYS = {
    AttributeType.TEXT: said("“{label}” is {{}}", "«{label}» — {{}}", "«{label}» είναι {{}}"),
    AttributeType.NUMBER: said("“{label}” is {{}}", "«{label}» — {{}}", "«{label}» είναι {{}}"),
    AttributeType.FLAG: said("“{label}”: yes", "«{label}»: да", "«{label}»: ναι"),
    AttributeType.DATE: said("“{label}” is {{}}", "«{label}» — {{}}", "«{label}» είναι {{}}"),
}
_DENIES = {
    **_SAYS,
    AttributeType.TEXT: said(
        "“{label}” is not {{}}", "«{label}» — не {{}}", "«{label}» δεν είναι {{}}"
    ),
    AttributeType.FLAG: said("“{label}”: no", "«{label}»: нет", "«{label}»: όχι"),
}
_SEPARATOR = "."


def leaf_of(kind: str, attribute: Attribute) -> Leaf:
    """The attribute as a leaf."""
    type_ = attribute.type
    # A value that there is not is a typing slip, found when the programme is reviewed.
    values = {value: dict.fromkeys(LANGUAGES, f"“{value}”") for value in attribute.values}
    return Leaf(
        _SEPARATOR.join(("activity", kind, attribute.name)),
        Subject.ACTIVITY,
        _KINDS[type_],
        f"activity.{attribute.name}",
        _with_label(_SAYS[type_], attribute.label),
        _with_label(_DENIES[type_], attribute.label),
        _EXAMPLES[type_] if not attribute.values else {"in": [attribute.values[0]]},
        None,
        values or None,
    )


def leaves_of(programme: Programme, kind: Activity) -> dict[str, Leaf]:
    """What a condition on activities of this kind may look at, by its name in a document."""
    known = leaves_of_programme(programme)
    general = {name: leaf for name, leaf in known.items() if name not in OF_ORDERS_ALONE}
    return general | {each.name: leaf_of(kind.code, each) for each in kind.attributes}


def named(programme: Programme, name: str, op: Op) -> Leaf:
    """The leaf that a Test names: one of the table, or an attribute of this programme."""
    if name in LEAVES or attribute_in(name) is not None:
        return leaf_for(programme, name, op)
    return _of_programme(programme, name)


def column_of(name: str) -> str:
    """Where a Test's leaf finds its value in a scene."""
    if name in LEAVES:
        return LEAVES[name].column
    if attribute_in(name) is not None:
        return name
    _, _, attribute = name.split(_SEPARATOR)
    return f"activity.{attribute}"


def _of_programme(programme: Programme, name: str) -> Leaf:
    _, code, attribute = name.split(_SEPARATOR)
    kind = programme.activity(code)
    found = kind.attribute(attribute) if kind else None
    assert found is not None, "a condition is read with the programme that it is of"
    return leaf_of(code, found)


def _with_label(template: Text, label: Text) -> Text:
    return {
        language: text.replace("{label}", in_language(label, language)).replace("{{}}", "{}")
        for language, text in template.items()
    }
