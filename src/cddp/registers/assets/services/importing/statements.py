"""คำสั่งของการนำเข้า: positions, matching and the import itself as set operations of the database.

Portions go through temporary tables: only those can be analysed by the program's role, and a planner without
statistics joins 100,000 rows one by one.
"""

from typing import Final

from cddp.foundation.values.thailand import EAST, NORTH, SOUTH, WEST
from cddp.registers.assets.queries.places import AREA_OF, MEASURE_OF

# {column of the register: its SQL type}: what an import may write of an asset besides shape and attributes.
COLUMNS: Final = {
    "number": "varchar", "former_number": "varchar", "name": "varchar", "serial": "varchar", "state": "varchar",
    "condition": "smallint", "inspected_on": "date", "notes": "text", "place": "varchar", "acquired_on": "date",
    "acquisition": "varchar", "funding": "varchar", "cost_satang": "bigint", "supplier": "varchar",
    "contract_number": "varchar", "warranty_until": "date", "life_years": "smallint", "model_id": "uuid",
    "division_id": "uuid",
}  # fmt: skip
_EMPTY: Final = {"state": "'in_use'", "acquisition": "'unknown'", "funding": "'unknown'"}


def _problem(field: str, code: str) -> str:
    return f"""'[["{field}", "{code}"]]'::jsonb"""


# ── staging: shapes of one portion ────────────────────────────────────────────────────────────────

INCOMING: Final = """
CREATE TEMP TABLE incoming_rows (
  id uuid, row_number integer, raw jsonb, "values" jsonb, problems jsonb, shape geometry
) ON COMMIT DROP
"""
INCOMING_COLUMNS: Final = ("id", "row_number", "raw", "values", "problems", "shape")

POINTS: Final = (
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "mended")}
        WHERE ST_Dimension(shape) = 2 AND NOT ST_IsValid(shape)""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "from_polygon")},
               shape = ST_PointOnSurface(ST_CollectionExtract(ST_MakeValid(shape), 3))
        WHERE GeometryType(shape) IN ('POLYGON', 'MULTIPOLYGON')""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "unsound")}, shape = NULL
        WHERE shape IS NOT NULL AND ST_IsEmpty(shape)""",
    """UPDATE incoming_rows SET shape = ST_GeometryN(shape, 1)
        WHERE GeometryType(shape) = 'MULTIPOINT' AND ST_NumGeometries(shape) = 1""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "parts_point")}, shape = NULL
        WHERE GeometryType(shape) = 'MULTIPOINT'""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "kind_point")}, shape = NULL
        WHERE shape IS NOT NULL AND GeometryType(shape) <> 'POINT'""",
)
LINES: Final = (
    # A point stays, for the download of refused rows: it may go in as another class.
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "kind_line")},
               shape = CASE WHEN GeometryType(shape) = 'POINT' AND NOT ST_IsEmpty(shape) THEN shape END
        WHERE shape IS NOT NULL AND GeometryType(shape) NOT IN ('LINESTRING', 'MULTILINESTRING')""",
    f"""UPDATE incoming_rows i SET shape = merged.shape,
               problems = problems || CASE WHEN ST_NumGeometries(i.shape) > 1
                   THEN {_problem("shape", "joined")} ELSE '[]' END
        FROM (SELECT id, ST_LineMerge(shape) AS shape FROM incoming_rows
              WHERE GeometryType(shape) = 'MULTILINESTRING') merged
        WHERE merged.id = i.id AND GeometryType(merged.shape) = 'LINESTRING'""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "parts_line")}, shape = NULL
        WHERE GeometryType(shape) = 'MULTILINESTRING'""",
    """UPDATE incoming_rows SET shape = ST_RemoveRepeatedPoints(shape) WHERE shape IS NOT NULL""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "unsound")}, shape = NULL
        WHERE GeometryType(shape) = 'LINESTRING' AND ST_Length(shape) = 0""",
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "too_many_points")}, shape = NULL
        WHERE ST_NPoints(shape) > %(most_points)s""",
)
BOUNDS: Final = (
    f"""UPDATE incoming_rows SET problems = problems || {_problem("shape", "outside_country")}
        WHERE shape IS NOT NULL AND NOT ST_Contains(ST_MakeEnvelope({WEST}, {SOUTH}, {EAST}, {NORTH}, 4326), shape)""",
    f"""UPDATE incoming_rows SET problems = problems || CASE WHEN ST_Intersects(shape, %(far)s::geometry)
            THEN {_problem("shape", "outside_town")} ELSE {_problem("shape", "far_from_town")} END
        WHERE shape IS NOT NULL AND NOT problems @> {_problem("shape", "outside_country")}
          AND NOT ST_Intersects(shape, %(reach)s::geometry)""",
)
KEEP_STAGED: Final = """
INSERT INTO assets_assetimportrow
  (id, municipality_id, batch_id, row_number, outcome, problems, raw, "values", shape, before, version_after)
