"""The terms of a programme in words: as they were written, else read off the rules."""

from domain.language import Text, factor, in_language, rendered, said
from domain.money import WHOLE_BASIS_POINTS
from domain.programme.terms import Programme, Tier
from domain.programme.words.rules import counted, expiry, rule_text

_EARN = said("How you earn", "Как накопить", "Πώς κερδίζετε")
_TIERS = said("Tiers", "Уровни", "Επίπεδα")
_ENTRY = said("{tier}: from the start", "{tier}: с самого начала", "{tier}: από την αρχή")
_TIER = said(
    "{tier}: from {points} in {days} {days|day|days}",
    "{tier}: {points} за {days} {days|день|дня|дней}",
    "{tier}: {points} μέσα σε {days} {days|ημέρα|ημέρες}",
)
_TIMES = said(", points × {factor}", ", баллы × {factor}", ", πόντοι × {factor}")
_KEPT = said(
    "Points that rules give in the first place count; multipliers and campaigns do not.",
    "Считаются основные баллы, без умножения и акций.",
    "Μετρούν οι βασικοί πόντοι, χωρίς πολλαπλασιασμούς και καμπάνιες.",
)
_GOOD = said("How long they are good", "Сколько действуют", "Πόσο ισχύουν")
_JOIN = said("For joining: {points}.", "За вступление: {points}.", "Με την εγγραφή: {points}.")


def terms(programme: Programme, language: str) -> str:
    """The terms as plain text, a line for each thing; short enough for a phone's screen."""
    if programme.terms is not None and language in programme.terms:
        return programme.terms[language]
    lines = [in_language(programme.name, language), "", _head(_EARN, language)]
    lines += [_rule(programme, index, language) for index in range(len(programme.rules))]
    if programme.welcome is not None:
        points = counted(programme, programme.welcome.unit, programme.welcome.points)
        lines.append(f"• {rendered(_JOIN, language, points=points)}")
    if programme.referral is not None:
        lines.append(f"• {in_language(programme.referral.text, language)}")
    if len(programme.tiers) > 1:
        lines += ["", _head(_TIERS, language)]
        lines += [_tier(programme, tier, language) for tier in programme.tiers]
        lines.append(in_language(_KEPT, language))
    lines += ["", _head(_GOOD, language)]
    lines += [f"• {expiry(programme, unit.code, language)}." for unit in programme.units]
    return "\n".join(lines)


def _head(text: Text, language: str) -> str:
    return in_language(text, language)


def _rule(programme: Programme, index: int, language: str) -> str:
    rule = programme.rules[index]
    name = in_language(rule.name, language)
    return f"• {name}: {rule_text(programme, rule, language)}"


def _tier(programme: Programme, tier: Tier, language: str) -> str:
    name = in_language(tier.name, language)
    if tier.threshold == 0:
        text = rendered(_ENTRY, language, tier=name)
    else:
        points = counted(programme, programme.qualifying_unit, tier.threshold)
        text = rendered(_TIER, language, tier=name, points=points, days=programme.window_days)
    if tier.multiplier_basis_points != WHOLE_BASIS_POINTS:
        text += rendered(_TIMES, language, factor=factor(tier.multiplier_basis_points, language))
    return f"• {text}."
