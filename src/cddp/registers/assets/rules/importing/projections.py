"""ระบบพิกัด: the projections that Thai files come in, how one is recognised, and which datum operation is used.

Indian 1975 (EPSG:24047, 24048, 4240) has several published operations to WGS 84. PROJ and PostGIS choose EPSG:1812
by themselves ("±3 m", seven parameters), which lands 187–191 m away from all three-parameter sets of Thailand, while
those agree within 3 m of each other: its rotations have, in all likelihood, the wrong sign. So the operation is
pinned here as a full PROJ string, because ST_Transform ignores the towgs84 of spatial_ref_sys in favour of the code.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cddp.foundation.values.thailand import EAST, FRAME, NORTH, SOUTH, WEST

WGS84: Final = "+proj=longlat +datum=WGS84 +no_defs"
SWAPPED: Final = "4326-swapped"
INSIDE_SHARE: Final = 0.95
"""So many of the features must lie in the town and 5 km around it, else a person is asked to look at the rest."""
MOST_SHARE: Final = 0.5
"""Where no more than this lie inside, most lie outside: the projection is doubted."""
CLEARLY_MORE: Final = 0.2
"""By so much another projection must be better. Those that are 450 m apart differ by less, at the town's edge."""
Fit = Literal["good", "partly", "doubtful"]


@dataclass(frozen=True)
class DatumOperation:
    """วิธีแปลงพื้นหลักฐาน: three shifts in metres from Indian 1975 to WGS 84, and who published them."""

    key: str
    label: str
    shifts: tuple[float, float, float]
    source: str


@dataclass(frozen=True)
class Projection:
    """ระบบพิกัดหนึ่ง: its PROJ string without the datum; `is_indian` ones need a datum operation."""

    key: str
    label: str
    proj: str
    is_indian: bool = False
    is_degrees: bool = False
    is_swapped: bool = False


DATUM_OPERATIONS: Final = {
    each.key: each
    for each in (
        DatumOperation(
            "rtsd",
            "กรมแผนที่ทหาร (206, 837, 295)",
            (206.0, 837.0, 295.0),
            "กรมแผนที่ทหาร (RTSD) ค่าแปลงพื้นหลักฐาน Indian 1975 เป็น WGS 84: ΔX 206 ΔY 837 ΔZ 295 เมตร",
        ),
        DatumOperation(
            "epsg1304",
            "EPSG:1304 (210, 814, 289)",
            (210.0, 814.0, 289.0),
            "EPSG:1304 Indian 1975 to WGS 84 (2) จาก DMA TR 8350.2",
        ),
        DatumOperation(
            "epsg1537",
            "EPSG:1537 (204.64, 834.74, 293.8)",
            (204.64, 834.74, 293.8),
            "EPSG:1537 Indian 1975 to WGS 84 (3) จาก Fugro",
        ),
    )
}
DEFAULT_DATUM: Final = "rtsd"
_WEB_MERCATOR: Final = "+proj=merc +a=6378137 +b=6378137 +units=m +nadgrids=@null +no_defs"
_EVEREST: Final = "+a=6377276.345 +rf=300.8017"
PROJECTIONS: Final = {
    each.key: each
    for each in (
        Projection("4326", "ละติจูด ลองจิจูด WGS 84 (EPSG:4326)", WGS84, is_degrees=True),
        Projection("32647", "UTM โซน 47 เหนือ WGS 84 (EPSG:32647)", "+proj=utm +zone=47 +datum=WGS84 +units=m +no_defs"),
        Projection("32648", "UTM โซน 48 เหนือ WGS 84 (EPSG:32648)", "+proj=utm +zone=48 +datum=WGS84 +units=m +no_defs"),
        Projection("24047", "UTM โซน 47 เหนือ Indian 1975 (EPSG:24047)", "+proj=utm +zone=47", is_indian=True),
        Projection("24048", "UTM โซน 48 เหนือ Indian 1975 (EPSG:24048)", "+proj=utm +zone=48", is_indian=True),
        Projection("4240", "ละติจูด ลองจิจูด Indian 1975 (EPSG:4240)", "+proj=longlat", is_indian=True, is_degrees=True),
        Projection("3857", "เว็บเมอร์เคเตอร์ (EPSG:3857)", _WEB_MERCATOR),
        Projection(
            SWAPPED, "WGS 84 ที่สลับช่องละติจูดกับลองจิจูด", WGS84, is_degrees=True, is_swapped=True
        ),
    )
}  # fmt: skip
# What a doubtful file is tried in, the likeliest first.
CANDIDATES: Final = ("32647", "32648", "24047", "24048", "4326", SWAPPED)


def proj_string(key: str, datum: str = DEFAULT_DATUM) -> str:
    """Return the PROJ string with the datum operation written out: "…+towgs84=206,837,295,0,0,0,0"."""
    projection = PROJECTIONS[key]
    if not projection.is_indian:
        return projection.proj
    x, y, z = DATUM_OPERATIONS[datum].shifts
    units = "" if projection.is_degrees else " +units=m"
    return f"{projection.proj} {_EVEREST} +towgs84={x:g},{y:g},{z:g},0,0,0,0{units} +no_defs"


