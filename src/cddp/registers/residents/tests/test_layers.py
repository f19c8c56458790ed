"""ชั้นแผนที่: plain rows, coloured and filtered by any fact that the person may see."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.cache import caches

from cddp.foundation.extension_points import LayerQuery, map_layers
from cddp.registers.residents.rules.colouring import steps_of
from cddp.registers.residents.services.facts import record_fact
from cddp.registers.residents.tests import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(town):
    caches["local"].clear()
    return [samples.house(str(n), point=Point(99 + n / 1000, 18.5, srid=4326)) for n in range(1, 5)]


def classes(layer, user, query):
    rows = map_layers.get(layer).rows(user, query)
    return {getattr(row, "number", None) or row.house.number: row.map_class for row in rows}


def test_houses_by_their_own_choice(homes, registrar):
    kind = samples.colour_type()
    record_fact(kind, homes[0], "red")
    record_fact(kind, homes[1], "green")
    query = LayerQuery(colour_by=f"fact:{kind.key}")
    assert classes("houses", registrar, query) == {"1": "red", "2": "green", "3": "", "4": ""}
    legend = map_layers.get("houses").legend(registrar, query)
    assert [(entry.value, entry.label) for entry in legend] == [
        ("red", "สีแดง"),
        ("green", "สีเขียว"),
        ("", "ยังไม่มีข้อมูล"),
    ]
    only_red = LayerQuery(filters={f"fact:{kind.key}": ["red"]})
    assert set(classes("houses", registrar, only_red)) == {"1"}


def test_house_takes_the_gravest_of_its_people(homes, registrar):
    kind = samples.colour_type("person")
    for value in ("green", "red"):
        record_fact(kind, samples.person(value, at=homes[0]), value)
    record_fact(kind, samples.person("คนเดียว", at=homes[1]), "green")
    query = LayerQuery(colour_by=f"fact:{kind.key}")
    assert classes("houses", registrar, query) == {"1": "red", "2": "green", "3": "", "4": ""}
    assert classes("households", registrar, query)["1"] == "red"


def test_numbers_fall_into_steps_that_the_legend_names(homes, registrar):
    kind = samples.fact_type("คนแก่", unit="คน")
    for home, value in zip(homes, (0, 1, 4, 9), strict=True):
        record_fact(kind, home, value)
    query = LayerQuery(colour_by=f"fact:{kind.key}")
    assert classes("houses", registrar, query) == {"1": "0", "2": "1", "3": "3", "4": "5"}
    labels = [entry.label for entry in map_layers.get("houses").legend(registrar, query)]
    assert labels == ["0 คน", "1 คน", "2 คน", "3–4 คน", "5 ขึ้นไป คน", "ยังไม่มีข้อมูล"]


def test_large_numbers_are_cut_by_quarters():
    steps = steps_of(1200.0, [5000.0, 9000.0, 15000.0, 90000.0], whole=True)
    assert [step.low for step in steps] == [1200, 5000, 9000, 15000]
    assert steps_of(None, [], whole=True) == []
    assert steps_of(5.0, [5.0, 5.0, 5.0, 5.0], whole=True)


def test_facts_that_a_person_may_not_see_colour_and_filter_nothing(homes, officer):
    kind = samples.colour_type("person")
    record_fact(kind, samples.person(at=homes[0]), "red")
    assert set(classes("houses", officer, LayerQuery(colour_by=f"fact:{kind.key}")).values()) == {"house"}
    assert classes("houses", officer, LayerQuery(filters={f"fact:{kind.key}": ["red"]})) == {}
    assert f"fact:{kind.key}" not in [field.key for field in map_layers.get("houses").fields(officer)]


def test_area_filter_and_details(homes, registrar, stranger):
    area = homes[0].area
    area.boundary = MultiPolygon(Polygon(((99, 18), (100, 18), (100, 19), (99, 19), (99, 18))), srid=4326)
    area.save(update_fields=["boundary"])
    assert [row.name for row in map_layers.get("areas").rows(registrar, LayerQuery())] == [area.name]
    assert classes("houses", registrar, LayerQuery(filters={"area": ["moo-9"]})) == {}
    details = map_layers.get("houses").details(registrar, homes[0].pk)
    assert details["title"] == "บ้านเลขที่ 1"
    assert details["context"]["quick_fact_url"].endswith("/quick-fact/")
    assert map_layers.get("areas").details(registrar, area.pk)["rows"][0][1] == "4 หลัง"
    household = samples.household(homes[0])
    assert "บ้านเลขที่ 1" in map_layers.get("households").details(registrar, household.pk)["title"]
    assert map_layers.get("houses").details(registrar, area.pk) is None


def test_rows_are_plain_so_that_the_box_reaches_the_index(homes, registrar):
    kind = samples.colour_type()
    for layer in ("houses", "households", "areas"):
        rows = map_layers.get(layer).rows(registrar, LayerQuery(colour_by=f"fact:{kind.key}"))
        statement = str(rows.query)
        assert "DISTINCT" not in statement
        assert "GROUP BY" not in statement
