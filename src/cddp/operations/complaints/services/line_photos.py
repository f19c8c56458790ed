"""รูปจาก LINE: fetch a photo that somebody sent, and keep it with their report."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.notify.errors import UnableToAskLine
from cddp.foundation.notify.line import Content
from cddp.foundation.notify.services import find_line_client
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import Channel, NoteKind
from cddp.operations.complaints.models import Intake, NeedNote, Photo, Report
from cddp.operations.complaints.services.line_filing import source_of
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.photos import add_photo

NAME = "line.jpg"
BY_LABEL = "LINE"


def fetch_photo(municipality_id: int, report_id: UUID, message_id: str, *, at: dt.datetime) -> None:
    """Fetch one photo and keep it, once. LINE is asked outside of any transaction.

    Raises UnableToAskLine when another attempt may do better. What is lost for good stands in the problem's notes.
    """
    with town_context(municipality_id):
        if _is_settled(report_id, message_id):
            return
    try:
        with town_context(municipality_id):
            client = find_line_client()
        content = client.fetch_content(message_id)
    except UnableToAskLine as refusal:
        if refusal.may_try_again:
            raise
        with town_context(municipality_id):
            note_lost(report_id, message_id, refusal.message, at=at)
        return
    with town_context(municipality_id), content.stream:
        _keep(report_id, message_id, content, at=at)


def note_lost(report_id: UUID, message_id: str, reason: str, *, at: dt.datetime) -> None:
    """Tell the officers that a photo was sent and could not be kept, once."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    source = f"line-photo:{message_id}"
    if report.need_id is None or NeedNote.objects.filter(report=report, source_id=source).exists():
        return
    NeedNote(
        need_id=report.need_id,
        report=report,
        kind=NoteKind.INTERNAL,
        body=_("ผู้แจ้งส่งรูปมาทาง LINE แต่เก็บไม่ได้: %(reason)s") % {"reason": reason},
        at=at,
        by_label=BY_LABEL,
        source_id=source,
    ).save(force_insert=True)


def _keep(report_id: UUID, message_id: str, content: Content, *, at: dt.datetime) -> None:
    # Locked: the sender may be taking it back at this very moment.
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    if report.need_id is None or _is_settled(report_id, message_id):
        return
    need = lock_need(report.need_id, None)
    try:
        with transaction.atomic():
            add_photo(
                need=need,
                report=report,
                stream=content.stream,
                name=NAME,
                by_label=BY_LABEL,
                source_id=source_of(message_id),
                at=at,
            )
    except UnableTo as refusal:
        note_lost(report_id, message_id, refusal.message, at=at)


def _is_settled(report_id: UUID, message_id: str) -> bool:
    """Tell whether the photo is kept already, or was unsent meanwhile."""
    if Photo.objects.filter(report_id=report_id, source_id=source_of(message_id)).exists():
        return True
    sender = Report.objects.filter(pk=report_id).values_list("voice_hash", flat=True).first()
    taken_back = Intake.objects.filter(
        channel=Channel.LINE, sender_hash=sender, forgotten_at__isnull=False, payload__message__id=message_id
    )
    return sender is not None and taken_back.exists()
