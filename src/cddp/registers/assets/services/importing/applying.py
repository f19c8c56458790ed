"""นำแถวเข้าทะเบียน: portion by portion; each is one transaction that ends with its checkpoint.

A worker that is killed loses at most one portion, which the database takes back; the job that is queued again goes
on after the checkpoint (`rows_done`). The id of a new asset is the id of its row, so nothing can come twice.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import town_context
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.events import AssetsImported
from cddp.registers.assets.models import Asset, AssetImport
from cddp.registers.assets.queries.places import town_zone
from cddp.registers.assets.services.holding import search_text_of
from cddp.registers.assets.services.importing.checking import row_parameters
from cddp.registers.assets.services.importing.progress import (
    count_outcomes,
    count_problems,
    lock_import,
    tell_starter,
    wait_for_turn,
)
from cddp.registers.assets.services.importing.statements import (
    ADD,
    ADDED,
    APPLYING,
    CHANGE,
    CHANGED,
    EVENTS,
    GONE,
    LOCK,
    NAMED_BY_CLASS,
    NOT_ADDED,
    PARENTS_IN_FILE,
    TAKEN,
)

MOST_ROWS: Final = 1_000
_SEARCHED: Final = ("number", "former_number", "name", "serial", "place", "attributes", "model")


def apply_import(municipality_id: int, import_id: UUID, *, at: dt.datetime | None = None) -> None:
    """Bring the good rows of a checked import into the register.

    May be called again after a crash and goes on where it stopped; an import that is over is left alone.
    """
    low: int | None = 0
    while low is not None:
        low = _apply_portion(municipality_id, import_id, at or timezone.now())


def _apply_portion(municipality_id: int, import_id: UUID, now: dt.datetime) -> int | None:
    """Apply the rows after the checkpoint and move it, in one transaction; None when all is done."""
    with town_context(municipality_id):
        found = lock_import(import_id)
        if found.state != ImportState.IMPORTING:
            return None
        if found.rows_done >= found.rows_total:
            _finish(found, now)
            return None
        wait_for_turn()
        high = min(found.rows_done + min(settings.IMPORT_PORTION_ROWS, MOST_ROWS), found.rows_total)
        parameters = row_parameters(found, low=found.rows_done, high=high) | _particulars(found, now)
        with connection.cursor() as cursor:
            _add(cursor, parameters)
            _change(cursor, parameters)
            for statement in EVENTS:
                cursor.execute(statement, parameters)
            touched = _touched(cursor, parameters)
        write_search_texts(touched)
        found.rows_done = high
        found.save(update_fields=["rows_done"])
    return high


def _particulars(found: AssetImport, now: dt.datetime) -> dict[str, Any]:
    return {
        "utm": town_zone(),
        "now": now,
        "class_name": found.asset_class.name if found.asset_class else "",
        "words": _("นำเข้าจากไฟล์ %(name)s") % {"name": found.file_name},
        "by": found.started_by,
        "by_label": found.started_by_label,
    }


def _add(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    for statement in (TAKEN, ADD, NAMED_BY_CLASS, NOT_ADDED, ADDED):
        cursor.execute(statement, parameters)


def _change(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    for statement in (LOCK, GONE, *APPLYING, CHANGE, CHANGED):
        cursor.execute(statement, parameters)


def _touched(cursor: CursorWrapper, parameters: dict[str, Any]) -> list[UUID]:
    cursor.execute(
        """SELECT id FROM assets_assetimportrow WHERE batch_id = %(batch)s AND outcome = 'new'
             AND row_number > %(low)s AND row_number <= %(high)s
           UNION ALL SELECT asset_id FROM applying_rows""",
        parameters,
    )
    return [row[0] for row in cursor.fetchall()]


def write_search_texts(ids: Iterable[UUID]) -> None:
    """Set what the assets are found by, as registering by hand does."""
    rows = Asset.objects.filter(pk__in=list(ids)).select_related("model").only(*_SEARCHED)
    found = [(each.pk, search_text_of(each)) for each in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_asset a SET search_text = t.words FROM unnest(%s::uuid[], %s::text[]) AS t(id, words) "
            "WHERE a.id = t.id",
            [[key for key, _words in found], [words for _key, words in found]],
        )


def _finish(found: AssetImport, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PARENTS_IN_FILE, {"town": found.municipality_id, "batch": found.pk})
    found.counts = found.counts | count_outcomes(found.pk)
    found.problem_counts = count_problems(found.pk)
    found.state, found.imported_at = ImportState.IMPORTED, now
    found.save(update_fields=["counts", "problem_counts", "state", "imported_at"])
    audit.record("assets.import.applied", found, changes={"counts": [None, found.counts]})
    publish(AssetsImported(batch_id=found.pk, added=found.counts["new"], changed=found.counts["changed"]))
    tell_starter(found, _("นำเข้าทรัพย์สินเสร็จแล้ว"))
