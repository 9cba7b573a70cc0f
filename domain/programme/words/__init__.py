"""The programme read aloud in English, Russian and Greek: rules, conditions, why and why not.

Sentences are built so that units stand in the nominative: that is how a programme names them.
"""

from domain.programme.words.activities import activity_rule, badge_goal
from domain.programme.words.changes import change
from domain.programme.words.conditions import condition
from domain.programme.words.parts import part
from domain.programme.words.persons import attribute_value
from domain.programme.words.reasons import reason
from domain.programme.words.rules import rule
from domain.programme.words.terms import rate, terms
from domain.programme.words.tiers import window

__all__ = ["activity_rule", "attribute_value", "badge_goal", "change", "condition", "part",
           "rate", "reason", "rule", "terms", "window"]  # fmt: skip
