"""เรื่องเดียวกันหรือไม่: how likely a report and a known problem are one thing, and why, in words.

Four plain observations: how near (against the category's own reach), the same category or only the same family, how
alike the words (trigrams, which need no word segmentation of Thai), and how long ago. Weights and thresholds were
set on the tickets of Traffy Fondue and judged by eye: see docs/needs-from-traffy.md.
"""

from dataclasses import dataclass
from typing import Final

NEARNESS_WEIGHT: Final = 0.45
CATEGORY_WEIGHT: Final = 0.20
WORDS_WEIGHT: Final = 0.35
ALIKE_ENOUGH: Final = 0.45
"""Trigram likeness from which two Thai texts are as good as the same."""

SUGGEST_THRESHOLD: Final = 0.40
AUTO_THRESHOLD: Final = 0.80
AUTO_DAYS: Final = 60
"""The system by itself joins only what was told within so many days of each other."""
RECENT_DAYS: Final = 365
"""A problem closed within so many days may come back; after that it is a new one."""


@dataclass(frozen=True)
class Likeness:
    """ความใกล้เคียง: what was observed. Distances in metres, similarity 0–1, days between the two tellings."""

    distance_m: float
    radius_m: float
    same_category: bool
    similarity: float
    days_apart: float

    @property
    def score(self) -> float:
        """Return 0–1; see the module's docstring."""
        nearness = max(0.0, 1 - self.distance_m / max(self.radius_m, 1))
        words = min(1.0, self.similarity / ALIKE_ENOUGH)
        return round(
            NEARNESS_WEIGHT * nearness + CATEGORY_WEIGHT * self.same_category + WORDS_WEIGHT * words, 3
        )

    @property
    def is_near(self) -> bool:
        return self.distance_m <= self.radius_m


def joins_by_itself(likeness: Likeness, *, is_private: bool) -> bool:
    """Tell whether the system may join them without a person. Never for private matters."""
    return (
        not is_private
        and likeness.is_near
        and likeness.same_category
        and likeness.days_apart <= AUTO_DAYS
        and likeness.score >= AUTO_THRESHOLD
    )
