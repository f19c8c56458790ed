"""แถวของไฟล์วัดความสั่นสะเทือน: which column holds what, and each row read into a recording or refused with its reason.

A row may hold both a position and an acceleration, or only one of them, as programs write that log each sensor by
itself. Positions that stay the same are the phone's last fix repeated: the ride is interpolated between new ones.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import statistics
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from cddp.foundation.values.thai_text import to_arabic_digits
from cddp.foundation.values.thailand import NORTH, SOUTH, lies_in_frame
from cddp.registers.assets.rules.roughness import Recording, TraceRefused

LOCAL: Final = ZoneInfo("Asia/Bangkok")
KEPT_PROBLEMS: Final = 200
MOST_ROWS: Final = 3_000_000
AXES: Final = ("x", "y", "z")

_STRONGEST: Final = 20_000.0
"""No phone's sensor says more than 16 g; in thousandths of g that is 16,000."""
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_MARKS = re.compile(r"[^0-9a-z\u0e00-\u0e7f]")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:[.,:]\d+)?)")


class TraceField(NamedTuple):
    """ช่องที่ต้องรู้: `names` are headings as phone programs write them, without blanks and marks."""

    key: str
    names: tuple[str, ...]


FIELDS: Final = (
    TraceField(
        "time",
        ("time", "timestamp", "datetime", "เวลา", "วันเวลา", "วันที่เวลา", "timems", "timens", "times", "timeutc", "utc",
         "utctime", "date", "epoch", "unixtime", "seconds", "secondselapsed", "elapsed", "elapsedtime", "t",
         "loggingtime"),
    ),
    TraceField(
        "lat",
        ("lat", "latitude", "ละติจูด", "gpslat", "gpslatitude", "locationlatitude", "latdeg", "latitudedeg",
         "พิกัดlat", "พิกัดละติจูด"),
    ),
    TraceField(
        "lon",
        ("lon", "lng", "long", "longitude", "ลองจิจูด", "ลองติจูด", "gpslon", "gpslng", "gpslong", "gpslongitude",
         "locationlongitude", "londeg", "longitudedeg", "พิกัดlon", "พิกัดลองจิจูด"),
    ),
    TraceField(
        "vertical",
        ("vertical", "verticalacceleration", "verticalacc", "accvertical", "accelerationvertical", "accv", "av", "vacc",
         "ความเร่งแนวดิ่ง", "แนวดิ่ง", "ความเร่ง", "acceleration", "accel", "acc", "averticalms2"),
    ),
    *(
        TraceField(
            axis,
            (f"acc{axis}", f"accel{axis}", f"acceleration{axis}", f"accelerometer{axis}", f"a{axis}", f"{axis}acc",
             f"{axis}accel", f"{axis}acceleration", f"useraccelerationx{axis}", f"linearacceleration{axis}",
             f"accelerometeracceleration{axis}", f"ความเร่ง{axis}", f"แกน{axis}", f"gf{axis}", axis),
        )
        for axis in AXES
    ),
)  # fmt: skip


def heading_key(heading: str) -> str:
    """Return a heading in small letters without brackets, blanks and marks: "Acc X (m/s²)" → "accx"."""
    bare = _MARKS.sub("", _IN_BRACKETS.sub("", heading.lower()))
    return bare or _MARKS.sub("", heading.lower())


def suggest_mapping(columns: Sequence[str], samples: Sequence[Mapping[str, str]] = ()) -> dict[str, str]:
    """Guess {our field: their column} from the headings; swapped coordinates are put right by what they hold."""
    keys = {heading_key(column): column for column in reversed(columns)}
    mapping: dict[str, str] = {}
    for field in FIELDS:
        found = next((keys[name] for name in field.names if name in keys), "") or _ending(field.key, columns)
        if found and found not in mapping.values():
            mapping[field.key] = found
    if not all(axis in mapping for axis in AXES):
        alone = next((mapping[axis] for axis in ("z", "y", "x") if axis in mapping), "")
        for axis in AXES:
            mapping.pop(axis, None)
        if alone and "vertical" not in mapping:
            mapping["vertical"] = alone
    if _are_swapped(mapping, samples):
        mapping["lat"], mapping["lon"] = mapping["lon"], mapping["lat"]
    return mapping


def _ending(field: str, columns: Sequence[str]) -> str:
    """Return a column such as "accelerometerAccelerationX(G)" or "ACCELEROMETER X" for the axis x."""
    if field not in AXES:
        return ""
    for column in columns:
        key = heading_key(column)
        if key.endswith(field) and ("acc" in key or "ความเร่ง" in key):
            return column
    return ""