def bounds_of(key: str) -> tuple[float, float, float, float]:
    """Return (least x, least y, most x, most y) between which coordinates may be handed to PROJ at all.

    Far beyond, PROJ answers with an error that would stop the whole statement; nothing there is in Thailand.
    """
    projection = PROJECTIONS[key]
    if projection.is_swapped:
        return (-90, -180, 90, 180)
    if projection.is_degrees:
        return (-180, -90, 180, 90)
    return (-2e7, -1e7, 2e7, 1e7) if key == "3857" else (-1e6, 0, 2e6, 4e6)


# ── what a file says of itself ────────────────────────────────────────────────────────────────────

_ROOT_CODE = re.compile(r'(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d+)"?\s*\]\s*\]\s*$', re.IGNORECASE)
_INDIAN = re.compile(r'"D?_?Indian[ _]1975', re.IGNORECASE)
_WGS = re.compile(r'"(?:D_)?WGS[ _]?(?:19)?84|World Geodetic System 1984', re.IGNORECASE)
_MERIDIAN = re.compile(
    r'"(?:central_meridian|longitude of natural origin)"\s*,\s*(-?\d+(?:\.\d+)?)', re.IGNORECASE
)
_EASTING = re.compile(r'"false[_ ]easting"\s*,\s*(-?\d+(?:\.\d+)?)', re.IGNORECASE)
_PROJECTED = re.compile(r"PROJC[RS]S", re.IGNORECASE)
_MERCATOR = re.compile(r'Transverse[_ ]Mercator|"UTM zone', re.IGNORECASE)
_WEB = re.compile(r"Pseudo-Mercator|Web_Mercator|Popular Visualisation", re.IGNORECASE)


def identify(wkt: str) -> str:
    """Return the key of the projection that a .prj or a layer names, "" when it names none that we know."""
    text = wkt.strip()
    if not text:
        return ""
    code = _ROOT_CODE.search(text)
    if code and code[1] in PROJECTIONS:
        return code[1]
    if _WEB.search(text):
        return "3857"
    indian = bool(_INDIAN.search(text))
    if not indian and not _WGS.search(text):
        return ""
    return _of_datum(text, degrees="4240" if indian else "4326", metres="240" if indian else "326")


def _of_datum(text: str, *, degrees: str, metres: str) -> str:
    if not _PROJECTED.search(text):
        return degrees
    zone = _zone(text)
    return f"{metres}{zone}" if zone else ""


def _zone(text: str) -> int | None:
    meridian, easting = _MERIDIAN.search(text), _EASTING.search(text)
    if not _MERCATOR.search(text) or meridian is None or easting is None or float(easting[1]) != 500_000:
        return None
    return {99.0: 47, 105.0: 48}.get(float(meridian[1]))


def plausible(points: Sequence[Sequence[float]]) -> list[str]:
    """Return the projections in which such numbers could lie in Thailand at all, by their size alone."""
    found = []
    for key in PROJECTIONS:
        west, south, east, north = _THAI_NUMBERS["3857" if key == "3857" else _family(key)]
        inside = sum(1 for x, y, *_rest in points if west <= x <= east and south <= y <= north)
        if points and inside > INSIDE_SHARE * len(points):
            found.append(key)
    return found


def _family(key: str) -> str:
    projection = PROJECTIONS[key]
    if projection.is_swapped:
        return SWAPPED
    return "degrees" if projection.is_degrees else "metres"


_THAI_NUMBERS: Final = {
    "degrees": FRAME,
    SWAPPED: (SOUTH, WEST, NORTH, EAST),
    "metres": (100_000.0, 550_000.0, 1_250_000.0, 2_350_000.0),
    "3857": (10_790_000.0, 550_000.0, 11_810_000.0, 2_400_000.0),
}


def propose(shares: Mapping[str, float], chosen: str) -> str:
    """Return the projection to propose in place of the chosen one, "" if none is clearly better.

    It puts most of the features into the town, and clearly more of them than the chosen one.
    """
    share = shares.get(chosen, 0)
    if share >= INSIDE_SHARE:
        return ""
    found = {key: shares.get(key, 0) for key in CANDIDATES}
    least = max(MOST_SHARE, share + CLEARLY_MORE, max(found.values()) - CLEARLY_MORE)
    fitting = [key for key in CANDIDATES if key != chosen and found[key] > least]
    # Indian 1975 and WGS 84 lie 450 m apart: both fit. Keep the datum of what was chosen.
    indian = chosen in PROJECTIONS and PROJECTIONS[chosen].is_indian
    same_datum = [key for key in fitting if PROJECTIONS[key].is_indian == indian]
    return (same_datum or fitting or [""])[0]


def judge(share: float, proposed: str) -> Fit:
    """Tell how the places lie: in the town, some outside (wrong points, most likely), or in a wrong projection."""
    if share >= INSIDE_SHARE:
        return "good"
    return "doubtful" if proposed or share <= MOST_SHARE else "partly"


def is_number(value: float) -> bool:
    """Tell whether a coordinate is a number at all."""
    return math.isfinite(value)
