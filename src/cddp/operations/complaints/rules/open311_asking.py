"""Open311 GeoReport v2 อ่านคำขอ: what a client posts and asks for, with one problem for each thing that is wrong.

An empty field counts as one that was not sent, as the specification says; fields it does not name are passed over.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import GeoReportProblem as Problems
from cddp.operations.complaints.choices import OddReason
from cddp.operations.complaints.rules.open311 import (
    CLOSED,
    LONGEST_DESCRIPTION,
    NEED_ID,
    NO,
    OPEN,
    TOLD_BEFORE,
    YES,
    Problem,
)
from cddp.operations.complaints.rules.points import read_point

Fields = Mapping[str, Sequence[str]]

LIMITS: Final = {
    "service_code": 60,
    "address_string": 500,
    "address_id": 120,
    "email": 254,
    "device_id": 200,
    "account_id": 200,
    "first_name": 75,
    "last_name": 75,
    "phone": 40,
    "description": LONGEST_DESCRIPTION,
    "media_url": 500,
}
# What says who sent it: kept sealed or not at all, never in the envelope.
ABOUT_THE_SENDER: Final = frozenset(
    {"email", "device_id", "account_id", "first_name", "last_name", "phone"},
)
MOST_ATTRIBUTES, LONGEST_VALUE = 30, 1_000
WIDEST_DAYS: Final = 90
MOST_ROWS: Final = 1_000
DEEPEST_ROW: Final = 100_000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{0,20})?", re.ASCII)
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
# "+" of an offset stands for a blank in an address, unless the client wrote %2B.
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS: Final = (1900, 2200)

# ── POST requests ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Posted:
    """เรื่องที่ส่งมา: a POST, read. `point` is (longitude, latitude); `attributes` holds every attribute as sent."""

    service_code: str
    point: tuple[float, float] | None
    texts: Mapping[str, str]
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def name(self) -> str:
        return f"{self.text('first_name')} {self.text('last_name')}".strip()

    @property
    def told_before(self) -> bool | None:
        said = self.attributes.get(TOLD_BEFORE)
        return None if not said else said[0] == YES

    @property
    def need_number(self) -> str:
        """Return the number of the problem that the client says this is, or ""."""
        return (self.attributes.get(NEED_ID) or [""])[0]

    @property
    def names_its_sender(self) -> bool:
        """Tell whether two equal posts can only be the same one, sent twice."""
        return any(self.text(each) for each in ("device_id", "account_id", "phone", "email"))

    @property
    def envelope(self) -> dict[str, Any]:
        """Return what was sent less who sent it."""
        kept = {name: text for name, text in self.texts.items() if name not in ABOUT_THE_SENDER}
        point = {"long": self.point[0], "lat": self.point[1]} if self.point else {}
        return kept | point | ({"attributes": dict(self.attributes)} if self.attributes else {})

    @property
    def whole(self) -> str:
        """Return all of it in one text, equal for equal posts."""
        said = [f"{name}={text}" for name, text in sorted(self.texts.items())]
        said += [f"{code}={list(values)}" for code, values in sorted(self.attributes.items())]
        return "\x1f".join([*said, str(self.point)])


def read_post(fields: Fields) -> tuple[Posted | None, list[Problem]]:
    """Read the fields of a POST. Returns the post, or None with all that is wrong with it."""
    texts = {name: text for name in LIMITS if (text := _last(fields, name))}
    problems = [
        Problem(Problems.TOO_LONG, name, LIMITS[name])
        for name, text in texts.items()
        if len(text) > LIMITS[name]
    ]
    if "service_code" not in texts:
        problems.append(Problem(Problems.MISSING, "service_code"))
    point = _read_place(fields, texts, problems)
    if "email" in texts and not _EMAIL.fullmatch(texts["email"]):
        problems.append(Problem(Problems.BAD_EMAIL, "email"))
    if "media_url" in texts and not _is_web_address(texts["media_url"]):
        problems.append(Problem(Problems.BAD_ADDRESS, "media_url"))
    attributes = _read_attributes(fields, problems)
    if problems:
        return None, problems
    code = texts["service_code"]
    return Posted(service_code=code, point=point, texts=texts, attributes=attributes), []


def _last(fields: Fields, name: str) -> str:
    values = fields.get(name) or [""]
    return values[-1].replace("\r\n", "\n").strip()


def _read_place(
    fields: Fields, texts: Mapping[str, str], problems: list[Problem]
) -> tuple[float, float] | None:
    pair = {name: _last(fields, name) for name in ("lat", "long")}
    if not any(pair.values()):
        if "address_string" not in texts and "address_id" not in texts:
            problems.append(Problem(Problems.NO_PLACE))
        return None
    if not all(pair.values()):
        problems.append(Problem(Problems.HALF_POINT))
        return None
    bad = [name for name, text in pair.items() if not _NUMBER.fullmatch(text)]
    if bad:
        problems.extend(Problem(Problems.BAD_NUMBER, name) for name in bad)
        return None
    reading = read_point([pair["long"], pair["lat"]])
    # A turned pair can be read in one way only; anything else outside is a client's mistake worth telling.
    if reading.odd not in (None, OddReason.SWAPPED_POINT) or reading.longitude is None:
        problems.append(Problem(Problems.BAD_POINT))
        return None
    return reading.longitude, reading.latitude or 0.0


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)
    except ValueError:
        return False


def _read_attributes(fields: Fields, problems: list[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, values in fields.items():
        named = _ATTRIBUTE.fullmatch(name)
        if named and (said := [value.strip() for value in values if value.strip()]):
            found.setdefault(named[1], []).extend(said)
    if sum(len(values) for values in found.values()) > MOST_ATTRIBUTES:
        problems.append(Problem(Problems.TOO_MANY_VALUES, "attribute", MOST_ATTRIBUTES))
        return {}
    for code, values in found.items():
        problems.extend(_problems_of(code, values))
    return found


def _problems_of(code: str, values: Sequence[str]) -> list[Problem]:
    name = f"attribute[{code}]"
    if any(len(value) > LONGEST_VALUE for value in values):
        return [Problem(Problems.TOO_LONG, name, LONGEST_VALUE)]
    if code in (TOLD_BEFORE, NEED_ID) and len(values) > 1:
        return [Problem(Problems.TOO_MANY_VALUES, name, 1)]
    if code == TOLD_BEFORE and values[0] not in (YES, NO):
        return [Problem(Problems.NOT_IN_LIST, name)]
    return []


# ── GET requests ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Asked:
    """รายการที่ขอ: which service requests a client wants. `numbers` overrides all but the paging."""

    since: dt.datetime
    until: dt.datetime
    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    page: int = 1
    page_size: int = MOST_ROWS
    extended: bool = False

    @property
    def first_row(self) -> int:
        return (self.page - 1) * self.page_size


def read_list(fields: Fields, *, now: dt.datetime) -> tuple[Asked | None, list[Problem]]:
    """Read what a client asks of the list; without anything, the newest 1,000 of the last 90 days."""
    problems: list[Problem] = []
    numbers = _listed(fields, "service_request_id", problems)
    statuses = _listed(fields, "status", problems)
    if set(statuses) - {OPEN, CLOSED}:
        problems.append(Problem(Problems.NOT_IN_LIST, "status"))
    since, until = _read_span(fields, now, problems) if not numbers else (now, now)
    page, page_size = _read_page(fields, problems)
    asked = Asked(
        since=since,
        until=until,
        numbers=tuple(numbers),
        service_codes=tuple(_listed(fields, "service_code", problems)),
        statuses=tuple(statuses),
        page=page,
        page_size=page_size,
        extended=wants_extensions(fields),
    )
    return (None, problems) if problems else (asked, [])


def wants_extensions(fields: Fields) -> bool:
    """Tell whether the client asks for what is not in the specification too."""
    return _last(fields, "extensions").lower() == "true"


def _listed(fields: Fields, name: str, problems: list[Problem]) -> list[str]:
    """Return the parts of a field that may be sent several times or hold several values between commas."""
    parts = [part.strip() for value in fields.get(name) or () for part in value.split(",")]
    found = list(dict.fromkeys(part for part in parts if part))
    if len(found) > MOST_ROWS:
        problems.append(Problem(Problems.TOO_MANY_VALUES, name, MOST_ROWS))
    return found


def _read_span(fields: Fields, now: dt.datetime, problems: list[Problem]) -> tuple[dt.datetime, dt.datetime]:
    start = _read_time(fields, "start_date", problems, ends_day=False)
    end = _read_time(fields, "end_date", problems, ends_day=True)
    widest = dt.timedelta(days=WIDEST_DAYS)
    until = end or (min(start + widest, now) if start else now)
    since = start or until - widest
    if start and end and start > end:
        problems.append(Problem(Problems.BACKWARDS))
    elif until - since > widest:
        problems.append(Problem(Problems.TOO_WIDE, "", WIDEST_DAYS))
    return since, until


def _read_time(fields: Fields, name: str, problems: list[Problem], *, ends_day: bool) -> dt.datetime | None:
    text = _last(fields, name)
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(_LOST_PLUS.sub(r"+\1", text))
    except ValueError:
        moment = None
    if moment is None or not _YEARS[0] <= moment.year <= _YEARS[1]:
        problems.append(Problem(Problems.BAD_TIME, name))
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=BANGKOK)
    if ends_day and _DAY.fullmatch(text):
        moment += dt.timedelta(days=1, microseconds=-1)
    return moment


def _read_page(fields: Fields, problems: list[Problem]) -> tuple[int, int]:
    found = []
    for name, default, most in (("page", 1, DEEPEST_ROW), ("page_size", MOST_ROWS, MOST_ROWS)):
        text = _last(fields, name)
        number = int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else 0
        if text and not 1 <= number <= most:
            problems.append(Problem(Problems.OUT_OF_RANGE, name, most))
        found.append(number or default)
    page, page_size = found
    if (page - 1) * page_size >= DEEPEST_ROW:
        problems.append(Problem(Problems.TOO_DEEP, "", DEEPEST_ROW))
    return page, page_size
