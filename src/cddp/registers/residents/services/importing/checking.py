"""ตรวจสอบไฟล์ (dry run): read, judge, stage and match every row; nothing of the register changes."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos.prepared import PreparedGeometry
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored
from cddp.foundation.files.tables import TableSource, UnableToReadTable, open_table
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.values.errors import UnableTo
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.errors import UnableToImport
from cddp.registers.residents.models import ImportBatch
from cddp.registers.residents.rules.importing.columns import usable_mapping
from cddp.registers.residents.services.importing.matching import match_batch
from cddp.registers.residents.services.importing.progress import (
    count_outcomes,
    lock_batch,
    previous_extract_date,
    tell_starter,
)
from cddp.registers.residents.services.importing.staging import (
    Staging,
    clear_staging,
    new_staging,
    portions,
    stage_houses,
    stage_portion,
)
from cddp.registers.residents.services.importing.statements import ROWS_OF_TWO_STAYS

REACH_M: Final = 5_000
"""A point further outside the town than this is a mistake."""


def check_batch(municipality_id: int, batch_id: UUID) -> None:
    """Do the dry run of a batch that waits for it. After a crash it starts over from the first row."""
    with town_context(municipality_id):
        batch = lock_batch(batch_id)
        if batch.state != ImportState.CHECKING:
            return
        clear_staging(batch_id)
        batch.rows_done, batch.alive_at = 0, timezone.now()
        batch.save(update_fields=["rows_done", "alive_at"])
        reach = _reach()
        # Read now: the file is opened outside this transaction, where no town is set.
        _ = batch.file
    try:
        _stage_file(batch, reach)
    except UnableTo as refusal:
        with town_context(municipality_id):
            _fail(batch_id, refusal)


def _stage_file(batch: ImportBatch, reach: PreparedGeometry | None) -> None:
    with open_stored(batch.file) as stream, open_batch_table(batch, stream) as table:
        with town_context(batch.municipality_id):
            staging = new_staging(
                batch.pk,
                columns=table.column_names,
                mapping=usable_mapping(batch.mapping, table.column_names),
                reach=reach,
                today=timezone.localdate(),
            )
        done = 0
        for portion in portions(table):
            done += len(portion)
            with town_context(batch.municipality_id):
                if not _go_on(batch.pk, done):
                    clear_staging(batch.pk)
                    return
                stage_portion(staging, portion)
        if not done:
            raise UnableToReadTable("empty")
        with town_context(batch.municipality_id):
            _conclude(lock_batch(batch.pk), staging, table)


def open_batch_table(batch: ImportBatch, stream: Any) -> TableSource:
    """Open the table of a batch the way the person chose: sheet and header row."""
    return open_table(
        stream,
        batch.file_name,
        sheet=batch.reading.get("sheet") or None,
        header_row=batch.reading.get("header_row"),
    )


def _go_on(batch_id: UUID, done: int) -> bool:
    """Note the progress; False when the person has cancelled meanwhile."""
    going = ImportBatch.objects.filter(pk=batch_id, state=ImportState.CHECKING)
    return bool(going.update(rows_done=done, alive_at=timezone.now()))


def _conclude(batch: ImportBatch, staging: Staging, table: TableSource) -> None:
    if batch.state != ImportState.CHECKING:
        clear_staging(batch.pk)
        return
    stage_houses(staging)
    if staging.has_two_stays:
        with connection.cursor() as cursor:
            cursor.execute(ROWS_OF_TWO_STAYS, {"batch": batch.pk})
    match_batch(batch, previous_extract=previous_extract_date(batch))
    counts = asdict(table.counts)
    batch.counts = {key: counts[key] for key in ("title", "header", "empty")} | {"total": table.counts.total}
    batch.counts |= count_outcomes(batch)
    batch.problem_counts = dict(staging.problems)
    batch.rows_done, batch.rows_total = table.counts.total, _last_row(table, staging)
    batch.state = ImportState.CHECKED
    batch.save(update_fields=["counts", "problem_counts", "rows_done", "rows_total", "state"])
    audit.record("residents.import.checked", batch, changes={"counts": [None, batch.counts]})
    tell_starter(batch, "ตรวจสอบไฟล์ทะเบียนเสร็จแล้ว")


def _last_row(table: TableSource, staging: Staging) -> int:
    return max(staging.last_row, table.counts.total)


def _fail(batch_id: UUID, refusal: UnableTo) -> None:
    batch = lock_batch(batch_id)
    clear_staging(batch_id)
    fix = getattr(refusal, "fix", "")
    batch.state, batch.failure = ImportState.FAILED, f"{refusal.message} {fix}".strip()
    batch.save(update_fields=["state", "failure"])
    audit.record("residents.import.failed", batch, changes={"code": [None, refusal.code]})
    tell_starter(batch, "ตรวจสอบไฟล์ทะเบียนไม่สำเร็จ")


def _reach() -> PreparedGeometry | None:
    """Return the town with 5 km around it, or None for a town without an outline."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsEWKT(ST_Buffer(boundary::geography, %s)::geometry) FROM tenancy_municipality WHERE id = %s",
            [REACH_M, required_municipality_id()],
        )
        found = cursor.fetchone()
    return GEOSGeometry(found[0]).prepared if found and found[0] else None


def refuse_busy(batch: ImportBatch) -> None:
    """Raise UnableToImport while a job works on the batch."""
    if batch.is_busy:
        raise UnableToImport(_("กำลังทำงานกับไฟล์นี้อยู่ โปรดรอให้เสร็จก่อน"), code="busy")
