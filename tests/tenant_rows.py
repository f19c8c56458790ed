"""แถวตัวอย่างของทุกตาราง: one row per town in every tenant table, made from the columns' own types."""

from itertools import count
from uuid import UUID, uuid5

from django.db import connection, models

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import Municipality, TenantForeignKey, TenantModel
from cddp.foundation.tenancy.security import tenant_models

NAMESPACE = UUID("0b5e0f4e-2f0a-4d1c-9d4e-6a4b1a7f2569")
SAMPLE_BY_TYPE = {
    "uuid": "gen_random_uuid()",
    "boolean": "false",
    "integer": "1",
    "bigint": "1",
    "smallint": "1",
    "double precision": "1",
    "numeric": "1",
    "date": "'2026-11-23'",
    "timestamp with time zone": "now()",
    "jsonb": "'{}'",
    "bytea": "'x'",
    "inet": "'127.0.0.1'",
    "ARRAY": "'{}'",
}
SQUARE = "((99 18, 99 19, 100 19, 99 18))"
SHAPES = {
    "POINT": "POINT(99 18.5)",
    "LINESTRING": "LINESTRING(99 18, 99 19)",
    "POLYGON": f"POLYGON{SQUARE}",
    "MULTIPOLYGON": f"MULTIPOLYGON({SQUARE})",
}
_numbers = count(1)


def row_id(model: type[TenantModel], municipality_id: int) -> UUID:
    """Return the id of the sample row, so that foreign keys find their target."""
    return uuid5(NAMESPACE, f"{model._meta.db_table}:{municipality_id}")


def fill_every_tenant_table(towns: tuple[Municipality, ...]) -> None:
    """Insert past row-level security, as the tables' owner with the security lifted for a moment."""
    user = User.objects.create_user("sample")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET ROLE cddp_owner; SET CONSTRAINTS ALL DEFERRED")
        for model in tenant_models():
            _lift_check_constraints(cursor, model._meta.db_table)
        for model in tenant_models():
            for town in towns:
                cursor.execute("SELECT set_config('cddp.municipality', %s, true)", [str(town.pk)])
                cursor.execute(*_insert(model, town, user))
        cursor.execute("SELECT set_config('cddp.municipality', '', true); SET ROLE cddp_app")


def _lift_check_constraints(cursor, table: str) -> None:
    # Sample values only fill the columns; what they mean together is not under test. Rolled back with the test.
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [f'"{table}"']
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def _insert(model: type[TenantModel], town: Municipality, user: User) -> tuple[str, list]:
    columns, values, params = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.generated or (field.null and not isinstance(field, models.ForeignKey)):
            continue
        if field.null and not isinstance(field, TenantForeignKey):
            continue
        columns.append(f'"{field.column}"')
        value, given = _value(field, model, town, user)
        values.append(value)
        params += given
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(values)})', params


def _value(field, model, town: Municipality, user: User) -> tuple[str, list]:
    if field.primary_key:
        return "%s", [row_id(model, town.pk)]
    if field.column == "municipality_id":
        return "%s", [town.pk]
    if isinstance(field, TenantForeignKey):
        return "%s", [None if field.null else row_id(field.related_model, town.pk)]
    if isinstance(field, models.ForeignKey):
        return "%s", [user.pk]
    declared = field.db_type(connection)
    kind = "ARRAY" if declared.endswith("[]") else declared.split("(")[0]
    if kind == "geometry":
        shape = SHAPES[declared.split("(")[1].split(",")[0].upper()]
        return f"ST_GeomFromText('{shape}', {field.srid})", []
    if kind in SAMPLE_BY_TYPE:
        return SAMPLE_BY_TYPE[kind], []
    if field.choices:
        return "%s", [next(value for value, _label in field.choices if value)]
    return "%s", [f"x{next(_numbers)}"[: field.max_length]]
