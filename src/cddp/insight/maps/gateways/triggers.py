"""ทริกเกอร์ของแผนที่: let the database itself keep counts and versions of the tables that layers draw.

Statement-level triggers with transition tables, so that an import of 100,000 rows costs one grouping and an edit
writes one or two small rows. They run in the name of the one who writes: row-level security holds for them too.
Only the owner of the tables may put them there (`migrate`); doing it again changes nothing.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from cddp.foundation.extension_points import MapLayer, map_layers
from cddp.foundation.tenancy.models import TenantModel
from cddp.insight.maps.rules import FINEST_CELL_ZOOM, HALF_WORLD_M

WRITES = ("INSERT", "UPDATE", "DELETE")
CELLS = 1 << FINEST_CELL_ZOOM
CELL_SIDE_M = 2 * HALF_WORLD_M / CELLS

NOTE_CHANGE = """
CREATE OR REPLACE FUNCTION maps_note_change() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE town integer;
BEGIN
    -- Every row of one statement is of one town: row-level security sees to it.
    IF TG_OP = 'DELETE' THEN SELECT municipality_id INTO town FROM old_rows LIMIT 1;
    ELSE SELECT municipality_id INTO town FROM new_rows LIMIT 1;
    END IF;
    IF town IS NOT NULL THEN
        INSERT INTO maps_tablechange (id, municipality_id, "table", transaction)
        VALUES (gen_random_uuid(), town, TG_TABLE_NAME, txid_current()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $body$
"""


@dataclass(frozen=True)
class TriggerSet:
    """ชุดทริกเกอร์: a function and the three triggers that call it after each kind of write to a table."""

    table: str
    function: str
    definition: str

    @property
    def seal(self) -> str:
        """Return a short mark of the definition, kept as the function's comment: same mark, nothing to do."""
        return sha256(f"{self.table} {self.definition}".encode()).hexdigest()[:16]

    def is_in_place(self, cursor: CursorWrapper) -> bool:
        """Tell whether the database has exactly this set."""
        cursor.execute(
            """SELECT (SELECT obj_description(oid, 'pg_proc') FROM pg_proc WHERE proname = %s) LIKE %s
                  AND 3 = (SELECT count(*) FROM pg_trigger
                           WHERE tgrelid = %s::regclass AND tgname LIKE %s AND NOT tgisinternal)""",
            [self.function, f"%{self.seal}%", self.table, f"{self.function}\\_%"],
        )
        return bool(cursor.fetchone()[0])

    def put(self, cursor: CursorWrapper) -> None:
        """Make or replace the function and its triggers."""
        cursor.execute(self.definition)
        for write in WRITES:
            seen = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
            rows = seen.get(write, "OLD TABLE AS old_rows NEW TABLE AS new_rows")
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER {self.function}_{write.lower()} AFTER {write} ON "{self.table}" '
                f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {self.function}()"
            )


def put_triggers() -> list[MapLayer]:
    """Put the triggers of every contributed layer in place; return the counted layers whose counts are to be made."""
    changed: list[MapLayer] = []
    with transaction.atomic(), connection.cursor() as cursor:
        _watch_tables(cursor)
        for layer in counted_layers():
            trigger_set = count_triggers(layer)
            if not trigger_set.is_in_place(cursor):
                trigger_set.put(cursor)
                cursor.execute(f"COMMENT ON FUNCTION {trigger_set.function}() IS '{trigger_set.seal}'")
                changed.append(layer)
    return changed


def _watch_tables(cursor: CursorWrapper) -> None:
    tables = sorted({table for layer in map_layers for table in watched_tables(layer)})
    missing = [
        s
        for table in tables
        if not (s := TriggerSet(table, "maps_note_change", NOTE_CHANGE)).is_in_place(cursor)
    ]
    if not missing:
        return
    for trigger_set in missing:
        trigger_set.put(cursor)
    # One function serves all tables: its comment bears the marks of all.
    seals = " ".join(TriggerSet(table, "maps_note_change", NOTE_CHANGE).seal for table in tables)
    cursor.execute(f"COMMENT ON FUNCTION maps_note_change() IS '{seals}'")


def counted_layers() -> list[MapLayer]:
    """Return the layers whose counts are kept."""
    return [layer for layer in map_layers if layer.counted]


def model_of(layer: MapLayer) -> type[models.Model]:
    """Return the model whose table the layer draws; its app says so by the queryset of `rows`."""
    if layer.model is None:
        raise LookupError(f"map layer {layer.key} names no model")
    return apps.get_model(layer.model)


def watched_tables(layer: MapLayer) -> list[str]:
    """Return the tables of towns whose change makes this layer's tiles stale."""
    named = list(layer.version_tables) or ([model_of(layer)._meta.db_table] if layer.model else [])
    return [table for table in named if table in _tables_of_towns()]


@cache
def _tables_of_towns() -> frozenset[str]:
    return frozenset(m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel))


def count_triggers(layer: MapLayer) -> TriggerSet:
    """Return the triggers that keep the counts of one layer."""
    model = model_of(layer)
    function = f"maps_count_{layer.key.replace('-', '_')}"
    added, taken = _signed(layer, model, "new_rows", 1), _signed(layer, model, "old_rows", -1)
    definition = f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN {_write_deltas(layer, added)}
    ELSIF TG_OP = 'DELETE' THEN {_write_deltas(layer, taken)}
    ELSE {_write_deltas(layer, f"{added} UNION ALL {taken}")}
    END IF;
    RETURN NULL;
END $body$
"""
    return TriggerSet(model._meta.db_table, function, definition)


def _write_deltas(layer: MapLayer, signed_rows: str) -> str:
    return f"""
        INSERT INTO maps_tilecountdelta (id, municipality_id, layer, x, y, change)
        SELECT gen_random_uuid(), municipality_id, '{layer.key}', x, y, sum(sign)
        FROM ({signed_rows}) AS signed GROUP BY municipality_id, x, y HAVING sum(sign) <> 0;"""


def _signed(layer: MapLayer, model: type[models.Model], rows: str, sign: int) -> str:
    # The transition table takes the model table's name, so that the condition compiled by Django fits it.
    cells = cells_select(layer, model, f"{sign} AS sign")
    return f'{cells} FROM {rows} AS "{model._meta.db_table}" {counted_condition(layer)}'


def cells_select(layer: MapLayer, model: type[models.Model], value: str) -> str:
    """Return "SELECT municipality_id, x, y, value" with the finest cell of each row."""
    columns = {field.name: field.column for field in model._meta.local_fields}
    point = f'"{model._meta.db_table}"."{columns[layer.geometry_field]}"'
    x = f"floor((ST_X({point}) + {HALF_WORLD_M!r}) / {CELL_SIDE_M!r})"
    y = f"floor(({HALF_WORLD_M!r} - ST_Y({point})) / {CELL_SIDE_M!r})"
    return (
        f"SELECT municipality_id, greatest(0, least({CELLS - 1}, {x}))::int AS x, "
        f"greatest(0, least({CELLS - 1}, {y}))::int AS y, {value}"
    )


def counted_condition(layer: MapLayer) -> str:
    """Return "WHERE …" with the values written in: the rows that are counted."""
    model = model_of(layer)
    rows = model._base_manager.filter(**{f"{layer.geometry_field}__isnull": False})
    if layer.counted_where is not None:
        rows = rows.filter(layer.counted_where)
    query = rows.query
    where, values = query.where.as_sql(query.get_compiler("default"), connection)
    with connection.cursor() as cursor:
        return f"WHERE {cursor.mogrify(where, values)}"
