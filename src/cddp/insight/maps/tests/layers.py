"""ชั้นข้อมูลของการทดสอบ: a layer over houses of the tests' own, and houses by the hundred in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from cddp.foundation.extension_points import LayerField, LegendEntry, MapLayer, map_layers
from cddp.insight.maps.gateways.triggers import put_triggers
from cddp.insight.maps.queries.people import forget_people
from cddp.insight.maps.queries.tiles import forget_compiled
from cddp.insight.maps.queries.versions import forget_versions
from cddp.registers.residents.models import House

KEY = "test_houses"
LNG, LAT = 99.01, 18.58


def _rows(user, query):
    houses = House.objects.visible_to(user).active().filter(point__isnull=False)
    if "road" in query.filters:
        houses = houses.filter(road__in=query.filters["road"])
    return houses.annotate(map_class=F("road"))


def _details(user, house_id: UUID):
    house = House.objects.visible_to(user).filter(pk=house_id).first()
    if house is None:
        return None
    return {"title": f"บ้านเลขที่ {house.number}", "subtitle": "", "url": "", "rows": [("ถนน", house.road)]}


LAYER = MapLayer(
    key=KEY,
    label="บ้านทดสอบ",
    permission="residents.view",
    geometry="point",
    model="residents.House",
    rows=_rows,
    geometry_field="point_3857",
    properties=("number",),
    legend=lambda user, query: (LegendEntry("a", "ถนน ก", "#336699"), LegendEntry("b", "ถนน ข", "#993366")),
    fields=lambda user: (LayerField("road", "ถนน"),),
    details=_details,
    counted=True,
    counted_where=Q(state="active", point__isnull=False),
    order=99,
)

UNCOUNTED = replace(LAYER, counted=False)
"""The same without kept counts: it counts while it draws."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the block change tables, as `migrate` does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE cddp_owner")
        yield
        cursor.execute("SET ROLE cddp_app")


def forget_everything() -> None:
    """Let this process forget versions, people and compiled layers."""
    forget_versions()
    forget_people()
    forget_compiled()


def contribute() -> MapLayer:
    """Contribute the layer and put its triggers in place, for the test's transaction."""
    forget_everything()
    map_layers.add(LAYER)
    with as_owner():
        put_triggers()
    return LAYER


def withdraw() -> None:
    """Take the layer back."""
    map_layers._by_key.pop(KEY, None)


def make_houses(
    count: int, *, spread: float = 0.01, lng: float = LNG, lat: float = LAT, road: str = "a"
) -> None:
    """Make houses of the current town in a square around a place, by one statement; the same ones each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO residents_house (id, municipality_id, house_code, number, number_order, road, lane,
                   is_central_register, point, point_source, state, search_text, version, created_at, updated_at)
               SELECT gen_random_uuid(), current_setting('cddp.municipality')::int, '', n::text, n, %s, '', false,
                      ST_SetSRID(ST_Point(%s + %s * (mod(n * 7919::bigint, 10007) / 10007.0 - 0.5),
                                          %s + %s * (mod(n * 104729::bigint, 10009) / 10009.0 - 0.5)), 4326),
                      'file', 'active', '', 1, now(), now()
               FROM generate_series(1, %s) AS n""",
            [road, lng, spread, lat, spread, count],
        )
