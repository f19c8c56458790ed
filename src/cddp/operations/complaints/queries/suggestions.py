"""คำแนะนำประเภท: what a text is probably about, among the town's own categories."""

from dataclasses import dataclass

from cddp.operations.complaints.queries.choices import Choice, Choices
from cddp.operations.complaints.rules import classifying


@dataclass(frozen=True)
class Suggestion:
    """ประเภทที่น่าจะใช่: how sure (0–1), and the words of the text that speak for it."""

    category: Choice
    share: float
    because: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        return round(self.share * 100)

    @property
    def is_sure(self) -> bool:
        """Tell whether it may stand in the form before anybody chose."""
        return self.share >= classifying.PRESELECT_FROM


def suggest(text: str, choices: Choices) -> list[Suggestion]:
    """Return the likeliest categories that the town uses, likeliest first; [] where nothing speaks for one."""
    own = {each.more: each for each in choices.categories}
    return [
        Suggestion(own[found.category], found.confidence, found.reasons)
        for found in classifying.suggest_categories(text)
        if found.category in own
    ]
