"""Tiles use their indexes under row-level security, with 100,000 houses here and more next door."""

import json
import os
import socket

import pytest
from django.db import DataError, connection

from cddp.foundation.extension_points import LayerQuery
from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.gateways.one_trip import fetch_in_town
from cddp.insight.maps.queries.tile_sql import compile_rows, rows_statement, tile_statement
from cddp.insight.maps.queries.tiles import draw_tile
from cddp.insight.maps.rules import Tile
from cddp.insight.maps.services.counts import fold_changes
from cddp.insight.maps.tests.layers import make_houses
from cddp.insight.maps.tests.test_tiles import tile_at
from tests.towns import NEIGHBOUR_ID, make_user


@pytest.fixture
def many_houses(layer, towns):
    """The neighbour's houses stand in the same place: only the town's part of the index may be read."""
    make_houses(100_000, spread=0.1)
    with town_context(NEIGHBOUR_ID):
        make_houses(20_000, spread=0.1)
        fold_changes()
    fold_changes()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE cddp_owner")
        cursor.execute("ANALYZE residents_house")
        cursor.execute("ANALYZE maps_tilecount")
        cursor.execute("SET ROLE cddp_app")


def nodes(plan: dict) -> list[dict]:
    return [plan, *(inner for child in plan.get("Plans", []) for inner in nodes(child))]


def plan_of(layer, user, tile: Tile, query: LayerQuery | None = None) -> list[dict]:
    first = rows_statement if tile.seldom_counts else tile_statement
    statement, values = first(compile_rows(layer, user, query or LayerQuery()), tile)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement}", values)
        found = cursor.fetchone()[0]
    return nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def test_tiles_read_their_index_and_no_more(many_houses, layer, officer):
    street = plan_of(layer, officer, tile_at(16))
    [scan] = [node for node in street if node.get("Index Name") == "house_tile"]
    assert "&&" in scan["Index Cond"]
    assert "municipality_id" in scan["Index Cond"]
    assert scan["Actual Rows"] < 1_000

    # Drawn before it is counted, by a statement of its own.
    quarter = plan_of(layer, officer, tile_at(15))
    [scan] = [node for node in quarter if node.get("Relation Name") == "residents_house"]
    assert {n["Index Name"] for n in quarter if "Index Name" in n} == {"house_tile"}
    assert scan["Actual Rows"] < 2_000

    # A limit of the plan, not of the clock: the counts of a whole town are a few thousand short rows.
    region = plan_of(layer, officer, tile_at(10))
    cells = [node for node in region if node.get("Index Name") == "tile_count_cell" and node["Actual Loops"]]
    assert cells
    assert all("municipality_id" in node["Index Cond"] for node in cells)
    assert sum(node["Actual Rows"] for node in cells) <= 4_097
    assert not [n for n in region if n.get("Relation Name") == "residents_house" and n["Actual Loops"]]

    filtered = plan_of(layer, officer, tile_at(16), LayerQuery(filters={"road": ("a",)}))
    assert {n["Index Name"] for n in filtered if "Index Name" in n} == {"house_tile"}

    volunteer = make_user("somying", "volunteer", area_codes=("51830101",))
    bound = plan_of(layer, volunteer, tile_at(16))
    assert not [
        n for n in bound if n["Node Type"] == "Seq Scan" and n.get("Relation Name") == "residents_house"
    ]


def cut_connection():
    """End what the program keeps open, unseen by it, as a restart of the database does."""
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def town_left_behind() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('cddp.municipality', true), '')")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_tile_in_one_trip_is_the_same_as_in_a_transaction(django_db_serialized_rollback):
    """Outside a transaction, as in production, the town is named and the tile read in one pipeline; on a new connection
    when the kept one has died."""
    from cddp.foundation.tenancy.models import Municipality
    from cddp.insight.maps.queries.people import Viewer, permission_class_of
    from cddp.insight.maps.tests import layers
    from tests.towns import TOWN_ID, make_town

    made = make_town(TOWN_ID, "บ้านทดสอบ", "test-town")
    try:
        layers.forget_everything()
        with town_context(TOWN_ID):
            make_houses(20)
            user = make_user("officer", "officer")
        viewer = Viewer(user, TOWN_ID, permission_class_of(user))
        # Counted first, and drawn first.
        for tile in (tile_at(12), tile_at(15)):
            apart = draw_tile(layers.UNCOUNTED, viewer, LayerQuery(), tile)
            with town_context(TOWN_ID):
                inside = draw_tile(layers.UNCOUNTED, viewer, LayerQuery(), tile)
            assert apart.body == inside.body
            assert apart.total == inside.total > 0
            assert town_left_behind() == ""
        with pytest.raises(DataError):
            fetch_in_town(TOWN_ID, user.pk, "SELECT 1/0", [])
        assert town_left_behind() == ""
        cut_connection()
        again = draw_tile(layers.UNCOUNTED, viewer, LayerQuery(), tile_at(15))
        assert again.body == apart.body
    finally:
        assert Municipality.objects.filter(pk=made.pk).exists()
