"""แถวที่สร้างในฐานข้อมูล: many rows of a model by one statement of SQL, without the program's services.

A table `bench_row` (n: the row's number, at: when it came) is made first; each row of it becomes one of the model.
Everything is a hash of the row's number, so two runs make the same rows.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

SUPER = "cddp_super"
# 10 km in degrees at 18.6° north.
WIDE, HIGH = 0.0948, 0.0898


def r(salt: int, of: str = "n") -> str:
    """Return SQL for a number between 0 and 1 that hangs on `of` alone."""
    return f"((hashint8extended({of}, {salt}) & 9007199254740991)::float8 / 9007199254740992)"


def ordered_id(kind: str) -> str:
    """Return SQL for an id in the order of time, as the program makes them."""
    rest = f"md5('{kind}' || b.n)"
    at = "lpad(to_hex((extract(epoch FROM b.at) * 1000)::bigint), 12, '0')"
    return f"({at} || '7' || substr({rest}, 1, 3) || '8' || substr({rest}, 4, 15))::uuid"


def corner(city: psycopg.Connection[Any], town_id: int) -> tuple[float, float]:
    """Return the south-west corner of a square of 10 km around the middle of the town."""
    row: Any = city.execute(
        "SELECT ST_X(ST_Centroid(boundary)), ST_Y(ST_Centroid(boundary)) FROM tenancy_municipality WHERE id = %s",
        [town_id],
    ).fetchone()
    return float(row[0]) - WIDE / 2, float(row[1]) - HIGH / 2


def model_of(label: str) -> Any:
    """Return a model by its app and name."""
    from django.apps import apps

    return apps.get_model(label)


def insert_rows(city: psycopg.Connection[Any], model: Any, given: dict[str, str], town_id: int) -> None:
    """Add one row for each of bench_row; columns that are not given have the model's own default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, {"municipality_id": str(town_id)} | given) for field in fields)
    city.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values} FROM bench_row b')


def _value(field: Any, given: dict[str, str]) -> str:
    if field.column in given:
        return given[field.column]
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return "now()"
    default = field.get_default() if field.has_default() else None if field.null else ""
    if isinstance(default, list | dict):
        return "'{}'"
    if isinstance(default, dt.datetime):
        return f"'{default.isoformat()}'"
    return str(sql.Literal(default).as_string(None))


def drop_indexes(city: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    """Take the indexes that are not unique away; return how to make them again: faster than keeping them up."""
    rows: Any = city.execute(
        """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique""",
        [list(tables)],
    ).fetchall()
    for name, _definition in rows:
        city.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]
