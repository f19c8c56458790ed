"""ค่าก่อนแก้ไข: what stood in the register before an import changed it, encrypted, so that undo can put it back."""

import json
from typing import Any
from uuid import UUID

from django.db import connection

from cddp.foundation.files.cipher import Seal, decrypt
from cddp.foundation.tenancy.bulk import copy_into
from cddp.foundation.values.identifiers import uuid7
from cddp.registers.residents.models import ImportBatch, ImportChange

COLUMNS = (
    "id",
    "municipality_id",
    "batch_id",
    "table",
    "made_ids",
    "row_id",
    "before_encrypted",
    "version_after",
)


def keep_before(batch: ImportBatch, table: str, statement: str, parameters: dict[str, Any]) -> None:
    """Run a statement that selects (row id, former values as JSON, version afterwards) and keep its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchall()
    if not found:
        return
    seal = Seal(_context(batch.municipality_id))
    copy_into(
        ImportChange,
        COLUMNS,
        (
            (
                uuid7(),
                batch.municipality_id,
                batch.pk,
                table,
                "{}",
                row_id,
                seal.encrypt(_text(before).encode()),
                version,
            )
            for row_id, before, version in found
        ),
    )


def read_before(change: ImportChange) -> dict[str, Any]:
    """Return the former values of the columns that an import changed."""
    plain = decrypt(bytes(change.before_encrypted or b""), context=_context(change.municipality_id))
    values: dict[str, Any] = json.loads(plain)
    return values


def _context(municipality_id: int | None) -> str:
    return f"import_change:{municipality_id}"


def _text(before: Any) -> str:
    return before if isinstance(before, str) else json.dumps(before, ensure_ascii=False)


def changed_ids(batch: ImportBatch, table: str) -> set[UUID]:
    """Return the ids of the rows of a table that the import changed."""
    changes = ImportChange.objects.filter(batch=batch, table=table, row_id__isnull=False)
    return {row_id for row_id in changes.values_list("row_id", flat=True) if row_id}
