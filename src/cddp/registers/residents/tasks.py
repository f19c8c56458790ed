"""งานเบื้องหลังของทะเบียน: the long parts of a registry import, and the steps of a screen that leave one behind."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.models import ImportBatch
from cddp.registers.residents.services import importing

NEXT_TRY_S = 5


def _starter(municipality_id: int, batch_id: UUID) -> Acting:
    with town_context(municipality_id):
        batch = ImportBatch.objects.get(pk=batch_id)
        return Acting(user_id=batch.started_by, label=batch.started_by_label)


@town_task(name="residents.check_import", in_transaction=False)
def check_import(municipality_id: int, batch_id: str) -> None:
    """Do the dry run of an uploaded file."""
    with acting(_starter(municipality_id, UUID(batch_id))):
        importing.check_batch(municipality_id, UUID(batch_id))


@town_task(name="residents.apply_import", in_transaction=False)
def apply_import(municipality_id: int, batch_id: str) -> None:
    """Bring the good rows in; while another import of the town is at work, come back a little later."""
    with acting(_starter(municipality_id, UUID(batch_id))):
        if not importing.apply_batch(municipality_id, UUID(batch_id)):
            with town_context(municipality_id):
                apply_import.defer_in(seconds=NEXT_TRY_S, batch_id=batch_id)


@town_task(name="residents.undo_import", in_transaction=False)
def undo_import(municipality_id: int, batch_id: str) -> None:
    """Take a whole import back."""
    with acting(_starter(municipality_id, UUID(batch_id))):
        importing.undo_batch(municipality_id, UUID(batch_id))


@transaction.atomic
def start_check(
    batch: ImportBatch, mapping: Mapping[str, str], *, extract_date: dt.date | None, by: User
) -> None:
    """Fix the columns and let the dry run begin. Raises UnableToImport."""
    importing.choose_columns(batch, mapping, extract_date=extract_date, by=by)
    check_import.defer(batch_id=str(batch.pk))


@transaction.atomic
def start_import(batch: ImportBatch, *, is_complete: bool, by: User) -> None:
    """Let the good rows go in. Raises UnableToImport."""
    importing.confirm_batch(batch, is_complete=is_complete, by=by)
    apply_import.defer(batch_id=str(batch.pk))


@transaction.atomic
def start_undo(batch: ImportBatch, *, leave_changed: bool, by: User) -> None:
    """Let the import be taken back. Raises UnableToImport, UnableToUndoImport."""
    importing.request_undo(batch, leave_changed=leave_changed, by=by)
    undo_import.defer(batch_id=str(batch.pk))


def take_up_again(batch: ImportBatch) -> None:
    """Queue the job of a batch anew that gave no sign of life; a job that still lives does no harm to another."""
    jobs = {
        ImportState.CHECKING: check_import,
        ImportState.WAITING: apply_import,
        ImportState.IMPORTING: apply_import,
        ImportState.UNDOING: undo_import,
    }
    if job := jobs.get(ImportState(batch.state)):
        job.defer(batch_id=str(batch.pk))
