"""ตรวจไฟล์ (dry run): stage and match every row, count what would happen, and doubt the projection where one should."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.gateways import import_sources
from cddp.registers.assets.models import AssetImport, AssetImportRow
from cddp.registers.assets.queries.import_positions import reach_of_town, shares_in_town
from cddp.registers.assets.rules.importing.problems import ERRORS
from cddp.registers.assets.rules.importing.projections import INSIDE_SHARE, judge, propose
from cddp.registers.assets.services.importing.opening import fail
from cddp.registers.assets.services.importing.progress import (
    clear_rows,
    count_outcomes,
    count_problems,
    lock_import,
    tell_starter,
)
from cddp.registers.assets.services.importing.staging import Staging, new_staging, portions, stage_portion
from cddp.registers.assets.services.importing.statements import (
    COLUMNS,
    COMPARED,
    FORMER_NUMBERS,
    MATCHED,
    MATCHING,
)


def check_import(municipality_id: int, import_id: UUID) -> None:
    """Do the dry run of an import that waits for it. After a crash it starts over from the first row."""
    with town_context(municipality_id):
        found = lock_import(import_id)
        if found.state != ImportState.CHECKING:
            return
        clear_rows(import_id)
        found.rows_done = 0
        found.save(update_fields=["rows_done"])
        staging = new_staging(found, today=timezone.localdate())
        # Read now: the file is opened outside this transaction, where no town is set.
        _file = found.file
    try:
        _stage_file(found, staging)
    except UnableTo as refusal:
        with town_context(municipality_id):
            fail(import_id, refusal)


def _stage_file(found: AssetImport, staging: Staging) -> None:
    done = 0
    with open_stored(found.file) as stream:
        rows = import_sources.iterate(stream, found.file_name, found.reading, list(found.columns))
        for portion in portions(rows):
            done += len(portion)
            with town_context(found.municipality_id):
                if not _go_on(found.pk, done):
                    clear_rows(found.pk)
                    return
                stage_portion(staging, portion)
    if not done:
        raise UnableToImport(_("ไม่มีรายการในชั้นข้อมูลหรือแผ่นงานนี้ โปรดเลือกชั้นอื่น"), code="empty")
    with town_context(found.municipality_id):
        _conclude(lock_import(found.pk), staging)


def _go_on(import_id: UUID, done: int) -> bool:
    """Note the progress; False when the person has cancelled meanwhile."""
    going = AssetImport.objects.filter(pk=import_id, state=ImportState.CHECKING)
    return bool(going.update(rows_done=done))


def _conclude(found: AssetImport, staging: Staging) -> None:
    if found.state != ImportState.CHECKING:
        clear_rows(found.pk)
        return
    match_rows(found)
    found.counts = count_outcomes(found.pk) | _places(found, staging.placed)
    found.problem_counts = count_problems(found.pk)
    found.rows_done = found.rows_total = staging.last_row
    found.state = ImportState.READY
    found.save(update_fields=["counts", "problem_counts", "rows_done", "rows_total", "state"])
    audit.record("assets.import.checked", found, changes={"counts": [None, found.counts]})
    tell_starter(found, _("ตรวจไฟล์ทรัพย์สินเสร็จแล้ว"))


def match_rows(found: AssetImport) -> None:
    """Find for each staged row what it is in the register, and what would become of it."""
    parameters = row_parameters(found) | {"errors": sorted(ERRORS)}
    with connection.cursor() as cursor:
        for statement in (*FORMER_NUMBERS, *MATCHING, MATCHED, *COMPARED):
            cursor.execute(statement, parameters)


def row_parameters(found: AssetImport) -> dict[str, Any]:
    """Return what the statements on staged rows ask for."""
    return {
        "batch": found.pk,
        "town": required_municipality_id(),
        "class": found.asset_class_id,
        "columns": list(COLUMNS),
    }


def _places(found: AssetImport, placed: int) -> dict[str, Any]:
    """Return how many of the places lie in the town, and the projection to propose when it puts clearly more there."""
    outside = AssetImportRow.objects.filter(batch_id=found.pk)
    beyond = sum(
        outside.filter(problems__contains=[["shape", code]]).count()
        for code in ("outside_country", "far_from_town", "outside_town")
    )
    share = (placed - beyond) / placed if placed else 1.0
    chosen = str(found.reading.get("projection") or "")
    points, datum = found.reading.get("points", []), found.reading["datum"]
    shares = shares_in_town(points, datum) if share < INSIDE_SHARE else {}
    proposed = propose(shares | {chosen: share}, chosen)
    fit = judge(share, proposed)
    return {
        "placed": placed,
        "inside": placed - beyond,
        "share": round(share, 4),
        "is_doubtful": fit == "doubtful",
        "is_partly_outside": fit == "partly",
        "proposed": proposed,
        "has_outline": reach_of_town() is not None,
    }
