"""วัดผลแบบจำลอง: how often the first suggestion is what people chose, and what its confidence is worth."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cddp.operations.complaints.management.training.examples import Example
from cddp.operations.complaints.rules.classifying import (
    Model,
    Suggestion,
    category_scores,
    fold_text,
    known_spans,
    suggest_categories,
)

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CONFIDENCE_STEPS = (0.0, 0.4, 0.6, 0.8, 0.9, 0.95, 1.01)
WANTED_PRECISION = 0.95
_TEMPERATURES = tuple(hundredths / 100 for hundredths in range(50, 255, 5))


@dataclass(frozen=True)
class Judged:
    """เรื่องที่วัดแล้ว: an example and what the model suggested for its text."""

    example: Example
    suggestions: tuple[Suggestion, ...]

    @property
    def first(self) -> str | None:
        return self.suggestions[0].category if self.suggestions else None

    @property
    def confidence(self) -> float:
        return self.suggestions[0].confidence if self.suggestions else 0.0

    @property
    def is_right(self) -> bool:
        return self.first in self.example.categories

    @property
    def is_among(self) -> bool:
        return any(found.category in self.example.categories for found in self.suggestions)


@dataclass(frozen=True)
class CategoryFigures:
    """ผลรายประเภท: of the texts of one category, how many were found, and how many finds were true."""

    category: str
    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ThresholdFigures:
    """ผลเมื่อเลือกไว้ล่วงหน้า: the share of texts at or above a confidence, and how many of those were right."""

    confidence: float
    share: float
    precision: float


@dataclass(frozen=True)
class ConfidenceFigures:
    """ความเชื่อมั่นเทียบผลจริง: what was claimed and what came true, for texts of similar confidence."""

    lowest: float
    highest: float
    count: int
    claimed: float
    came_true: float


def judge(examples: Sequence[Example], model: Model) -> list[Judged]:
    """Ask the model about every example."""
    return [Judged(example, suggest_categories(example.text, model=model)) for example in examples]


def share_right(judged: Sequence[Judged]) -> float:
    """Return how many of the first suggestions were right; no suggestion counts as wrong."""
    return sum(one.is_right for one in judged) / len(judged) if judged else 0.0


def measure_categories(judged: Sequence[Judged]) -> list[CategoryFigures]:
    """Return the figures of each category that occurs, the commonest first. One label each is asked for."""
    count = Counter(one.example.categories[0] for one in judged)
    suggested = Counter(one.first for one in judged)
    found = Counter(one.first for one in judged if one.is_right)
    figures = []
    for category, texts in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        true = found[category]
        precision = true / suggested[category] if suggested[category] else 0.0
        figures.append(
            CategoryFigures(
                category, texts, precision, true / texts, 2 * true / (texts + suggested[category])
            )
        )
    return figures


def macro_f1(figures: Sequence[CategoryFigures]) -> float:
    """Return the mean F1, every category counting the same."""
    return sum(one.f1 for one in figures) / len(figures) if figures else 0.0


def measure_thresholds(judged: Sequence[Judged]) -> list[ThresholdFigures]:
    """Return what would be chosen beforehand at each threshold, and how much of it rightly."""
    figures = []
    for confidence in THRESHOLDS:
        sure = [one for one in judged if one.confidence >= confidence]
        figures.append(ThresholdFigures(confidence, len(sure) / max(len(judged), 1), share_right(sure)))
    return figures


def lowest_good_threshold(figures: Sequence[ThresholdFigures]) -> float:
    """Return the lowest threshold at which enough of what is chosen beforehand is right; 1 where none is."""
    return next((one.confidence for one in figures if one.precision >= WANTED_PRECISION), 1.0)


def measure_confidence(judged: Sequence[Judged]) -> list[ConfidenceFigures]:
    """Return, for texts of similar confidence, the mean claim beside what came true."""
    figures = []
    for lowest, highest in pairwise(CONFIDENCE_STEPS):
        inside = [one for one in judged if one.suggestions and lowest <= one.confidence < highest]
        if inside:
            claimed = sum(one.confidence for one in inside) / len(inside)
            figures.append(
                ConfidenceFigures(lowest, min(highest, 1.0), len(inside), claimed, share_right(inside))
            )
    return figures


def mean_gap(figures: Sequence[ConfidenceFigures]) -> float:
    """Return the mean distance between claim and truth (expected calibration error)."""
    total = sum(one.count for one in figures)
    return sum(one.count * abs(one.claimed - one.came_true) for one in figures) / max(total, 1)


def margin_of(share: float, count: int) -> float:
    """Return half the width of the 95 % interval of a share that was counted on so many texts."""
    return 1.96 * math.sqrt(share * (1 - share) / max(count, 1))


def fitting_temperature(examples: Sequence[Example], model: Model) -> float:
    """Return by what the scores must be divided so that the confidence is what comes true."""
    scored = []
    for example in examples:
        if len(example.categories) == 1 and example.categories[0] in model.categories:
            scores = category_scores(known_spans(fold_text(example.text), model), model)
            scored.append((scores, scores[model.categories.index(example.categories[0])]))
    return min(_TEMPERATURES, key=lambda temperature: _surprise(scored, temperature))


def _surprise(scored: Sequence[tuple[Sequence[float], float]], temperature: float) -> float:
    return sum(
        math.log(sum(math.exp((score - right) / temperature) for score in scores)) for scores, right in scored
    )


def guess_by_majority(examples: Sequence[Example], taught: Sequence[Example]) -> list[Judged]:
    """Always suggest the category that is commonest among the taught."""
    commonest = Counter(example.categories[0] for example in taught).most_common(1)[0][0]
    return [Judged(example, (Suggestion(commonest, 1.0, ()),)) for example in examples]


def guess_by_words(
    examples: Sequence[Example], words: Mapping[str, str], taught: Sequence[Example]
) -> list[Judged]:
    """Suggest the category whose name (ours or Traffy's) stands first in the text, else the commonest."""
    guesses = []
    for fallback in guess_by_majority(examples, taught):
        text = fallback.example.text
        places = {text.find(word): key for word, key in words.items() if word in text}
        chosen = (Suggestion(places[min(places)], 1.0, ()),) if places else fallback.suggestions
        guesses.append(Judged(fallback.example, chosen))
    return guesses
