"""Tiles hold what the database holds, for those who may see it, and nothing else."""

import math

import mapbox_vector_tile
import pytest
from django.db import connection
from django.test import Client

from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.policies import grants
from cddp.insight.maps.queries.people import Viewer, permission_class_of
from cddp.insight.maps.rules import Tile
from cddp.insight.maps.services.counts import fold_changes
from cddp.insight.maps.tests.layers import KEY, LAT, LNG, forget_everything, make_houses
from cddp.registers.residents.models import House
from tests.towns import NEIGHBOUR_ID, TOWN_ID, make_user


def tile_at(z: int, lng: float = LNG, lat: float = LAT) -> Tile:
    n = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(z, int((lng + 180) / 360 * n), int(y * n))


def address(tile: Tile, layer: str = KEY, query: str = "") -> str:
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}{query}"


def grant_for(user, municipality_id: int = TOWN_ID) -> str:
    from django.http import HttpResponse

    response = HttpResponse()
    grants.give_grant(response, Viewer(user, municipality_id, permission_class_of(user)))
    return response.cookies[grants.COOKIE].value


@pytest.fixture
def browser(layer, officer) -> Client:
    """An officer's browser after the map page was opened: it has a grant and no session."""
    client = Client()
    client.cookies[grants.COOKIE] = grant_for(officer)
    return client


def drawn(response) -> dict:
    assert response.status_code == 200, response.content[:300]
    return mapbox_vector_tile.decode(response.content) if response.content else {}


