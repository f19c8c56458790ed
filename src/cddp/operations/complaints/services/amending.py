"""แก้ให้ตรงกับที่ผู้แจ้งส่ง: bring a report in line with words that came late, and forget words that were taken back."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.contrib.gis.geos import Point

from cddp.foundation.audit import services as audit
from cddp.operations.complaints.choices import NoteKind, ReportState
from cddp.operations.complaints.models import Need, NeedNote, Report
from cddp.operations.complaints.queries.terms import find_terms
from cddp.operations.complaints.rules.line_reports import without_words
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.opening import SEARCHED, need_of, title_of
from cddp.operations.complaints.services.portions import search_text_of

FORGOTTEN_WORDS = "(ผู้แจ้งลบข้อความนี้)"
# What a problem takes from its first voice; its state, history and counts are its own.
FROM_ITS_VOICE = (
    "title", "category_id", "family", "is_private", "shape", "address", "area_code", "priority", "division_id",
    "assignee_id", "due_at", "search_text",
)  # fmt: skip


def is_untouched(need: Need, report: Report) -> bool:
    """Tell whether no officer has done anything with the problem yet: read it, perhaps, but not acted."""
    return (
        need.state == ReportState.RECEIVED
        and need.merged_into_id is None
        and (need.reports_count > 1 or need.category_id == report.category_id)
        and need.statuses.count() <= 1
        and not need.assignments.exists()
        and not need.notes.exclude(kind=NoteKind.ANSWER).exists()
    )


def amend_report(
    report: Report,
    *,
    description: str,
    category_id: UUID | None,
    point: Point | None,
    address: str,
    at: dt.datetime,
) -> bool:
    """Give a report of an untouched problem these contents; return whether anything changed.

    A problem of this one voice follows; one of several keeps what it is.
    """
    before = (report.description, report.category_id, report.point, report.address)
    if before == (description, category_id, point, address):
        return False
    need = lock_need(report.need_id, None) if report.need_id else None
    report.description, report.category_id = description, category_id
    report.point, report.address, report.updated_at = point, address, at
    report.search_text = search_text_of(report.number, description, address)
    report.save(
        update_fields=[
            "description",
            "category_id",
            "point",
            "address",
            "updated_at",
            "search_text",
            "is_private",
        ]
    )
    if need is not None and need.reports_count == 1:
        _follow_voice(need, report, at=at)
    audit.record("complaints.report.amended", report)
    return True


def _follow_voice(need: Need, report: Report, *, at: dt.datetime) -> None:
    terms = find_terms(report.category_id, report.shape or report.point, report.channel)
    fresh = need_of(report, terms)
    for name in FROM_ITS_VOICE:
        setattr(need, name, getattr(fresh, name))
    need.updated_at, need.version = at, need.version + 1
    need.save(update_fields=[*FROM_ITS_VOICE, "updated_at", "version"])
    if report.is_private != terms.is_private:
        report.is_private = terms.is_private
        report.save(update_fields=["is_private"])


def forget_words(report: Report, forgotten: Collection[str]) -> bool:
    """Take these words out of a report, and out of the problem that was named after it. The row is locked."""
    before = report.description
    left = without_words(before, forgotten)
    if left == before:
        return False
    report.description = left
    report.search_text = search_text_of(report.number, left, report.address)
    report.save(update_fields=["description", "search_text"])
    if report.need_id is not None:
        _forget_in_need(lock_need(report.need_id, None), report, before)
    audit.record("complaints.report.words_taken_back", report)
    return True


def _forget_in_need(need: Need, report: Report, before: str) -> None:
    if before and need.title == title_of(before):
        need.title = title_of(report.description)
    if need.search_text == search_text_of(before[:SEARCHED], report.address, report.number):
        need.search_text = search_text_of(report.description[:SEARCHED], report.address, report.number)
    need.save(update_fields=["title", "search_text"])


def forget_notes(report_ids: Collection[UUID], source_ids: Collection[str]) -> int:
    """Empty what the reporter said in these messages; return how many notes."""
    notes = NeedNote.objects.filter(report_id__in=report_ids, source_id__in=source_ids, kind=NoteKind.ANSWER)
    return notes.exclude(body=FORGOTTEN_WORDS).update(body=FORGOTTEN_WORDS)
