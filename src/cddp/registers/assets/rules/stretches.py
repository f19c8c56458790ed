"""ช่วงถนนจากการวัดหนึ่งเที่ยว: what the values of a ride say of each 50 m of road (see `roughness` for the method)."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from cddp.registers.assets.choices import RoughnessGrade
from cddp.registers.assets.rules.road_lines import DrivenOn, Plane, Point, RoadLine, RoadNetwork
from cddp.registers.assets.rules.roughness import (
    Limits,
    Recording,
    TraceRefused,
    grade_of,
    vertical_shaking,
)

STRETCH_M: Final = 50.0
SPEED_OF_COMPARISON: Final = 40.0
LOWEST_RATE_HZ: Final = 5.0
COARSE_RATE_HZ: Final = 20.0

_FIX_S: Final = 0.8
"""Positions nearer in time tell no speed: rounding to a decimal would be all of it."""
_GAP_S: Final = 5.0
_STANDING_KMH: Final = 3.0
_IMPOSSIBLE_KMH: Final = 160.0
_STILL_MS2: Final = 0.02
_COVERED: Final = 0.3
"""Less of a stretch than this share was driven at a usable speed: nothing is said of it."""


class Stretch(NamedTuple):
    """ช่วงถนนที่วัด: `road` is None off any road; `roughness` is None where nobody drove at a usable speed."""

    road: RoadLine | None
    from_m: float
    until_m: float
    line: list[Point]
    roughness: float | None
    worst: float | None
    speed_kmh: float | None
    samples: int
    grade: RoughnessGrade


@dataclass(slots=True)
class Measured:
    """ผลการวัด: the stretches, and what became of every value."""

    stretches: list[Stretch]
    samples: int
    used: int
    dropped: dict[str, int]
    length_m: float
    unmatched_m: float
    rate_hz: float
    unit: str
    has_gravity: bool


def measure(
    recording: Recording, roads: Sequence[RoadLine], plane: Plane, limits: Limits, *, unit: str = ""
) -> Measured:
    """Measure a ride. Raises TraceRefused: "too_few", "no_position", "too_slow_rate", "constant"."""
    _refuse_unusable(recording)
    shaking, found = vertical_shaking(recording, unit=unit)
    if max(shaking, default=0.0) - min(shaking, default=0.0) < _STILL_MS2:
        raise TraceRefused("constant")
    legs = _legs(recording, plane, limits, RoadNetwork(roads))
    tally = _Tally(limits)
    dropped: Counter[str] = Counter()
    for place, leg in _placed(recording.times, legs):
        if leg is None or leg.reason:
            dropped[leg.reason if leg else "no_position"] += 1
        else:
            tally.add(leg, recording.times[place], shaking[place])
    stretches = [*tally.road_stretches(legs), *tally.free_stretches(legs)]
    usable = [leg for leg in legs if not leg.reason]
    return Measured(
        stretches=stretches,
        samples=len(recording.times),
        used=tally.used,
        dropped=dict(dropped),
        length_m=sum(leg.length_m for leg in usable),
        unmatched_m=sum(leg.length_m for leg in usable if leg.on is None),
        rate_hz=recording.rate_hz,
        unit=found.unit,
        has_gravity=found.has_gravity,
    )


def _refuse_unusable(recording: Recording) -> None:
    if len(recording.times) < 50:
        raise TraceRefused("too_few", samples=len(recording.times))
    if len(recording.fix_times) < 2:
        raise TraceRefused("no_position")
    if recording.rate_hz < LOWEST_RATE_HZ:
        raise TraceRefused("too_slow_rate", rate=recording.rate_hz)


@dataclass(slots=True)
class Leg:
    """ระยะระหว่างสองตำแหน่ง: the way between two positions; `reason` says why its values are left out."""

    from_at: float
    until_at: float
    start: Point
    end: Point
    length_m: float
    kmh: float
    reason: str
    on: DrivenOn | None = None
    samples: int = 0
    squares: float = 0.0
    worst: float = 0.0


def _legs(recording: Recording, plane: Plane, limits: Limits, network: RoadNetwork) -> list[Leg]:
    legs: list[Leg] = []
    before = None
    for (at, start), (next_at, end) in _pairs(recording):
        flat, flat_end = plane.flat(start), plane.flat(end)
        length, seconds = math.dist(flat, flat_end), next_at - at
        kmh = length / seconds * 3.6
        leg = Leg(at, next_at, start, end, length, kmh, _reason(kmh, seconds, limits))
        if leg.reason in ("", "slow"):
            leg.on = network.match(flat, flat_end, before=before)
            before = leg.on.road.key if leg.on else before
        legs.append(leg)
    return legs


def _pairs(recording: Recording) -> Iterator[tuple[tuple[float, Point], tuple[float, Point]]]:
    last: tuple[float, Point] | None = None
    for at, lon, lat in zip(recording.fix_times, recording.longitudes, recording.latitudes, strict=True):
        if last is not None and at - last[0] < _FIX_S:
            continue
        here = (at, (lon, lat))
        if last is not None:
            yield last, here
        last = here


def _reason(kmh: float, seconds: float, limits: Limits) -> str:
    if kmh > _IMPOSSIBLE_KMH:
        return "jump"
    if kmh < _STANDING_KMH:
        return "standing"
    if seconds > _GAP_S:
        return "gap"
    if kmh < limits.slowest:
        return "slow"
    return "fast" if kmh > limits.fastest else ""


def _placed(times: array[float], legs: Sequence[Leg]) -> Iterator[tuple[int, Leg | None]]:
    """Yield each value's place with the leg it was taken on, None before the first position and after the last."""
    at_leg = 0
    for place, at in enumerate(times):
        while at_leg < len(legs) and at >= legs[at_leg].until_at:
            at_leg += 1
        yield place, legs[at_leg] if at_leg < len(legs) and at >= legs[at_leg].from_at else None


