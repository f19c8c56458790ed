"""การนำเข้าหนึ่งครั้ง: opening, choosing columns, confirming, cancelling; each step leaves work for a job."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.files.tables import TableSource
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents import policies
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.errors import UnableToImport
from cddp.registers.residents.models import ColumnMapping, ImportBatch
from cddp.registers.residents.rules.importing.columns import (
    extract_date_in,
    header_fingerprint,
    mapping_problem,
    suggest_mapping,
    usable_mapping,
)
from cddp.registers.residents.services.importing.applying import apply_batch
from cddp.registers.residents.services.importing.checking import check_batch, open_batch_table, refuse_busy
from cddp.registers.residents.services.importing.progress import lock_batch
from cddp.registers.residents.services.importing.staging import clear_staging

PERMISSION = "residents.import"


@transaction.atomic
def open_batch(
    stream: IO[bytes], file_name: str, *, extract_date: dt.date | None = None, by: User | None = None
) -> ImportBatch:
    """Keep an uploaded file and suggest how to read it.

    Raises UnableToStoreFile (too large, empty, no space) or UnableToReadTable (not a table, no header …): then
    nothing is kept.
    """
    policies.require(by, PERMISSION)
    # The upload holds every identity number in clear: handing it out again is a reveal.
    stored = store_upload(stream, file_name, permission="residents.reveal_id", by=by.pk if by else None)
    batch = ImportBatch(
        file=stored,
        file_name=stored.name,
        started_by=by.pk if by else None,
        started_by_label=str(by) if by else "",
    )
    with open_stored(stored) as sealed, open_batch_table(batch, sealed) as table:
        batch.reading = _reading_of(table)
        batch.mapping = suggested_mapping(table.column_names)
        batch.extract_date = (
            extract_date or extract_date_in(table.titles, timezone.localdate()) or timezone.localdate()
        )
    batch.save(force_insert=True)
    audit.record("residents.import.uploaded", batch, changes={"file": [None, str(stored.pk)]})
    return batch


def _reading_of(table: TableSource) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "sheets": table.sheets,
        "header_row": table.header_rows[0],
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "broken_bytes": table.broken_bytes,
        "columns": table.column_names,
    }


def suggested_mapping(columns: list[str]) -> dict[str, str]:
    """Return the mapping that this town used for such a header before, or else a guess by synonyms."""
    known = ColumnMapping.objects.filter(fingerprint=header_fingerprint(columns)).first()
    remembered = usable_mapping(known.mapping, columns) if known else {}
    return remembered or suggest_mapping(columns)


@transaction.atomic
def change_reading(
    batch: ImportBatch, *, sheet: str, header_row: int | None, by: User | None = None
) -> ImportBatch:
    """Read the file from another sheet or header row; the columns are suggested anew. Raises UnableToReadTable."""
    policies.require(by, PERMISSION)
    locked = lock_batch(batch.pk)
    refuse_busy(locked)
    locked.reading = {"sheet": sheet, "header_row": header_row}
    with open_stored(locked.file) as stream, open_batch_table(locked, stream) as table:
        locked.reading = _reading_of(table)
        locked.mapping = suggested_mapping(table.column_names)
    locked.save(update_fields=["reading", "mapping"])
    return locked


@transaction.atomic
def choose_columns(
    batch: ImportBatch,
    mapping: Mapping[str, str],
    *,
    extract_date: dt.date | None = None,
    by: User | None = None,
) -> ImportBatch:
    """Fix which column holds what, remember it for this header, and let the dry run begin.

    Raises UnableToImport when no column holds a name, one column serves twice, or a job is at work.
    """
    policies.require(by, PERMISSION)
    locked = lock_batch(batch.pk)
    refuse_busy(locked)
    if locked.state not in {ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED}:
        raise UnableToImport(_("การนำเข้านี้จบแล้ว โปรดอัปโหลดไฟล์ใหม่"), code="over")
    columns = list(locked.reading.get("columns", []))
    chosen = usable_mapping(mapping, columns)
    if problem := mapping_problem(chosen):
        raise UnableToImport(problem, code="mapping")
    ColumnMapping.objects.update_or_create(
        fingerprint=header_fingerprint(columns),
        defaults={"mapping": chosen, "updated_by": by.pk if by else None},
    )
    locked.mapping, locked.extract_date = chosen, extract_date or locked.extract_date
    locked.state, locked.rows_done, locked.failure = ImportState.CHECKING, 0, ""
    locked.save(update_fields=["mapping", "extract_date", "state", "rows_done", "failure"])
    audit.record("residents.import.columns_chosen", locked, changes={"fields": [None, sorted(chosen)]})
    return locked


@transaction.atomic
def confirm_batch(batch: ImportBatch, *, is_complete: bool = False, by: User | None = None) -> ImportBatch:
    """Accept the dry run: the good rows may go in. Raises UnableToImport when there is nothing to accept."""
    policies.require(by, PERMISSION)
    locked = lock_batch(batch.pk)
    if locked.state != ImportState.CHECKED:
        raise UnableToImport(_("ไฟล์นี้ยังไม่ได้ตรวจสอบ หรือนำเข้าไปแล้ว"), code="not_checked")
    locked.state, locked.is_complete = ImportState.WAITING, is_complete
    locked.rows_done, locked.checkpoint_row = 0, 0
    locked.save(update_fields=["state", "is_complete", "rows_done", "checkpoint_row"])
    audit.record("residents.import.confirmed", locked, changes={"is_complete": [None, is_complete]})
    return locked


@transaction.atomic
def cancel_batch(batch: ImportBatch, *, by: User | None = None) -> ImportBatch:
    """Give up an import that has not begun to change the register. Raises UnableToImport afterwards."""
    policies.require(by, PERMISSION)
    locked = lock_batch(batch.pk)
    if locked.state in {ImportState.IMPORTING, ImportState.IMPORTED, ImportState.UNDOING, ImportState.UNDONE}:
        raise UnableToImport(_("เริ่มนำเข้าแล้ว ยกเลิกไม่ได้ ให้นำเข้าจนเสร็จแล้วใช้ “ย้อนกลับ”"), code="begun")
    locked.state = ImportState.CANCELLED
    locked.save(update_fields=["state"])
    clear_staging(locked.pk)
    audit.record("residents.import.cancelled", locked)
    return locked


def import_registry_file(
    municipality_id: int,
    path: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    complete: bool = False,
    extract_date: dt.date | None = None,
    dry_run: bool = False,
) -> ImportBatch:
    """Import a file in one go, for commands and benchmarks; return the finished batch (or the checked one).

    Each portion commits by itself: call it outside a transaction. Raises as `open_batch` and `choose_columns`;
    UnableToImport "failed" or "waiting" (another import of this town is at work).
    """
    with town_context(municipality_id), path.open("rb") as stream:
        batch = open_batch(stream, path.name, extract_date=extract_date)
        choose_columns(batch, mapping or batch.mapping)
    check_batch(municipality_id, batch.pk)
    with town_context(municipality_id):
        batch.refresh_from_db()
        if batch.state == ImportState.FAILED:
            raise UnableToImport(batch.failure, code="failed")
        if dry_run:
            return batch
        confirm_batch(batch, is_complete=complete)
    if not apply_batch(municipality_id, batch.pk):
        raise UnableToImport(_("มีการนำเข้าอื่นของเทศบาลนี้ทำงานอยู่ โปรดรอให้เสร็จแล้วสั่งใหม่"), code="waiting")
    with town_context(municipality_id):
        batch.refresh_from_db()
    return batch
