"""Something is stopped that was named; all spending only where that was said."""

from typing import Any

import pytest
from strawberry import ID

from domain.errors import DomainError, InvalidInput
from schema.stops import StopDeclareInput, StopSubjectInput
from schema.text_inputs import TextInput

WHY = [TextInput(language="en", text="A mistake.")]


def command(**what: Any) -> Any:
    return StopDeclareInput(
        what=StopSubjectInput(**what), reason=WHY, idempotency_key=ID("k")
    ).command()


def test_all_spending_is_stopped_where_that_is_said() -> None:
    assert (command(spending=True).rule, command(spending=True).reward_id) == (None, None)
    with pytest.raises(InvalidInput) as refused:
        command(spending=False)
    assert refused.value.path == ("what", "spending")


@pytest.mark.parametrize("what", [{"rule": ""}, {"reward_id": ""}])
def test_an_empty_name_is_no_word_for_all_spending(what: dict[str, str]) -> None:
    try:
        made = command(**what)
    except DomainError:
        return
    assert made.rule == ""
