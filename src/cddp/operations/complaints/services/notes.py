"""ข้อความ: notes among staff, messages and questions to the reporters, and their answers."""

import datetime as dt
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.notify.services import notify
from cddp.foundation.values.thai_text import normalise
from cddp.operations.complaints.choices import NoteKind
from cddp.operations.complaints.errors import UnableToAnswer, UnableToChangeNeed
from cddp.operations.complaints.events import NoteWritten
from cddp.operations.complaints.models import Need, NeedNote, Report
from cddp.operations.complaints.policies import may_work, refuse_unless
from cddp.operations.complaints.services.locking import lock_need

LONGEST_NOTE = 4_000


def add_note(
    user: User, need_id: UUID, body: str, *, kind: str, report_id: UUID | None = None, at: dt.datetime
) -> NeedNote:
    """Write an internal note, or a message or question that the reporters read (of one report, or of all)."""
    refuse_unless(may_work(user))
    need = lock_need(need_id, user)
    if kind not in (NoteKind.INTERNAL, NoteKind.PUBLIC, NoteKind.QUESTION):
        raise UnableToChangeNeed(_("เลือกชนิดข้อความไม่ถูกต้อง"), code="kind")
    if report_id is not None and not need.reports.filter(pk=report_id).exists():
        raise Http404
    note = _write(need, _tidy(body), kind=kind, report_id=report_id, by=user.pk, by_label=str(user), at=at)
    audit.record("complaints.note.written", need, changes={"kind": [None, kind]})
    return note


def take_answer(report: Report, body: str, *, at: dt.datetime, source_id: str = "") -> NeedNote:
    """Keep what a reporter answered or added; who works on the problem is told. The same source again adds nothing."""
    if report.need_id is None:
        raise UnableToAnswer(_("เรื่องนี้กำลังจัดเข้าหมวด กรุณาลองอีกครั้งในอีกครู่หนึ่ง"), code="not_adopted")
    need = lock_need(report.need_id, None)
    if source_id:
        known = NeedNote.objects.filter(report=report, source_id=source_id).first()
        if known is not None:
            return known
    note = _write(need, _tidy(body), kind=NoteKind.ANSWER, report_id=report.pk, source_id=source_id, at=at)
    assignee = Membership.objects.filter(pk__in=[need.assignee_id] if need.assignee_id else []).values_list(
        "user_id", flat=True
    )
    notify(
        assignee,
        _("ผู้แจ้งตอบกลับเรื่อง %(number)s") % {"number": need.number},
        link=need.get_absolute_url(),
    )
    return note


def _tidy(body: str) -> str:
    text = normalise(body.replace("\x00", ""))
    if not text:
        raise UnableToChangeNeed(_("กรุณาเขียนข้อความ"), code="empty")
    if len(text) > LONGEST_NOTE:
        raise UnableToChangeNeed(
            _("ข้อความยาวเกิน %(limit)s ตัวอักษร") % {"limit": f"{LONGEST_NOTE:,}"}, code="too_long"
        )
    return text


def _write(
    need: Need,
    body: str,
    *,
    kind: str,
    report_id: UUID | None,
    at: dt.datetime,
    by: UUID | None = None,
    by_label: str = "",
    source_id: str = "",
) -> NeedNote:
    note = NeedNote(
        need=need,
        report_id=report_id,
        kind=kind,
        body=body,
        at=at,
        by=by,
        by_label=by_label,
        source_id=source_id,
    )
    note.save(force_insert=True)
    need.updated_at = at
    need.save(update_fields=["updated_at"])
    publish(NoteWritten(need_id=need.pk, note_id=note.pk, kind=kind, report_id=report_id))
    return note
