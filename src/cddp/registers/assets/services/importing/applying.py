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
from cddp.foundation.tenancy.current import required_municipality_id, town_context
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
    CHILDREN,
    EVENTS,
    LOCK,
    NAMED_BY_CLASS,
    NOT_ADDED,
    OF_PORTION,
    PARENTS_IN_FILE,
    PORTION,
    PRESENT,
    REFUSE,
    TAKEN,
    WRITE_BACK,
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
        parameters = row_parameters(found) | _particulars(found, now) | {"low": found.rows_done, "high": high}
        with connection.cursor() as cursor:
            _lay_out(cursor, parameters)
            _add(cursor, parameters)
            for statement in (*APPLYING, CHANGE, CHANGED, *EVENTS):
                cursor.execute(statement, parameters)
            touched = _touched(cursor)
            cursor.execute(WRITE_BACK, parameters)
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


def _lay_out(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    """Put the portion and the assets it is about into small tables; refuse what has changed since the dry run."""
    for statement in PORTION:
        cursor.execute(statement, parameters)
    cursor.execute(OF_PORTION, parameters)
    numbers, ids = cursor.fetchone()
    cursor.execute(TAKEN, parameters | {"numbers": numbers or []})
    taken = [row[0] for row in cursor.fetchall()]
    cursor.execute(LOCK, parameters | {"ids": ids or []})
    locked = [row[0] for row in cursor.fetchall()]
    for statement in (*REFUSE, *PRESENT):
        cursor.execute(statement, parameters | {"taken": taken, "locked": locked})


def _add(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    cursor.execute(ADD, parameters)
    added = [row[0] for row in cursor.fetchall()]
    for statement in (NOT_ADDED, NAMED_BY_CLASS, ADDED):
        cursor.execute(statement, parameters | {"added": added})


def _touched(cursor: CursorWrapper) -> list[UUID]:
    cursor.execute(
        "SELECT id FROM portion_rows WHERE outcome = 'new' UNION ALL SELECT asset_id FROM applying_rows"
    )
    return [row[0] for row in cursor.fetchall()]


def write_search_texts(ids: Iterable[UUID]) -> None:
    """Set what the assets are found by, as registering by hand does."""
    rows = Asset.objects.filter(pk__in=list(ids)).select_related("model").only(*_SEARCHED)
    found = [(each.pk, search_text_of(each)) for each in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_asset a SET search_text = t.words FROM unnest(%s::uuid[], %s::text[]) AS t(id, words) "
            "WHERE a.municipality_id = %s AND a.id = t.id",
            [[key for key, _words in found], [words for _key, words in found], required_municipality_id()],
        )


def _finish(found: AssetImport, now: dt.datetime) -> None:
    if "parent" in found.mapping:
        with connection.cursor() as cursor:
            for statement in (*CHILDREN, *PARENTS_IN_FILE):
                cursor.execute(statement, {"town": found.municipality_id, "batch": found.pk})
    found.counts = found.counts | count_outcomes(found.pk)
    found.problem_counts = count_problems(found.pk)
    found.state, found.imported_at = ImportState.IMPORTED, now
    found.save(update_fields=["counts", "problem_counts", "state", "imported_at"])
    audit.record("assets.import.applied", found, changes={"counts": [None, found.counts]})
    publish(AssetsImported(batch_id=found.pk, added=found.counts["new"], changed=found.counts["changed"]))
    tell_starter(found, _("นำเข้าทรัพย์สินเสร็จแล้ว"))
