"""What a programme asks of members as leaves: `member.NAME`, beside those of the one table.

A condition outlives the version that it was written for, as an offer's does: what it looks at may
be declared no more, or as another type. So the test alone says what it wants: a value of another
type is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from domain.language import LANGUAGES, Text, in_language, said
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Subject
from domain.programme.conditions.tree import OPS, PREFIX, Op
from domain.programme.terms import AttributeType, Choice, MemberAttribute, Programme

KINDS = {
    AttributeType.TEXT: Kind.TEXT,
    AttributeType.NUMBER: Kind.INT,
    AttributeType.FLAG: Kind.FLAG,
    AttributeType.DATE: Kind.DATE,
}
_EXAMPLES: Mapping[Kind, Mapping[str, object]] = {
    Kind.TEXT: {"in": ["a text"]},
    Kind.INT: {"atLeast": 1},
    Kind.FLAG: {"is": True},
    Kind.DATE: {"from": "2026-06-01"},
}
_IS = said("“{label}” is {{}}", "«{label}» — {{}}", "«{label}» είναι {{}}")
_IS_NOT = said("“{label}” is not {{}}", "«{label}» — не {{}}", "«{label}» δεν είναι {{}}")
_YES = said("“{label}”: yes", "«{label}»: да", "«{label}»: ναι")
_NO = said("“{label}”: no", "«{label}»: нет", "«{label}»: όχι")
_SAYS = {Kind.TEXT: (_IS, _IS_NOT), Kind.FLAG: (_YES, _NO)}


def leaves_of_programme(programme: Programme) -> Mapping[str, Leaf]:
    """All that a condition of this programme may look at: the table, and what it declares."""
    if not (programme.income_bands or programme.interests or programme.member_attributes):
        return LEAVES
    leaves = dict(LEAVES)
    if programme.income_bands:
        leaves["memberIncomeBand"] = _chosen("memberIncomeBand", programme.income_bands)
    if programme.interests:
        leaves["memberInterests"] = _chosen("memberInterests", programme.interests)
    return leaves | {
        leaf.name: leaf for leaf in (leaf_of(each) for each in programme.member_attributes)
    }


def leaves_in(written: object) -> dict[str, Leaf]:
    """The table, and what a condition that was accepted once looks at besides, as it takes it."""
    kinds = {op.value: kind for kind, ops in OPS.items() for op in ops if kind is not Kind.TEXTS}
    leaves = dict(LEAVES)
    for name, tests in _named_in(written):
        kind = next((kinds[test] for test in tests if test in kinds), Kind.TEXT)
        leaves[name] = _leaf(name, dict.fromkeys(LANGUAGES, name.removeprefix(PREFIX)), kind)
    return leaves


def leaf_of(attribute: MemberAttribute) -> Leaf:
    """The attribute as a leaf."""
    leaf = _leaf(PREFIX + attribute.name, attribute.label, KINDS[attribute.type])
    if not attribute.choices:
        return leaf
    values = {choice.code: choice.name for choice in attribute.choices}
    return replace(leaf, values=values, example={"in": [attribute.choices[0].code]})


def attribute_in(name: str) -> str | None:
    """The name of the attribute that a Test's leaf is; None for one of the table."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else None


def value_for(op: Op, kept: object) -> Any:
    """What a profile keeps, as a test compares it: a day as its ordinal. None: not known."""
    match op:
        case Op.IN:
            return kept if isinstance(kept, str) else None
        case Op.IS:
            return kept if isinstance(kept, bool) else None
        case Op.FROM | Op.UNTIL:
            try:
                return date.fromisoformat(kept).toordinal() if isinstance(kept, str) else None
            except ValueError:
                return None
        case _:
            return kept if type(kept) is int else None


def leaf_for(programme: Programme, name: str, op: Op) -> Leaf:
    """The leaf that a Test of this programme, or of an older one, names."""
    found = leaves_of_programme(programme).get(name)
    if found is not None and op in OPS[found.kind]:
        return found
    return leaves_in({name: {op.value: None}})[name]


def _chosen(name: str, choices: tuple[Choice, ...]) -> Leaf:
    values = {choice.code: choice.name for choice in choices}
    return replace(LEAVES[name], values=values, example={"in": [choices[0].code]})


def _leaf(name: str, label: Text, kind: Kind) -> Leaf:
    says, denies = _SAYS.get(kind, (_IS, _IS))
    return Leaf(
        name,
        Subject.MEMBER,
        kind,
        name,
        _with_label(says, label),
        _with_label(denies, label),
        _EXAMPLES[kind],
    )


def _named_in(written: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    if isinstance(written, list | tuple):
        for part in written:
            yield from _named_in(part)
    elif isinstance(written, Mapping):
        for key, inner in written.items():
            if key.startswith(PREFIX) and isinstance(inner, Mapping):
                yield key, inner
            elif key in ("all", "any", "not"):
                yield from _named_in(inner)


def _with_label(template: Text, label: Text) -> Text:
    return {
        language: text.replace("{label}", in_language(label, language)).replace("{{}}", "{}")
        for language, text in template.items()
    }
