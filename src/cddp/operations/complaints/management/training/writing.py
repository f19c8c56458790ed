"""เขียนรายงานผล: the figures as `docs/classifier.md`, in words that say what they are good for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cddp.operations.complaints.management.training.examples import LEAST_TEXTS
from cddp.operations.complaints.management.training.measuring import (
    WANTED_PRECISION,
    Judged,
    macro_f1,
    margin_of,
    mean_gap,
    measure_categories,
    measure_confidence,
    measure_thresholds,
    share_right,
)
from cddp.operations.complaints.rules.classifying import PRESELECT_FROM, Model

# A category with fewer measured texts has no figure worth a decision.
FEW_TEXTS = 20
SHOWN_PIECES = 6


@dataclass(frozen=True)
class Findings:
    """ผลการวัด: all that the report is written from."""

    model: Model
    packed_bytes: int
    taught: int
    labelled: Sequence[Judged]
    tickets: Sequence[Judged]
    majority: Sequence[Judged]
    by_words: Sequence[Judged]
    temperature: float
    chosen_threshold: float
    names: Mapping[str, str]

    @property
    def single_tickets(self) -> list[Judged]:
        return [one for one in self.tickets if len(one.example.categories) == 1]


def report(findings: Findings) -> str:
    """Return the whole report as Markdown."""
    parts = (
        _head(findings),
        _overall(findings),
        _by_category("By category: the labelled file", findings.labelled, findings.names),
        _by_category("By category: tickets with one label", findings.single_tickets, findings.names),
        _confidence(findings),
        _reading(findings),
        _limits(findings),
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(findings: Findings) -> str:
    return f"""
# The suggested category

Written by `train_classifier`; do not edit by hand.

An officer who opens a report sees up to three likely categories, how sure the model is, and the words that
made it think so. Nothing is ever filed under a category without a person; at {PRESELECT_FROM:.0%} and above
the first one is chosen beforehand.

The model is linear (multinomial logistic regression). It sees a text as a set of pieces: runs of one to four
letters of Thai, each with its vowels and tones. Each of {len(findings.model.pieces):,} pieces has one weight for
each of {len(findings.model.categories)} categories; the weights are added up, scaled by the length of the text,
and turned into shares. The file is {findings.packed_bytes / 1024:.0f} KB. Code: `rules/classifying.py`.

It learnt from {findings.taught:,} texts. One text in five was held out by the hash of its words, before anything
else was done. A text stands once only; no text that repeats or nearly repeats a held-out one is learnt from.
Settings, temperature ({findings.temperature:.2f}) and threshold were chosen on a quarter of the learnt texts.

One reservation: before the program was written, kinds of pieces and scalings were tried on another split of the
same files, part of which is held out here. All that was tried lay within two points."""


def _overall(findings: Findings) -> str:
    count = len(findings.labelled)
    right = share_right(findings.labelled)
    among = sum(one.is_among for one in findings.labelled) / max(count, 1)
    silent = sum(not one.suggestions for one in findings.labelled) / max(count, 1)
    tickets, singles = findings.tickets, findings.single_tickets
    return f"""
## How well it does on texts it never saw

| on {count:,} held-out texts of the labelled file | accuracy | macro-F1 |
|---|---:|---:|
| this model | {right:.1%} | {_f1(findings.labelled):.3f} |
| first name of a category in the text, else the commonest | {share_right(findings.by_words):.1%} | \
{_f1(findings.by_words):.3f} |
| always the commonest category | {share_right(findings.majority):.1%} | {_f1(findings.majority):.3f} |

With 95 % certainty the accuracy is within {margin_of(right, count) * 100:.1f} points of this. The right category is
among the three shown for {among:.1%}; {silent:.1%} get no suggestion, which counts as wrong.

