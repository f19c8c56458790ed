"""สร้างเมือง: make one demo town after another, each in one transaction, the same rows for the same seed and day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection

from cddp.config.demo import registry
from cddp.config.demo.accounts import make_accounts
from cddp.config.demo.grievances import make_complaints
from cddp.config.demo.invention import RowIds, seeded
from cddp.config.demo.lots import TownPlan, plan_town
from cddp.config.demo.plane import Ground, Plane, Ring
from cddp.config.demo.population import draw_people, form_families
from cddp.config.demo.statements import make_facts
from cddp.config.demo.streets import Place
from cddp.config.demo.things import make_things
from cddp.config.demo.towns import DemoTown, as_multipolygon
from cddp.foundation.accounts.models import Division
from cddp.foundation.tenancy.bulk import copy_into
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.services.counts import fold_changes
from cddp.operations.complaints.models import Report
from cddp.registers.residents.models import Area, Fact, House, Household, HouseholdMembership, Person
from cddp.registers.residents.services.fact_types import sync_declared_fact_types

# Houses of a large town are for measuring: one person each keeps the load bounded.
LARGE_TOWN_HOUSES: Final = 20_000
PEOPLE_PER_HOUSEHOLD: Final = 2.7
HOUSES_PER_VILLAGE: Final = 1_500
# Row ids begin at a fixed moment, so that the same seed gives the same ids.
IDS_BEGIN_MS: Final = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """คำสั่งสร้างเมือง: how large, from which seed, as of which moment."""

    households: int
    seed: int
    now: datetime
    people_per_household: float | None = None
    registry_only: bool = False

    @property
    def today(self) -> date:
        """Return the day on which ages and dates are reckoned (UTC is good enough here)."""
        return self.now.date()

    @property
    def is_large(self) -> bool:
        """Tell whether the town is for measuring rather than for looking at."""
        return self.households > LARGE_TOWN_HOUSES

    @property
    def people(self) -> int:
        """Return how many people to make."""
        each = self.people_per_household or (1.0 if self.is_large else PEOPLE_PER_HOUSEHOLD)
        return max(self.households, round(self.households * each))


@dataclass(frozen=True)
class TownRegistry:
    """ทะเบียนของเมืองที่เพิ่งสร้าง: what facts and complaints are told about."""

    houses: list[registry.HouseSketch]
    residents: list[registry.ResidentSketch]


def provide_municipality(town: DemoTown) -> None:
    """Make the town's own row, which is the owner's right."""
    Municipality.objects.get_or_create(
        id=town.id,
        defaults={
            "slug": town.slug,
            "kind": town.kind,
            "name_th": town.name_th,
            "name_en": town.name_en,
            "province_th": town.province_th,
            "tambon_codes": list(town.tambon_codes),
            "boundary": town.outline,
            "is_demo": True,
            "attribution": town.attribution,
        },
    )


def make_town(town: DemoTown, order: Order) -> bool:
    """Make the town and all that lives in it; False, and nothing done, when it was made before."""
    provide_municipality(town)
    with town_context(town.id):
        if Division.objects.exists() and (House.objects.exists() or not town.village_count):
            return False
        sync_declared_fact_types()
        make_accounts(town)
        if town.village_count:
            made_registry = make_registry(town, order)
            if not order.registry_only:
                _make_work(town, made_registry, order)
        fold_changes()
    return True


def _make_work(town: DemoTown, made: TownRegistry, order: Order) -> None:
    """Add what is stated and told about the people of the register."""
    random = seeded(order.seed, town.id, "work")
    ids = RowIds(random, IDS_BEGIN_MS + 86_400_000)
    make_facts(random, ids, made.houses, made.residents, order.now)
    make_complaints(random, ids, made.houses, order.now)
    plane, plan = lay_out(town, order)
    make_things(seeded(order.seed, town.id, "things"), plane, plan.streets, order.now)


def count_rows() -> dict[str, int]:
    """Return how many rows of each kind the current town holds, by Thai name."""
    return {str(model._meta.verbose_name): model.objects.count() for model in (House, Person, Fact, Report)}


def make_registry(town: DemoTown, order: Order) -> TownRegistry:
    """Fill the current town with areas, houses, households, people and memberships."""
    random = seeded(order.seed, town.id, "registry")
    ids = RowIds(random, IDS_BEGIN_MS)
    plane, plan = lay_out(town, order)
    areas = _make_areas(ids, town, plan, plane)
    houses = registry.sketch_houses(random, ids, plan, areas, plane)
    people = draw_people(random, order.people, adults_only=order.is_large)
    families = form_families(random, people, len(houses))
    residents = registry.sketch_residents(random, ids, houses, families, order.today)
    copy_into(House, registry.HOUSE_COLUMNS, registry.house_rows(random, town, houses, order.now))
    copy_into(Household, registry.HOUSEHOLD_COLUMNS, registry.household_rows(town, houses, order.now))
    copy_into(Person, registry.PERSON_COLUMNS, registry.person_rows(random, town, residents, order.now))
    copy_into(
        HouseholdMembership,
        registry.MEMBERSHIP_COLUMNS,
        registry.membership_rows(random, ids, town, residents, order.now),
    )
    return TownRegistry(houses, residents)


def lay_out(town: DemoTown, order: Order) -> tuple[Plane, TownPlan]:
    """Return the town's plane and its streets and lots."""
    middle = town.outline.centroid
    plane = Plane(middle.x, middle.y, scale_lat=_SHARED_LATITUDE if town.shaped_as else middle.y)
    villages = max(town.village_count, order.households // HOUSES_PER_VILLAGE)
    shape = _Shape(town.shaped_as or town.id, order.seed, villages, order.households)
    if shape not in _kept_plans:
        # One plan is kept: synthetic towns follow one another and are of one shape.
        _kept_plans.clear()
        random = seeded(order.seed, shape.shaped_as, "layout")
        ground = Ground(_rings(town, plane))
        _kept_plans[shape] = plan_town(random, ground, villages=villages, houses=order.households)
    return plane, _kept_plans[shape]


def _rings(town: DemoTown, plane: Plane) -> list[Ring]:
    return [
        [plane.to_metres(lon, lat) for lon, lat in ring]
        for polygon in town.outline.coords
        for ring in polygon
    ]


@dataclass(frozen=True)
class _Shape:
    shaped_as: int
    seed: int
    villages: int
    households: int


_SHARED_LATITUDE: Final = 18.58
_kept_plans: dict[_Shape, TownPlan] = {}


def _make_areas(ids: RowIds, town: DemoTown, plan: TownPlan, plane: Plane) -> list[registry.AreaRow]:
    rows = []
    for place, boundary in enumerate(_cells(town, plane, plan.centres)):
        village = town.villages[place % len(town.villages)]
        number = place + 1
        name = village["name"].removeprefix("บ้าน") if town.area_kind == "community" else village["name"]
        area = Area.objects.create(
            id=ids.next(),
            kind=town.area_kind,
            code=f"{number:02d}",
            number=number if town.area_kind == "moo" else None,
            name=f"ชุมชน{name}" if town.area_kind == "community" else name,
            tambon_code=town.tambon_codes[0] if town.tambon_codes else "",
            boundary=boundary,
        )
        rows.append(registry.AreaRow(str(area.id), number, area.name, village["road"], town.area_kind))
    return rows


def _cells(town: DemoTown, plane: Plane, centres: list[Place]) -> list[MultiPolygon]:
    """Return for each centre the part of the town that is nearest to it, as a multipolygon in EPSG:4326."""
    points = ", ".join(f"ST_MakePoint({x!r}, {y!r})" for x, y in centres)
    statement = f"""
        WITH place AS (SELECT row_number() OVER () AS number, point
                       FROM unnest(ARRAY[{points}]) AS point),
             cell AS (SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(point), 0, ST_MakeEnvelope(
                                 -40000, -40000, 40000, 40000)))).geom AS shape FROM place),
             turned AS (SELECT number, ST_SetSRID(ST_Affine(shape, %s, 0, 0, %s, %s, %s), 4326) AS shape
                        FROM place JOIN cell ON ST_Contains(shape, point))
        SELECT ST_AsHEXEWKB(ST_Multi(ST_CollectionExtract(ST_Intersection(shape, ST_GeomFromEWKB(%s)), 3)))
        FROM turned ORDER BY number"""
    turn = [1 / plane.metres_per_lon, 1 / plane.metres_per_lat, plane.lon, plane.lat]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*turn, bytes(town.outline.ewkb)])
        return [as_multipolygon(GEOSGeometry(row[0])) for row in cursor.fetchall()]
