"""ความคืบหน้าและคิว: what an import tells while it runs, and how imports of one town wait for each other."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.foundation.notify.services import notify
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.registers.assets.choices import ImportOutcome
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.models import AssetImport, AssetImportRow


def lock_import(import_id: UUID) -> AssetImport:
    """Return the import, locked for the rest of the transaction."""
    return AssetImport.objects.select_for_update().get(pk=import_id)


def wait_for_turn() -> None:
    """Hold the register of this town against other imports to the end of the transaction: one portion at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('assets.import'), %s)", [required_municipality_id()]
        )


def refuse_busy(found: AssetImport) -> None:
    """Raise UnableToImport while a job works on it."""
    if found.is_busy:
        raise UnableToImport(_("กำลังทำงานกับไฟล์นี้อยู่ โปรดรอให้เสร็จก่อน"), code="busy")


def count_outcomes(import_id: UUID) -> dict[str, Any]:
    """Count the staged rows by outcome."""
    rows = AssetImportRow.objects.filter(batch_id=import_id).values("outcome").annotate(rows=Count("id"))
    found = dict.fromkeys(ImportOutcome.values, 0) | dict(rows.values_list("outcome", "rows"))
    return found | {"total": sum(found.values())}


def count_problems(import_id: UUID) -> dict[str, int]:
    """Count the rows of each problem, {"field.code": rows}."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (p->>0) || '|' || (p->>1), count(DISTINCT r.id) FROM assets_assetimportrow r, "
            "jsonb_array_elements(r.problems) p WHERE r.batch_id = %s GROUP BY 1",
            [import_id],
        )
        return {str(key): int(rows) for key, rows in cursor.fetchall()}


def clear_rows(import_id: UUID) -> None:
    """Forget the rows of an earlier reading."""
    AssetImportRow.objects.filter(batch_id=import_id).delete()


def tell_starter(found: AssetImport, title: str) -> None:
    """Put a line before the person who started the import."""
    if found.started_by is not None:
        notify(
            [found.started_by], title, body=found.file_name, link=reverse("assets:import", args=[found.pk])
        )