SELECT id, %(town)s, %(batch)s, row_number, '', problems, raw, "values", shape, '{}', 0 FROM incoming_rows
"""

# ── matching ──────────────────────────────────────────────────────────────────────────────────────

MATCHING: Final = (
    "DROP TABLE IF EXISTS matching_rows",
    """CREATE TEMP TABLE matching_rows ON COMMIT DROP AS
       SELECT id, row_number, coalesce("values"->>'number', '') AS number,
              coalesce("values"->>'former_number', '') AS former, ("values"->>'id')::uuid AS own_id,
              coalesce("values"->>'state', '') = 'disposed' AS says_disposed, NULL::uuid AS asset_id,
              '[]'::jsonb AS found
       FROM assets_assetimportrow WHERE batch_id = %(batch)s""",
    "ANALYZE matching_rows",
    f"""UPDATE matching_rows m SET found = found || {_problem("number", "twice_in_file")}
        WHERE number <> '' AND number IN (
            SELECT number FROM matching_rows WHERE number <> '' GROUP BY number HAVING count(*) > 1)""",
    # the number it has now, then the number it had before the register renumbered it, then before the file did
    """UPDATE matching_rows m SET asset_id = a.id FROM assets_asset a
       WHERE a.municipality_id = %(town)s AND m.number <> '' AND a.number = m.number""",
    f"""UPDATE matching_rows m SET found = found || {_problem("number", "former_number_shared")}
        WHERE m.asset_id IS NULL AND m.number <> '' AND (
            SELECT count(*) FROM (SELECT 1 FROM former_numbers f WHERE f.former_number = m.number LIMIT 2) two) > 1""",
    """UPDATE matching_rows m SET asset_id = f.id FROM former_numbers f
       WHERE m.asset_id IS NULL AND m.number <> '' AND f.former_number = m.number AND m.found = '[]'""",
    """UPDATE matching_rows m SET asset_id = a.id FROM assets_asset a
       WHERE a.municipality_id = %(town)s AND m.asset_id IS NULL AND m.former <> '' AND a.number = m.former
         AND m.found = '[]'""",
    # last by the id that an export gave it: what has no number, or another one in the file
    """UPDATE matching_rows m SET asset_id = a.id FROM assets_asset a
       WHERE a.municipality_id = %(town)s AND m.asset_id IS NULL AND a.id = m.own_id AND m.found = '[]'""",
    f"""UPDATE matching_rows m SET found = found || {_problem("number", "matched_twice")}
        WHERE asset_id IS NOT NULL AND found = '[]' AND asset_id IN (
            SELECT asset_id FROM matching_rows WHERE asset_id IS NOT NULL GROUP BY asset_id HAVING count(*) > 1)""",
    f"""UPDATE matching_rows m SET found = found || {_problem("number", "disposed")} FROM assets_asset a
        WHERE a.id = m.asset_id AND a.state = 'disposed' AND NOT m.says_disposed""",
    # What was disposed of stays so in both: no file changes it, and none disposes of anything.
    f"""UPDATE matching_rows m SET found = m.found || CASE WHEN EXISTS (
            SELECT 1 FROM assets_asset a WHERE a.id = m.asset_id AND a.state = 'disposed')
            THEN {_problem("state", "disposed_kept")} ELSE {_problem("state", "state_disposed")} END
        WHERE m.says_disposed""",
    f"""UPDATE matching_rows m SET found = found || {_problem("number", "other_class")} FROM assets_asset a
        WHERE a.id = m.asset_id AND a.asset_class_id <> %(class)s""",
    # A far place is a wrong projection, unless the register has the asset there already.
    f"""UPDATE assets_assetimportrow r SET problems = {_problem("shape", "outside_town")} || coalesce(
            (SELECT jsonb_agg(p) FROM jsonb_array_elements(r.problems) p WHERE p->>1 <> 'far_from_town'), '[]')
        FROM matching_rows m JOIN assets_asset a ON a.id = m.asset_id
        WHERE r.batch_id = %(batch)s AND r.id = m.id AND r.problems @> {_problem("shape", "far_from_town")}
          AND ST_DWithin(a.shape, r.shape, 0.01)""",
    # what a file may not change of an asset that is there already
    f"""UPDATE matching_rows m SET found = found || {_problem("condition", "condition_kept")}
        FROM assets_asset a, assets_assetimportrow r
        WHERE a.id = m.asset_id AND r.id = m.id AND r."values" ? 'condition' AND a.inspected_on IS NOT NULL
          AND (r."values"->>'condition')::smallint IS DISTINCT FROM a.condition""",
    # what only a new asset lacks
    """UPDATE matching_rows m SET found = m.found || lacks.found
        FROM (SELECT r.id, jsonb_agg(jsonb_build_array('attr.' || lack, 'required')) AS found
              FROM assets_assetimportrow r, jsonb_array_elements_text(r."values"->'lacks') lack
              WHERE r.batch_id = %(batch)s AND r."values" ? 'lacks' GROUP BY r.id) lacks
        WHERE lacks.id = m.id AND m.asset_id IS NULL""",
    f"""UPDATE matching_rows SET found = found || {_problem("number", "no_number")}
        WHERE number = '' AND asset_id IS NULL""",
    # A parent may stand in the register, or in the file if it has no parent itself: so nothing goes in a circle.
    f"""UPDATE matching_rows m SET found = found || {_problem("parent", "parent_unknown")}
        FROM assets_assetimportrow r
        WHERE r.id = m.id AND m.asset_id IS NULL AND r."values" ? 'parent' AND NOT EXISTS (
            SELECT 1 FROM assets_asset a WHERE a.municipality_id = %(town)s AND a.number = r."values"->>'parent')
          AND NOT EXISTS (SELECT 1 FROM matching_rows o JOIN assets_assetimportrow p ON p.id = o.id
            WHERE o.number = r."values"->>'parent' AND o.id <> m.id AND NOT p."values" ? 'parent')""",
)
FORMER_NUMBERS: Final = (
    "DROP TABLE IF EXISTS former_numbers",
    """CREATE TEMP TABLE former_numbers ON COMMIT DROP AS
       SELECT id, former_number FROM assets_asset
       WHERE municipality_id = %(town)s AND former_number <> '' AND state <> 'disposed'""",
    "CREATE INDEX ON former_numbers (former_number)",
    "ANALYZE former_numbers",
)
MATCHED: Final = """
UPDATE assets_assetimportrow r SET asset_id = m.asset_id, problems = r.problems || m.found, outcome = CASE
    WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(r.problems || m.found) p WHERE p->>1 = ANY(%(errors)s))
    THEN 'refused' WHEN m.asset_id IS NULL THEN 'new' WHEN m.says_disposed THEN 'same' ELSE 'changed' END
