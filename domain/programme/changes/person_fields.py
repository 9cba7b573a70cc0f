"""Rows of the table of fields about what members are asked: choices, attributes, questions."""

from domain.programme.changes.directions import given, more, neither
from domain.programme.changes.field import Field, Shown, named, row


def _choices(of: str, en: str, ru: str, el: str) -> tuple[Field, ...]:
    return (
        row(of, neither, Shown.THING, en, ru, el),
        named(f"{of}.name", "the name", "название", "το όνομα"),
    )


ROWS = (
    *_choices("incomeBands.*", "income band", "уровень дохода", "εισόδημα"),
    *_choices("interests.*", "interest", "интерес", "ενδιαφέρον"),
    *_choices("memberAttributes.*.choices.*", "a choice", "вариант", "επιλογή"),
    row("memberAttributes.*", neither, Shown.THING,
        "what is known of a member", "что известно об участнике", "τι είναι γνωστό για ένα μέλος"),
    named("memberAttributes.*.label", "the name", "название", "το όνομα"),
    named("memberAttributes.*.purpose", "what it is for", "зачем это нужно", "ο σκοπός"),
    row("memberAttributes.*.type", neither, Shown.CODE, "its type", "тип", "ο τύπος"),
    row("memberAttributes.*.least", neither, Shown.NUMBER, "at least", "не менее", "τουλάχιστον"),
    row("memberAttributes.*.most", neither, Shown.NUMBER, "at most", "не более", "το πολύ"),
    row("memberAttributes.*.seenBy", neither, Shown.CODE,
        "who sees it", "кто это видит", "ποιος το βλέπει"),
    row("memberAttributes.*.setBy", neither, Shown.CODE,
        "who says it", "кто это указывает", "ποιος το δηλώνει"),
    row("profileQuestions.*", neither, Shown.THING,
        "a question to members", "вопрос участникам", "μια ερώτηση στα μέλη"),
    named("profileQuestions.*.text", "the question", "вопрос", "η ερώτηση"),
    named("profileQuestions.*.purpose", "what it is for", "зачем это нужно", "ο σκοπός"),
    row("profileQuestions.*.thanks", given, Shown.THING,
        "thanks for an answer", "благодарность за ответ", "ευχαριστώ για μια απάντηση"),
    row("profileQuestions.*.thanks.unit", neither, Shown.CODE,
        "what an answer gives", "что даётся за ответ", "τι δίνει μια απάντηση"),
    row("profileQuestions.*.thanks.points", more, Shown.POINTS,
        "for an answer", "за ответ", "για μια απάντηση"),
)  # fmt: skip
