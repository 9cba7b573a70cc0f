"""Words of feedback: kinds of questions, kinds and states of cases."""

from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered."""

    NPS = "NPS"
    CSAT = "CSAT"
    CES = "CES"
    RATING = "RATING"
    SINGLE_CHOICE = "SINGLE_CHOICE"
    MULTIPLE_CHOICE = "MULTIPLE_CHOICE"
    TEXT = "TEXT"


class FeedbackKind(StrEnum):
    """What a member has to say unasked."""

    COMPLAINT = "COMPLAINT"
    PRAISE = "PRAISE"
    IDEA = "IDEA"
    QUESTION = "QUESTION"


class CaseKind(StrEnum):
    """What a case is about: what a member wrote, or a low score in a survey."""

    COMPLAINT = "COMPLAINT"
    PRAISE = "PRAISE"
    IDEA = "IDEA"
    QUESTION = "QUESTION"
    DETRACTOR = "DETRACTOR"


class CaseState(StrEnum):
    """Whose turn it is."""

    OPEN = "OPEN"
    WAITING = "WAITING"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"
