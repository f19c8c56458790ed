"""อ่านเรื่องที่มีประเภทแล้ว: read the files of labelled reports as examples, and part them for the measurement."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cddp.operations.complaints.rules.held_out import (
    drop_twins,
    is_for_tuning,
    is_held_out,
    sameness_key,
)

# A category with fewer texts is not learnt.
LEAST_TEXTS = 20
# "Something else" teaches nothing about words.
NOT_LEARNT = frozenset({"other"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Example:
    """ตัวอย่าง: the text of a report, the categories that people gave it, and about where it was."""

    text: str
    categories: tuple[str, ...]
    # About a hundred metres wide; told apart so that one writer's words are not mistaken for everyone's.
    place: str
    key: str


@dataclass(frozen=True)
class Parts:
    """ส่วนของตัวอย่าง: `learn` and `tune` are for teaching, the two others for measuring only."""

    learn: tuple[Example, ...]
    tune: tuple[Example, ...]
    labelled: tuple[Example, ...]
    tickets: tuple[Example, ...]


def keys_of_labels(entries: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Return which of our categories each label of Traffy means, from `reference/categories.yaml`."""
    return {
        label if isinstance(label, str) else label[0]: str(entry["key"])
        for entry in entries
        for label in entry["traffy"]  # type: ignore[attr-defined]
    }


def read_labelled(path: Path, keys: Mapping[str, str]) -> list[Example]:
    """Read the labelled file: one label for each text."""
    rows = csv.DictReader(io.StringIO(_content(path), newline=""))
    return list(_examples(((row["comment"], row["type"], row["coords"]) for row in rows), keys))


def read_tickets(path: Path, keys: Mapping[str, str]) -> list[Example]:
    """Read tickets of the public search API, one JSON object on a line; they may bear several labels."""
    rows = (json.loads(line) for line in _content(path).splitlines() if line.strip())
    return list(_examples(((row["description"], row["type"], row["coords"]) for row in rows), keys))


def _content(path: Path) -> str:
    packed = path.read_bytes()
    return (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")


def _examples(
    rows: Iterable[tuple[str | None, str | None, object]], keys: Mapping[str, str]
) -> Iterator[Example]:
    for text, labels, coordinates in rows:
        meant = (keys.get(label.strip(), "other") for label in (labels or "").split(","))
        categories = tuple(dict.fromkeys(key for key in meant if key not in NOT_LEARNT))
        key = sameness_key(text or "")
        if categories and key:
            yield Example(text or "", categories, _place(coordinates), key)


def _place(coordinates: object) -> str:
    return " ".join(f"{float(number):.3f}" for number in _NUMBER.findall(str(coordinates))[:2])


def part_examples(labelled: Sequence[Example], tickets: Sequence[Example]) -> Parts:
    """Part the examples: no text of a measured part, nor a near twin of one, is in a part that teaches.

    Within each part a text stands once, with the label it bore first.
    """
    measured_labelled = held_out_part(labelled)
    measured_tickets = _once(
        (example for example in tickets if is_held_out(example.text)),
        without={example.key for example in measured_labelled},
    )
    teaching = _once(example for example in (*labelled, *tickets) if not is_held_out(example.text))
    measured = {example.key for example in (*measured_labelled, *measured_tickets)}
    kept = drop_twins([example.key for example in teaching], after=measured)
    taught = [teaching[place] for place in kept]
    return Parts(
        learn=tuple(example for example in taught if not is_for_tuning(example.text)),
        tune=tuple(example for example in taught if is_for_tuning(example.text)),
        labelled=measured_labelled,
        tickets=measured_tickets,
    )


def held_out_part(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Return the examples that nothing may be learnt from, each text once."""
    return _once(example for example in examples if is_held_out(example.text))


def _once(examples: Iterable[Example], *, without: Iterable[str] = ()) -> tuple[Example, ...]:
    seen = set(without)
    kept = []
    for example in examples:
        if example.key not in seen:
            seen.add(example.key)
            kept.append(example)
    return tuple(kept)
