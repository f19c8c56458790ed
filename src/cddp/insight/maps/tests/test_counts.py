"""Counts are right at once after each kind of write, before and after the fold, and versions with them."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from cddp.insight.maps.gateways.triggers import count_triggers, put_triggers
from cddp.insight.maps.models import TableChange, TableVersion, TileCount, TileCountDelta
from cddp.insight.maps.rules import FINEST_CELL_ZOOM, cell_at
from cddp.insight.maps.services.counts import fold_changes, rebuild_counts
from cddp.insight.maps.tests.layers import KEY, LAT, LNG, as_owner, make_houses
from cddp.registers.residents.models import House


def cells(zoom: int = FINEST_CELL_ZOOM) -> dict[tuple[int, int], int]:
    """Return the counts as a reader adds them up: kept ones and pending changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT x, y, sum(n)::int FROM (
                   SELECT x, y, count AS n FROM maps_tilecount WHERE layer = %s AND z = %s
                   UNION ALL SELECT x >> (18 - %s), y >> (18 - %s), change FROM maps_tilecountdelta WHERE layer = %s
               ) AS s GROUP BY x, y HAVING sum(n) <> 0""",
            [KEY, zoom, zoom, zoom, KEY],
        )
        return {(x, y): n for x, y, n in cursor.fetchall()}


def truth(zoom: int = FINEST_CELL_ZOOM) -> dict[tuple[int, int], int]:
    """Return the counts as Python counts the rows."""
    counted: dict[tuple[int, int], int] = {}
    for point in House.objects.active().filter(point__isnull=False).values_list("point_3857", flat=True):
        cell = cell_at(point.x, point.y, zoom)
        counted[cell] = counted.get(cell, 0) + 1
    return counted


def assert_right() -> None:
    for zoom in (FINEST_CELL_ZOOM, 14, 6, 0):
        assert cells(zoom) == truth(zoom)


@pytest.mark.parametrize("folds", [False, True])
def test_counts_follow_inserts_moves_states_and_deletes(layer, folds):
    def step() -> None:
        if folds:
            fold_changes()
        assert_right()

    make_houses(500)
    step()
    House.objects.filter(number_order__lte=100).update(point=Point(LNG + 0.05, LAT, srid=4326))
    step()
    House.objects.filter(number_order__range=(101, 150)).update(state="ended")
    step()
    House.objects.filter(number_order__range=(140, 150)).update(state="active")
    step()
    House.objects.filter(number_order__range=(200, 220)).update(point=None)
    step()
    House.objects.filter(number_order__gt=400).delete()
    step()
    assert sum(cells().values()) == 500 - 50 + 11 - 21 - 100


def test_a_thousand_edits_are_counted_before_any_fold(layer):
    make_houses(1000)
    fold_changes()
    for number in range(1, 1001):
        House.objects.filter(number_order=number).update(point=Point(LNG + number / 50_000, LAT, srid=4326))
    assert TileCountDelta.objects.exists()
    assert_right()


def test_what_was_rolled_back_was_never_counted(layer):
    make_houses(10)
    before = cells()
    with transaction.atomic():
        make_houses(90)
        House.objects.filter(number_order=1).delete()
        transaction.set_rollback(True)
    assert cells() == before
    assert_right()


def test_an_edit_that_moves_nothing_writes_no_count(layer):
    make_houses(10)
    fold_changes()
    House.objects.update(road="ใหม่")
    assert not TileCountDelta.objects.exists()
    assert TableChange.objects.filter(table="residents_house").count() == 1


def test_folding_keeps_every_number_and_empties_the_queue(layer):
    make_houses(200)
    before = cells()
    assert fold_changes() > 0
    assert cells() == before
    assert not TileCountDelta.objects.exists()
    assert not TableChange.objects.exists()
    assert TableVersion.objects.get(table="residents_house").version == 1
    assert fold_changes() == 0


def test_counting_anew_gives_the_same(layer):
    make_houses(200)
    fold_changes()
    before = cells()
    TileCount.objects.filter(layer=KEY).update(count=7)
    assert rebuild_counts(layer) == 200
    assert cells() == before
    assert_right()


def test_putting_triggers_again_changes_nothing(layer):
    with as_owner():
        assert put_triggers() == []
        with connection.cursor() as cursor:
            assert count_triggers(layer).is_in_place(cursor)
            cursor.execute("DROP TRIGGER maps_count_test_houses_update ON residents_house")
        assert put_triggers() == [layer]


def test_the_neighbours_houses_are_not_counted_here(layer, towns):
    from cddp.foundation.tenancy.current import town_context

    make_houses(3)
    with town_context(towns[1].pk):
        make_houses(40)
        assert sum(cells().values()) == 40
        fold_changes()
    assert sum(cells().values()) == 3
