"""What is wrong with what a programme wants to know of members, and with how it asks."""

from collections.abc import Iterator, Sequence

from domain.programme.problems import Path, Problem, Severity, nearest
from domain.programme.review.faults import codes, said, twice, unit_known
from domain.programme.review.names import name as _name
from domain.programme.terms import (
    PROFILE_NAMES,
    AttributeType,
    Choice,
    MemberAttribute,
    ProfileQuestion,
    Programme,
    Who,
)

POINTS_MAX = 10**9
CHOICES_MAX = 100
ATTRIBUTES_MAX = 30


def problems(programme: Programme) -> Iterator[Problem]:
    """All that is wrong, with path and remedy."""
    yield from _choices(programme, programme.income_bands, ("incomeBands",))
    yield from _choices(programme, programme.interests, ("interests",))
    attributes = programme.member_attributes
    if len(attributes) > ATTRIBUTES_MAX:
        hint = f"Ask for {ATTRIBUTES_MAX} at most."
        yield Problem(("memberAttributes",), "Nobody tells so much.", hint)
    yield from twice(("memberAttributes",), [each.name for each in attributes], "name")
    for index, attribute in enumerate(attributes):
        yield from _attribute(programme, attribute, ("memberAttributes", str(index)))
    questions = programme.profile_questions
    yield from twice(("profileQuestions",), [each.name for each in questions], "name")
    for index, question in enumerate(questions):
        yield from _question(programme, question, ("profileQuestions", str(index)))


def _choices(programme: Programme, choices: Sequence[Choice], path: Path) -> Iterator[Problem]:
    yield from codes(path[-1], [choice.code for choice in choices], path[:-1])
    if len(choices) > CHOICES_MAX:
        yield Problem(path, "A list is no longer one.", f"At most {CHOICES_MAX}.")
    for index, choice in enumerate(choices):
        yield from said(programme, choice.name, (*path, str(index), "name"))


def _attribute(programme: Programme, attribute: MemberAttribute, path: Path) -> Iterator[Problem]:
    yield from _name(attribute.name, path)
    if attribute.name in PROFILE_NAMES:
        hint = "It is asked of every member as it is."
        yield Problem((*path, "name"), f"There is {attribute.name} already.", hint)
    yield from said(programme, attribute.label, (*path, "label"))
    yield from said(programme, attribute.purpose, (*path, "purpose"))
    yield from _choices(programme, attribute.choices, (*path, "choices"))
    if attribute.choices and attribute.type is not AttributeType.TEXT:
        hint = "Make it a TEXT, or leave `choices` away."
        yield Problem((*path, "choices"), "Only texts are chosen from a list.", hint)
    least, most = attribute.least, attribute.most
    if attribute.type is not AttributeType.NUMBER:
        for name, bound in (("least", least), ("most", most)):
            if bound is not None:
                hint = "Make it a NUMBER, or leave it away."
                yield Problem((*path, name), "Only numbers have bounds.", hint)
    elif least is not None and most is not None and least > most:
        yield Problem((*path, "most"), "No number is within these.", "`least` is the smaller one.")
    for name, who in (("seenBy", attribute.seen_by), ("setBy", attribute.set_by)):
        yield from twice((*path, name), who)
    if not attribute.set_by:
        yield Problem((*path, "setBy"), "Nobody can tell it.", 'Write who: ["MEMBER", "TEAM"].')
    if Who.MEMBER in attribute.set_by and Who.MEMBER not in attribute.seen_by:
        hint = "Let MEMBER see it too."
        yield Problem((*path, "seenBy"), "Members do not see what they told.", hint)


def _question(programme: Programme, question: ProfileQuestion, path: Path) -> Iterator[Problem]:
    yield from said(programme, question.text, (*path, "text"))
    attribute = programme.member_attribute(question.name)
    if attribute is None:
        yield from said(programme, question.purpose, (*path, "purpose"))
    if question.name not in PROFILE_NAMES and attribute is None:
        names = [*PROFILE_NAMES, *(each.name for each in programme.member_attributes)]
        hint = nearest(question.name, names, "There are")
        yield Problem((*path, "name"), f"Of members there is no {question.name} to know.", hint)
    if question.name in PROFILE_NAMES and question.purpose is None:
        hint = "Write the `purpose`: people tell those who say what for."
        yield Problem((*path, "purpose"), "Nobody is told why.", hint, Severity.WARNING)
    if attribute is not None and Who.MEMBER not in attribute.set_by:
        hint = "Let MEMBER set it, or ask nobody."
        yield Problem((*path, "name"), "Members cannot answer this.", hint)
    if question.name == "incomeBand" and not programme.income_bands:
        yield Problem((*path, "name"), "There is nothing to choose from.", "Declare `incomeBands`.")
    if question.thanks is not None:
        yield from unit_known(programme, question.thanks.unit, (*path, "thanks", "unit"))
        if not 1 <= question.thanks.points <= POINTS_MAX:
            hint = f"Write 1 to {POINTS_MAX}, or leave the thanks away."
            yield Problem((*path, "thanks", "points"), "This thanks with nothing.", hint)
