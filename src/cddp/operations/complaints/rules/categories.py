"""เลือกประเภท: which category the labels of another system mean in the year of the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LabelMeaning:
    """ความหมายของชื่อ: a category and the years (ค.ศ.) in which the label meant it."""

    category_id: UUID
    year_from: int
    year_until: int | None = None

    def holds_in(self, year: int) -> bool:
        return self.year_from <= year and (self.year_until is None or year <= self.year_until)


def choose_category(
    labels: Sequence[str], year: int, meanings: Mapping[str, Sequence[LabelMeaning]]
) -> tuple[UUID | None, list[str]]:
    """Return the category of the first label that is known in that year, and the labels that are not."""
    chosen: UUID | None = None
    unknown = []
    for label in labels:
        fitting = [meaning for meaning in meanings.get(label, ()) if meaning.holds_in(year)]
        if not fitting:
            unknown.append(label)
        elif chosen is None:
            # The later rule is the more exact one: "since 2025" over "since 2000".
            chosen = max(fitting, key=lambda meaning: meaning.year_from).category_id
    return chosen, unknown
