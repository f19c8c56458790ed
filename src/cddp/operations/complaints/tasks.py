"""งานเบื้องหลังของเรื่องร้องเรียน."""

from uuid import UUID

from cddp.foundation.events.jobs import town_task
from cddp.operations.complaints.services import uploads


@town_task(name="complaints.import_tickets", in_transaction=False)
def import_tickets(municipality_id: int, batch_id: str) -> None:
    """Take the tickets of an uploaded file; after a crash goes on where the last portion ended."""
    uploads.run_upload(UUID(batch_id), municipality_id=municipality_id)
