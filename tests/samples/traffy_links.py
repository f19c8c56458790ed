"""การรวมเรื่องที่ตัดสินด้วยตา: pairs of tickets of which somebody read both texts and said whether they are one need.

The file of verdicts holds ticket numbers only, never a text: the tickets may not ship. Its sets:
  chosen    pairs of the half of the 6,000 tickets on which the thresholds were chosen
  held_out  all pairs that were joined in the other half
  near      pairs that were near (same family, within reach, 30 days) and not joined, drawn at random
  labelled  all pairs that were joined among the 6,978 other tickets, judged when the thresholds were fixed
"""

import csv
import datetime as dt
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sqrt
from pathlib import Path
from random import Random
from typing import Any

import yaml

from cddp.operations.complaints.queries.candidates import PLACE_LABELS
from cddp.operations.complaints.rules.comparing import cited_numbers, compare, contradict, read_wording
from cddp.operations.complaints.rules.linking import Likeness
from cddp.operations.complaints.services.categories import REFERENCE
from tests.shared import shared_path

VERDICTS = Path(__file__).with_name("traffy_verdicts.csv")
SAMPLE = 30
SEED = 2569
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Verdict:
    """คำตัดสิน: whether two tickets are one need; `group` is one of the sets above."""

    group: str
    is_same: bool

    @property
    def word(self) -> str:
        return "same" if self.is_same else "different"


@dataclass(frozen=True)
class Judged:
    """การรวมหนึ่งครั้ง: the first ticket of a need and the one that joined it."""

    earlier: str
    later: str
    words: str = ""
    texts: tuple[str, ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        return self.earlier, self.later


def is_held_out(number: str) -> bool:
    """Tell whether a ticket is in the half on which no threshold was chosen: by a hash of its number."""
    return hashlib.sha256(number.encode()).digest()[0] % 2 == 1


def read_verdicts(path: Path = VERDICTS) -> dict[tuple[str, str], Verdict]:
    """Return {(earlier, later): verdict}."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["earlier"], row["later"]): Verdict(row["set"], row["verdict"] == "same")
            for row in csv.DictReader(file)
        }


def draw_sample(links: Sequence[Judged]) -> list[Judged]:
    """Return thirty links, the same ones for the same links."""
    ordered = sorted(links, key=lambda link: link.pair)
    return Random(SEED).sample(ordered, min(SAMPLE, len(ordered)))


def interval(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson), which also holds where all are right."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, right / of
    middle = share + z * z / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


# ── the tickets ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    """เรื่องหนึ่งเรื่อง: what the rule looks at."""

    number: str
    text: str
    longitude: float
    latitude: float
    labels: tuple[str, ...]
    at: dt.datetime
    category: str | None
    family: str
    radius_m: int

    @property
    def is_private(self) -> bool:
        return self.family == "private"


def read_tickets() -> dict[str, Told]:
    """Return the 6,000 tickets by number."""
    with gzip.open(
        shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz"), "rt", encoding="utf-8"
    ) as file:
        return _by_number(json.loads(line) for line in file)


def read_labelled() -> dict[str, Told]:
    """Return the 6,978 tickets with one label, by number."""
    return _by_number(labelled_rows())


def labelled_rows() -> Iterator[dict[str, Any]]:
    """Yield the labelled tickets as the public search API writes a row.

    Their file holds no times. The number of a ticket grows with time, and the address of its photo names the month:
    a ticket's time is where its number stands between the first and the last of its month.
    """
    with gzip.open(
        shared_path("data", "traffy", "dev_labelled_val_6978.csv.gz"), "rt", encoding="utf-8", newline=""
    ) as file:
        rows = {
            float(row["message_id"]): row
            for row in csv.DictReader(file)
            if re.fullmatch(r"\d+(?:\.0)?", row["message_id"])
        }
    times = _times([(number, row["photo"]) for number, row in rows.items()])
    for number, row in rows.items():
        at = _when(number, times).isoformat()
        place = re.findall(r"-?\d+(?:\.\d+)?", row["coords"])
        yield {
            "ticket_id": f"val-{int(number)}",
            "description": row["comment"],
            "problem_type_abdul": [row["type"]],
            "type": row["type"],
            "timestamp": at,
            "last_activity": at,
            "state": "รอรับเรื่อง",
            "photo_url": row["photo"],
            "coords": place if len(place) == 2 else None,
        }


def _times(photos: Sequence[tuple[float, str]]) -> list[tuple[float, dt.datetime]]:
    months: dict[str, list[float]] = defaultdict(list)
    for number, address in photos:
        if found := re.search(r"/(20\d\d-\d\d)/", address or ""):
            months[found[1]].append(number)
    times = []
    for month, numbers in sorted(months.items()):
        begin = dt.datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
        end = (begin + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(minutes=1)
        times += [(min(numbers), begin), (max(numbers) + 0.5, end)]
    return times


def _when(number: float, times: Sequence[tuple[float, dt.datetime]]) -> dt.datetime:
    for (low, begin), (high, end) in pairwise(times):
        if low <= number <= high:
            return begin + (end - begin) * ((number - low) / max(1e-9, high - low))
    return times[0][1] if number < times[0][0] else times[-1][1]


def _by_number(rows: Iterator[dict[str, Any]]) -> dict[str, Told]:
    written = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["categories"]
    known = {
        label if isinstance(label, str) else label[0]: category
        for category in written
        for label in category["traffy"]
    }
    return {row["ticket_id"]: _told(row, known) for row in rows}


def _told(row: dict[str, Any], known: dict[str, dict[str, Any]]) -> Told:
    labels = tuple(label for label in row["problem_type_abdul"] or () if label)
    category = next((known[label] for label in labels if label in known), None)
    longitude, latitude = (float(each) for each in row["coords"] or (0, 0))
    return Told(
        number=row["ticket_id"],
        text=row["description"] or "",
        longitude=longitude,
        latitude=latitude,
        labels=labels,
        at=dt.datetime.fromisoformat(re.sub(r"\+00$", "+00:00", row["timestamp"])),
        category=category["key"] if category else None,
        family=category["family"] if category else "other",
        radius_m=category["radius_m"] if category else 40,
    )


def metres_between(one: Told, other: Told) -> float:
    """Return the distance on the ground."""
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(east, one.latitude - other.latitude) * METRES_PER_DEGREE


def likeness_of(earlier: Told, later: Told) -> Likeness:
    """Return what the product observes of two tickets, without its database."""
    one, other = read_wording(earlier.text), read_wording(later.text)
    both_known = earlier.category is not None and later.category is not None
    shared = (set(earlier.labels) & set(later.labels)) - PLACE_LABELS
    same_category = (both_known and earlier.category == later.category) or bool(shared)
    return Likeness(
        distance_m=metres_between(earlier, later),
        radius_m=later.radius_m,
        same_category=same_category,
        same_family=earlier.family == later.family,
        days_apart=abs((later.at - earlier.at).total_seconds()) / 86_400,
        wording=compare(one, other),
        other_category=both_known and not same_category,
        contradicts=contradict(one, other),
        place_is_sure=not (one.pin_is_elsewhere or other.pin_is_elsewhere),
        is_cited=earlier.number in cited_numbers(later.text),
    )
