"""ตัวเลือกที่พิมพ์: one option on a line, "value = label" or a label alone; a known label keeps its value."""

from collections.abc import Sequence
from typing import Final

MOST_OPTIONS: Final = 100
LONGEST: Final = 120


def write_options(options: Sequence[Sequence[str]]) -> str:
    """Return the labels, one on a line."""
    return "\n".join(str(label) for _value, label in options)


def read_options(text: str, known: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return [[value, label], …]. A line in the place of an old one is that option renamed, unless its label is known.

    So correcting a label never orphans what assets hold. Raises ValueError("twice" | "too_many" | "too_long").
    """
    labels = [line.strip() for line in text.splitlines() if line.strip()]
    if len(labels) > MOST_OPTIONS:
        raise ValueError("too_many")
    if len(set(labels)) != len(labels):
        raise ValueError("twice")
    if any(len(label) > LONGEST for label in labels):
        raise ValueError("too_long")
    by_label = {str(label): str(value) for value, label in known}
    unclaimed = [str(value) for value, label in known if str(label) not in labels]
    # Only when as many lines stand as before is a new label an old option renamed.
    renames = len(labels) == len(known)
    taken = {str(value) for value, _label in known}
    found: list[list[str]] = []
    for label in labels:
        if label in by_label:
            found.append([by_label[label], label])
        elif renames and unclaimed:
            found.append([unclaimed.pop(0), label])
        else:
            found.append([_fresh(taken), label])
    return found


def _fresh(taken: set[str]) -> str:
    number = 1
    while f"o{number}" in taken:
        number += 1
    taken.add(f"o{number}")
    return f"o{number}"
