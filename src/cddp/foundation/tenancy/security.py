"""ความปลอดภัยระดับแถว: after each migration, make the database itself keep the towns apart.

For every tenant table: primary key (municipality_id, id), row-level security enabled and forced, one policy
for the current town, foreign keys that carry the town, and only the rights that the program needs.
Everything here may be run again at any time and changes only what is missing.
"""

import json
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel

APP_ROLE = "cddp_app"
CURRENT_TOWN = "NULLIF(current_setting('cddp.municipality', true), '')::int"
CURRENT_USER = "NULLIF(current_setting('cddp.user', true), '')::uuid"


def tenant_models() -> list[type[TenantModel]]:
    """Return each concrete table that belongs to towns."""
    return [
        m for m in apps.get_models() if issubclass(m, TenantModel) and m._meta.managed and not m._meta.proxy
    ]


def secure_tables(**kwargs: Any) -> None:
    """Apply keys, policies and rights; connected to `post_migrate`."""
    call_command("createcachetable", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        facts = _constraints_and_security(cursor)
        tables = [m for m in tenant_models() if m._meta.db_table in facts]
        for model in tables:
            _put_town_into_primary_key(cursor, model, facts)
            _force_row_security(cursor, model, facts)
        for model in tables:
            _tie_foreign_keys_to_town(cursor, model, facts)
        _grant_rights(cursor)


def _constraints_and_security(cursor: CursorWrapper) -> dict[str, dict[str, Any]]:
    cursor.execute(
        """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
                  coalesce((SELECT array_agg(polname::text) FROM pg_policy WHERE polrelid = c.oid), '{}'),
                  coalesce((SELECT jsonb_object_agg(conname, array_length(conkey, 1))
                            FROM pg_constraint WHERE conrelid = c.oid), '{}')::text,
                  (SELECT conname::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')
           FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"""
    )
    return {
        name: {
            "secured": secured,
            "policies": policies,
            "constraints": json.loads(constraints),
            "primary_key": primary_key,
        }
        for name, secured, policies, constraints, primary_key in cursor.fetchall()
    }


def _put_town_into_primary_key(
    cursor: CursorWrapper, model: type[models.Model], facts: dict[str, dict[str, Any]]
) -> None:
    table = model._meta.db_table
    name = facts[table]["primary_key"]
    if facts[table]["constraints"].get(name) == 2:
        return
    cursor.execute(
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" PRIMARY KEY (municipality_id, id)'
    )


def _force_row_security(
    cursor: CursorWrapper, model: type[models.Model], facts: dict[str, dict[str, Any]]
) -> None:
    table = model._meta.db_table
    if not facts[table]["secured"]:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
    if "own_town" not in facts[table]["policies"]:
        cursor.execute(
            f'CREATE POLICY own_town ON "{table}" USING (municipality_id = {CURRENT_TOWN}) '
            f"WITH CHECK (municipality_id = {CURRENT_TOWN})"
        )
    # A person who works for two towns must be able to see both memberships before choosing one.
    if getattr(model, "own_rows_visible_to_user", False) and "own_rows" not in facts[table]["policies"]:
        cursor.execute(f'CREATE POLICY own_rows ON "{table}" FOR SELECT USING (user_id = {CURRENT_USER})')


def _tie_foreign_keys_to_town(
    cursor: CursorWrapper, model: type[models.Model], facts: dict[str, dict[str, Any]]
) -> None:
    table = model._meta.db_table
    for field in model._meta.local_fields:
        if not isinstance(field, TenantForeignKey):
            continue
        target = field.related_model._meta.db_table
        name = f"{table[:30]}_{field.column[:24]}_town"
        if name in facts[table]["constraints"]:
            continue
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (municipality_id, "{field.column}") '
            f'REFERENCES "{target}" (municipality_id, id) DEFERRABLE INITIALLY DEFERRED'
        )


def _grant_rights(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
    if cursor.fetchone() is None:
        return
    cursor.execute(
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE};"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};"
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};"
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE}"
    )
    present = set(connection.introspection.table_names(cursor))
    for model in apps.get_models():
        table = model._meta.db_table
        if table not in present:
            continue
        if getattr(model, "append_only", False):
            cursor.execute(f'REVOKE UPDATE, DELETE ON "{table}" FROM {APP_ROLE}')
            if columns := getattr(model, "forgettable", ()):
                named = ", ".join(f'"{column}"' for column in columns)
                cursor.execute(f'GRANT UPDATE ({named}) ON "{table}" TO {APP_ROLE}')
        if getattr(model, "provisioned", False):
            cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {APP_ROLE}')