Held-out tickets of the public search API, which have categories the labelled file lacks: {share_right(singles):.1%} of
{len(singles):,} with one label, macro-F1 {_f1(singles):.3f}; of all {len(tickets):,}, {share_right(tickets):.1%} get \
one of their labels."""


def _f1(judged: Sequence[Judged]) -> float:
    return macro_f1(measure_categories(judged))


def _by_category(title: str, judged: Sequence[Judged], names: Mapping[str, str]) -> str:
    rows = [
        f"| {names[one.category]} `{one.category}` | {one.count:,} | {one.precision:.2f} | {one.recall:.2f} "
        f"| {one.f1:.2f}{' (few)' if one.count < FEW_TEXTS else ''} |"
        for one in measure_categories(judged)
    ]
    return "\n".join(
        [f"## {title}", "", "| category | n | precision | recall | F1 |", "|---|---:|---:|---:|---:|", *rows]
    )


def _confidence(findings: Findings) -> str:
    figures = measure_confidence([*findings.labelled, *findings.single_tickets])
    rows = [
        f"| {one.lowest:.0%}–{one.highest:.0%} | {one.count:,} | {one.claimed:.1%} | {one.came_true:.1%} |"
        for one in figures
    ]
    chosen = [
        f"| {one.confidence:.0%} | {one.share:.1%} | {one.precision:.1%} | {other.share:.1%} | {other.precision:.1%} |"
        for one, other in zip(
            measure_thresholds(findings.labelled), measure_thresholds(findings.single_tickets), strict=True
        )
    ]
    return "\n".join(
        [
            "## What the confidence is worth",
            "",
            "Held-out texts with one label of both files.",
            f"The mean gap between claim and truth is {mean_gap(figures) * 100:.1f} points.",
            "",
            "| confidence | n | claimed | came true |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            "What would be chosen beforehand, and how much of it rightly:",
            "",
            "| from | labelled file: share | right | tickets: share | right |",
            "|---:|---:|---:|---:|---:|",
            *chosen,
            "",
            f"On the tuning texts {findings.chosen_threshold:.0%} is the lowest step at which",
            f"{WANTED_PRECISION:.0%} of what is chosen beforehand is right. `PRESELECT_FROM` is {PRESELECT_FROM:.0%}:",
            "room for a town that writes otherwise than Bangkok.",
        ]
    )


def _reading(findings: Findings) -> str:
    rows = [
        f"| {findings.names[category]} `{category}` | {', '.join(_strongest(findings.model, place))} |"
        for place, category in enumerate(findings.model.categories)
    ]
    return "\n".join(
        [
            "## How to read the model",
            "",
            "`zcat src/cddp/operations/complaints/reference/classifier.json.gz`: `categories` gives the order;",
            "`pieces` gives, for each piece, how rare it is and then one weight for each category. Above zero speaks",
            'for it, below zero against; `step` is the worth of one unit. "0" stands for any number, and a blank',
            "for a blank or any sign.",
            "",
            "| category | pieces that speak for it most |",
            "|---|---|",
            *rows,
        ]
    )


def _strongest(model: Model, place: int) -> list[str]:
    shown: list[str] = []
    for piece in sorted(model.pieces, key=lambda piece: (-model.pieces[piece][1][place], piece)):
        bare = piece.strip()
        if len(bare) > 1 and not any(bare in other or other in bare for other in shown):
            shown.append(bare)
        if len(shown) == SHOWN_PIECES:
            break
    return shown


def _limits(findings: Findings) -> str:
    unknown = [
        f"{name} `{key}`" for key, name in findings.names.items() if key not in findings.model.categories
    ]
    return f"""
## Limits

- Bangkok, June 2022 to April 2023. Words of the country (fields, weirs, burning, wells, village broadcast) are
  missing or rare, and so is the speech of the North. Expect less in a rural town until it is taught anew.
- The labels look as if the reporter or Traffy's own program often chose them by one word: "ถนน" wins even where
  the street only tells the place. The model learns that habit. Many texts fit two categories; only one counts here.
- The labelled file was cut to 750 texts for each common label, so how often a category occurs is not as in life.
- Never suggested, for want of {LEAST_TEXTS} texts: {", ".join(unknown)}.
- Figures marked "few" rest on fewer than {FEW_TEXTS} texts.
- Irony, pictures, and anything after the first 2,000 signs are not seen.

## Privacy

A piece is kept only if it stands in texts of at least five places (about 100 m apart), after near repeats are
dropped. Numbers become "0"; addresses of pages and of e-mail are cut out first. The tickets are not shipped.

## Teach it again

```sh
./cddp manage train_classifier \\
  --labelled ../shared/data/traffy/dev_labelled_val_6978.csv.gz \\
  --tickets ../shared/data/traffy/dev_tickets_6000.ndjson.gz \\
  --out src/cddp/operations/complaints/reference/classifier.json.gz
```

It takes a few minutes and needs numpy, which comes with the tools for tests. There is no chance in it: the same
files give the same model. Then set `PRESELECT_FROM` by the table above and run the tests of complaints."""
