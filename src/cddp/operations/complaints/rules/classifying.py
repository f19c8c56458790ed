"""แนะนำประเภทเรื่อง: which category the words of a report speak for, how surely, and which words they are.

A linear model over pieces of the text, read from one small file that people can read too. Thai is written
without blanks, so a piece is a run of one to four clusters (a consonant with its vowels and tones). Each
piece bears one weight per category; the weights are added up and nothing else happens.
`docs/classifier.md` says how it was taught, how well it does, and where it fails.
"""

import gzip
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cddp.foundation.values.thai_text import normalise_line

MODEL_FILE = Path(__file__).resolve().parents[1] / "reference" / "classifier.json.gz"

# Below this an officer chooses without a category chosen beforehand. Measured: docs/classifier.md.
PRESELECT_FROM = 0.8
# What a report says, it says early; the cut keeps the time bounded for texts of any length.
READ_SIGNS = 2_000
SHORTEST_LETTERS = 3
LONGEST_PIECE = 4
MOST_SUGGESTIONS = 3
LEAST_CONFIDENCE = 0.05
MOST_REASONS = 3
# In log-odds: what pulls less is noise, and a category that nothing pulls to is not suggested.
LEAST_PULL = 0.5
# A run of letters that adds less than this part of the strongest run explains nothing.
LEAST_REASON = 0.15

