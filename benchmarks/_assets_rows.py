"""ทรัพย์สินสำหรับวัด: a town of its own with 100,000 assets on 10 × 10 km: streets and drains, and what stands by them.

Of twenty assets three are lines of 2 to 8 corners (half of them in the middle of the town, four times as close
there), sixteen are points beside such a line, and one has no place. Rows are made in the database, by SQL, with the
triggers of the map at work.
"""

import os
from typing import Any

import psycopg
from _city import connect, drop_database, make_database, run_django
from _measure import say
from _sql_rows import HIGH, SUPER, WIDE, corner, insert_rows, model_of, ordered_id, r

DATABASE = f"cddp_bench_assets_{os.getpid()}"
TOWN_ID = 5183
LINES = 15_000
# One metre in degrees at 18.6° north.
EAST, NORTH = WIDE / 10_000, HIGH / 10_000

# Corners 25 to 60 m apart on a nearly straight way; streets run along the grid, a little askew.
_LINES = f"""
CREATE UNLOGGED TABLE bench_line AS
SELECT n, ST_SetSRID(ST_MakeLine(ARRAY(
           SELECT ST_MakePoint(
               lon + {EAST} * (step * i * cos(way) + 8 * ({r(31, "n * 10 + i")} - 0.5)),
               lat + {NORTH} * (step * i * sin(way) + 8 * ({r(32, "n * 10 + i")} - 0.5)))
           FROM generate_series(0::bigint, 1 + floor({r(33)} * 7)::bigint) i)), 4326) AS shape
FROM (SELECT n, 25 + {r(34)} * 35 AS step, floor({r(35)} * 4) * pi() / 2 + ({r(36)} - 0.5) * 0.3 AS way,
             {{west}} + {WIDE} * (0.5 + ({r(37)} - 0.5) * spread) AS lon,
             {{south}} + {HIGH} * (0.5 + ({r(38)} - 0.5) * spread) AS lat
      FROM (SELECT n, CASE WHEN {r(39)} < 0.5 THEN 0.5 ELSE 1 END AS spread
            FROM generate_series(1::bigint, {LINES}) n) AS spreads) AS starts
"""
_CLASSES = f"""
CREATE TABLE bench_class AS
SELECT geometry AS kind, row_number() OVER (PARTITION BY geometry ORDER BY "order", name)::int AS n,
       count(*) OVER (PARTITION BY geometry) AS classes, id, name, number_prefix, '' AS key
FROM assets_assetclass WHERE municipality_id = {TOWN_ID} AND is_active
"""
_PLACED = f"""
SELECT n, CASE WHEN n % 20 < 3 THEN 'line' WHEN n % 20 = 19 THEN 'none' ELSE 'point' END AS kind,
       CASE WHEN n % 20 < 3 THEN 1 + n / 20 * 3 + n % 20 ELSE 1 + floor({r(41)} * {LINES})::bigint END AS line
FROM generate_series({{first}}::bigint, {{last}}::bigint) n
"""
_ROWS = f"""
CREATE UNLOGGED TABLE bench_row AS
SELECT p.n, now() - {r(42, "p.n")} * interval '730 days' AS at, p.kind, c.id AS class_id, c.key,
       c.number_prefix || '-' || 60 + p.n % 10 || '-' || lpad(p.n::text, 6, '0') AS number,
       c.name || ' ' || p.n AS name, date '2010-01-01' + floor({r(43, "p.n")} * 5800)::int AS acquired_on,
       CASE WHEN {r(44, "p.n")} < 0.03 THEN 'disposed' WHEN {r(44, "p.n")} < 0.07 THEN 'broken'
            WHEN p.kind = 'none' THEN 'stored' ELSE 'in_use' END AS state,
       CASE WHEN p.kind = 'line' THEN l.shape
            WHEN p.kind = 'point' THEN ST_Translate(ST_LineInterpolatePoint(l.shape, {r(45, "p.n")}),
                 {EAST} * 8 * ({r(46, "p.n")} - 0.5), {NORTH} * 8 * ({r(47, "p.n")} - 0.5)) END AS shape
FROM ({_PLACED}) AS p
JOIN bench_line l ON l.n = least(p.line, {LINES})
JOIN bench_class c ON c.kind = p.kind AND c.n = 1 + floor(power({r(48, "p.n")}, 3) * c.classes)::int
"""
_GIVEN = {
    "id": ordered_id("a"), "asset_class_id": "b.class_id", "number": "b.number", "name": "b.name", "state": "b.state",
    "shape": "b.shape", "acquired_on": "b.acquired_on", "warranty_until": "b.acquired_on + 730",
    "length_m": "CASE WHEN b.kind = 'line' THEN ST_Length(ST_Transform(b.shape, 32647)) END",
    "condition": f"CASE WHEN {r(51, 'b.n')} < 0.7 THEN 1 + floor({r(52, 'b.n')} * 5)::int END",
    "inspected_on": f"CASE WHEN {r(51, 'b.n')} < 0.7 THEN current_date - floor({r(53, 'b.n')} * 900)::int END",
    "attributes": "jsonb_build_object('watts', 30 + b.n % 90, 'pole_number', 'ส' || b.n)",
    "area_code": f"lpad((1 + floor({r(54, 'b.n')} * 12)::int)::text, 2, '0')",
    "division_id": f"(SELECT d.id FROM bench_division d WHERE d.n = 1 + floor({r(55, 'b.n')} * d.divisions)::int)",
    "cost_satang": f"floor({r(56, 'b.n')} * 5000000)::bigint",
    "disposed_on": "CASE WHEN b.state = 'disposed' THEN current_date END",
    "search_text": "lower(b.number) || ' ' || b.key || ' ' || b.n || ' ส' || b.n",
}  # fmt: skip


