"""เที่ยววัดสมมติ: rides over an invented road, with bumps exactly where the test puts them."""

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence

START = (100.5000, 13.9800)
PER_LON = 108_040.0
"""Metres in a degree of longitude at latitude 13.98 (WGS 84)."""
BASE_TIME = 1_795_600_000.0


def point(metres: float, *, north_m: float = 0.0) -> tuple[float, float]:
    """Return the place so many metres east of the start."""
    return (START[0] + metres / PER_LON, START[1] + north_m / 110_630.0)


def shaking_at(
    metres: float, bumps: Sequence[float], *, hard: float, noise: random.Random, base: float
) -> float:
    """Return the vertical shaking at a place: a little noise, and at each bump a knock 3 m long."""
    value = noise.gauss(0, base)
    for bump in bumps:
        if abs(metres - bump) < 1.5:
            value += hard * math.sin((metres - bump + 1.5) / 3 * 2 * math.pi)
    return value


def ride(
    *,
    length_m: float = 1000,
    kmh: float = 40,
    hz: float = 50,
    bumps: Sequence[float] = (),
    hard: float = 9.0,
    base: float = 0.25,
    rough: tuple[float, float] | None = None,
    backwards: bool = False,
    away_m: float = 3.0,
    seed: int = 7,
) -> Iterator[tuple[float, float, float, float]]:
    """Yield (time, latitude, longitude, vertical shaking); positions come once a second, as phones give them."""
    noise = random.Random(seed)
    step, seconds = kmh / 3.6 / hz, length_m / (kmh / 3.6)
    for place in range(int(seconds * hz)):
        metres = place * step
        at_second = math.floor(place / hz) * kmh / 3.6
        true, told = (length_m - metres, length_m - at_second) if backwards else (metres, at_second)
        longitude, latitude = point(told, north_m=away_m)
        strong = base if rough is None or not rough[0] <= true <= rough[1] else 3.5
        shaking = shaking_at(true, bumps, hard=hard, noise=noise, base=strong)
        yield BASE_TIME + place / hz, latitude, longitude, shaking


def tilted(shaking: float) -> tuple[float, float, float]:
    """Return what a phone that lies askew (turned by 40° and 25°) feels, gravity with it."""
    up = 9.80665 + shaking
    a, b = math.radians(40), math.radians(25)
    return up * math.sin(a), up * math.cos(a) * math.sin(b), up * math.cos(a) * math.cos(b)


def as_csv(rows: Iterator[tuple[float, float, float, float]], *, gravity: float = 0.0) -> bytes:
    """Write a ride as a phone program does."""
    lines = ["time,latitude,longitude,vertical acceleration (m/s²)"]
    lines += [f"{at:.3f},{lat:.6f},{lon:.6f},{value + gravity:.4f}" for at, lat, lon, value in rows]
    return "\n".join(lines).encode()


def as_gpx(rows: Iterator[tuple[float, float, float, float]]) -> bytes:
    """Write a ride as GPX with the acceleration in the points' extensions."""
    points = "".join(
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>'
        f"{dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')}</time>"
        f"<extensions><s:acc><s:x>{x:.4f}</s:x><s:y>{y:.4f}</s:y><s:z>{z:.4f}</s:z></s:acc></extensions></trkpt>"
        for at, lat, lon, value in rows
        for x, y, z in [tilted(value)]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" '
        f'xmlns:s="https://example.org/sensor"><trk><trkseg>{points}</trkseg></trk></gpx>'
    ).encode()
