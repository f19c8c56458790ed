"""สิ่งที่ไม่รับ: count what came to a door and was not taken; nothing of it is read or kept."""

import datetime as dt

from django.db.models import F

from cddp.operations.complaints.choices import RefusalReason
from cddp.operations.complaints.models import RefusedDelivery


def count_refusal(channel: str, reason: RefusalReason, *, at: dt.datetime) -> None:
    """Count one refusal of a channel, by the hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    row = {"channel": channel, "reason": reason, "hour": hour}
    if not RefusedDelivery.objects.filter(**row).update(count=F("count") + 1, last_at=at):
        RefusedDelivery.objects.bulk_create([RefusedDelivery(**row, last_at=at)], ignore_conflicts=True)
