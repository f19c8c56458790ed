"""Extensions: what other screens get from complaints."""

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from cddp.foundation.extension_points import (
    LayerQuery,
    indicators,
    map_layers,
    menu_items,
    page_panels,
    search_providers,
    waiting_items,
)
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.queries.figures import figures_for
from cddp.operations.complaints.queries.needs import list_needs_near
from cddp.operations.complaints.queries.reports import search_reports
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.tests.makers import import_lines, report_of, ticket
from cddp.registers.residents.models import House
from tests.towns import make_user

# 18.58° north: one degree of longitude is 105.6 km, so 0.0004° is 42 m and 0.0006° is 63 m.
NEAR, FAR = ["99.01040", "18.58000"], ["99.01060", "18.58000"]


@pytest.fixture
def reader(town):
    return make_user("reader", "mayor")


@pytest.fixture
def outsider(town):
    return make_user("outsider", "volunteer")


@pytest.fixture
def reports(town, tmp_path):
    finished = {"state": "เสร็จสิ้น", "timestamp": "2026-08-01 00:00:00+00"}
    batch = import_lines(
        tmp_path,
        ticket(1, coords=NEAR),
        ticket(
            2,
            description="สะพานไม้ผุ",
            coords=FAR,
            **finished,
            last_activity="2026-08-03 00:00:00+00",
            count_reopen="1",
        ),
        ticket(3, coords=["0", "0"], **finished, last_activity="2026-08-11 00:00:00+00"),
    )
    adopt_lone_reports()
    return batch


def measured(user, key: str, on: dt.date | None = None):
    return indicators.get(f"complaints.{key}").measure(user, "", on or timezone.localdate())


def test_problems_within_fifty_metres_stand_on_the_page_of_a_house(reader, reports):
    panel = page_panels.get("complaints.near_house")
    request = RequestFactory().get("/")
    request.user = reader
    house = House(number="1", point=Point(99.01, 18.58, srid=4326))
    (near,) = panel.context(request, house)["needs"]
    assert near.reports.get().number == "2026-T00001"
    assert 40 <= near.distance_m <= 44
    assert panel.context(request, House(number="2")) is None


def test_near_means_metres_on_the_ground(reader, reports):
    rows = Need.objects.visible_to(reader)
    place = Point(99.01, 18.58, srid=4326)
    assert list_needs_near(rows, place, within_m=40).count() == 0
    assert list_needs_near(rows, place, within_m=50).count() == 1
    assert list_needs_near(rows, place, within_m=65).count() == 2


@pytest.fixture
def many_reports(reports):
    """Twenty thousand copies of a report, spread over the town, with words of their own."""
    columns = [
        field.column
        for field in Report._meta.concrete_fields
        if not field.generated and field.column not in ("id", "number", "search_text", "point")
    ]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO complaints_report (id, number, search_text, point, {names})
                SELECT gen_random_uuid(), 'copy-' || g, md5(g::text) || 'ถนน' || md5((-g)::text),
                       ST_SetSRID(ST_MakePoint(99 + (g % 200) * 0.001, 18.5 + (g / 200) * 0.001), 4326), {names}
                FROM complaints_report, generate_series(1, 20000) AS g WHERE number = '2026-T00001'"""
        )
        cursor.execute("SET ROLE cddp_owner")
        cursor.execute("ANALYZE complaints_report")
        cursor.execute("SET ROLE cddp_app")


def test_a_search_reads_the_trigram_index_under_row_security(reader, many_reports):
    plan = search_reports(Report.objects.visible_to(reader), "ถนนเป็นหลุม").explain()
    assert "report_search" in plan
    assert "search_text ~~" in plan.split("Index Cond", 1)[1]


def test_the_map_layer_gives_placed_reports_by_state(reader, outsider, reports):
    layer = map_layers.get("complaints")
    rows = layer.rows(reader, LayerQuery())
    assert sorted(rows.values_list("number", "map_class")) == [
        ("2026-T00001", "received"),
        ("2026-T00002", "finished"),
    ]
    assert layer.rows(reader, LayerQuery(filters={"state": ["finished"]})).count() == 1
    assert layer.rows(reader, LayerQuery(filters={"category": ["road"]})).count() == 2
    assert layer.rows(reader, LayerQuery(at=dt.date(2026, 8, 2))).count() == 1
    assert not layer.rows(outsider, LayerQuery()).exists()
    assert {entry.value for entry in layer.legend(reader, LayerQuery())} >= set(
        rows.values_list("state", flat=True)
    )
    details = layer.details(reader, report_of(1).pk)
    assert details["url"] == report_of(1).get_absolute_url()
    assert layer.details(outsider, report_of(1).pk) is None


def test_the_search_box_finds_reports(reader, reports):
    provider = search_providers.get("complaints")
    need = report_of(2).need
    for text in ("2026-T00002", "T00002", need.number):
        assert [result.url for result in provider.find(reader, text, 5)] == [need.get_absolute_url()], text
    assert list(provider.find(reader, "ก", 5)) == []


def test_what_waits_is_counted(reader, outsider, reports):
    assert menu_items.get("complaints").count(reader) == 1
    assert waiting_items.get("complaints.received").count(reader) == 1
    assert waiting_items.get("complaints.imports").count(reader) is None


def test_figures_of_today(reader, reports):
    assert {row.label: row.value for row in measured(reader, "by_state")} == {"รอรับเรื่อง": 1, "เสร็จสิ้น": 2}
    assert [row.value for row in measured(reader, "open")] == [1]
    assert [row.value for row in measured(reader, "median_days")] == [6.0]
    assert [row.value for row in measured(reader, "reopened")] == [1]
    assert [(str(row.label), row.value) for row in measured(reader, "by_category")] == [("ถนน", 3)]
    assert [row.value for row in measured(reader, "by_month")] == [3]
    assert all(row.url for key in ("by_state", "open", "by_month") for row in measured(reader, key))


def test_figures_of_an_earlier_day_are_those_that_held_then(reader, reports):
    then = dt.date(2026, 8, 5)
    states = {str(row.label): row.value for row in measured(reader, "by_state", then)}
    assert states == {"รอรับเรื่อง": 2, "เสร็จสิ้น": 1}
    assert [row.value for row in measured(reader, "median_days", then)] == [2.0]


def test_figures_lead_to_exactly_the_rows_they_count(login, reader, reports):
    client = login(reader)
    for key in ("by_state", "open", "by_category", "by_month", "reopened"):
        for row in measured(reader, key):
            assert len(client.get(row.url).context["list"].rows) == row.value, (key, row.label)


def test_figures_of_an_area(reader, reports):
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from cddp.registers.residents.models import Area

    Area.objects.create(
        code="01", name="สันกลาง", boundary=MultiPolygon(Polygon.from_bbox((99.0, 18.5, 99.0105, 18.6)))
    )
    assert figures_for(reader, "01", timezone.localdate()).total == 1


def test_figures_show_nothing_of_a_neighbour_nor_to_one_who_may_not_look(towns, outsider, reader, reports):
    assert figures_for(outsider, "", timezone.localdate()).total == 0
    with town_context(towns[1].pk):
        neighbour = make_user("neighbour", "mayor")
        assert figures_for(neighbour, "", timezone.localdate()).total == 0
