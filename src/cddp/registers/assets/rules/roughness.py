"""ความขรุขระของถนนจากโทรศัพท์: from the shaking of a phone in a car to how rough each 50 m of road rides.

Method, and where it comes from:

* The root mean square of the vertical acceleration over a stretch stands for its roughness. That the shaking of a
  phone in a car grows linearly with measured roughness, more or less well by frequency, vehicle and mount, is shown by
  Douangphachanh and Oneyama, "A study on the use of smartphones under realistic settings to estimate road roughness
  condition", EURASIP J. Wireless Communications and Networking 2014:114; the same idea drives Forslöf and Jones,
  "Roadroid: continuous road condition monitoring with smart phones", J. Civil Engineering and Architecture 9 (2015)
  485–496, who rank it as a class 2–3 indicator at best.
* Speed: Alessandroni et al., "A study on the influence of speed on road roughness sensing: the SmartRoadSense case",
  Sensors 17 (2017) 305, find that the shaking follows a power of the speed, another one for each kind of road. On a
  road whose profile has the waviness 2 of ISO 8608, the power of the acceleration in a fixed band of frequencies grows
  with the speed, hence its root mean square with the square root: each value is brought to 40 km/h by
  (40 / v) ** `speed_exponent`, 0.5 unless the town has found better.
* Gravity: with three axes, the slow mean of the vector (10 s) is the direction of gravity; the shaking along it is
  vertical, however the phone lies (virtual re-orientation, as in Mohan et al., "Nericell", SenSys 2008). Its length,
  9.81 m/s², also tells the unit. Three axes without gravity give no direction: the axis of strongest shaking is taken.
  One axis with gravity is stretched by gravity's share on it.
* A high-pass of twice first order at 0.5 Hz takes away gravity, hills, braking and the drift of the sensor.
* Grades: the starting limits 0.8, 1.6 and 2.5 m/s² are steps of the comfort table of ISO 2631-1 ("uncomfortable",
  "very", "extremely"). Those are of weighted acceleration and ours is not, so a town should move them after a ride
  over roads that it knows. A single knock above `bump` makes a stretch rough at least: over 50 m one pothole
  hardly moves a root mean square.

Limits. It is NOT an International Roughness Index. Phone and sensor, mount (loose or in a pocket: useless), suspension,
tyres and load change the figure by half and more, so compare rides of one car and one mount, and calibrate by a road
that is known to be good and one that is known to be bad. Below 20 and above 80 km/h the power law does not hold: such
parts are left out. A pothole that the wheels avoid is not felt. Below 10 values a second only long waves are seen.
"""

from __future__ import annotations

import math
import statistics
from array import array
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cddp.registers.assets.choices import RoughnessGrade

GRAVITY: Final = 9.80665

_HIGH_PASS_S: Final = 1 / (2 * math.pi * 0.5)
_GRAVITY_S: Final = 10.0
_PAUSE_S: Final = 0.5
"""Without a value for so long the filter begins anew: what came between is not known."""


