"""นำแถวเข้าทะเบียน: portion by portion; each portion is one transaction that ends with its checkpoint.

A worker that is killed loses at most one portion, which the database takes back; the job that is queued again
goes on after the checkpoint. Ids are fixed before (a new person is the row), so nothing can be made twice.
"""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.choices import AreaKind, ImportState
from cddp.registers.residents.events import RegistryImported
from cddp.registers.residents.models import Area, ImportBatch, ImportChange
from cddp.registers.residents.rules.houses import search_text_of
from cddp.registers.residents.services.areas import make_area
from cddp.registers.residents.services.importing.before_images import keep_before
from cddp.registers.residents.services.importing.matching import (
    AreaKey,
    find_area,
    known_areas,
    match_areas,
    match_batch,
    refresh_statistics,
)
from cddp.registers.residents.services.importing.portion_statements import (
    ABSENT_STAYS,
    ABSENT_STAYS_BEFORE,
    CHANGED_HOUSES,
    CHANGED_HOUSES_BEFORE,
    CHANGED_PEOPLE,
    CHANGED_PEOPLE_BEFORE,
    CHANGED_ROLES,
    CHANGED_ROLES_BEFORE,
    ENDED_STAYS,
    ENDED_STAYS_BEFORE,
    NEW_HOUSEHOLDS,
    NEW_HOUSES,
    NEW_PEOPLE,
    NEW_REGISTERED_STAYS,
    NEW_RESIDENT_STAYS,
    TAKEN_CODES,
    TAKEN_NUMBERS,
)
from cddp.registers.residents.services.importing.progress import (
    count_outcomes,
    lock_batch,
    previous_extract_date,
    tell_starter,
    wait_for_turn,
)

# Each changing statement stands behind the one that keeps what was there before.
STATEMENTS: Final = (
    (None, TAKEN_CODES),
    (None, TAKEN_NUMBERS),
    (None, NEW_HOUSES),
    (("house", CHANGED_HOUSES_BEFORE), CHANGED_HOUSES),
    (None, NEW_HOUSEHOLDS),
    (None, NEW_PEOPLE),
    (("person", CHANGED_PEOPLE_BEFORE), CHANGED_PEOPLE),
    (("membership", ENDED_STAYS_BEFORE), ENDED_STAYS),
    (("membership", CHANGED_ROLES_BEFORE), CHANGED_ROLES),
    (None, NEW_REGISTERED_STAYS),
    (None, NEW_RESIDENT_STAYS),
)


def apply_batch(municipality_id: int, batch_id: UUID) -> bool:
    """Bring the good rows of a checked batch into the register; return False when another import goes first.

    May be called again after a crash and goes on where it stopped; a batch that is imported, cancelled or
    failed is left alone.
    """
    with town_context(municipality_id):
        batch = lock_batch(batch_id)
        if batch.state not in {ImportState.WAITING, ImportState.IMPORTING}:
            return True
        if not wait_for_turn(batch):
            return False
        if batch.state == ImportState.WAITING:
            _begin(batch)
        last_row = batch.rows_total
    low = batch.checkpoint_row
    while low < last_row:
        low = _apply_portion(municipality_id, batch_id, low, last_row)
    with town_context(municipality_id):
        _finish(lock_batch(batch_id))
    return True


def _begin(batch: ImportBatch) -> None:
    """Make missing areas and match once more: the register may have changed since the dry run."""
    made = [area for key in match_areas(batch.pk) if (area := _make_area(key))]
    if made:
        ImportChange.objects.create(batch=batch, table="area", made_ids=[area.pk for area in made])
    match_batch(batch, previous_extract=previous_extract_date(batch))
    batch.state, batch.checkpoint_row, batch.alive_at = ImportState.IMPORTING, 0, timezone.now()
    batch.rows_done = 0
    batch.save(update_fields=["state", "checkpoint_row", "rows_done", "alive_at"])


def _make_area(key: AreaKey) -> Area | None:
    moo, name, _tambon = key
    if find_area(key, known_areas()) is not None:
        return None  # the area made for an earlier spelling serves this one too
    if moo is not None and Area.objects.filter(number=moo).exists():
        return None  # several areas bear this number: which one is meant is for a person to say
    code = f"{moo:02d}" if moo is not None else f"c-{name[:18]}"
    if Area.objects.filter(code=code).exists():
        return None
    kind = AreaKind.MOO if moo is not None else AreaKind.COMMUNITY
    return make_area(name=name or f"หมู่ที่ {moo}", code=code, kind=kind, number=moo)


def _apply_portion(municipality_id: int, batch_id: UUID, low: int, last_row: int) -> int:
    """Apply the rows after `low` and set the checkpoint, in one transaction; return the new checkpoint."""
    with town_context(municipality_id):
        batch = lock_batch(batch_id)
        if batch.checkpoint_row != low:
            return batch.checkpoint_row
        high = min(low + settings.IMPORT_PORTION_ROWS, last_row)
        parameters = _parameters(batch, low, high)
        with connection.cursor() as cursor:
            for before, statement in STATEMENTS:
                if before is not None:
                    keep_before(batch, before[0], before[1], parameters)
                cursor.execute(statement, parameters)
        if low == 0:
            refresh_statistics("house", "household", "person", "householdmembership")
        batch.checkpoint_row = batch.rows_done = high
        batch.alive_at = timezone.now()
        batch.save(update_fields=["checkpoint_row", "rows_done", "alive_at"])
    return high


def _parameters(batch: ImportBatch, low: int, high: int) -> dict[str, Any]:
    areas = {
        str(area.pk): search_text_of(number="", moo=area.number, area_name=area.name)
        for area in Area.objects.only("number", "name")
    }
    return {
        "batch": batch.pk,
        "town": batch.municipality_id,
        "low": low,
        "high": high,
        "on": batch.extract_date,
        "now": timezone.now(),
        "area_ids": list(areas),
        "area_words": list(areas.values()),
    }


def _finish(batch: ImportBatch) -> None:
    if batch.state != ImportState.IMPORTING:
        return
    if batch.is_complete:
        parameters = _parameters(batch, 0, batch.rows_total)
        keep_before(batch, "membership", ABSENT_STAYS_BEFORE, parameters)
        with connection.cursor() as cursor:
            cursor.execute(ABSENT_STAYS, parameters)
    batch.counts = batch.counts | count_outcomes(batch)
    batch.state, batch.imported_at = ImportState.IMPORTED, timezone.now()
    batch.save(update_fields=["counts", "state", "imported_at"])
    audit.record("residents.import.applied", batch, changes={"counts": [None, batch.counts]})
    publish(RegistryImported(batch.pk))
    tell_starter(batch, "นำเข้าทะเบียนเสร็จแล้ว")
