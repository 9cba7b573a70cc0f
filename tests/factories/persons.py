"""What a programme asks of members, in JSON: a diet, a dog, children, a wedding day."""

from typing import Any

from tests.factories.programme import in_three_languages


def a_choice(code: str, name: str = "") -> dict[str, Any]:
    """One of the values that there are."""
    return {"code": code, "name": in_three_languages(name or code.title())}


def a_member_attribute(name: str, type_: str = "TEXT", **changes: Any) -> dict[str, Any]:
    """One that everybody sees and sets."""
    return {
        "name": name,
        "label": in_three_languages(name),
        "type": type_,
        "purpose": in_three_languages(f"We ask for {name} to know you better."),
        **changes,
    }


def a_question(name: str, points: int = 0, **changes: Any) -> dict[str, Any]:
    """Asked with thanks of so many points, or without any."""
    thanks = {"thanks": {"unit": "POINTS", "points": points}} if points else {}
    return {
        "name": name,
        "text": in_three_languages(f"What about {name}?"),
        "purpose": in_three_languages("To know you better."),
        **thanks,
        **changes,
    }


def what_is_asked() -> dict[str, Any]:
    """Four attributes, one of each type, and three bands of income; to be put into a programme."""
    return {
        "incomeBands": [a_choice("low"), a_choice("middle"), a_choice("high")],
        "memberAttributes": [
            a_member_attribute("diet", choices=[a_choice("vegan"), a_choice("any", "Anything")]),
            a_member_attribute("hasDog", "FLAG"),
            a_member_attribute("children", "NUMBER", least=0, most=20),
            a_member_attribute("wedding", "DATE"),
        ],
    }
