"""ถนนและซอย: an invented street network: winding roads from village to village, lanes off the roads.

Everything is in metres on the town's plane; the same random numbers give the same streets.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, cos, exp, hypot, pi, sin
from random import Random
from typing import Final

from cddp.config.demo.plane import Ground

Place = tuple[float, float]
STEP_M: Final = 12.0
LANE_GAPS_M: Final = (44.0, 76.0)


@dataclass
class Street:
    """ถนนหนึ่งสาย: a line of places every few metres. rank 0 = road between villages, 1 = lane, 2 = side lane."""

    rank: int
    line: list[Place]
    village: int
    number: int = 0
    length_m: float = field(init=False)

    def __post_init__(self) -> None:
        self.length_m = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self.line))


def scatter_villages(random: Random, ground: Ground, count: int) -> list[Place]:
    """Return `count` village centres inside, spread apart."""
    apart = 0.85 * (ground.area_m2 / count) ** 0.5
    centres: list[Place] = []
    while len(centres) < count:
        place = random.uniform(ground.west, ground.east), random.uniform(ground.south, ground.north)
        if ground.holds(*place) and all(_distance(place, other) > apart for other in centres):
            centres.append(place)
        apart *= 0.995
    return sorted(centres, key=lambda place: (-place[1] // 900, place[0]))


def lay_streets(
    random: Random, ground: Ground, centres: list[Place], radius_m: float, *, generations: int
) -> list[Street]:
    """Return roads first, then lanes, then lanes off lanes, so many generations.

    radius_m: how far a village reaches; lanes grow rare beyond it.
    """
    roads = [
        Street(0, line, nearest(centres, line[len(line) // 2]))
        for one, other in _connections(centres)
        for line in _inside(ground, _winding(random, centres[one], centres[other]))
    ]
    roads += _through_roads(random, ground, centres)
    streets, latest = list(roads), roads
    for rank in range(1, generations + 1):
        latest = [
            lane
            for street in latest
            for lane in _lanes_of(random, ground, street, centres, radius_m, rank=rank)
        ]
        streets += latest
    for number, street in enumerate(streets):
        street.number = number
    return streets


def nearest(centres: list[Place], place: Place) -> int:
    """Return the number of the nearest village."""
    x, y = place
    distances = [(cx - x) * (cx - x) + (cy - y) * (cy - y) for cx, cy in centres]
    return distances.index(min(distances))


def _distance(one: Place, other: Place) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _connections(centres: list[Place]) -> list[tuple[int, int]]:
    """Return the shortest tree over all villages, and a shortcut from each to a near one."""
    reached, tree = {0}, []
    while len(reached) < len(centres):
        best = min(
            ((a, b) for a in reached for b in range(len(centres)) if b not in reached),
            key=lambda pair: _distance(centres[pair[0]], centres[pair[1]]),
        )
        tree.append(best)
        reached.add(best[1])
    for here in range(len(centres)):
        by_distance = sorted(range(len(centres)), key=lambda other: _distance(centres[here], centres[other]))
        for other in by_distance[1:3]:
            if (here, other) not in tree and (other, here) not in tree:
                tree.append((here, other))
                break
    return tree


def _winding(random: Random, start: Place, end: Place) -> list[Place]:
    """Return a line from start to end that bends as roads along fields do."""
    line = [start, end]
    bend = 0.13
    while _distance(line[0], line[1]) > 45:
        finer = [line[0]]
        for a, b in pairwise(line):
            away = random.uniform(-bend, bend)
            finer += [((a[0] + b[0]) / 2 - away * (b[1] - a[1]), (a[1] + b[1]) / 2 + away * (b[0] - a[0])), b]
        line, bend = finer, bend * 0.72
    return _evenly(line)


def _evenly(line: list[Place]) -> list[Place]:
    """Return the line with places about STEP_M apart."""
    even = [line[0]]
    for a, b in pairwise(line):
        steps = max(1, round(_distance(a, b) / STEP_M))
        even += [
            (a[0] + (b[0] - a[0]) * i / steps, a[1] + (b[1] - a[1]) * i / steps) for i in range(1, steps + 1)
        ]
    return even


def _inside(ground: Ground, line: list[Place]) -> list[list[Place]]:
    """Cut away what lies outside the town; return the pieces of 60 m and more."""
    pieces: list[list[Place]] = [[]]
    for place in line:
        if ground.holds(*place):
            pieces[-1].append(place)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if len(piece) * STEP_M >= 60]


def _through_roads(random: Random, ground: Ground, centres: list[Place]) -> list[Street]:
    """Give each village a second road that crosses the first, as at a temple or market."""
    roads = []
    for number, centre in enumerate(centres):
        heading = random.uniform(0, pi)
        for turn in (0.0, pi):
            line = _walk(
                random, ground, centre, heading + turn, length_m=random.uniform(350, 700), sway=0.035
            )
            if len(line) > 5:
                roads.append(Street(0, line, number))
    return roads


def _walk(
    random: Random, ground: Ground, start: Place, heading: float, *, length_m: float, sway: float
) -> list[Place]:
    """Walk from `start`, turning slightly at each step, until the length or the outline is reached."""
    line, drift = [start], random.uniform(-sway, sway)
    x, y = start
    for _ in range(int(length_m / STEP_M)):
        heading += drift + random.uniform(-sway, sway) * 0.7
        x, y = x + STEP_M * cos(heading), y + STEP_M * sin(heading)
        if not ground.holds(x, y):
            break
        line.append((x, y))
    return line


def _lanes_of(
    random: Random, ground: Ground, street: Street, centres: list[Place], radius_m: float, *, rank: int
) -> list[Street]:
    """Return the lanes that leave a street, dense near a village and rare in the fields."""
    lanes, walked, gap = [], 0.0, random.uniform(*LANE_GAPS_M)
    for (ax, ay), (bx, by) in pairwise(street.line):
        walked += STEP_M
        if walked < gap:
            continue
        walked, gap = 0.0, random.uniform(*LANE_GAPS_M)
        village = nearest(centres, (bx, by))
        remote = _distance(centres[village], (bx, by)) / radius_m
        along = atan2(by - ay, bx - ax)
        for side in (pi / 2, -pi / 2):
            if random.random() > (0.85 if rank == 1 else 0.45) * exp(-remote * remote):
                continue
            length = random.uniform(70, 320 if rank == 1 else 130)
            line = _walk(
                random, ground, (bx, by), along + side + random.uniform(-0.2, 0.2), length_m=length, sway=0.05
            )
            if len(line) > 4:
                lanes.append(Street(rank, line, village))
    return lanes