class TraceRefused(ValueError):
    """ใช้ไฟล์นี้วัดไม่ได้: `code` says why; the service finds the words."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Limits:
    """เกณฑ์: what the town has settled (m/s² at 40 km/h, km/h)."""

    fair: float = 0.8
    rough: float = 1.6
    broken: float = 2.5
    bump: float = 6.0
    speed_exponent: float = 0.5
    slowest: float = 20.0
    fastest: float = 80.0


@dataclass(slots=True)
class Recording:
    """ค่าที่บันทึก: times in seconds, one or three axes of acceleration, and the positions with their times."""

    times: array[float] = field(default_factory=lambda: array("d"))
    axes: list[array[float]] = field(default_factory=list)
    fix_times: array[float] = field(default_factory=lambda: array("d"))
    longitudes: array[float] = field(default_factory=lambda: array("d"))
    latitudes: array[float] = field(default_factory=lambda: array("d"))

    @property
    def rate_hz(self) -> float:
        """Return values per second, by the usual distance of two."""
        steps = [after - before for before, after in zip(self.times[:4000], self.times[1:4000], strict=False)]
        usual = statistics.median(steps) if steps else 0.0
        return 1 / usual if usual > 0 else 0.0


def grade_of(roughness: float | None, worst: float | None, limits: Limits) -> RoughnessGrade:
    """Return the grade of a stretch: by its shaking, and rough at least where one knock was hard."""
    if roughness is None:
        return RoughnessGrade.UNKNOWN
    if roughness >= limits.broken:
        return RoughnessGrade.BROKEN
    if roughness >= limits.rough or (worst or 0.0) >= limits.bump:
        return RoughnessGrade.ROUGH
    return RoughnessGrade.FAIR if roughness >= limits.fair else RoughnessGrade.SMOOTH


def suggest_condition(metres: dict[str, float]) -> int | None:
    """Return a condition 1–5 for a road from its metres by grade; None when nothing of it was measured."""
    known = sum(length for grade, length in metres.items() if grade != RoughnessGrade.UNKNOWN)
    if not known:
        return None
    broken = metres.get(RoughnessGrade.BROKEN, 0.0) / known
    bad = broken + metres.get(RoughnessGrade.ROUGH, 0.0) / known
    fair = metres.get(RoughnessGrade.FAIR, 0.0) / known
    if broken >= 0.25:
        return 5
    if bad >= 0.4:
        return 4
    if bad >= 0.15 or broken >= 0.05 or fair >= 0.5:
        return 3
    return 2 if bad or fair >= 0.1 else 1


class Sensor(NamedTuple):
    """เซนเซอร์: what the values turned out to be; `scale` brings them to m/s²."""

    unit: str
    has_gravity: bool
    scale: float


def judge_sensor(recording: Recording, *, unit: str = "") -> Sensor:
    """Tell unit and gravity from the usual length of the vector (one axis: its usual value)."""
    step = max(1, len(recording.times) // 5000)
    if len(recording.axes) == 3:
        x, y, z = (axis[::step] for axis in recording.axes)
        usual = statistics.median(math.sqrt(a * a + b * b + c * c) for a, b, c in zip(x, y, z, strict=True))
        lowest = 0.7
    else:
        usual = abs(statistics.median(recording.axes[0][::step]))
        lowest = 0.4  # an axis askew by up to 66° still knows where down is
    for name, gravity in (("ms2", GRAVITY), ("g", 1.0), ("mg", 1000.0)):
        if lowest <= usual / gravity <= 1.3 and unit in ("", name):
            return Sensor(name, True, GRAVITY / usual)
    scale = {"g": GRAVITY, "mg": GRAVITY / 1000}.get(unit, 1.0)
    return Sensor(unit or "ms2", False, scale)


def vertical_shaking(recording: Recording, *, unit: str = "") -> tuple[array[float], Sensor]:
    """Return the vertical acceleration in m/s² without gravity and slow movement, one for each value."""
    sensor = judge_sensor(recording, unit=unit)
    if len(recording.axes) == 1:
        return _high_passed(recording.times, recording.axes[0], sensor.scale), sensor
    if sensor.has_gravity:
        return _high_passed(recording.times, _along_gravity(recording), sensor.scale), sensor
    return _along_strongest(recording, sensor.scale), sensor


def _high_passed(times: array[float], values: array[float], scale: float) -> array[float]:
    shaking = array("d", bytes(8 * len(values)))
    first = second = last = 0.0
    last_at = -math.inf
    for place, at in enumerate(times):
        value, apart = values[place] * scale, at - last_at
        if apart > _PAUSE_S:
            first = second = 0.0
        else:
            keep = _HIGH_PASS_S / (_HIGH_PASS_S + apart)
            changed = keep * (first + value - last)
            second = keep * (second + changed - first)
            first = changed
        shaking[place] = second
        last, last_at = value, at
    return shaking


def _along_gravity(recording: Recording) -> array[float]:
    """Return the part of the vector along its own slow mean, which points up or down, wherever that is."""
    x, y, z = recording.axes
    few = min(len(x), max(1, int(recording.rate_hz * 5)))
    gx, gy, gz = (statistics.fmean(axis[:few]) for axis in (x, y, z))
    along = array("d", bytes(8 * len(x)))
    last_at = recording.times[0]
    for place, at in enumerate(recording.times):
        apart = min(max(at - last_at, 0.0), 1.0)
        share = apart / (_GRAVITY_S + apart)
        ax, ay, az = x[place], y[place], z[place]
        gx, gy, gz = gx + share * (ax - gx), gy + share * (ay - gy), gz + share * (az - gz)
        along[place] = (ax * gx + ay * gy + az * gz) / (math.sqrt(gx * gx + gy * gy + gz * gz) or 1.0)
        last_at = at
    return along


def _along_strongest(recording: Recording, scale: float) -> array[float]:
    """Return the shaking along the axis on which it is strongest (the largest eigenvector, by power iteration)."""
    axes = [_high_passed(recording.times, axis, scale) for axis in recording.axes]
    spread = [[_dot(a, b) for b in axes] for a in axes]
    axis = [1.0, 1.0, 1.0]
    for _round in range(60):
        turned = [sum(row[k] * axis[k] for k in range(3)) for row in spread]
        length = math.sqrt(sum(part * part for part in turned)) or 1.0
        axis = [part / length for part in turned]
    a, b, c = axes
    return array("d", (axis[0] * p + axis[1] * q + axis[2] * r for p, q, r in zip(a, b, c, strict=True)))


def _dot(a: array[float], b: array[float]) -> float:
    return sum(p * q for p, q in zip(a, b, strict=True))
