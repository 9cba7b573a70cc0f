"""The net promoter score: who counts as what, the score, and how sure it is."""

from dataclasses import dataclass
from math import sqrt

NPS_MAX = 10
_PROMOTER_FROM = 9
_DETRACTOR_UP_TO = 6
_SURE_AT_95 = 1.96


@dataclass(frozen=True, slots=True)
class Nps:
    """-100.0 to 100.0, one decimal; `low` and `high` bound it at 95 %."""

    value: float
    low: float
    high: float
    promoters: int
    passives: int
    detractors: int

    @property
    def observations(self) -> int:
        """How many answers it is made of."""
        return self.promoters + self.passives + self.detractors


def is_promoter(score: int) -> bool:
    """9 or 10 of 10."""
    return score >= _PROMOTER_FROM


def is_detractor(score: int) -> bool:
    """0 to 6 of 10."""
    return score <= _DETRACTOR_UP_TO


def nps(counts: dict[int, int]) -> Nps | None:
    """The score of answers counted by score (0 to 10); None without an answer.

    100 * (promoters - detractors) / answers, passives counted below, and no share rounded before
    the difference (Reichheld, "The One Number You Need to Grow", HBR, December 2003). The
    interval is the adjusted Wald: three answers more, 3/4 of them promoters and 3/4 detractors
    (Rocks, "Interval estimation for the Net Promoter Score", 2016, arXiv 1601.07235); it is
    widened to hold the score itself, which it would miss when there is one answer.
    """
    promoters = sum(count for score, count in counts.items() if is_promoter(score))
    detractors = sum(count for score, count in counts.items() if is_detractor(score))
    answers = sum(counts.values())
    if answers == 0:
        return None
    value = _rounded(1000 * (promoters - detractors), answers) / 10
    centre, margin = _adjusted_wald(promoters, detractors, answers)
    low = max(-100.0, min(value, round(100 * (centre - margin), 1)))
    high = min(100.0, max(value, round(100 * (centre + margin), 1)))
    return Nps(value, low, high, promoters, answers - promoters - detractors, detractors)


def _adjusted_wald(promoters: int, detractors: int, answers: int) -> tuple[float, float]:
    up, down = (promoters + 0.75) / (answers + 3), (detractors + 0.75) / (answers + 3)
    variance = (up + down - (up - down) ** 2) / (answers + 3)
    return up - down, _SURE_AT_95 * sqrt(variance)


def _rounded(number: int, by: int) -> int:
    # Half away from zero, in integers: a score and its mirror image differ by the sign alone.
    whole = (2 * abs(number) + by) // (2 * by)
    return whole if number >= 0 else -whole
