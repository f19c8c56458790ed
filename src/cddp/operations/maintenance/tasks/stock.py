"""งานเบื้องหลังของคลังอะไหล่."""

from django.utils import timezone
from procrastinate.contrib.django import app

from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.maintenance.services import recounting


@town_task(name="maintenance.recount_stock")
def recount_stock() -> None:
    """Compare the stock of a town with its ledger."""
    recounting.recount(at=timezone.now())


# 02:20 in Thailand is 19:20 UTC: procrastinate reads its times in UTC.
@app.periodic(cron="20 19 * * *")
@app.task(name="maintenance.recount_stock_in_all_towns", queueing_lock="maintenance.recount_stock")
def recount_stock_everywhere(timestamp: int) -> None:
    """Enqueue one job per town, at night."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            recount_stock.defer()