_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_DIGITS = re.compile(r"[\s.,:/-]*\d[\d\s.,:/-]*")
_OTHER_SIGNS = re.compile("[^a-z0\u0e01-\u0e4e]+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_CLUSTER = re.compile("[เแโใไ]?[ก-ฮa-z][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*|.")
_BARE = re.compile("[ก-ฮ]")
# Vowels that a consonant may close: not ะ, ำ, ไ, ใ.
_OPEN = re.compile("^เ.|[\u0e31\u0e32\u0e34-\u0e39\u0e47][\u0e48-\u0e4b]?$")
_LETTER = re.compile("[a-zก-ฮ]")

# From this cluster until before that one.
Span = tuple[int, int]


@dataclass(frozen=True)
class Suggestion:
    """ประเภทที่แนะนำ: a key of `reference/categories.yaml`, how surely (0–1), and the words that spoke for it."""

    category: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """แบบจำลอง: for each piece how rare it is and its weight for each category, in units of `step`."""

    categories: tuple[str, ...]
    bias: tuple[float, ...]
    step: float
    pieces: Mapping[str, tuple[float, tuple[int, ...]]]


@dataclass(frozen=True)
class FoldedText:
    """ข้อความที่พร้อมอ่าน: one spelling, every number as "0"; `bounds` are the places between clusters."""

    text: str
    bounds: tuple[int, ...]

    def spans(self) -> Iterator[Span]:
        """Give every piece as the clusters from … until …"""
        clusters = len(self.bounds) - 1
        for first in range(clusters):
            for last in range(first + 1, min(first + LONGEST_PIECE, clusters) + 1):
                yield first, last

    def piece(self, span: Span) -> str:
        return self.text[self.bounds[span[0]] : self.bounds[span[1]]]


def fold_text(text: str) -> FoldedText:
    """Bring a text into the form in which pieces are counted; no digit, address or e-mail survives."""
    plain = _DIGITS.sub(" 0 ", _ADDRESS.sub(" ", normalise_line(text[:READ_SIGNS]).lower()))
    plain = _DRAWN_OUT.sub(r"\1\1", _OTHER_SIGNS.sub(" ", plain)).strip()
    folded = f" {plain} " if plain else ""
    return FoldedText(folded, (0, *(found.end() for found in _CLUSTER.finditer(folded))))


def model_from(packed: bytes) -> Model:
    """Read a model file."""
    written = json.loads(gzip.decompress(packed))
    return Model(
        categories=tuple(written["categories"]),
        bias=tuple(written["bias"]),
        step=written["step"],
        pieces={piece: (rarity, tuple(weights)) for piece, (rarity, *weights) in written["pieces"].items()},
    )


@cache
def shipped_model() -> Model:
    """Return the model that came with the program; read once."""
    return model_from(MODEL_FILE.read_bytes())


def suggest_categories(text: str, *, model: Model | None = None) -> tuple[Suggestion, ...]:
    """Return up to three categories, the likeliest first; none for a text that says too little."""
    model = model or shipped_model()
    folded = fold_text(text)
    if len(_LETTER.findall(folded.text)) < SHORTEST_LETTERS:
        return ()
    known = known_spans(folded, model)
    if not known:
        return ()
    shares = _shares(category_scores(known, model))
    likeliest = sorted(range(len(shares)), key=lambda place: -shares[place])[:MOST_SUGGESTIONS]
    return tuple(
        Suggestion(model.categories[place], shares[place], reasons)
        for place in likeliest
        # Without a word that speaks for it, a category is only a guess from what people often write about.
        if shares[place] >= LEAST_CONFIDENCE and (reasons := _reasons(folded, known, model, place))
    )


def known_spans(folded: FoldedText, model: Model) -> Mapping[str, Sequence[Span]]:
    """Return the pieces of a text that the model has weights for, with the places where they stand."""
    known: dict[str, list[Span]] = {}
    for span in folded.spans():
        piece = folded.piece(span)
        if piece in model.pieces:
            known.setdefault(piece, []).append(span)
    return known


def category_scores(known: Iterable[str], model: Model) -> list[float]:
    """Add up the weights of the pieces, each counted once, on the scale of this text."""
    scores = [0.0] * len(model.categories)
    for piece in known:
        for place, weight in enumerate(model.pieces[piece][1]):
            scores[place] += weight
    scale = _scale(known, model)
    return [bias + scale * score for bias, score in zip(model.bias, scores, strict=True)]


def _scale(known: Iterable[str], model: Model) -> float:
    """A long text has more pieces; dividing by their length as a vector keeps it from shouting."""
    length = math.sqrt(sum(model.pieces[piece][0] ** 2 for piece in known))
    return model.step / length if length else 0.0


def _shares(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    parts = [math.exp(score - highest) for score in scores]
    total = sum(parts)
    return [part / total for part in parts]


def _reasons(
    folded: FoldedText, known: Mapping[str, Sequence[Span]], model: Model, place: int
) -> tuple[str, ...]:
    """Spread each weight over the clusters it came from; the strongest runs of clusters are the reasons."""
    pulls = [0.0] * (len(folded.bounds) - 1)
    for piece, spans in known.items():
        weight = model.pieces[piece][1][place]
        for first, last in spans:
            for cluster in range(first, last):
                pulls[cluster] += weight / (last - first) / len(spans)
    found: dict[str, float] = {}
    for first, last in _runs(folded, pulls):
        words = folded.piece((first, last)).strip(" 0")
        # ไฟ has two letters, ไม้ has one with its vowel and tone: both are words; a bare ถ or ที is none.
        if len(_LETTER.findall(words)) > 1 or len(words) > 2:
            found[words] = found.get(words, 0.0) + sum(pulls[first:last])
    least = max(LEAST_PULL / _scale(known, model), LEAST_REASON * max(found.values(), default=0.0))
    told: list[str] = []
    for words in sorted(found, key=lambda words: -found[words]):
        if found[words] >= least and not any(words in other or other in words for other in told):
            told.append(words)
    return tuple(told[:MOST_REASONS])


def _runs(folded: FoldedText, pulls: Sequence[float]) -> Iterator[Span]:
    """Give the runs of clusters that pull at least a tenth as hard as the hardest, ended where Thai ends."""
    least = max(pulls) / 10
    first: int | None = None
    for cluster, pull in enumerate((*pulls, -math.inf)):
        pulls_enough = pull > 0 and pull >= least and folded.piece((cluster, cluster + 1)) not in " 0"
        if pulls_enough and first is None:
            first = cluster
        elif not pulls_enough and first is not None:
            yield _ended_well(folded, pulls, (first, cluster))
            first = None


def _ended_well(folded: FoldedText, pulls: Sequence[float], run: Span) -> Span:
    """Shed weak bare consonants of the neighbours, and take in the one that closes the last syllable."""
    first, last = run
    weak = max(pulls[first:last]) / 3

    def is_bare(cluster: int) -> bool:
        return _BARE.fullmatch(folded.piece((cluster, cluster + 1))) is not None

    while last - first > 1 and is_bare(first) and pulls[first] < weak:
        first += 1
    while last - first > 1 and is_bare(last - 1) and pulls[last - 1] < weak:
        last -= 1
    # Of ทาง the weights may name only ทา.
    is_open = _OPEN.search(folded.piece((last - 1, last))) is not None
    if is_open and last < len(folded.bounds) - 1 and is_bare(last):
        last += 1
    return first, last
