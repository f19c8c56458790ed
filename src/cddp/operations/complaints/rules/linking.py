"""เรื่องเดียวกันหรือไม่: how likely a report and a known problem are one thing, and why.

Plain observations, each worth some points: how near (against the category's own reach), how alike the words (see
rules/comparing), the same category. A text of few letters proves little however alike it is: "ขยะ" stands under half
of all heaps of rubbish. Points and thresholds were chosen on one half of 6,000 tickets of Traffy Fondue and tried on
the other, judged by eye: see docs/needs-from-traffy.md.
"""

from dataclasses import dataclass
from typing import Final

from cddp.operations.complaints.rules.comparing import Agreement

PLACE_POINTS: Final = 0.45
WORDS_POINTS: Final = 0.40
CATEGORY_POINTS: Final = 0.15

ALIKE_ENOUGH: Final = 0.50
"""Share of common trigrams from which two Thai texts are as good as the same."""
CONTAINED_WORTH: Final = 0.75
"""A short text that stands within a long one is worth a little less than two alike."""
LONG_ENOUGH: Final = 20
"""From so many trigrams a text says which thing it is about; fewer weigh less."""

SUGGEST_THRESHOLD: Final = 0.40
ALIKE_TO_SUGGEST: Final = 0.30
"""What is of another kind of work is suggested only where the words agree so far."""
AUTO_THRESHOLD: Final = 0.75
AUTO_DAYS: Final = 60
"""The system by itself joins only what was told within so many days of each other."""
ALIKE_ACROSS: Final = 0.60
"""Where both categories are known and differ, the words must agree so far."""

SAME_WALK_HOURS: Final = 6
SAME_PIN_M: Final = 2
SAME_SPOT_M: Final = 5
SENT_TWICE: Final = 0.90
SAID_WITHIN: Final = 0.85
WIDE_REACH_M: Final = 100
"""Two tellings within hours are one sent twice, or one person telling of one thing after another: of signs along a
street, of a tree and a drain before the same house. So the pin must be the same and one text stand within the other.
Not for floods and smoke, which many tell of at once."""

RECENT_DAYS: Final = 365
"""A problem closed within so many days may come back; after that it is a new one."""

NO_AGREEMENT: Final = Agreement(0.0, 0.0, 0, 0)


@dataclass(frozen=True)
class Likeness:
    """ความใกล้เคียง: what was observed. Distance in metres, days between the two tellings.

    `other_category`: both categories are known and differ. `is_cited`: the report names the number of one that
    belongs to the problem. `contradicts`: each names a number or side that the other does not. `place_is_sure`:
    neither says that its pin stands at an office. `same_asset`: both are about the same thing with one place (a lamp,
    a pump; not a road, of which kilometres may be broken in many places).
    """

    distance_m: float | None
    radius_m: float
    same_category: bool
    same_family: bool
    days_apart: float
    wording: Agreement = NO_AGREEMENT
    other_category: bool = False
    contradicts: bool = False
    place_is_sure: bool = True
    is_cited: bool = False
    same_asset: bool = False

    @property
    def similarity(self) -> float:
        """Return 0–1: how alike the two texts are."""
        wording = self.wording
        contained = CONTAINED_WORTH * wording.contained if wording.shorter >= LONG_ENOUGH else 0.0
        return max(wording.share, contained)

    @property
    def score(self) -> float:
        """Return 0–1; see the module's docstring."""
        if self.is_cited or self.is_about_the_same_thing:
            return 1.0
        proof = min(1.0, self.wording.shared / LONG_ENOUGH)
        words = min(1.0, self.similarity / ALIKE_ENOUGH) * proof
        return round(
            PLACE_POINTS * self._nearness + WORDS_POINTS * words + CATEGORY_POINTS * self.same_category, 3
        )

    @property
    def is_about_the_same_thing(self) -> bool:
        """Tell whether both ask for the same kind of work on the same thing: no reason is stronger."""
        return self.same_asset and self.same_family

    @property
    def is_near(self) -> bool:
        return self.distance_m is not None and self.distance_m <= self.radius_m

    @property
    def is_worth_showing(self) -> bool:
        """Tell whether a person should be asked about it: what is near and of the category always."""
        if self.is_cited or self.same_asset or (self.same_category and self.is_near):
            return True
        akin = self.same_family or self.same_category or self.similarity >= ALIKE_TO_SUGGEST
        return akin and self.score >= SUGGEST_THRESHOLD

    @property
    def may_be_one_of_several(self) -> bool:
        """Tell whether one person may be telling of several things, one after another."""
        if self.days_apart * 24 >= SAME_WALK_HOURS or self.radius_m >= WIDE_REACH_M:
            return False
        metres = self.distance_m or 0
        if self.wording.share >= SENT_TWICE:
            return metres > SAME_SPOT_M
        return metres > SAME_PIN_M or self.wording.contained < SAID_WITHIN

    @property
    def _nearness(self) -> float:
        if self.distance_m is None:
            return 0.0
        return max(0.0, 1 - self.distance_m / max(self.radius_m, 1))


def joins_by_itself(likeness: Likeness, *, is_private: bool) -> bool:
    """Tell whether the system may join them without a person. Never for private matters."""
    if is_private:
        return False
    if likeness.is_cited:
        return True
    if likeness.is_about_the_same_thing:
        return likeness.days_apart <= AUTO_DAYS
    return (
        likeness.is_near
        and likeness.place_is_sure
        and not likeness.contradicts
        and not likeness.may_be_one_of_several
        and not (likeness.other_category and likeness.similarity < ALIKE_ACROSS)
        and likeness.days_apart <= AUTO_DAYS
        and likeness.score >= AUTO_THRESHOLD
    )
