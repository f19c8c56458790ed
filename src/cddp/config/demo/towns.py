"""เมืองสาธิต: which towns the demo makes, where they lie and what their villages are called."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from cddp.foundation.tenancy.models import MunicipalityKind
from cddp.registers.residents.choices import AreaKind

REFERENCE: Final = Path(__file__).parent / "reference"
FIRST_SYNTHETIC_ID: Final = 900_000
# One step east or north between two synthetic neighbours, in degrees: wider than any of the outlines.
SHIFT_DEGREES: Final = 0.16
BANGKOK_TEST_ID: Final = 9001


@dataclass(frozen=True)
class DemoTown:
    """เมืองสาธิตหนึ่งเมือง: `number` (0–98) keeps its invented identity numbers apart from other towns'."""

    id: int
    number: int
    slug: str
    kind: str
    name_th: str
    name_en: str
    province_th: str
    tambon_codes: tuple[str, ...]
    outline: MultiPolygon
    attribution: str
    area_kind: str = AreaKind.MOO
    village_count: int = 11
    first_village: int = 0
    # The town whose streets this one repeats (synthetic neighbours), or its own id.
    shaped_as: int = 0

    @property
    def villages(self) -> list[dict[str, str]]:
        """Return {"name", "road"} for each village, in the order of their numbers."""
        known = load_villages()
        return [known[(self.first_village + place) % len(known)] for place in range(self.village_count)]


@cache
def load_villages() -> list[dict[str, str]]:
    """Return the invented villages."""
    written: list[dict[str, str]] = yaml.safe_load((REFERENCE / "villages.yaml").read_text(encoding="utf-8"))[
        "villages"
    ]
    return written


@cache
def load_tambons() -> dict[str, Any]:
    """Return the GeoJSON of the demo tambons, by code under "by_code", with "attribution"."""
    written = json.loads((REFERENCE / "tambons.geojson").read_text(encoding="utf-8"))
    return {
        "attribution": written["attribution"],
        "by_code": {feature["properties"]["code"]: feature for feature in written["features"]},
    }


def tambon_outline(code: str) -> MultiPolygon:
    """Return the outline of one tambon in EPSG:4326."""
    return as_multipolygon(GEOSGeometry(json.dumps(load_tambons()["by_code"][code]["geometry"]), srid=4326))


def as_multipolygon(geometry: GEOSGeometry) -> MultiPolygon:
    """Wrap a polygon; drop points and lines that a union may leave."""
    if isinstance(geometry, Polygon):
        return MultiPolygon(geometry, srid=geometry.srid)
    parts: list[GEOSGeometry] = list(geometry)  # type: ignore[call-overload]
    return MultiPolygon(*(part for part in parts if isinstance(part, Polygon)), srid=geometry.srid)


def outline_of(codes: tuple[str, ...]) -> MultiPolygon:
    """Return the union of tambons. The small gaps between neighbours (simplified apart) are closed."""
    whole: GEOSGeometry = tambon_outline(codes[0])
    for code in codes[1:]:
        whole = whole.union(tambon_outline(code))
    if len(codes) > 1:
        whole = whole.buffer(0.0006, quadsegs=2).buffer(-0.0006, quadsegs=2).simplify(0.00005)
    return as_multipolygon(whole)


def demo_towns(count: int) -> Iterator[DemoTown]:
    """Yield the three named towns, then synthetic neighbours of Ban Klang up to `count` in all."""
    yield from named_towns()[:count]
    for number in range(3, count):
        yield synthetic_town(number)


def named_towns() -> list[DemoTown]:
    """Return Ban Klang, Lamphun town and Ko Kha."""
    attribution = load_tambons()["attribution"]
    ban_klang, lamphun, ko_kha = ("510112",), ("510101",), ("520305", "520306", "520308")
    return [
        DemoTown(
            id=5183, number=0, slug="ban-klang", kind=MunicipalityKind.SUBDISTRICT, name_th="บ้านกลาง",
            name_en="Ban Klang", province_th="ลำพูน", tambon_codes=ban_klang, outline=outline_of(ban_klang),
            attribution=attribution,
        ),
        DemoTown(
            id=5199, number=1, slug="lamphun", kind=MunicipalityKind.TOWN, name_th="ลำพูน", name_en="Lamphun",
            province_th="ลำพูน", tambon_codes=lamphun, outline=outline_of(lamphun), attribution=attribution,
            area_kind=AreaKind.COMMUNITY, village_count=12, first_village=11,
        ),
        DemoTown(
            id=5295, number=2, slug="ko-kha", kind=MunicipalityKind.SUBDISTRICT, name_th="เกาะคา",
            name_en="Ko Kha", province_th="ลำปาง", tambon_codes=ko_kha, outline=outline_of(ko_kha),
            attribution=attribution, village_count=13, first_village=23,
        ),
    ]  # fmt: skip


def synthetic_town(number: int) -> DemoTown:
    """Return a neighbour that does not exist: Ban Klang's outline, moved, under a made-up code."""
    place = number - 3
    east, north = SHIFT_DEGREES * (place % 6 - 2), SHIFT_DEGREES * (place // 6 + 2)
    moved = json.loads(outline_of(("510112",)).geojson)
    moved["coordinates"] = [
        [[[lon + east, lat + north] for lon, lat in ring] for ring in polygon]
        for polygon in moved["coordinates"]
    ]
    return DemoTown(
        id=FIRST_SYNTHETIC_ID + number,
        number=number,
        slug=f"synthetic-{number}",
        kind=MunicipalityKind.SUBDISTRICT,
        name_th=f"สมมติ {number}",
        name_en=f"Synthetic {number}",
        province_th="ลำพูน",
        tambon_codes=(),
        outline=as_multipolygon(GEOSGeometry(json.dumps(moved), srid=4326)),
        attribution=load_tambons()["attribution"],
        first_village=number * 5,
        shaped_as=FIRST_SYNTHETIC_ID,
    )


def bangkok_test_town() -> DemoTown:
    """Return a town without houses whose box holds all of Bangkok: a home for tickets of Traffy Fondue."""
    box = Polygon.from_bbox((100.32, 13.49, 100.94, 13.96))
    box.srid = 4326
    return DemoTown(
        id=BANGKOK_TEST_ID,
        number=98,
        slug="bangkok-test",
        kind=MunicipalityKind.OTHER,
        name_th="กรุงเทพมหานคร ทดสอบ",
        name_en="Bangkok test",
        province_th="กรุงเทพมหานคร",
        tambon_codes=(),
        outline=MultiPolygon(box, srid=4326),
        attribution="กรอบสี่เหลี่ยมรอบกรุงเทพมหานคร เพื่อทดสอบเท่านั้น",
        village_count=0,
    )
