"""ลำดับการเดินทางของช่าง: a short way over the map through the stops of a day.

Nearest neighbour from the depot, then 2-opt and moving single stops until nothing gets shorter: for the handful of
stops of a day within a few per cent of the shortest (Johnson and McGeoch 1997 measure 5 % over the bound for 2-opt
alone on random points). On an open way 2-opt alone leaves a stop behind the depot for the end; moving it mends that.
Distances are as the crow flies: the town's roads may be longer, the order is what matters. The way is open: where the
day ends is the technician's own affair.

What is being worked on stands first (one is there), emergencies next, then the rest. A technician who put the stops in
an order of their own keeps it; what comes new goes where it lengthens the way least.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from uuid import UUID

EARTH_M: Final = 6_371_008.8
ROUNDS: Final = 40
MARK: Final = 14
"""Half the width of a stop's mark on the sketch; a number is read when no other mark lies on it."""
RINGS: Final = 12
ROUNDING: Final = 0.2
SHORTER_M: Final = 0.5
"""Less is noise of the arithmetic, and would go round for ever."""

Place = tuple[float, float]
"""(longitude, latitude) in degrees."""


@dataclass(frozen=True)
class Stop:
    """จุดแวะ: one work order of the day; `order` is the technician's own, None = by the map."""

    id: UUID
    place: Place | None
    order: int | None = None
    is_started: bool = False
    is_emergency: bool = False


@lru_cache(maxsize=16_384)
def metres(here: Place, there: Place) -> float:
    """Return the length of the great circle between two places."""
    lng_a, lat_a, lng_b, lat_b = map(math.radians, (*here, *there))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, half)))


def length_of(way: Sequence[Place]) -> float:
    """Return the length of a way in metres."""
    return sum(metres(here, there) for here, there in pairwise(way))


def arrange(stops: Iterable[Stop], depot: Place | None) -> list[Stop]:
    """Return the stops in the order to drive; those without a place at the end."""
    known = sorted(stops, key=lambda each: str(each.id))
    placed = [each for each in known if each.place is not None]
    nowhere = [each for each in known if each.place is None]
    own = sorted((each for each in placed if each.order is not None), key=lambda each: each.order or 0)
    fresh = [each for each in placed if each.order is None]
    way = _insert(own, fresh, depot) if own else _by_urgency(fresh, depot)
    return way + sorted(nowhere, key=lambda each: (each.order is None, each.order or 0, str(each.id)))


def _by_urgency(stops: list[Stop], depot: Place | None) -> list[Stop]:
    """Return what is being worked on, then emergencies, then the rest, each part a short way of its own."""
    way: list[Stop] = []
    for part in (
        [each for each in stops if each.is_started],
        [each for each in stops if each.is_emergency and not each.is_started],
        [each for each in stops if not each.is_emergency and not each.is_started],
    ):
        start = way[-1].place if way else depot
        way += _shortest(part, start)
    return way


def _shortest(stops: list[Stop], start: Place | None) -> list[Stop]:
    return _improve(_nearest(stops, start), start)


def _nearest(stops: list[Stop], start: Place | None) -> list[Stop]:
    left, way = list(stops), []
    here = start
    while left:
        near = left[0] if here is None else min(left, key=lambda each: metres(here, _at(each)))
        left.remove(near)
        way.append(near)
        here = near.place
    return way


def _improve(way: list[Stop], start: Place | None) -> list[Stop]:
    """Turn stretches round, and move single stops, as long as the way gets shorter."""
    for _round in range(ROUNDS):
        has_turned = _turn_once(way, start)
        if not _move_once(way, start) and not has_turned:
            break
    return way


def _move_once(way: list[Stop], start: Place | None) -> bool:
    is_shorter = False
    for stop in list(way):
        here = way.index(stop)
        rest = way[:here] + way[here + 1 :]
        spot = min(range(len(way)), key=lambda each, rest=rest, stop=stop: _extra(rest, each, stop, start))  # type: ignore[misc]
        if _extra(rest, here, stop, start) - _extra(rest, spot, stop, start) > SHORTER_M:
            way[:] = [*rest[:spot], stop, *rest[spot:]]
            is_shorter = True
    return is_shorter


