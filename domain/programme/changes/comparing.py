"""Two versions of the programme held against each other, field by field.

Lists go by codes, not by places: what only moved has not changed. A tier that replaces others is
held against each of them, since their members hold it now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec

from domain.programme.changes.directions import ChangeEffect
from domain.programme.changes.fields import FIELDS
from domain.programme.problems import Path
from domain.programme.terms import ActivityRule, Discount, Programme, Rule, Tier

ANY = "*"
_KEYS = ("code", "name", "per", "title")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the document, or a whole thing in it that came or went.

    `field` is its row in the table; in `path` lists go by codes, names, periods. `before` and
    `after` are JSON values; None: it was not there, or not said.
    """

    path: Path
    field: str
    before: Any
    after: Any
    effect: ChangeEffect

    @property
    def subject(self) -> tuple[str, str | None]:
        """What it is a change of: ("rules", "every-euro"); of the whole programme, its field."""
        is_listed = self.field.startswith(f"{self.path[0]}.{ANY}")
        return self.path[0], self.path[1] if is_listed else None


def changes(before: Programme, after: Programme, on: date | None = None) -> list[Change]:
    """What is other in `after`, in the document's order; of the same terms nothing.

    Nobody loses by what becomes of a rule that was over `on` that local day.
    """
    found = list(_struct(before, after, (), ""))
    if on is None:
        return found
    over = {(name, rule.code) for name, rule in _rules(before) if _is_over(rule, on)}
    return [
        replace(change, effect=ChangeEffect.NEUTRAL)
        if change.subject in over and change.effect is ChangeEffect.WORSE
        else change
        for change in found
    ]


def without_over(programme: Programme, on: date) -> Programme:
    """The programme without the rules for orders that were over on that local day."""
    rules = tuple(rule for rule in programme.rules if not _is_over(rule, on))
    return msgspec.structs.replace(programme, rules=rules)


def _rules(programme: Programme) -> Iterator[tuple[str, Rule | ActivityRule | Discount]]:
    yield from (("rules", rule) for rule in programme.rules)
    yield from (("activityRules", rule) for rule in programme.activity_rules)
    yield from (("discounts", rule) for rule in programme.discounts)


def _is_over(rule: Rule | ActivityRule | Discount, on: date) -> bool:
    return rule.valid_until is not None and rule.valid_until <= on


def overall(changes: Sequence[Change]) -> ChangeEffect:
    """WORSE if one of them is, else BETTER if one is."""
    effects = {change.effect for change in changes}
    return next(
        (each for each in (ChangeEffect.WORSE, ChangeEffect.BETTER) if each in effects),
        ChangeEffect.NEUTRAL,
    )


def key_of(item: object) -> str | None:
    """What a thing of a list goes by; None for what is no thing of its own."""
    for name in _KEYS:
        key = getattr(item, name, None)
        if isinstance(key, dict):
            return str(key.get("en") or next(iter(key.values()), ""))
        if key is not None:
            return str(key)
    return None


def _struct(before: Any, after: Any, path: Path, pattern: str) -> Iterator[Change]:
    names = zip(before.__struct_fields__, before.__struct_encode_fields__, strict=True)
    for name, written in names:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            below = f"{pattern}.{written}".lstrip(".")
            yield from _value(was, now, (*path, written), below)


def _value(before: Any, after: Any, path: Path, pattern: str) -> Iterator[Change]:
    if isinstance(before, msgspec.Struct) and type(before) is type(after):
        yield from _struct(before, after, path, pattern)
    elif _is_list(before) or _is_list(after):
        yield from _list(before or (), after or (), path, f"{pattern}.{ANY}")
    else:
        yield _change(before, after, path, pattern)


def _list(
    before: Sequence[Any], after: Sequence[Any], path: Path, pattern: str
) -> Iterator[Change]:
    was = {key_of(item): item for item in before}
    now = {key_of(item): item for item in after}
    matched = set()
    for key, item in was.items():
        found = now.get(key) or _heir(item, after)
        matched.add(key_of(found))
        if item != found:
            yield from _value(item, found, (*path, str(key)), pattern)
    for key, item in now.items():
        if key not in matched:
            yield _change(None, item, (*path, str(key)), pattern)


def _heir(item: Any, after: Sequence[Any]) -> Any:
    if not isinstance(item, Tier):
        return None
    return next((tier for tier in after if item.code in tier.replaces), None)


def _is_list(value: Any) -> bool:
    is_several = isinstance(value, tuple) and bool(value)
    return is_several and isinstance(value[0], msgspec.Struct) and key_of(value[0]) is not None


def _change(before: Any, after: Any, path: Path, pattern: str) -> Change:
    field = FIELDS.get(pattern)
    effect = field.direction(before, after) if field is not None else ChangeEffect.NEUTRAL
    return Change(path, pattern, _json(before), _json(after), effect)


def _json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
