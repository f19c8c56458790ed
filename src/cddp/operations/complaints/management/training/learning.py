"""เรียนจากตัวอย่าง: choose the pieces that may be kept, weigh them, and write them as a model file.

A piece is kept only if it stands in texts of at least five places, after near twins are gone: what one
person wrote (a name, a house, a number) cannot be among them.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cddp.operations.complaints.management.training.examples import LEAST_TEXTS, Example
from cddp.operations.complaints.management.training.fitting import Numbers, Rows, fit_weights
from cddp.operations.complaints.rules.classifying import Model, fold_text

LEAST_PLACES = 5
KEPT_PIECES = 4_000
# The first fit names the pieces that matter, the second weighs those. Chosen on the tuning part; none of
# 2,500–6,000 pieces and 0.00001–0.0001 differed by more than a point.
RIDGE = 3e-5
ROUNDS_TO_CHOOSE = 60
ROUNDS_TO_WEIGH = 100
UNITS = 400


@dataclass(frozen=True)
class Lesson:
    """บทเรียน: the texts as sets of pieces, with the share of each category."""

    categories: tuple[str, ...]
    texts: tuple[frozenset[str], ...]
    targets: Numbers


def learn(examples: Sequence[Example]) -> Model:
    """Return the model that these examples teach. The same examples always give the same model."""
    lesson = _lesson(examples)
    rarity = _rarity(examples, lesson.texts)
    weights, _ = _fit(lesson, rarity, ROUNDS_TO_CHOOSE)
    kept = _strongest(rarity, weights)
    weights, bias = _fit(lesson, kept, ROUNDS_TO_WEIGH)
    return _model(lesson.categories, kept, weights, bias)


def _lesson(examples: Sequence[Example]) -> Lesson:
    counts = Counter(category for example in examples for category in example.categories)
    categories = tuple(sorted(name for name, count in counts.items() if count >= LEAST_TEXTS))
    place_of = {name: place for place, name in enumerate(categories)}
    targets = np.zeros((len(examples), len(categories)), np.float32)
    for row, example in enumerate(examples):
        for name in set(example.categories) & set(categories):
            targets[row, place_of[name]] = 1
    told = targets.sum(1) > 0
    targets = targets / np.maximum(targets.sum(1, keepdims=True), 1)
    # Those whose categories are all too rare still count when it is asked how common a piece is.
    targets[~told] = 1 / len(categories)
    return Lesson(categories, tuple(pieces_of(example.text) for example in examples), targets)


def pieces_of(text: str) -> frozenset[str]:
    """Return the pieces of a text, without those that hold no letter."""
    folded = fold_text(text)
    pieces = {folded.piece(span) for span in folded.spans()}
    return frozenset(piece for piece in pieces if piece.strip(" 0"))


def _rarity(examples: Sequence[Example], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    places: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for example, pieces in zip(examples, texts, strict=True):
        counts.update(pieces)
        for piece in pieces:
            places[piece].add(example.place)
    return {
        piece: round(float(np.log(len(texts) / counts[piece])) + 1, 2)
        for piece in sorted(places)
        if len(places[piece]) >= LEAST_PLACES
    }


def _fit(lesson: Lesson, rarity: Mapping[str, float], rounds: int) -> tuple[Numbers, Numbers]:
    place_of = {piece: place for place, piece in enumerate(rarity)}
    worth = np.array(list(rarity.values()), np.float32)
    columns = [
        np.array(sorted(place_of[piece] for piece in pieces if piece in place_of), np.int64)
        for pieces in lesson.texts
    ]
    values = [worth[row] / max(float(np.linalg.norm(worth[row])), 1e-6) for row in columns]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int64)
    rows = Rows(starts, np.concatenate(columns), np.concatenate(values), len(worth))
    weights, bias = fit_weights(rows, lesson.targets, ridge=RIDGE, rounds=rounds)
    return weights * worth[:, None], bias


def _strongest(rarity: Mapping[str, float], weights: Numbers) -> dict[str, float]:
    pull = np.abs(weights - weights.mean(1, keepdims=True)).max(1)
    kept = set(np.argsort(-pull, kind="stable")[:KEPT_PIECES].tolist())
    return {piece: worth for place, (piece, worth) in enumerate(rarity.items()) if place in kept}


def _model(
    categories: tuple[str, ...], rarity: Mapping[str, float], weights: Numbers, bias: Numbers
) -> Model:
    # Only differences between categories count; around zero, a weight reads as "for" or "against".
    centred = weights - weights.mean(1, keepdims=True)
    step = round(float(np.abs(centred).max()) / UNITS, 6)
    units = np.rint(centred / step).astype(int).tolist()
    return Model(
        categories=categories,
        bias=tuple(round(float(value), 4) for value in bias - bias.mean()),
        step=step,
        pieces={
            piece: (worth, tuple(row)) for (piece, worth), row in zip(rarity.items(), units, strict=True)
        },
    )


def softened(model: Model, temperature: float) -> Model:
    """Return the model with all scores divided: the order stays, the confidence becomes what it is worth."""
    return Model(
        categories=model.categories,
        bias=tuple(round(value / temperature, 4) for value in model.bias),
        step=round(model.step / temperature, 6),
        pieces=model.pieces,
    )


def packed(model: Model) -> bytes:
    """Write a model as JSON, packed; the same model gives the same bytes."""
    written = {
        "about": "Weights per piece of text, one per category in the order of `categories`, after its rarity.",
        "categories": model.categories,
        "bias": model.bias,
        "step": model.step,
        "pieces": {piece: [rarity, *weights] for piece, (rarity, weights) in model.pieces.items()},
    }
    plain = json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(plain, 9, mtime=0)
