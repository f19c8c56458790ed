"""อ่านเรื่องจาก Traffy Fondue: one row of the public search API, its CSV, or the exchange API, as a ticket.

Sources: rows of the public search API (coords as text, longitude first; times in UTC with offset) and the
documentation of the exchange API (latitude and longitude apart, times in Bangkok without an offset, a bare
bucket address for "no photo"). What cannot be read is never dropped: it is named in `oddities`.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.foundation.values.thai_text import normalise, normalise_line, repair_mojibake, to_arabic_digits
from cddp.operations.complaints.choices import OddReason, ReportState
from cddp.operations.complaints.rules.points import PointReading, read_point

STATE_OF_LABEL: Mapping[str, ReportState] = {
    "รอรับเรื่อง": ReportState.RECEIVED,
    "ส่งเรื่องแล้ว": ReportState.RECEIVED,
    "เปิดเรื่องใหม่": ReportState.RECEIVED,
    "รับเรื่อง": ReportState.TRIAGED,
    "กำลังดำเนินการ": ReportState.IN_PROGRESS,
    "จัดทำนโยบาย": ReportState.IN_PROGRESS,
    "ศึกษาปัญหา": ReportState.IN_PROGRESS,
    "ของบประมาณ": ReportState.IN_PROGRESS,
    "จัดซื้อจัดจ้าง": ReportState.IN_PROGRESS,
    "ขั้นตอนทางกฎหมาย": ReportState.IN_PROGRESS,
    "ส่งต่อ": ReportState.FORWARDED,
    "ส่งต่อ(ใหม่)": ReportState.FORWARDED,
    "ติดตามเรื่อง": ReportState.FOLLOW_UP,
    "เสร็จสิ้น": ReportState.FINISHED,
    "ไม่เกี่ยวข้อง": ReportState.IRRELEVANT,
    "ไม่เกี่ยวข้อง/ยกเลิก": ReportState.IRRELEVANT,
    # the exchange API's own words
    "start": ReportState.RECEIVED,
    "waiting": ReportState.RECEIVED,
    "inprogress": ReportState.IN_PROGRESS,
    "forward": ReportState.FORWARDED,
    "follow": ReportState.FOLLOW_UP,
    "finish": ReportState.FINISHED,
    "irrelevant": ReportState.IRRELEVANT,
}

_NONE_OF_ITS_OWN: Mapping[str, ReportState] = {}

_BUCKET_ALONE = re.compile(r"^https?://storage\.googleapis\.com/[^/]+/?$")
_UNSEEN = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufff9-\ufffc]")
# Thai read in a wrong code is full of these; looking first spares sound texts the slow repair.
_MAY_BE_GARBLED = re.compile("[\u0080-\u00ff]|เธ.{1,3}เธ")
_FIELDS_OF_A_TICKET = frozenset({"ticket_id", "description", "comment", "coords", "latitude", "timestamp"})
_TOLD_BY_ALL = (
    "number", "description", "state", "state_label", "point", "requested_at", "updated_at", "rating", "reopen_count",
    "photo_urls",
)  # fmt: skip
_SHOWN = 200
_ALLOWED_AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True)
class Oddity:
    """สิ่งผิดปกติ: a reason and the value that gave it, shortened for the list."""

    reason: OddReason
    value: str = ""


@dataclass(frozen=True)
class Ticket:
    """เรื่องหนึ่งเรื่อง: what one row says, read. Times are aware; None where the row does not say."""

    number: str
    description: str
    category_labels: tuple[str, ...]
    state: ReportState
    state_label: str
    point: PointReading
    address: str
    organisation: str
    note: str
    requested_at: dt.datetime | None
    updated_at: dt.datetime | None
    rating: int | None
    reopen_count: int
    photo_urls: tuple[str, ...]
    after_photo_urls: tuple[str, ...]
    content_hash: str
    oddities: tuple[Oddity, ...]


def brings_no_news(ticket: Ticket, *, known: Ticket) -> bool:
    """Tell whether a ticket says nothing but what is known of it.

    The list, the single answer and the file write one ticket differently: they name more or fewer types, offices and
    pictures after work, with the staff's words or without. Less of these is no news, more is.
    """
    return (
        all(getattr(ticket, name) == getattr(known, name) for name in _TOLD_BY_ALL)
        and set(ticket.category_labels) <= set(known.category_labels)
        and set(ticket.after_photo_urls) <= set(known.after_photo_urls)
        and _offices(ticket) <= _offices(known)
        and ticket.note in ("", known.note)
    )


def _offices(ticket: Ticket) -> set[str]:
    return {office for part in ticket.organisation.split(",") if (office := part.strip())}


def looks_like_ticket(row: object) -> bool:
    """Tell whether a row holds at least one field that only tickets have."""
    return isinstance(row, Mapping) and bool(_FIELDS_OF_A_TICKET & set(row))


def content_hash(row: Mapping[str, Any]) -> str:
    """Return the fingerprint of a raw row: the same row, in whatever order of fields, has the same one."""
    plain = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def read_ticket(
    row: Mapping[str, Any], *, now: dt.datetime, own_states: Mapping[str, ReportState] = _NONE_OF_ITS_OWN
) -> Ticket:
    """Read one row; every row that is a mapping gives a ticket, with what is odd about it listed.

    `own_states` says what the labels mean that the office made for itself, by `key_of_label`.
    """
    odd: list[Oddity] = []
    labels = _read_labels(row, odd)
    description = _read_text(_first(row, "description", "comment"), odd)
    state, state_label = _read_state(row, odd, own_states)
    return Ticket(
        number=_read_number(row, odd),
        description=description,
        category_labels=labels,
        state=state,
        state_label=state_label,
        point=_read_place(row, odd),
        address=_line(row.get("address")),
        organisation=_line(_first(row, "org", "organization")),
        note=_clean(str(_first(row, "note") or "")),
        requested_at=_read_time(_first(row, "timestamp"), now, odd, required=True),
        updated_at=_read_time(_first(row, "last_activity"), now, odd, required=False),
        rating=_read_rating(row.get("star"), odd),
        reopen_count=_read_count(row.get("count_reopen")),
        photo_urls=_read_photos(_first(row, "photo_url", "photo"), odd),
        after_photo_urls=_read_photos(_first(row, "after_photo", "photo_after"), odd),
        content_hash=content_hash(row),
        oddities=tuple(odd),
    )


def _first(row: Mapping[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _clean(text: str) -> str:
    # PostgreSQL holds neither NUL nor half of a surrogate pair.
    return normalise(text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))


def _line(value: object) -> str:
    return _line_of(", ".join(map(str, value)) if isinstance(value, list) else str(value or ""))


# A file repeats the same few labels, offices and states thousands of times.
@lru_cache(maxsize=4096)
def _line_of(text: str) -> str:
    return normalise_line(_clean(text)) if text else ""


def _read_number(row: Mapping[str, Any], odd: list[Oddity]) -> str:
    number = _line(row.get("ticket_id"))[:60]
    if number:
        return number
    # The fields that a later extract repeats unchanged, so that the same report is recognised again.
    lasting = {name: row.get(name) for name in ("description", "comment", "timestamp", "coords", "address")}
    derived = f"hash-{content_hash(lasting)[:16]}"
    odd.append(Oddity(OddReason.MISSING_ID, derived))
    return derived


def _read_text(value: object, odd: list[Oddity]) -> str:
    text = str(value or "")
    repaired = repair_mojibake(text) if _MAY_BE_GARBLED.search(text) else text
    if repaired != text:
        odd.append(Oddity(OddReason.GARBLED_TEXT, text[:_SHOWN]))
    if found := _UNSEEN.findall(repaired):
        odd.append(Oddity(OddReason.HIDDEN_CHARACTERS, " ".join(sorted({f"U+{ord(s):04X}" for s in found}))))
    cleaned = _clean(repaired)
    if not cleaned:
        odd.append(Oddity(OddReason.EMPTY_TEXT))
    return cleaned


def _read_labels(row: Mapping[str, Any], odd: list[Oddity]) -> tuple[str, ...]:
    listed = row.get("problem_type_abdul") or _first(row, "type") or ""
    if isinstance(listed, str) and listed.startswith(("{", "[")):
        listed = listed.strip("{}[]").replace("'", "").replace('"', "")
    parts = listed if isinstance(listed, list) else str(listed).split(",")
    labels = tuple(dict.fromkeys(label for part in parts if (label := _line(part)[:80])))
    if not labels:
        odd.append(Oddity(OddReason.EMPTY_TYPE))
    return labels


def read_label(row: Mapping[str, Any]) -> str:
    """Return the state of a row in the words of the other system, "" when it says none."""
    return _line(_first(row, "state", "status"))[:80]


def key_of_label(label: str) -> str:
    """Return the form in which the words of a state are compared."""
    return _line(label).replace(" ", "").lower()


def _read_state(
    row: Mapping[str, Any], odd: list[Oddity], own_states: Mapping[str, ReportState]
) -> tuple[ReportState, str]:
    label = read_label(row)
    if not label:
        odd.append(Oddity(OddReason.EMPTY_STATE))
        return ReportState.RECEIVED, ""
    key = key_of_label(label)
    state = STATE_OF_LABEL.get(key) or own_states.get(key)
    if state is None:
        odd.append(Oddity(OddReason.UNKNOWN_STATE, label))
        return ReportState.IN_PROGRESS, label
    return state, label


def _read_place(row: Mapping[str, Any], odd: list[Oddity]) -> PointReading:
    pair = row.get("coords")
    if isinstance(pair, str):
        pair = [part for part in re.split(r"[,\s]+", pair.strip("[](){} ").replace("'", "")) if part]
    if pair is None:
        pair = [row.get("longitude"), row.get("latitude")]
    if not isinstance(pair, list | tuple):
        pair = [pair]
    reading = read_point(pair)
    if reading.odd is not None:
        odd.append(Oddity(reading.odd, ", ".join(str(part) for part in pair if part is not None)[:_SHOWN]))
    return reading


def _read_time(value: object, now: dt.datetime, odd: list[Oddity], *, required: bool) -> dt.datetime | None:
    text = _line(value)
    if not text and not required:
        return None
    moment = read_moment(text)
    if moment is None:
        odd.append(Oddity(OddReason.UNREADABLE_TIME, text[:_SHOWN]))
    elif moment > now + _ALLOWED_AHEAD:
        odd.append(Oddity(OddReason.FUTURE_TIME, text[:_SHOWN]))
    return moment


def read_moment(text: str) -> dt.datetime | None:
    """Read a time as Traffy writes it, in UTC; None for what is none. Without an offset it is Bangkok time."""
    try:
        moment = dt.datetime.fromisoformat(to_arabic_digits(text))
        if moment.year > 2400:
            moment = moment.replace(year=moment.year - 543)
        return (moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _read_rating(value: object, odd: list[Oddity]) -> int | None:
    text = to_arabic_digits(_line(value))
    if text in ("", "0", "None", "nan"):
        return None
    try:
        stars = float(text)
    except ValueError:
        stars = 0
    if stars not in (1, 2, 3, 4, 5):
        odd.append(Oddity(OddReason.BAD_RATING, text[:_SHOWN]))
        return None
    return int(stars)


def _read_count(value: object) -> int:
    try:
        return min(max(int(float(str(value))), 0), 32_000)
    except (ValueError, OverflowError):
        return 0


def _read_photos(value: object, odd: list[Oddity]) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else re.split(r",(?=\s*https?:)", str(value or ""))
    addresses = []
    for part in (str(part).strip() for part in parts if part):
        if _BUCKET_ALONE.match(part):
            odd.append(Oddity(OddReason.NO_PHOTO, part[:_SHOWN]))
        elif re.match(r"^https?://[^\s\"'<>]+$", part) and len(part) <= 500:
            addresses.append(part)
        elif part:
            odd.append(Oddity(OddReason.BAD_PHOTO, _clean(part)[:_SHOWN]))
    return tuple(addresses)