def rows_inside(tile: Tile, margin_m: float) -> dict[str, tuple[str, str]]:
    """Return {id: (number, road)} of the houses in the tile's square made larger; the edge is a metre wide."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, number, road FROM residents_house "
            "WHERE ST_Intersects(point_3857, ST_Buffer(ST_TileEnvelope(%s, %s, %s), %s))",
            [tile.z, tile.x, tile.y, margin_m],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


# A quarter of a town is drawn before its rows are counted, a wider tile after.
@pytest.mark.parametrize("zoom", [14, 15])
def test_a_tile_holds_the_rows_of_the_database(browser, zoom):
    make_houses(300)
    tile = tile_at(zoom)
    response = browser.get(address(tile))
    features = drawn(response)["rows"]["features"]
    shown = {f["properties"]["id"]: (f["properties"]["number"], f["properties"]["class"]) for f in features}
    surely, perhaps = rows_inside(tile, -1.5), rows_inside(tile, 1.5)
    assert len(surely) > 50
    assert surely.items() <= shown.items() <= perhaps.items()
    assert response["X-CDDP-Simplified"] == "no"
    assert abs(int(response["X-CDDP-Total"]) - len(shown)) <= len(perhaps) - len(surely)


def test_a_house_stands_where_its_point_is(browser):
    make_houses(1, spread=0)
    tile = tile_at(16)
    [feature] = drawn(browser.get(address(tile)))["rows"]["features"]
    n = 1 << tile.z
    x = ((LNG + 180) / 360 * n - tile.x) * 4096
    y = ((1 - math.asinh(math.tan(math.radians(LAT))) / math.pi) / 2 * n - tile.y) * 4096
    drawn_x, drawn_y = feature["geometry"]["coordinates"]
    assert abs(drawn_x - x) <= 1
    assert abs((4096 - drawn_y) - y) <= 1


@pytest.mark.parametrize(("zoom", "spread"), [(12, 0.004), (15, 0.0005)])
def test_a_full_tile_shows_counts_and_says_so(browser, zoom, spread):
    make_houses(4500, spread=spread)
    tile = tile_at(zoom)
    response = browser.get(address(tile))
    layers = drawn(response)
    assert response["X-CDDP-Simplified"] == "counts"
    assert "rows" not in layers
    assert sum(f["properties"]["count"] for f in layers["counts"]["features"]) == 4500
    assert layers["meta"]["features"][0]["properties"] == {"total": 4500, "shown": "counts"}


def test_a_small_town_sees_its_houses_at_any_zoom(browser):
    make_houses(2000)
    for zoom in (0, 6, 10):
        assert len(drawn(browser.get(address(tile_at(zoom))))["rows"]["features"]) == 2000


def test_a_street_shows_rows_however_many(browser):
    make_houses(4500, spread=0.0005)
    shown = 0
    middle = tile_at(16)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            layers = drawn(browser.get(address(Tile(16, middle.x + dx, middle.y + dy))))
            assert "counts" not in layers
            shown += len(layers.get("rows", {}).get("features", []))
    assert shown >= 4500


def test_filtered_tiles_count_what_fits_the_filter(browser):
    make_houses(4500, spread=0.004, road="a")
    make_houses(10, spread=0.004, road="b")
    tile = tile_at(12)
    assert len(drawn(browser.get(address(tile, query="?f.road=b")))["rows"]["features"]) == 10
    counts = drawn(browser.get(address(tile, query="?f.road=a,b")))["counts"]["features"]
    assert sum(f["properties"]["count"] for f in counts) == 4510


def test_a_person_bound_to_an_area_sees_no_house_outside_it(layer):
    make_houses(4500, spread=0.004)
    volunteer = make_user("somying", "volunteer", area_codes=("51830101",))
    client = Client()
    client.cookies[grants.COOKIE] = grant_for(volunteer)
    response = client.get(address(tile_at(12)))
    assert drawn(response) == {}
    assert response["X-CDDP-Total"] == "0"


def test_the_neighbour_sees_nothing_of_this_town(layer, stranger):
    make_houses(50)
    client = Client()
    client.cookies[grants.COOKIE] = grant_for(stranger, NEIGHBOUR_ID)
    assert drawn(client.get(address(tile_at(14)))) == {}


def test_a_grant_for_a_town_where_one_does_not_work_is_worth_nothing(layer, stranger):
    make_houses(50)
    client = Client()
    client.cookies[grants.COOKIE] = grant_for(stranger, TOWN_ID)
    assert client.get(address(tile_at(14))).status_code == 404


def test_nobody_gets_nothing(layer):
    assert Client().get(address(tile_at(14))).status_code == 404


@pytest.mark.parametrize("cookie", ["", "x", "eyJhIjoxfQ:1:abc"])
def test_a_forged_grant_is_worth_nothing(layer, cookie):
    client = Client()
    client.cookies[grants.COOKIE] = cookie
    assert client.get(address(tile_at(14))).status_code == 404


def test_an_old_grant_is_worth_nothing(layer, officer):
    import time_machine as clock

    with clock.travel("2026-11-23T08:00:00+00:00"):
        written = grant_for(officer)
    client = Client()
    client.cookies[grants.COOKIE] = written
    with clock.travel("2026-11-23T08:10:05+00:00"):
        assert client.get(address(tile_at(14))).status_code == 404


def test_a_session_does_as_well_as_a_grant(layer, officer, login):
    make_houses(5)
    client = login(officer)
    session = client.session
    session["municipality_id"] = TOWN_ID
    session.save()
    assert len(drawn(client.get(address(tile_at(10))))["rows"]["features"]) == 5


def test_a_role_taken_away_ends_the_grant(layer, officer):
    written = grant_for(officer)
    officer.membership.roles = ["technician"]
    officer.membership.save(update_fields=["roles"])
    forget_everything()
    client = Client()
    client.cookies[grants.COOKIE] = written
    assert client.get(address(tile_at(14))).status_code == 404


def test_a_layer_needs_its_permission(layer):
    technician = make_user("chang", "technician")
    client = Client()
    client.cookies[grants.COOKIE] = grant_for(technician)
    assert client.get(address(tile_at(14))).status_code == 404


@pytest.mark.parametrize("path", ["/tiles/no_such/1/0/0", f"/tiles/{KEY}/2/9/0", f"/tiles/{KEY}/40/0/0"])
def test_what_is_not_there_is_not_found(browser, path):
    assert browser.get(path).status_code == 404


def test_the_map_of_one_town_does_not_draw_another(browser):
    assert browser.get(address(tile_at(14), query=f"?town={NEIGHBOUR_ID}")).status_code == 404
    assert browser.get(address(tile_at(14), query=f"?town={TOWN_ID}")).status_code == 200


def test_an_unchanged_tile_costs_no_query(browser, django_assert_num_queries):
    make_houses(5)
    first = browser.get(address(tile_at(14)))
    with django_assert_num_queries(0):
        second = browser.get(address(tile_at(14)), headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 304
    assert second["Cache-Control"] == "private, no-cache"


def test_a_change_gives_a_new_tag(browser):
    make_houses(5)
    first = browser.get(address(tile_at(14)))
    fold_changes()  # a version counts transactions, and this test is one: folding begins the next
    House.objects.filter(number="1").update(road="b")
    forget_everything()
    second = browser.get(address(tile_at(14)), headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


def test_tags_differ_by_person_and_question(browser, registrar):
    other = Client()
    other.cookies[grants.COOKIE] = grant_for(registrar)
    tile = tile_at(14)
    tags = {
        browser.get(address(tile))["ETag"],
        browser.get(address(tile, query="?colour=fact:pets"))["ETag"],
        browser.get(address(tile, query="?f.road=a"))["ETag"],
        other.get(address(tile))["ETag"],
    }
    assert len(tags) == 4


def test_only_reading_is_allowed(browser):
    assert browser.post(address(tile_at(14))).status_code == 405


def test_the_neighbours_changes_do_not_touch_our_tags(browser):
    first = browser.get(address(tile_at(14)))
    with town_context(NEIGHBOUR_ID):
        make_houses(3)
    forget_everything()
    assert browser.get(address(tile_at(14)))["ETag"] == first["ETag"]