def _are_swapped(mapping: Mapping[str, str], samples: Sequence[Mapping[str, str]]) -> bool:
    if not {"lat", "lon"} <= set(mapping):
        return False
    pairs = [
        (read_number(row.get(mapping["lat"], "")), read_number(row.get(mapping["lon"], "")))
        for row in samples
    ]
    told = [(lat, lon) for lat, lon in pairs if lat and lon]
    return bool(told) and all(lies_in_frame(lat, lon) for lat, lon in told)


def unit_in(heading: str) -> str:
    """Return the unit that a heading names: "ms2", "g", "mg" or ""."""
    bare = heading.lower().replace(" ", "").replace("²", "2").replace("^", "")
    if "m/s2" in bare or "ms-2" in bare or "mps2" in bare:
        return "ms2"
    if "(mg)" in bare or "[mg]" in bare:
        return "mg"
    return "g" if "(g)" in bare or "[g]" in bare or bare.endswith("_g") else ""


def mapping_lacks(mapping: Mapping[str, str]) -> str:
    """Return what is missing or doubled in a mapping: "time", "position", "acceleration", "doubled" or ""."""
    if "time" not in mapping:
        return "time"
    if not {"lat", "lon"} <= set(mapping):
        return "position"
    if "vertical" not in mapping and not set(AXES) <= set(mapping):
        return "acceleration"
    return "doubled" if len(set(mapping.values())) < len(mapping) else ""


def read_number(text: str) -> float | None:
    """Return a finite number; Thai digits and a decimal comma are read as well."""
    try:
        number = float(text)
    except ValueError:
        plain = to_arabic_digits(text).strip().replace("\u2212", "-")
        if plain.count(",") == 1 and "." not in plain:
            plain = plain.replace(",", ".")
        try:
            number = float(plain)
        except ValueError:
            return None
    return number if math.isfinite(number) else None


def read_time(text: str, *, day: dt.date) -> float | None:
    """Return seconds since 1970, or for a bare number below 10⁸ that number; `day` is for clock times alone."""
    text = text.strip()
    number = read_number(text)
    if number is not None:
        for size, unit in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)):
            if number >= size:
                return number / unit
        return number
    moment = _moment(to_arabic_digits(text), day)
    return moment.timestamp() if moment else None


def _moment(text: str, day: dt.date) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return _written_moment(text, day)
    if moment.year > 2400:
        moment = moment.replace(year=moment.year - 543)
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _written_moment(text: str, day: dt.date) -> dt.datetime | None:
    if found := _DAY_FIRST.fullmatch(text):
        date, month, year, hour, minute, seconds = found.groups()
        parts = [int(year), int(month), int(date), int(hour), int(minute)]
        parts[0] -= 543 if parts[0] > 2400 else 0
    elif found := _CLOCK.fullmatch(text):
        hour, minute, seconds = found.groups()
        parts = [day.year, day.month, day.day, int(hour), int(minute)]
    else:
        return None
    try:
        start = dt.datetime(*parts, tzinfo=LOCAL)  # type: ignore[arg-type,misc]
        second = float((seconds or "0").replace(",", ".").replace(":", "."))
    except ValueError:
        return None
    return start + dt.timedelta(seconds=second) if second < 61 else None


class Problem(NamedTuple):
    """แถวที่ไม่รับ: the row as the file counts it, our field, why, and what stood there."""

    row: int
    field: str
    code: str
    text: str


class _RowRefused(Exception):
    pass


