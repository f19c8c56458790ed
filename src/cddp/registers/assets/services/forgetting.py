"""ลืมเมื่อถึงเวลา: raw rows of imports and raw rides go once they have served; what came of them stays.

How long, and why, stands in policy/retention.yaml. A run takes AT_ONCE of each at most; the next night goes on.
"""

import datetime as dt
import io
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import remove_stored, store_upload
from cddp.registers.assets.choices import ImportState, TraceState
from cddp.registers.assets.models import AssetImport, RoadTrace
from cddp.registers.assets.services.importing.progress import clear_rows

AT_ONCE: Final = 200
_BUSY_IMPORTS: Final = (
    ImportState.READING, ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING,
)  # fmt: skip
_ENDED_IMPORTS: Final = frozenset({ImportState.IMPORTED, ImportState.UNDONE, ImportState.CANCELLED})


def forget_imports(before: dt.date) -> int:
    """Delete rows and file of imports that ended, or were left lying, before this day; return how many imports.

    The counts stay. Without its rows an import cannot be undone any more; one that still waited is given up.
    """
    over = AssetImport.objects.filter(created_at__date__lt=before).exclude(counts__has_key="forgotten")
    over = over.exclude(state__in=_BUSY_IMPORTS).exclude(imported_at__date__gte=before)
    over = over.exclude(undone_at__date__gte=before).order_by("created_at")
    found = list(over.select_for_update(of=("self",)).select_related("file")[:AT_ONCE])
    for each in found:
        _forget_import(each)
    return len(found)


def _forget_import(found: AssetImport) -> None:
    clear_rows(found.pk)
    old, found.file = found.file, _in_place_of(found.file)
    found.reading = {key: value for key, value in found.reading.items() if key not in ("rows", "points")}
    found.counts = found.counts | {"forgotten": True}
    if found.state not in _ENDED_IMPORTS:
        found.state = ImportState.CANCELLED
    found.save(update_fields=["file", "reading", "counts", "state"])
    remove_stored(old)


def forget_traces(before: dt.date) -> int:
    """Delete the raw ride of what was brought before this day, and who brought it; return how many rides.

    How rough each stretch was stays. A ride that nobody took into use by then is put aside.
    """
    over = RoadTrace.objects.filter(created_at__date__lt=before).exclude(state=TraceState.MEASURING)
    over = over.exclude(counts__has_key="forgotten").order_by("created_at")
    found = list(over.select_for_update(of=("self",)).select_related("file")[:AT_ONCE])
    for each in found:
        _forget_trace(each)
    return len(found)


def _forget_trace(trace: RoadTrace) -> None:
    old, trace.file = trace.file, _in_place_of(trace.file)
    trace.reading = trace.reading | {"samples": []}
    trace.problems = [[row, field, code, ""] for row, field, code, *_words in trace.problems]
    trace.counts = trace.counts | {"forgotten": True}
    trace.by, trace.by_label = None, ""
    if trace.state not in (TraceState.IN_USE, TraceState.WITHDRAWN):
        trace.state, trace.withdrawn_at = TraceState.WITHDRAWN, timezone.now()
    trace.save(
        update_fields=["file", "reading", "problems", "counts", "by", "by_label", "state", "withdrawn_at"]
    )
    remove_stored(old)


def _in_place_of(file: StoredFile) -> StoredFile:
    """Return what stands where a file was: whoever opens it reads why it is gone."""
    words = _("เนื้อหาของไฟล์นี้ลบแล้วตามกำหนดเก็บรักษาข้อมูลของเทศบาล")
    return store_upload(io.BytesIO(words.encode()), file.name, permission=file.permission)
