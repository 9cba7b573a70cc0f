"""Attributes of members, as the programme declares them: who may set them, and to what."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.actor import Actor, Role
from domain.errors import InvalidInput, NotAllowed, Path
from domain.programme.attributes import AttributeValue, Value, as_json, check_type, from_json
from domain.programme.problems import nearest
from domain.programme.terms import MemberAttribute, Programme, Who

_PATH: Path = ("attributes",)


def parts(actor: Actor, member_id: UUID) -> frozenset[Who]:
    """What the caller is to this member."""
    found = {Who.MEMBER} if actor.member_id == member_id else set()
    if actor.has(Role.SHOP):
        found.add(Who.SHOP)
    if actor.has(Role.CARE, Role.LOYALTY):
        found.add(Who.TEAM)
    return frozenset(found)


def told(
    programme: Programme, who: frozenset[Who], values: Sequence[AttributeValue]
) -> dict[str, str | int | bool]:
    """The values as they are kept. Raises InvalidInput, and NotAllowed, with the path to one."""
    kept: dict[str, str | int | bool] = {}
    for index, given in enumerate(values):
        path = (*_PATH, str(index))
        attribute = _known(programme, who, given.name, (*path, "name"))
        if given.name in kept:
            raise InvalidInput("This was said before; say it once.", (*path, "name"))
        _check(attribute, given.value, (*path, "value"))
        kept[given.name] = as_json(given.value)
    return kept


def cleared(
    programme: Programme, who: frozenset[Who], names: Sequence[str] | None, path: Path
) -> list[str]:
    """The names to forget; None: of all that the caller may set. Raises what `told` does."""
    if names is None:
        return [each.name for each in programme.member_attributes if who.intersection(each.set_by)]
    for index, name in enumerate(names):
        _known(programme, who, name, (*path, str(index)))
    return list(names)


def seen(
    programme: Programme, who: frozenset[Who], kept: Mapping[str, object]
) -> list[tuple[MemberAttribute, Value]]:
    """What is known and the caller may see, in the programme's order; what no longer fits is not.

    A member sees all that it can set itself.
    """
    found = []
    for attribute in programme.member_attributes:
        value = from_json(attribute.type, kept.get(attribute.name))
        if value is not None and who.intersection(attribute.seen_by):
            found.append((attribute, value))
    return found


def _known(programme: Programme, who: frozenset[Who], name: str, path: Path) -> MemberAttribute:
    attribute = programme.member_attribute(name)
    visible = [each.name for each in programme.member_attributes if who.intersection(each.set_by)]
    if attribute is None:
        hint = nearest(name, visible, "There are") if visible else "There are none."
        raise InvalidInput(f"Members have no such attribute. {hint}", path)
    if name not in visible:
        raise NotAllowed("This is not yours to say; leave it out.", path)
    return attribute


def _check(attribute: MemberAttribute, value: Value, path: Path) -> None:
    check_type(attribute.name, attribute.type, value, path)
    codes = [choice.code for choice in attribute.choices]
    if codes and value not in codes:
        hint = nearest(str(value), codes, "There are")
        raise InvalidInput(f"`{attribute.name}` is never that. {hint}", path)
    if type(value) is int:
        least, most = attribute.least, attribute.most
        if (least is not None and value < least) or (most is not None and value > most):
            raise InvalidInput(f"`{attribute.name}` is {bounds(least, most)}.", path)


def bounds(least: int | None, most: int | None) -> str:
    """The bounds of a number, for whoever went beyond them."""
    if least is None or most is None:
        return f"at most {most}" if least is None else f"at least {least}"
    return f"{least} to {most}"
