"""งานประจำคืน: forget what is over its time, town by town."""

from django.utils import timezone
from procrastinate.contrib.django import app

from cddp.foundation.administration.retention import apply_retention
from cddp.foundation.audit import services as audit
from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality


@town_task(name="administration.apply_retention")
def retain_in_town() -> None:
    """Apply the policy to one town and record what was forgotten."""
    forgotten = apply_retention(timezone.localdate())
    if any(forgotten.values()):
        changes = {key: [count, 0] for key, count in forgotten.items() if count}
        audit.record("administration.retention.applied", Municipality, changes=changes)


# 02:20 in Thailand is 19:20 UTC: procrastinate reads its times in UTC.
@app.periodic(cron="20 19 * * *")
@app.task(name="administration.retention_of_all_towns", queueing_lock="administration.retention")
def retain_everywhere(timestamp: int) -> None:
    """Enqueue one job per town."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            retain_in_town.defer()
