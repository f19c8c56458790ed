"""เสียงตอบรับ: what those who asked think of the result, and their right to say it is not done."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.operations.complaints.choices import CLOSED_STATES, Outcome
from cddp.operations.complaints.errors import UnableToAnswer
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.moving import reopen_need
from cddp.operations.complaints.services.notes import take_answer

FEWEST_STARS, MOST_STARS = 1, 5


def rate(report_id: UUID, stars: int, *, at: dt.datetime) -> Report:
    """Keep one voice's stars (1–5) for a problem that was ended; may be changed as long as it stays ended."""
    report = _lock(report_id)
    if not FEWEST_STARS <= stars <= MOST_STARS:
        raise UnableToAnswer(_("ให้คะแนนได้ 1 ถึง 5"), code="stars")
    if report.state not in CLOSED_STATES or report.need_id is None:
        raise UnableToAnswer(_("ให้คะแนนได้เมื่อเรื่องเสร็จแล้ว"), code="open")
    before, report.rating = report.rating, stars
    report.save(update_fields=["rating"])
    lock_need(report.need_id, None)
    recount([report.need_id])
    audit.record("complaints.report.rated", report, changes={"rating": [before, stars]})
    return report


def reopen_by_voice(report_id: UUID, words: str, *, at: dt.datetime) -> Need:
    """Open an ended problem again because one of those who asked says it is not done."""
    report = _lock(report_id)
    if report.need_id is None or report.state not in CLOSED_STATES:
        raise UnableToAnswer(_("เรื่องนี้ยังไม่ได้ปิด เขียนข้อความเพิ่มเติมถึงเจ้าหน้าที่ได้เลย"), code="open")
    if words.strip():
        take_answer(report, words, at=at)
    report.reopen_count = min(report.reopen_count + 1, 32_000)
    report.save(update_fields=["reopen_count"])
    return reopen_need(None, report.need_id, note="", by_label=str(_("ผู้แจ้ง")), report_id=report.pk, at=at)


def may_rate(need: Need) -> bool:
    """Tell whether stars make sense: something was done, or the town said why not."""
    return need.state in CLOSED_STATES and need.outcome != Outcome.NOT_OURS


def _lock(report_id: UUID) -> Report:
    return Report.objects.select_for_update(of=("self",)).get(pk=report_id)