FROM matching_rows m WHERE r.municipality_id = %(town)s AND m.id = r.id
"""

# ── what differs ──────────────────────────────────────────────────────────────────────────────────

_CURRENT: Final = "jsonb_build_object(" + ", ".join(f"'{name}', to_jsonb(a.{name})" for name in COLUMNS) + ")"
_MOVED: Final = """(r.shape IS NOT NULL AND (a.shape IS NULL OR GeometryType(a.shape) <> GeometryType(r.shape)
    OR (NOT ST_OrderingEquals(a.shape, r.shape) AND ST_HausdorffDistance(a.shape, r.shape) > 1e-7)))"""


# {field: [before, after]} of each row with an asset; an attribute is "attr.<key>". Where an outage says "broken", or
# an inspection was made, the file has no say; a file that still says the old number does not bring it back.
def _differing(rows: str, assets: str) -> str:
    return f"""
SELECT r.id, r.row_number, r.asset_id, {_MOVED} AS is_moved, (
    SELECT coalesce(jsonb_object_agg(d.key, jsonb_build_array(d.was, d.becomes)), '{{}}') FROM (
        SELECT v.key, {_CURRENT}->v.key AS was, v.value AS becomes FROM jsonb_each(r."values") v
        WHERE v.key = ANY(%(columns)s) AND {_CURRENT}->v.key IS DISTINCT FROM v.value
          AND NOT (v.key = 'state' AND a.state = 'broken')
          AND NOT (v.key IN ('condition', 'inspected_on') AND a.inspected_on IS NOT NULL)
          AND NOT (v.key = 'number' AND a.former_number = v.value #>> '{{}}')
        UNION ALL
        SELECT 'attr.' || v.key, a.attributes->v.key, v.value
        FROM jsonb_each(coalesce(r."values"->'attributes', '{{}}')) v
        WHERE a.attributes->v.key IS DISTINCT FROM v.value
    ) d) AS changes
FROM {rows} r JOIN {assets} a ON a.id = r.asset_id WHERE r.outcome = 'changed'"""


DIFFERING_OF_PORTION: Final = _differing("portion_rows", "present_assets")
# The same for a whole file: the rows that have an asset, and their assets, in analysed tables.
COMPARED: Final = (
    "DROP TABLE IF EXISTS compared_rows",
    """CREATE TEMP TABLE compared_rows ON COMMIT DROP AS SELECT r.* FROM assets_assetimportrow r
       WHERE r.batch_id = %(batch)s AND r.outcome = 'changed'""",
    "ANALYZE compared_rows",
    "DROP TABLE IF EXISTS compared_assets",
    """CREATE TEMP TABLE compared_assets ON COMMIT DROP AS SELECT a.* FROM assets_asset a
       WHERE a.municipality_id = %(town)s
         AND a.id IN (SELECT asset_id FROM matching_rows WHERE asset_id IS NOT NULL)""",
    "ANALYZE compared_assets",
    f"""CREATE TEMP TABLE same_rows ON COMMIT DROP AS SELECT d.id
        FROM ({_differing("compared_rows", "compared_assets")}) d
        WHERE d.changes = '{{}}' AND NOT d.is_moved""",
    "ANALYZE same_rows",
    """UPDATE assets_assetimportrow r SET outcome = 'same' FROM same_rows s
       WHERE r.municipality_id = %(town)s AND r.id = s.id""",
    "DROP TABLE same_rows",
)

# ── importing a portion ───────────────────────────────────────────────────────────────────────────


def _given(name: str, kind: str) -> str:
    value = f"""(r."values"->>'{name}')::{kind}"""
    if kind in ("varchar", "text"):
        return f"coalesce({value}, {_EMPTY.get(name, chr(39) * 2)})"
    return value


_NEW = "FROM portion_rows r WHERE r.outcome = 'new'"
# Each portion is laid out in small analysed tables first: against fresh rows the planner knows no better than to
# look through all of them for each.
PORTION: Final = (
    "DROP TABLE IF EXISTS portion_rows",
    """CREATE TEMP TABLE portion_rows ON COMMIT DROP AS
       SELECT r.* FROM assets_assetimportrow r WHERE r.batch_id = %(batch)s AND r.outcome IN ('new', 'changed')
         AND r.row_number > %(low)s AND r.row_number <= %(high)s""",
    "ANALYZE portion_rows",
)
OF_PORTION: Final = """
SELECT array_agg("values"->>'number') FILTER (WHERE outcome = 'new' AND "values" ? 'number'),
       array_agg(asset_id) FILTER (WHERE outcome = 'changed') FROM portion_rows
"""
TAKEN: Final = (
    "SELECT number FROM assets_asset WHERE municipality_id = %(town)s AND number = ANY(%(numbers)s)"
)
LOCK: Final = """
SELECT id FROM assets_asset WHERE municipality_id = %(town)s AND id = ANY(%(ids)s::uuid[]) AND state <> 'disposed'
ORDER BY id FOR UPDATE
"""
REFUSE: Final = (
    f"""UPDATE portion_rows SET outcome = 'refused', problems = problems || {_problem("number", "taken_meanwhile")}
        WHERE outcome = 'new' AND "values"->>'number' = ANY(%(taken)s)""",
    f"""UPDATE portion_rows SET outcome = 'refused', problems = problems || {_problem("number", "gone_meanwhile")}
        WHERE outcome = 'changed' AND NOT asset_id = ANY(%(locked)s::uuid[])""",
)
PRESENT: Final = (
    "DROP TABLE IF EXISTS present_assets",
    """CREATE TEMP TABLE present_assets ON COMMIT DROP AS
       SELECT a.* FROM assets_asset a WHERE a.municipality_id = %(town)s AND a.id = ANY(%(locked)s::uuid[])""",
    "ANALYZE present_assets",
)
ADD: Final = f"""
INSERT INTO assets_asset (id, municipality_id, asset_class_id, {", ".join(COLUMNS)}, attributes, shape, length_m,
    area_code, parent_id, disposal, disposal_number, batch_id, version, search_text, created_at, updated_at)
SELECT r.id, %(town)s, %(class)s, {", ".join(_given(name, kind) for name, kind in COLUMNS.items())},
    coalesce(r."values"->'attributes', '{{}}'), r.shape, {MEASURE_OF.format(shape="r.shape")},
    coalesce(({AREA_OF.format(shape="ST_Transform(r.shape, 3857)")}), ''),
    (SELECT p.id FROM assets_asset p WHERE p.municipality_id = %(town)s AND p.number = r."values"->>'parent'
        AND p.batch_id IS DISTINCT FROM %(batch)s),
    '', '', %(batch)s, 1, '', %(now)s, %(now)s
{_NEW}
ON CONFLICT DO NOTHING RETURNING id
"""
CHILDREN: Final = (
    "DROP TABLE IF EXISTS child_rows",
    """CREATE TEMP TABLE child_rows ON COMMIT DROP AS
       SELECT r.id, r."values"->>'parent' AS parent FROM assets_assetimportrow r
       WHERE r.batch_id = %(batch)s AND r.outcome = 'new' AND r."values" ? 'parent'""",
    "ANALYZE child_rows",
)
# Only a parent that has none itself: so nothing goes in a circle.
PARENTS_IN_FILE: Final = (
    "DROP TABLE IF EXISTS parent_rows",
    """CREATE TEMP TABLE parent_rows ON COMMIT DROP AS
       SELECT c.id, p.id AS parent_id FROM child_rows c
       JOIN assets_asset p ON p.municipality_id = %(town)s AND p.number = c.parent AND p.batch_id = %(batch)s
       WHERE p.id NOT IN (SELECT id FROM child_rows)""",
    """UPDATE assets_asset a SET parent_id = p.parent_id FROM parent_rows p
       WHERE a.municipality_id = %(town)s AND a.id = p.id AND a.parent_id IS NULL""",
)
NAMED_BY_CLASS: Final = """
UPDATE assets_asset SET name = %(class_name)s WHERE municipality_id = %(town)s AND id = ANY(%(added)s::uuid[])
  AND name = ''
"""
# Somebody may have given the number by hand in the very moment: the row stays out, as if it had come later.
NOT_ADDED: Final = f"""
UPDATE portion_rows SET outcome = 'refused', problems = problems || {_problem("number", "taken_meanwhile")}
WHERE outcome = 'new' AND NOT id = ANY(%(added)s::uuid[])
"""
ADDED: Final = "UPDATE portion_rows SET asset_id = id, version_after = 1 WHERE outcome = 'new'"
APPLYING: Final = (
    "DROP TABLE IF EXISTS applying_rows",
    f"""CREATE TEMP TABLE applying_rows ON COMMIT DROP AS {DIFFERING_OF_PORTION}""",
    "ANALYZE applying_rows",
    """UPDATE portion_rows r SET outcome = 'same' FROM applying_rows d
       WHERE d.id = r.id AND d.changes = '{}' AND NOT d.is_moved""",
    "DELETE FROM applying_rows WHERE changes = '{}' AND NOT is_moved",
    # A number that changes leaves the old one findable, as by hand.
    """UPDATE applying_rows d SET changes = changes || jsonb_build_object('former_number',
              jsonb_build_array(to_jsonb(a.former_number), to_jsonb(a.number)))
       FROM present_assets a WHERE a.id = d.asset_id AND d.changes ? 'number' AND NOT d.changes ? 'former_number'
         AND a.number <> ''""",
    f"""UPDATE portion_rows r SET before = {_CURRENT} || jsonb_build_object('attributes', a.attributes,
              'shape', encode(ST_AsEWKB(a.shape), 'hex'), 'length_m', a.length_m, 'area_code', a.area_code,
              'search_text', a.search_text)
        FROM applying_rows d, present_assets a WHERE d.id = r.id AND a.id = d.asset_id""",
)


def _becomes(name: str, kind: str) -> str:
    return f"{name} = CASE WHEN d.changes ? '{name}' THEN (d.changes->'{name}'->>1)::{kind} ELSE a.{name} END"


CHANGE: Final = f"""
UPDATE assets_asset a SET {", ".join(_becomes(name, kind) for name, kind in COLUMNS.items())},
    attributes = a.attributes || coalesce(r."values"->'attributes', '{{}}'),
    shape = CASE WHEN d.is_moved THEN r.shape ELSE a.shape END,
    length_m = CASE WHEN d.is_moved THEN {MEASURE_OF.format(shape="r.shape")} ELSE a.length_m END,
    area_code = CASE WHEN d.is_moved
        THEN coalesce(({AREA_OF.format(shape="ST_Transform(r.shape, 3857)")}), '')
        ELSE a.area_code END,
    version = a.version + 1, updated_at = %(now)s
FROM applying_rows d JOIN portion_rows r ON r.id = d.id
WHERE a.municipality_id = %(town)s AND a.id = d.asset_id
"""
CHANGED: Final = """UPDATE portion_rows r SET version_after = a.version + 1 FROM applying_rows d, present_assets a
WHERE d.id = r.id AND a.id = d.asset_id"""
_EVENT: Final = """INSERT INTO assets_assetevent
    (id, municipality_id, asset_id, kind, changes, words, at, "by", by_label)"""
EVENTS: Final = (
    f"""{_EVENT} SELECT gen_random_uuid(), %(town)s, r.id, 'registered',
        jsonb_strip_nulls(jsonb_build_object('number', CASE WHEN r."values" ? 'number'
            THEN jsonb_build_array(NULL, r."values"->'number') END, 'name', CASE WHEN r."values" ? 'name'
            THEN jsonb_build_array(NULL, r."values"->'name') END)), %(words)s, %(now)s, %(by)s, %(by_label)s {_NEW}""",
    f"""{_EVENT} SELECT gen_random_uuid(), %(town)s, asset_id, 'changed', changes, %(words)s, %(now)s, %(by)s,
        %(by_label)s FROM applying_rows WHERE changes <> '{{}}'""",
    f"""{_EVENT} SELECT gen_random_uuid(), %(town)s, d.asset_id,
        CASE WHEN ST_Dimension(r.shape) = 0 THEN 'moved' ELSE 'reshaped' END, '{{}}', %(words)s, %(now)s, %(by)s,
        %(by_label)s FROM applying_rows d JOIN portion_rows r ON r.id = d.id WHERE d.is_moved""",
)
WRITE_BACK: Final = """
UPDATE assets_assetimportrow r SET outcome = p.outcome, problems = p.problems, asset_id = p.asset_id,
    before = p.before, version_after = p.version_after
FROM portion_rows p WHERE r.municipality_id = %(town)s AND r.id = p.id
"""