def provide_town() -> None:
    """Make the database with one demo town in it, and what the assets are made from."""
    drop_database(DATABASE)
    make_database(DATABASE)
    run_django(DATABASE, "demo", "--households", "200", "--towns", "1")
    with connect(DATABASE, SUPER) as city:
        _make_classes(city)
        west, south = corner(city, TOWN_ID)
        city.execute(_LINES.format(west=west, south=south))
        city.execute("ALTER TABLE bench_line ADD PRIMARY KEY (n)")
        city.execute(
            """CREATE TABLE bench_division AS SELECT row_number() OVER (ORDER BY code)::int AS n, id,
                      count(*) OVER () AS divisions FROM accounts_division WHERE municipality_id = %s""",
            [TOWN_ID],
        )


def grow(first: int, last: int) -> None:
    """Add the assets numbered from `first` to `last`; leave counts and statistics as a running town has them."""
    from cddp.foundation.tenancy.current import town_context
    from cddp.insight.maps.services.counts import fold_changes

    say(f"making assets {first:,} to {last:,}")
    with connect(DATABASE, SUPER) as city:
        city.execute("DROP TABLE IF EXISTS bench_row")
        city.execute(_ROWS.format(first=first, last=last))
        insert_rows(city, model_of("assets.Asset"), _GIVEN, TOWN_ID)
        with town_context(TOWN_ID):
            fold_changes()
        for table in ("assets_asset", "maps_tilecount", "maps_tilecountdelta"):
            city.execute(f"VACUUM ANALYZE {table}")


def clean_up() -> None:
    """Leave nothing behind."""
    drop_database(DATABASE)


def _make_classes(city: psycopg.Connection[Any]) -> None:
    """Number the town's classes of each shape: the first of them (lamps, roads) get most of the assets."""
    from cddp.foundation.values.thai_text import search_key

    city.execute(_CLASSES)
    for class_id, name in city.execute("SELECT id, name FROM bench_class").fetchall():
        key = search_key(name, drop_title=False, drop_tones=True)
        city.execute("UPDATE bench_class SET key = %s WHERE id = %s", [key, class_id])
