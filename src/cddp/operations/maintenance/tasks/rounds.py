"""งานเบื้องหลังของแผนบำรุงรักษา: each night the work that falls due is opened."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.maintenance.services.rounds import forget_orders
from cddp.operations.maintenance.services.schedules import open_due_work

logger = logging.getLogger(__name__)


@town_task(name="maintenance.open_due_work")
def open_due() -> None:
    """Open the due work of a town; let each round of the new day go by the map."""
    forget_orders()
    opened = open_due_work(timezone.localdate())
    logger.info("Opened %s scheduled work orders", opened)


# 03:10 in Thailand is 20:10 UTC: procrastinate reads its times in UTC.
@app.periodic(cron="10 20 * * *")
@app.task(name="maintenance.open_due_work_in_all_towns", queueing_lock="maintenance.open_due_work")
def open_due_everywhere(timestamp: int) -> None:
    """Enqueue one job per town, at night."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            open_due.defer()