@dataclass(slots=True)
class _Bin:
    samples: int = 0
    squares: float = 0.0
    worst: float = 0.0
    driven_m: float = 0.0
    seconds: float = 0.0
    slow_m: float = 0.0


class _Tally:
    """Adds the values up by road and stretch; both directions of a road fall into the same stretches."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bins: dict[tuple[UUID, int], _Bin] = {}
        self._roads: dict[UUID, RoadLine] = {}
        self.used = 0

    def add(self, leg: Leg, at: float, shaking: float) -> None:
        even = shaking * (SPEED_OF_COMPARISON / leg.kmh) ** self._limits.speed_exponent
        self.used += 1
        if leg.on is None:
            leg.samples, leg.squares, leg.worst = (
                leg.samples + 1, leg.squares + even * even, max(leg.worst, abs(shaking)),
            )  # fmt: skip
            return
        share = (at - leg.from_at) / (leg.until_at - leg.from_at)
        metres = leg.on.from_m + share * (leg.on.until_m - leg.on.from_m)
        each = self._bin(leg.on.road, metres)
        each.samples += 1
        each.squares += even * even
        each.worst = max(each.worst, abs(shaking))

    def _bin(self, road: RoadLine, metres: float) -> _Bin:
        place = min(int(metres / STRETCH_M), stretch_count(road.length_m) - 1)
        self._roads[road.key] = road
        return self._bins.setdefault((road.key, place), _Bin())

    def road_stretches(self, legs: Sequence[Leg]) -> Iterator[Stretch]:
        for leg in legs:
            if leg.on is not None:
                self._cover(leg, leg.on)
        for (key, place), each in self._bins.items():
            road = self._roads[key]
            from_m, until_m = bounds_of(road.length_m, place)
            enough = _COVERED * (until_m - from_m)
            if each.driven_m >= enough and each.samples:
                yield self._stretch(road, from_m, until_m, road.part(from_m, until_m), each)
            elif each.driven_m + each.slow_m >= enough:
                line = road.part(from_m, until_m)
                yield Stretch(
                    road, from_m, until_m, line, None, None, None, each.samples, RoughnessGrade.UNKNOWN
                )

    def _cover(self, leg: Leg, on: DrivenOn) -> None:
        steps = max(1, math.ceil(leg.length_m / 5))
        for step in range(steps):
            metres = on.from_m + (step + 0.5) / steps * (on.until_m - on.from_m)
            each = self._bin(on.road, metres)
            if leg.reason:
                each.slow_m += leg.length_m / steps
            else:
                each.driven_m += leg.length_m / steps
                each.seconds += (leg.until_at - leg.from_at) / steps

    def _stretch(
        self, road: RoadLine | None, from_m: float, until_m: float, line: list[Point], each: _Bin
    ) -> Stretch:
        roughness = math.sqrt(each.squares / each.samples)
        kmh = each.driven_m / each.seconds * 3.6 if each.seconds else None
        grade = grade_of(roughness, each.worst, self._limits)
        return Stretch(road, from_m, until_m, line, roughness, each.worst, kmh, each.samples, grade)

    def free_stretches(self, legs: Sequence[Leg]) -> Iterator[Stretch]:
        """Cut the ways off any road into pieces of about 50 m, leg by leg."""
        run: list[Leg] = []
        for leg in legs:
            is_free = not leg.reason and leg.on is None and leg.samples > 0
            if run and (not is_free or leg.start != run[-1].end or _length(run) >= STRETCH_M):
                yield from self._free(run)
                run = []
            if is_free:
                run.append(leg)
        yield from self._free(run)

    def _free(self, run: list[Leg]) -> Iterator[Stretch]:
        length = _length(run)
        if length < _COVERED * STRETCH_M:
            return
        each = _Bin(
            samples=sum(leg.samples for leg in run),
            squares=sum(leg.squares for leg in run),
            worst=max(leg.worst for leg in run),
            driven_m=length,
            seconds=sum(leg.until_at - leg.from_at for leg in run),
        )
        yield self._stretch(None, 0.0, length, [run[0].start, *(leg.end for leg in run)], each)


def _length(run: Sequence[Leg]) -> float:
    return sum(leg.length_m for leg in run)


def stretch_count(length_m: float) -> int:
    """Return into how many stretches a road is cut: a rest below 25 m belongs to the one before."""
    return max(1, int(length_m / STRETCH_M + 0.5))


def bounds_of(length_m: float, place: int) -> tuple[float, float]:
    """Return from and until where a stretch reaches; the last one ends with the road."""
    is_last = place == stretch_count(length_m) - 1
    return place * STRETCH_M, length_m if is_last else (place + 1) * STRETCH_M
