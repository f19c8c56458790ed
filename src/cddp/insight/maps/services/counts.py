"""จำนวนบนแผนที่: fold what triggers wrote into the kept counts and versions, and make the counts anew."""

from django.db import connection, transaction

from cddp.foundation.extension_points import MapLayer
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.insight.maps.gateways.triggers import cells_select, counted_condition, model_of
from cddp.insight.maps.models import TileCount, TileCountDelta
from cddp.insight.maps.rules import FINEST_CELL_ZOOM

FOLD_LOCK = 0x6D617073  # "maps": the first half of the advisory lock, the town is the second
ALL_ZOOMS = f"generate_series(0, {FINEST_CELL_ZOOM}) AS zoom"


@transaction.atomic
def fold_changes() -> int:
    """Add the current town's pending changes to its counts and versions; return how many rows were folded.

    A reader sees either all of it or nothing, so no number is ever wrong in between.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FOLD_LOCK, required_municipality_id()])
        cursor.execute(
            f"""WITH gone AS (DELETE FROM maps_tilecountdelta RETURNING municipality_id, layer, x, y, change),
                added AS (
                    INSERT INTO maps_tilecount AS kept (id, municipality_id, layer, z, x, y, count)
                    SELECT gen_random_uuid(), municipality_id, layer, zoom,
                           x >> ({FINEST_CELL_ZOOM} - zoom), y >> ({FINEST_CELL_ZOOM} - zoom), sum(change)
                    FROM gone CROSS JOIN {ALL_ZOOMS} GROUP BY 2, 3, 4, 5, 6 HAVING sum(change) <> 0
                    ON CONFLICT (municipality_id, layer, z, x, y)
                        DO UPDATE SET count = kept.count + excluded.count)
                SELECT count(*) FROM gone"""
        )
        folded = int(cursor.fetchone()[0])
        cursor.execute(
            """WITH gone AS (DELETE FROM maps_tablechange RETURNING municipality_id, "table"),
                added AS (
                    INSERT INTO maps_tableversion AS kept (id, municipality_id, "table", version)
                    SELECT gen_random_uuid(), municipality_id, "table", count(*) FROM gone GROUP BY 2, 3
                    ON CONFLICT (municipality_id, "table") DO UPDATE SET version = kept.version + excluded.version)
                SELECT count(*) FROM gone"""
        )
        return folded + int(cursor.fetchone()[0])


@transaction.atomic
def rebuild_counts(layer: MapLayer) -> int:
    """Count the current town's rows of one layer anew; return the number of rows counted."""
    model = model_of(layer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FOLD_LOCK, required_municipality_id()])
        # Writers wait for this moment: a change made while we count would be missed or counted twice.
        cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        TileCount.objects.filter(layer=layer.key).delete()
        TileCountDelta.objects.filter(layer=layer.key).delete()
        cursor.execute(
            f"""WITH finest AS (
                    SELECT municipality_id, x, y, count(*) AS n FROM (
                        {cells_select(layer, model, "1")} FROM "{model._meta.db_table}" {counted_condition(layer)}
                    ) AS cells GROUP BY 1, 2, 3),
                added AS (
                    INSERT INTO maps_tilecount (id, municipality_id, layer, z, x, y, count)
                    SELECT gen_random_uuid(), municipality_id, '{layer.key}', zoom,
                           x >> ({FINEST_CELL_ZOOM} - zoom), y >> ({FINEST_CELL_ZOOM} - zoom), sum(n)
                    FROM finest CROSS JOIN {ALL_ZOOMS} GROUP BY 2, 4, 5, 6)
                SELECT coalesce(sum(n), 0) FROM finest"""
        )
        return int(cursor.fetchone()[0])