class RowReader:
    """อ่านทีละแถว: takes rows as they come; `recording()` hands over what was good, in time order."""

    def __init__(self, mapping: Mapping[str, str], *, day: dt.date) -> None:
        self._mapping, self._day = mapping, day
        self._fields = ["vertical"] if "vertical" in mapping else list(AXES)
        self._recording = Recording(axes=[array("d") for _ in self._fields])
        self._last_time = -math.inf
        self._last_position: tuple[float, float] | None = None
        self.rows = 0
        self.problems: list[Problem] = []
        self.problem_counts: Counter[str] = Counter()

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """Read one row; one that cannot be used is counted, and the first ones are kept with their reason."""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise TraceRefused("too_many_rows", limit=MOST_ROWS)
        try:
            at = self._time(number, row)
            position = self._position(number, row)
            values = self._values(number, row)
        except _RowRefused:
            return
        self._last_time = at
        if position is not None and position != self._last_position:
            self._last_position = position
            self._recording.fix_times.append(at)
            self._recording.longitudes.append(position[0])
            self._recording.latitudes.append(position[1])
        if values is not None:
            self._recording.times.append(at)
            for axis, value in zip(self._recording.axes, values, strict=True):
                axis.append(value)

    def _refuse(self, number: int, field: str, code: str, text: str) -> NoReturn:
        self.problem_counts[f"{field}.{code}"] += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(Problem(number, field, code, text[:40]))
        raise _RowRefused

    def _time(self, number: int, row: Mapping[str, str]) -> float:
        text = row.get(self._mapping["time"], "")
        at = read_time(text, day=self._day)
        if at is None:
            self._refuse(number, "time", "blank" if not text.strip() else "unreadable", text)
        if at < self._last_time:
            self._refuse(number, "time", "backwards", text)
        return at

    def _position(self, number: int, row: Mapping[str, str]) -> tuple[float, float] | None:
        """Return (longitude, latitude), None where the row holds none."""
        texts = [row.get(self._mapping[field], "").strip() for field in ("lat", "lon")]
        if not any(texts):
            return None
        lat, lon = (read_number(text) for text in texts)
        if lat is None or lon is None:
            field, text = ("lat", texts[0]) if lat is None else ("lon", texts[1])
            self._refuse(number, field, "not_number" if text else "blank", text)
        if lat == 0 or lon == 0:
            self._refuse(number, "lat" if lat == 0 else "lon", "zero", texts[0] if lat == 0 else texts[1])
        if lies_in_frame(lat, lon):
            self._refuse(number, "lat", "swapped", texts[0])
        if not lies_in_frame(lon, lat):
            outside = "lon" if SOUTH <= lat <= NORTH else "lat"
            self._refuse(number, outside, "outside", texts[0] if outside == "lat" else texts[1])
        return (lon, lat)

    def _values(self, number: int, row: Mapping[str, str]) -> list[float] | None:
        texts = [row.get(self._mapping[field], "").strip() for field in self._fields]
        if not any(texts):
            return None
        values = []
        for field, text in zip(self._fields, texts, strict=True):
            value = read_number(text)
            if value is None or abs(value) > _STRONGEST:
                code = "impossible" if value is not None else "not_number" if text else "blank"
                self._refuse(number, field, code, text)
            values.append(value)
        return values

    def recording(self) -> Recording:
        """Return what was read. Raises TraceRefused: "empty", "swapped", "zero", "no_time" and so on."""
        if not self.rows:
            raise TraceRefused("empty")
        self._refuse_if_mostly_wrong()
        recording = self._recording
        if recording.times[-1] < 1e8:
            _bring_to_day(recording, self._day)
        _spread_equal_times(recording.times)
        return recording

    def _refuse_if_mostly_wrong(self) -> None:
        counts, half = self.problem_counts, self.rows / 2
        first = self.problems[0].row if self.problems else 0
        if counts["lat.swapped"] > half:
            raise TraceRefused("swapped", row=first)
        if counts["lat.zero"] + counts["lon.zero"] > half and not self._recording.fix_times:
            raise TraceRefused("zero", row=first)
        if counts["time.backwards"] > half:
            raise TraceRefused("backwards", row=first)
        if counts["time.unreadable"] + counts["time.blank"] > half:
            raise TraceRefused("no_time", row=first)
        is_lost = any(key.startswith(("lat.", "lon.")) for key in counts) or bool(self._recording.times)
        if not self._recording.fix_times and is_lost:
            raise TraceRefused("no_position", row=first)
        if not self._recording.times:
            raise TraceRefused("no_values", row=first)


def _spread_equal_times(times: array[float]) -> None:
    """Lay values that bear the same time (clocks of whole seconds) evenly until the next time."""
    start, usual = 0, 1.0
    for place in range(1, len(times) + 1):
        is_end = place == len(times)
        if not is_end and times[place] == times[start]:
            continue
        count = place - start
        span = times[place] - times[start] if not is_end else usual
        if count > 1:
            span = min(span, 1.0)
            for step in range(1, count):
                times[start + step] = times[start] + span * step / count
            usual = span
        start = place


def _bring_to_day(recording: Recording, day: dt.date) -> None:
    """Turn times since the program's start, in seconds or a fraction of them, into times of the day of the ride."""
    steps = [b - a for a, b in zip(recording.times[:2000], recording.times[1:2000], strict=False) if b > a]
    usual = statistics.median(steps) if steps else 0.0
    unit = next((size for most, size in ((1.5, 1.0), (1.5e3, 1e3), (1.5e6, 1e6)) if usual <= most), 1e9)
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL).timestamp()
    first = recording.times[0]
    for times in (recording.times, recording.fix_times):
        for place, at in enumerate(times):
            times[place] = noon + (at - first) / unit
