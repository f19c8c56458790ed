"""The map page and what it asks for: who may, what they get, and the litany for each."""

import json

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.models import Selection
from cddp.insight.maps.policies import grants
from cddp.insight.maps.services.selections import forget_selections
from cddp.insight.maps.tests.layers import KEY, LAT, LNG, as_owner, forget_everything, make_houses
from cddp.registers.residents.models import House
from tests.towns import NEIGHBOUR_ID, make_user

PAGES = ["/map/", "/map/print/", "/map/layers.json", f"/map/legend/{KEY}/", f"/map/labels/{KEY}/"]
AROUND = {
    "ring": [
        [LNG - 0.01, LAT - 0.01],
        [LNG + 0.01, LAT - 0.01],
        [LNG + 0.01, LAT + 0.01],
        [LNG - 0.01, LAT + 0.01],
    ]
}


@pytest.fixture
def here(layer, officer, login):
    return login(officer)


def post_shape(client, shape, layers=None):
    body = json.dumps({"shape": shape, "layers": layers or {KEY: ""}})
    return client.post("/map/selection/", body, content_type="application/json")


@pytest.mark.parametrize("page", PAGES)
def test_pages_work_for_staff(here, page):
    assert here.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_to_sign_in(layer, client, page):
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_only_read(here, page):
    assert here.post(page).status_code == 405


def test_the_layers_come_with_the_towns_extent_and_a_grant(here):
    with as_owner():
        _outline()
    answer = here.get("/map/layers.json")
    config = answer.json()
    assert config["town"]["bounds"] == pytest.approx([LNG - 0.1, LAT - 0.1, LNG + 0.1, LAT + 0.1])
    found = {each["key"]: each for each in config["layers"]}
    assert found[KEY]["tiles"] == f"/tiles/{KEY}/{{z}}/{{x}}/{{y}}?town=5183"
    assert "town" in found
    cookie = answer.cookies[grants.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/tiles/"
    assert cookie["max-age"] <= 600


def _outline():
    box = Polygon.from_bbox((LNG - 0.1, LAT - 0.1, LNG + 0.1, LAT + 0.1))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenancy_municipality SET boundary = ST_GeomFromText(%s, 4326) WHERE id = 5183",
            [MultiPolygon(box).wkt],
        )


def test_the_town_draws_its_own_outline(here):
    with as_owner():
        _outline()
    here.get("/map/layers.json")
    forget_everything()
    answer = here.get("/tiles/town/8/198/114")
    assert answer.status_code == 200
    assert len(answer.content) > 40


def test_a_layer_one_may_not_see_is_not_named(layer, login):
    client = login(make_user("chang", "technician"))
    assert KEY not in {each["key"] for each in client.get("/map/layers.json").json()["layers"]}
    for address in (f"/map/legend/{KEY}/", f"/map/labels/{KEY}/", f"/map/pick/{KEY}/{House().pk}/"):
        assert client.get(address).status_code == 404
    assert post_shape(client, AROUND).status_code == 404


def test_a_legend_counts_each_class(here):
    make_houses(7, road="a")
    make_houses(3, road="b")
    legend = here.get(f"/map/legend/{KEY}/").json()
    assert legend["total"] == 10
    assert {each["value"]: each["count"] for each in legend["legend"]} == {"a": 7, "b": 3}
    assert here.get(f"/map/legend/{KEY}/?f.road=b").json()["total"] == 3


def test_a_pick_shows_the_row(here):
    make_houses(1)
    house = House.objects.get()
    answer = here.get(f"/map/pick/{KEY}/{house.pk}/")
    assert "บ้านเลขที่ 1" in answer.content.decode()


def test_a_pick_of_the_neighbours_row_is_not_found(here, towns):
    with town_context(NEIGHBOUR_ID):
        make_houses(1)
        house = House.objects.get()
    assert here.get(f"/map/pick/{KEY}/{house.pk}/").status_code == 404


def test_a_volunteer_picks_nothing_outside_their_area(layer, login):
    make_houses(1)
    client = login(make_user("somying", "volunteer", area_codes=("51830101",)))
    assert client.get(f"/map/pick/{KEY}/{House.objects.get().pk}/").status_code == 404


def test_a_drawn_area_counts_lists_and_exports(here):
    make_houses(30)
    make_houses(5, lng=LNG + 0.2)
    [found] = post_shape(here, AROUND).json()["layers"]
    assert found["count"] == 30
    page = here.get(found["list"]).content.decode()
    assert "30" in page
    export = here.get(found["xlsx"])
    assert b"".join(export.streaming_content)[:2] == b"PK"
    entry = AuditEntry.objects.get(action="maps.selection.exported")
    assert entry.changes == {"layer": KEY, "rows": 30, "format": "xlsx"}


def test_a_circle_selects_by_radius(here):
    make_houses(1, spread=0)
    make_houses(1, spread=0, lng=LNG + 0.003)  # about 316 m to the east
    near = {"centre": [LNG, LAT], "radius_m": 300}
    far = {"centre": [LNG, LAT], "radius_m": 330}
    assert [post_shape(here, s).json()["layers"][0]["count"] for s in (near, far)] == [1, 2]


def test_a_selection_follows_the_filters_of_the_view(here):
    make_houses(4, road="a")
    make_houses(2, road="b")
    [found] = post_shape(here, AROUND, {KEY: "f.road=b"}).json()["layers"]
    assert found["count"] == 2
    assert here.get(found["list"]).content.decode().count("<tr") <= 4


def test_an_empty_area_is_said_and_not_kept(here):
    [found] = post_shape(here, AROUND).json()["layers"]
    assert (found["count"], found["list"]) == (0, "")
    assert not Selection.objects.exists()


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"ring": []},
        {"ring": [[1, 2], [3, 4]]},
        {"ring": [[0, 0], [1, 1], [1, 0], [0, 1]]},
        {"ring": [[0, 0], [900, 1], [1, 0]]},
        {"ring": "พื้นที่"},
        {"centre": [99, 18], "radius_m": -5},
        {"centre": [99, 18], "radius_m": 9e9},
        {"centre": ["x", 18], "radius_m": 5},
    ],
)
def test_what_is_no_area_is_refused(here, shape):
    assert post_shape(here, shape).status_code == 422


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b'{"shape": 1, "layers": {}}', b'{"shape": {}, "layers": 3}', b"\xff"]
)
def test_a_body_not_of_our_map_is_refused(here, body):
    assert here.post("/map/selection/", body, content_type="application/json").status_code == 422


def test_selecting_is_a_post(here):
    assert here.get("/map/selection/").status_code == 405


def test_a_colleague_does_not_see_my_selection(here, layer, login, registrar):
    make_houses(3)
    [found] = post_shape(here, AROUND).json()["layers"]
    assert login(registrar).get(found["list"]).status_code == 404


def test_a_list_of_a_selection_asks_few_queries(here, django_assert_max_num_queries):
    make_houses(40)
    [found] = post_shape(here, AROUND).json()["layers"]
    with django_assert_max_num_queries(20):  # with session, person and menu
        assert here.get(found["list"]).status_code == 200


def test_selections_are_forgotten_after_a_day(here, layer):
    from datetime import timedelta

    from django.utils import timezone

    make_houses(1)
    post_shape(here, AROUND)
    assert forget_selections(before=timezone.now() - timedelta(hours=1)) == 0
    assert forget_selections(before=timezone.now() + timedelta(hours=1)) == 1


def test_the_printed_title_is_text(here):
    page = here.get("/map/print/?title=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
