"""งานเบื้องหลังของการนำเข้าทรัพย์สิน, and the steps of a screen that leave one behind."""

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.db import transaction

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.models import AssetImport
from cddp.registers.assets.services import importing


def _starter(municipality_id: int, import_id: UUID) -> Acting:
    with town_context(municipality_id):
        found = AssetImport.objects.get(pk=import_id)
        return Acting(user_id=found.started_by, label=found.started_by_label)


@town_task(name="assets.read_import", in_transaction=False)
def read_import(municipality_id: int, import_id: str) -> None:
    """Look into an uploaded file: layers, encoding, projection, first rows."""
    with acting(_starter(municipality_id, UUID(import_id))):
        importing.read_import(municipality_id, UUID(import_id))


@town_task(name="assets.check_import", in_transaction=False)
def check_import(municipality_id: int, import_id: str) -> None:
    """Do the dry run of a file."""
    with acting(_starter(municipality_id, UUID(import_id))):
        importing.check_import(municipality_id, UUID(import_id))


@town_task(name="assets.apply_import", in_transaction=False)
def apply_import(municipality_id: int, import_id: str) -> None:
    """Bring the good rows in."""
    with acting(_starter(municipality_id, UUID(import_id))):
        importing.apply_import(municipality_id, UUID(import_id))


@town_task(name="assets.undo_import", in_transaction=False)
def undo_import(municipality_id: int, import_id: str) -> None:
    """Take a whole import back."""
    with acting(_starter(municipality_id, UUID(import_id))):
        importing.undo_import(municipality_id, UUID(import_id))


@transaction.atomic
def start_upload(by: User, *, stream: IO[bytes], file_name: str, asset_class_id: UUID | None) -> AssetImport:
    """Keep a file and let it be read. Raises UnableToStoreFile, UnableToImport."""
    found = importing.open_import(by, stream=stream, file_name=file_name, asset_class_id=asset_class_id)
    read_import.defer(import_id=str(found.pk))
    return found


@transaction.atomic
def start_reading(
    by: User, import_id: UUID, *, asset_class_id: UUID, values: Mapping[str, Any], as_town: bool
) -> AssetImport:
    """Say how a file is to be read; let it be opened again where that needs it. Raises UnableToImport."""
    found = importing.change_reading(
        by, import_id, asset_class_id=asset_class_id, values=values, as_town=as_town
    )
    if found.state == ImportState.READING:
        read_import.defer(import_id=str(found.pk))
    return found


@transaction.atomic
def start_check(by: User, import_id: UUID, *, mapping: Mapping[str, str]) -> None:
    """Fix the columns and let the dry run begin, or the file be opened again for its places. Raises UnableToImport."""
    found = importing.choose_columns(by, import_id, mapping=mapping)
    job = read_import if found.state == ImportState.READING else check_import
    job.defer(import_id=str(import_id))


@transaction.atomic
def start_check_in(by: User, import_id: UUID, *, projection: str) -> None:
    """Check all rows again in another projection. Raises UnableToImport."""
    importing.use_projection(by, import_id, projection=projection)
    check_import.defer(import_id=str(import_id))


@transaction.atomic
def start_import(by: User, import_id: UUID, *, is_sure_of_places: bool) -> None:
    """Let the good rows go in. Raises UnableToImport."""
    importing.confirm_import(by, import_id, is_sure_of_places=is_sure_of_places)
    apply_import.defer(import_id=str(import_id))


@transaction.atomic
def start_undo(by: User, import_id: UUID, *, leave_changed: bool) -> None:
    """Let the import be taken back. Raises UnableToImport."""
    importing.request_undo(by, import_id, leave_changed=leave_changed)
    undo_import.defer(import_id=str(import_id))


def take_up_again(found: AssetImport) -> None:
    """Queue the job of an import anew that gives no sign of life; a job that still lives does no harm to another."""
    jobs = {
        ImportState.READING: read_import,
        ImportState.CHECKING: check_import,
        ImportState.IMPORTING: apply_import,
        ImportState.UNDOING: undo_import,
    }
    if job := jobs.get(ImportState(found.state)):
        job.defer(import_id=str(found.pk))
