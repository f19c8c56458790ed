"""งานเบื้องหลังของแผนที่."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.services.counts import fold_changes
from cddp.insight.maps.services.selections import forget_selections

SELECTION_LIFE = timedelta(days=1)


@app.periodic(cron="* * * * *")
@app.task(name="maps.fold_changes", queueing_lock="maps.fold_changes")
def fold_changes_everywhere(timestamp: int) -> None:
    """Fold the pending counts and versions of every town; a quarter of a millisecond for a quiet one."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            fold_changes()


# 03:17 in Thailand is 20:17 UTC: procrastinate reads its times in UTC.
@app.periodic(cron="17 20 * * *")
@app.task(name="maps.forget_selections", queueing_lock="maps.forget_selections")
def forget_selections_everywhere(timestamp: int) -> None:
    """Delete the shapes that were drawn more than a day ago."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            forget_selections(before=timezone.now() - SELECTION_LIFE)
