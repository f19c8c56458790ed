"""แปลงบ้าน: where the houses stand: along the streets, set back, none on a street or on another house."""

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from random import Random
from typing import Final

from cddp.config.demo.plane import Ground
from cddp.config.demo.streets import Place, Street, lay_streets, nearest, scatter_villages

HOUSE_CELL_M: Final = 9.0
STREET_CELL_M: Final = 5.0
# Width of a plot along the street, metres.
FRONTAGE_M: Final = (13.0, 24.0)
SETBACK_M: Final = (8.5, 15.0)
ROAD_PULL: Final = 0.5
DENSE_PER_M2: Final = 1.2e-3


@dataclass(frozen=True, slots=True)
class Lot:
    """แปลงหนึ่ง: a place for one house. along_m: metres from the beginning of its street."""

    x: float
    y: float
    village: int
    street: int
    along_m: float
    remoteness: float


@dataclass(frozen=True)
class TownPlan:
    """ผังเมือง: village centres, streets, and as many lots as houses were asked for."""

    centres: list[Place]
    streets: list[Street]
    lots: list[Lot]


def plan_town(random: Random, ground: Ground, *, villages: int, houses: int) -> TownPlan:
    """Lay out a town. The villages grow, then the plots shrink, until there is room for every house."""
    centres = scatter_villages(random, ground, villages)
    radius_m, squeeze = 21.0 * (houses / villages) ** 0.5 + 100.0, 1.0
    density = houses / ground.area_m2
    is_dense = density > DENSE_PER_M2
    if is_dense:
        # Tried once at 2.7 houses on 1,000 m²; half the width gives four times the houses.
        radius_m, squeeze = 2.0 * radius_m, 0.6 * (2.7e-3 / max(density, 2.7e-3)) ** 0.5
    for _ in range(20):
        streets = lay_streets(random, ground, centres, radius_m, generations=4 if is_dense else 2)
        lots = find_lots(random, ground, streets, centres, radius_m=radius_m, squeeze=squeeze)
        if len(lots) >= houses * 1.1:
            break
        radius_m, squeeze = radius_m * 1.25, squeeze * (0.87 if is_dense else 0.97)
    chosen = sorted(lots, key=lambda lot: lot.remoteness)[:houses]
    chosen.sort(key=lambda lot: (lot.village, lot.street, lot.along_m))
    return TownPlan(centres, _used(streets, chosen), chosen)


def _used(streets: list[Street], lots: list[Lot]) -> list[Street]:
    with_houses = {lot.street for lot in lots}
    return [street for street in streets if street.rank == 0 or street.number in with_houses]


def find_lots(
    random: Random,
    ground: Ground,
    streets: list[Street],
    centres: list[Place],
    *,
    radius_m: float,
    squeeze: float,
) -> list[Lot]:
    """Return every lot along the streets. squeeze: 1 = usual plots, less = narrower."""
    on_street = _street_cells(streets)
    taken: set[tuple[int, int]] = set()
    cell = HOUSE_CELL_M * squeeze
    lots = []
    for street in streets:
        for x, y, along_m in _frontages(random, street, squeeze):
            key = int(x // cell), int(y // cell)
            if key in taken or (int(x // STREET_CELL_M), int(y // STREET_CELL_M)) in on_street:
                continue
            if not ground.holds(x, y):
                continue
            taken.update((key[0] + dx, key[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
            village = nearest(centres, (x, y))
            centre = centres[village]
            # Farms lie along the roads far out of the village; lanes fill only near its middle.
            pull = ROAD_PULL if street.rank == 0 else 1.0
            remote = pull * hypot(x - centre[0], y - centre[1]) / radius_m + 0.9 * random.random()
            lots.append(Lot(x, y, village, street.number, along_m, remote))
    return lots


def _street_cells(streets: list[Street]) -> set[tuple[int, int]]:
    cells = set()
    for street in streets:
        for (ax, ay), (bx, by) in pairwise(street.line):
            for part in (0.0, 0.34, 0.67):
                cells.add(
                    (
                        int((ax + (bx - ax) * part) // STREET_CELL_M),
                        int((ay + (by - ay) * part) // STREET_CELL_M),
                    )
                )
    return cells


def _frontages(random: Random, street: Street, squeeze: float) -> list[tuple[float, float, float]]:
    """Return (x, y, metres along) of the house places on both sides, from the street's beginning on."""
    found = []
    low, high = FRONTAGE_M[0] * squeeze, FRONTAGE_M[1] * squeeze
    walked, due = 0.0, {1: random.uniform(4, 12), -1: random.uniform(4, 12)}
    for (ax, ay), (bx, by) in pairwise(street.line):
        length = hypot(bx - ax, by - ay) or 1.0
        ux, uy = (bx - ax) / length, (by - ay) / length
        for side in (1, -1):
            while due[side] < walked + length:
                here = due[side] - walked
                back = random.uniform(*SETBACK_M) * squeeze * side
                found.append((ax + ux * here - uy * back, ay + uy * here + ux * back, due[side]))
                due[side] += random.uniform(low, high)
        walked += length
    return found
