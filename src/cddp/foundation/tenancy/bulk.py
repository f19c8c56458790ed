"""บรรจุข้อมูลจำนวนมาก: COPY rows into a table of the current town.

PostgreSQL refuses COPY into a table with row-level security, so the rows go through a temporary table.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from cddp.foundation.tenancy.models import TenantModel


def copy_into(
    model: type[TenantModel], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, on_conflict: str = ""
) -> int:
    """Add `rows` (tuples in the order of `columns`, database column names) and return how many went in.

    `id` and `municipality_id` are ordinary columns and must be given; geometries as hex EWKB text.
    """
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    temporary = f"incoming_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{temporary}"')
        cursor.execute(
            f'CREATE TEMP TABLE "{temporary}" ON COMMIT DROP AS SELECT {names} FROM "{table}" WITH NO DATA'
        )
        with cursor.copy(f'COPY "{temporary}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{temporary}" {on_conflict}')
        return int(cursor.rowcount)
