"""แนวถนนบนระนาบ: roads as lines in metres, which road a short way was driven on, and how far along it.

A flat plane around the ride's middle is enough for a town: 20 km away it is off by less than 0.1 %. Nothing here
knows the database; points are (longitude, latitude) in EPSG:4326.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

Point = tuple[float, float]

REACH_M: Final = 20.0
"""How far from its line a road still counts as the one that was driven on: GPS in a car errs by 5–10 m."""
_CELL_M: Final = 50.0
_ALONG: Final = 0.5
"""A way must run along the road for at least this share of its length: else it only crosses it."""
_STAY_M: Final = 3.0
"""So much nearer must another road be, before the ride is taken to have changed roads."""


class Plane:
    """ระนาบ: metres east and north of a middle, by the series for the ellipsoid's degree lengths."""

    def __init__(self, longitude: float, latitude: float) -> None:
        phi = math.radians(latitude)
        self._middle = (longitude, latitude)
        self._per_lat = 111_132.92 - 559.82 * math.cos(2 * phi) + 1.175 * math.cos(4 * phi)
        self._per_lon = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)

    def flat(self, point: Point) -> Point:
        """Return (east, north) in metres."""
        return (
            (point[0] - self._middle[0]) * self._per_lon,
            (point[1] - self._middle[1]) * self._per_lat,
        )


@dataclass(frozen=True, slots=True)
class RoadLine:
    """แนวถนนหนึ่งสาย: the asset's id, its points, the same in metres, and the chainage at each point."""

    key: UUID
    points: Sequence[Point]
    flat: Sequence[Point]
    chainage: Sequence[float]

    @classmethod
    def on(cls, plane: Plane, key: UUID, points: Sequence[Point]) -> "RoadLine":
        """Lay a line of at least two points on the plane."""
        flat = [plane.flat(point) for point in points]
        chainage = [0.0]
        for before, after in pairwise(flat):
            chainage.append(chainage[-1] + math.dist(before, after))
        return cls(key, points, flat, chainage)

    @property
    def length_m(self) -> float:
        return self.chainage[-1]

    def locate(self, place: Point) -> tuple[float, float]:
        """Return (chainage of the nearest place on the line, distance to it)."""
        best, found = math.inf, 0.0
        for step in range(len(self.flat) - 1):
            along, away = _project(place, self.flat[step], self.flat[step + 1])
            if away < best:
                best = away
                found = self.chainage[step] + along * (self.chainage[step + 1] - self.chainage[step])
        return found, best

    def point_at(self, metres: float) -> Point:
        """Return the point at a chainage, held to the line's ends."""
        metres = min(max(metres, 0.0), self.length_m)
        step = min(max(bisect_right(self.chainage, metres) - 1, 0), len(self.points) - 2)
        span = self.chainage[step + 1] - self.chainage[step]
        share = (metres - self.chainage[step]) / span if span else 0.0
        (ax, ay), (bx, by) = self.points[step], self.points[step + 1]
        return (ax + share * (bx - ax), ay + share * (by - ay))

    def part(self, from_m: float, until_m: float) -> list[Point]:
        """Return the points of the line between two chainages, at least two."""
        between = [
            point for point, at in zip(self.points, self.chainage, strict=True) if from_m < at < until_m
        ]
        return [self.point_at(from_m), *between, self.point_at(until_m)]


def _project(place: Point, start: Point, end: Point) -> tuple[float, float]:
    """Return (share along the step from start to end, distance) of the place on it nearest to `place`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    share = 0.0
    if square:
        share = min(max(((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / square, 0.0), 1.0)
    return share, math.dist(place, (start[0] + share * dx, start[1] + share * dy))


class DrivenOn(NamedTuple):
    """ขับบนถนน: the road of a way, and the chainage at its start and its end."""

    road: RoadLine
    from_m: float
    until_m: float


class RoadNetwork:
    """ถนนทั้งหมดใกล้เส้นทาง: finds the road on which a way of a few metres was driven."""

    def __init__(self, roads: Iterable[RoadLine]) -> None:
        self._cells: dict[tuple[int, int], dict[UUID, RoadLine]] = defaultdict(dict)
        for road in roads:
            for start, end in pairwise(road.flat):
                for cell in _cells_along(start, end):
                    self._cells[cell][road.key] = road

    def match(self, start: Point, end: Point, *, before: UUID | None = None) -> DrivenOn | None:
        """Return the road within REACH_M of both ends along which the way runs; the road of `before` is held to."""
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        length = math.dist(start, end)
        best: tuple[float, DrivenOn] | None = None
        for road in self._near(middle):
            (from_m, away), (until_m, away_end) = road.locate(start), road.locate(end)
            if max(away, away_end) > REACH_M or abs(until_m - from_m) < _ALONG * length:
                continue
            score = (away + away_end) / 2 + (0.0 if road.key == before else _STAY_M)
            if best is None or score < best[0]:
                best = (score, DrivenOn(road, from_m, until_m))
        return best[1] if best else None

    def _near(self, place: Point) -> Iterable[RoadLine]:
        east, north = int(place[0] // _CELL_M), int(place[1] // _CELL_M)
        found: dict[UUID, RoadLine] = {}
        for column in (east - 1, east, east + 1):
            for row in (north - 1, north, north + 1):
                found |= self._cells.get((column, row), {})
        return found.values()


def _cells_along(start: Point, end: Point) -> set[tuple[int, int]]:
    steps = max(1, math.ceil(math.dist(start, end) / (_CELL_M / 2)))
    return {
        (
            int((start[0] + step / steps * (end[0] - start[0])) // _CELL_M),
            int((start[1] + step / steps * (end[1] - start[1])) // _CELL_M),
        )
        for step in range(steps + 1)
    }