def _turn_once(way: list[Stop], start: Place | None) -> bool:
    is_shorter = False
    for first in range(len(way) - 1):
        for last in range(first + 1, len(way)):
            if _gain(way, first, last, start) > SHORTER_M:
                way[first : last + 1] = reversed(way[first : last + 1])
                is_shorter = True
    return is_shorter


def _gain(way: list[Stop], first: int, last: int, start: Place | None) -> float:
    """Return by how many metres the way shortens when the stretch from `first` to `last` is turned round."""
    before = _at(way[first - 1]) if first else start
    after = _at(way[last + 1]) if last + 1 < len(way) else None
    gain = 0.0
    if before is not None:
        gain += metres(before, _at(way[first])) - metres(before, _at(way[last]))
    if after is not None:
        gain += metres(_at(way[last]), after) - metres(_at(way[first]), after)
    return gain


def _insert(way: list[Stop], fresh: Sequence[Stop], depot: Place | None) -> list[Stop]:
    """Put each new stop where it lengthens the way least, emergencies in front; the rest keep their order."""
    way = [*(each for each in fresh if each.is_emergency), *way]
    for stop in (each for each in fresh if not each.is_emergency):
        places = range(len(way) + 1)
        way.insert(min(places, key=lambda spot, stop=stop: _extra(way, spot, stop, depot)), stop)  # type: ignore[misc]
    return way


def _extra(way: list[Stop], spot: int, stop: Stop, depot: Place | None) -> float:
    before = _at(way[spot - 1]) if spot else depot
    after = _at(way[spot]) if spot < len(way) else None
    extra = metres(before, _at(stop)) if before is not None else 0.0
    if after is not None:
        extra += metres(_at(stop), after)
        extra -= metres(before, after) if before is not None else 0.0
    return extra


def _at(stop: Stop) -> Place:
    if stop.place is None:
        raise ValueError("a stop without a place is on no way")
    return stop.place


# ── the sketch of the way ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sketch:
    """ผังเส้นทาง: the stops in a box of `width` × `height`, north up, one scale both ways."""

    width: int
    height: int
    points: list[tuple[float, float]]
    metres_per_unit: float


def sketch(places: Sequence[Place], *, width: int = 340, height: int = 240, margin: int = 26) -> Sketch:
    """Return where each place stands in the box: drawn without tiles, so that it shows without a signal."""
    if not places:
        return Sketch(width, height, [], 1.0)
    middle_lat = sum(lat for _lng, lat in places) / len(places)
    shrink = max(math.cos(math.radians(middle_lat)), 0.01)
    flat = [(lng * shrink, lat) for lng, lat in places]
    west, east = min(x for x, _y in flat), max(x for x, _y in flat)
    south, north = min(y for _x, y in flat), max(y for _x, y in flat)
    span = max((east - west) / (width - 2 * margin), (north - south) / (height - 2 * margin), 1e-6)
    left = (width - (east - west) / span) / 2
    top = (height - (north - south) / span) / 2
    points = [(round(left + (x - west) / span, 1), round(top + (north - y) / span, 1)) for x, y in flat]
    return Sketch(width, height, points, span * math.pi * EARTH_M / 180)


def spread(points: Sequence[tuple[float, float]], *, width: int, height: int) -> list[tuple[float, float]]:
    """Return the points so far apart that their numbers can be read; each as near to where it is as there is room."""
    placed: list[tuple[float, float]] = []
    for point in points:
        free = (
            each
            for each in _around(point)
            if MARK <= each[0] <= width - MARK
            and MARK <= each[1] <= height - MARK
            and all(math.dist(each, other) >= 2 * MARK - ROUNDING for other in placed)
        )
        placed.append(next(free, point))
    return placed


def _around(point: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Return the place itself, then places on wider and wider rings round it, the right-hand one first."""
    yield point
    for ring in range(1, RINGS + 1):
        for turn in range(6 * ring):
            angle = math.tau * turn / (6 * ring)
            away = ring * MARK
            yield (
                round(point[0] + away * math.cos(angle), 1),
                round(point[1] + away * math.sin(angle), 1),
            )
