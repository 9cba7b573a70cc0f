"""A change of the programme in a sentence: what it is of, how it will be, how it was."""

from collections.abc import Mapping
from typing import Any

from domain.language import in_language, rendered, said
from domain.programme.changes import FIELDS, Change
from domain.programme.changes.field import Shown
from domain.programme.terms import Programme, Rule
from domain.programme.words import discounts, things, values

_INSTEAD = said(
    en="{what} — {after} instead of {before}.",
    ru="{what} — {after} (было: {before}).",
    el="{what} — {after} (πριν: {before}).",
)
_OTHER = said("{what} — another.", "{what} — теперь иначе.", "{what} — αλλαγή.")
_NEW = said("New: {what}.", "Новое: {what}.", "Νέο: {what}.")
_GONE = said("No longer: {what}.", "Больше нет: {what}.", "Δεν ισχύει πια: {what}.")
_OF = said("{owner}: {label}", "{owner}: {label}", "{owner}: {label}")


def change(before: Programme, after: Programme, change: Change, language: str) -> str:
    """The change of one field, or of a thing that came or went, as a sentence."""
    field = FIELDS.get(change.field)
    shown = field.shown if field is not None else Shown.NOT
    if change.before is None and shown is Shown.THING:
        return _said(_NEW, language, things.thing(after, change.path, change.field, language))
    if change.after is None and shown is Shown.THING:
        return _said(_GONE, language, things.thing(before, change.path, change.field, language))
    label = in_language(field.label, language) if field is not None else ".".join(change.path)
    owner = things.owner(before, after, change.path, language)
    what = rendered(_OF, language, owner=owner, label=label) if owner else _begun(label)
    if shown in (Shown.NOT, Shown.THING) and "effect" not in change.path:
        return rendered(_OTHER, language, what=what)
    if change.field.startswith(("rules.*.effect", "discounts.*.effect")):
        # Points and what they are for say nothing without each other.
        what = owner
        was, now = _effect(before, change, language), _effect(after, change, language)
    else:
        was = values.value(before, change.path, change.before, shown, language)
        now = values.value(after, change.path, change.after, shown, language)
    return rendered(_INSTEAD, language, what=what, before=was, after=now)


def _effect(programme: Programme, change: Change, language: str) -> str:
    off = programme.discount(change.path[1])
    if change.path[0] == "discounts" and off is not None:
        return discounts.effect(programme, off, language)
    rule = programme.rule(change.path[1])
    assert isinstance(rule, Rule), "a rule that changed is there before and after"
    return values.effect(programme, rule, language)


def _said(words: Mapping[str, str], language: str, what: Any) -> str:
    return rendered(words, language, what=str(what).rstrip("."))


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]
