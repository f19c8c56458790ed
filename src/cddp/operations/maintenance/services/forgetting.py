"""ลืมเมื่อถึงเวลา: what a phone sent is known by its id for as long as it may come again; how long stands in policy/."""

import datetime as dt
from typing import Final

from cddp.operations.maintenance.models import SentAct

AT_ONCE: Final = 10_000


def forget_sent_acts(before: dt.date) -> int:
    """Delete the ids and answers of acts received before this day; return how many. What was done stays done."""
    over = SentAct.objects.filter(received_at__date__lt=before).order_by("received_at")
    ids = list(over.values_list("pk", flat=True)[:AT_ONCE])
    SentAct.objects.filter(pk__in=ids).delete()
    return len(ids)
