"""รับไฟล์จากหน้าจอ: keep the file, make the batch, and run it when the worker comes to it."""

from __future__ import annotations

from functools import partial
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints import policies
from cddp.operations.complaints.errors import UnableToImportTickets
from cddp.operations.complaints.models import ImportBatch
from cddp.operations.complaints.services.traffy import import_tickets, open_batch


def receive_upload(user: User, stream: IO[bytes], file_name: str) -> ImportBatch:
    """Keep an uploaded file of tickets as a batch that waits. Raises UnableTo… with words for the screen."""
    if not policies.may_import(user):
        raise UnableToImportTickets(_("บัญชีนี้ไม่มีสิทธิ์นำเข้าเรื่องร้องเรียน"), code="forbidden")
    stored = store_upload(stream, file_name, permission="complaints.import", by=user.pk)
    batch = open_batch(file_name=stored.name, started_by=user.pk)
    batch.stored_file = stored
    batch.save(update_fields=["stored_file"])
    audit.record("complaints.import.asked", batch, changes={"file": [None, stored.sha256]})
    return batch


def run_upload(batch_id: UUID, *, municipality_id: int) -> None:
    """Run a waiting batch. A batch that is finished is left alone, so a job told twice does nothing."""
    with town_context(municipality_id):
        batch = ImportBatch.objects.select_related("stored_file").get(pk=batch_id)
    if not batch.is_under_way or batch.stored_file is None:
        return
    import_tickets(partial(open_stored, batch.stored_file), batch_id, municipality_id=municipality_id)
