"""อ่านบันทึกการใช้งาน."""

from uuid import UUID

from django.db.models import QuerySet

from cddp.foundation.audit.models import AuditEntry


def list_history(target_id: UUID, *, limit: int = 50) -> QuerySet[AuditEntry]:
    """Return what happened to one row, newest first."""
    return AuditEntry.objects.filter(target_id=target_id).order_by("-at")[:limit]
