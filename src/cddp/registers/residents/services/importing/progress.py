"""ความคืบหน้าและคิว: what an import tells while it runs, and how imports of one town wait for each other."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.notify.services import notify
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.registers.residents.choices import ImportOutcome, ImportState
from cddp.registers.residents.models import ImportAbsence, ImportBatch, ImportHouse, ImportRow

SILENT_AFTER: Final = timedelta(minutes=3)
"""An import that gave no sign of life for so long was killed; others go first."""


def lock_batch(batch_id: UUID) -> ImportBatch:
    """Return the batch, locked for the rest of the transaction."""
    return ImportBatch.objects.select_for_update().get(pk=batch_id)


def other_running(batch: ImportBatch) -> ImportBatch | None:
    """Return the import of this town that is changing the register now, if it is not this one."""
    alive = timezone.now() - SILENT_AFTER
    running = ImportBatch.objects.filter(
        state__in=[ImportState.IMPORTING, ImportState.UNDOING], alive_at__gt=alive
    )
    return running.exclude(pk=batch.pk).first()


def wait_for_turn(batch: ImportBatch) -> bool:
    """Tell whether this batch may change the register now; two of one town never do so at once."""
    with connection.cursor() as cursor:
        # Held to the end of the transaction that also sets the state: no two can both find the way free.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('residents.import'), %s)", [required_municipality_id()]
        )
    return other_running(batch) is None


def previous_extract_date(batch: ImportBatch) -> date | None:
    """Return the day of the newest extract imported before, or None for the first."""
    found = ImportBatch.objects.applied().exclude(pk=batch.pk).aggregate(day=Max("extract_date"))
    day: date | None = found["day"]
    return day


def count_outcomes(batch: ImportBatch) -> dict[str, Any]:
    """Count the staged rows by outcome and movement, the houses, and who is absent."""
    rows = ImportRow.objects.filter(batch_id=batch.pk)
    found = rows.values("outcome").annotate(rows=Count("id")).values_list("outcome", "rows")
    outcomes = dict.fromkeys(ImportOutcome.values, 0) | dict(found)
    outcomes[ImportOutcome.NOT_DATA] += sum(batch.counts.get(key, 0) for key in ("title", "header", "empty"))
    moved = rows.exclude(movement="").filter(outcome__in=["new", "changed"]).values("movement")
    movements = dict(moved.annotate(rows=Count("id")).values_list("movement", "rows"))
    houses = ImportHouse.objects.filter(batch_id=batch.pk).aggregate(
        houses=Count("id"),
        new_houses=Count("id", filter=Q(house_id=None)),
        houses_without_point=Count("id", filter=Q(point=None, is_central_register=False)),
    )
    return {
        **outcomes,
        **houses,
        "movements": movements,
        "warned": rows.exclude(problems=[]).filter(outcome__in=["new", "changed", "unchanged"]).count(),
        "gone": ImportAbsence.objects.filter(batch=batch).values("person_id").distinct().count(),
    }


def tell_starter(batch: ImportBatch, title: str) -> None:
    """Put a line before the person who started the import."""
    if batch.started_by is not None:
        link = reverse("residents:import", args=[batch.pk])
        notify([batch.started_by], title, body=batch.file_name, link=link)
