"""สิ่งที่ทำในงาน: answers to checks, hours, pictures. They stand in rows of their own, so the order's version stays."""

import datetime as dt
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import store_photo
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.maintenance.choices import PhotoKind
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.models import WorkCheck, WorkOrder, WorkPhoto, WorkTime
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.rules import work as rules
from cddp.operations.maintenance.services.holding import hold_order, label_of

WORK = "maintenance.work"
# Files' own address asks for this; the addresses of work orders ask whether the person may see the order.
FILE_PERMISSION = "maintenance.view"
MOST_PHOTOS = 40
DEAREST_HOUR_SATANG = 1_000_000
NOTE_SIGNS, WHO_SIGNS = 200, 150

UNREADABLE = {
    "tick": gettext_lazy("กรุณาเลือกว่าทำแล้วหรือยังไม่ได้ทำ"),
    "number": gettext_lazy("กรุณากรอกค่าที่วัดได้เป็นตัวเลข เช่น 12.5"),
    "too_long": gettext_lazy("ข้อความยาวเกิน 300 ตัวอักษร"),
}


@transaction.atomic
def answer_check(
    by: User | None, work_order_id: UUID, check_id: UUID, *, answer: str, at: dt.datetime
) -> WorkCheck:
    """Write what was found at one line of the checklist; an empty answer takes it back."""
    require(by, WORK)
    order = hold_order(by, work_order_id)
    _refuse_over(order, rules.OPEN_TO_ANSWERS)
    check = WorkCheck.objects.filter(work_order=order, pk=check_id).first()
    if check is None:
        raise Http404
    try:
        told = rules.read_answer(check.kind, answer)
    except rules.Unreadable as fault:
        raise UnableToChangeWork(str(UNREADABLE[fault.code]), field="answer", code=fault.code) from None
    if told == check.answer:
        return check
    before, check.answer = check.answer, told
    check.answered_at, check.answered_by_label = (at, label_of(by)) if told else (None, "")
    check.save(update_fields=["answer", "answered_at", "answered_by_label"])
    audit.record("maintenance.check.answered", check, changes={"answer": [before, told]})
    return check


@transaction.atomic
def add_time(
    by: User | None,
    work_order_id: UUID,
    *,
    minutes: int,
    on: dt.date,
    member_id: UUID | None = None,
    who: str = "",
    hour_satang: int | None = None,
    note: str = "",
    at: dt.datetime,
) -> WorkTime:
    """Write how long somebody worked on it. Without a cost of the hour, what was last written for them holds."""
    require(by, WORK)
    order = hold_order(by, work_order_id)
    _refuse_over(order, rules.OPEN_TO_RECORDS)
    _refuse_time(minutes, on, hour_satang, at)
    member = _find_member(member_id)
    name = str(member.user) if member else normalise_line(who)[:WHO_SIGNS]
    if not name:
        raise UnableToChangeWork(_("กรุณาระบุว่าใครเป็นผู้ทำ"), field="who", code="who")
    row = WorkTime(
        work_order=order,
        member=member,
        who=name,
        on=on,
        minutes=minutes,
        hour_satang=_last_hour_satang(member) if hour_satang is None else hour_satang,
        note=normalise_line(note)[:NOTE_SIGNS],
        at=at,
        by_label=label_of(by),
    )
    row.save(force_insert=True)
    _reckon_labour(order)
    audit.record("maintenance.time.added", row, changes={"minutes": [None, minutes]})
    return row


@transaction.atomic
def remove_time(by: User | None, work_order_id: UUID, time_id: UUID, *, at: dt.datetime) -> None:
    """Take back what was written wrongly; the trail of acts keeps it."""
    require(by, WORK)
    order = hold_order(by, work_order_id)
    _refuse_over(order, rules.OPEN_TO_RECORDS)
    row = WorkTime.objects.filter(work_order=order, pk=time_id).first()
    if row is None:
        raise Http404
    changes = {"minutes": [row.minutes, None], "who": [row.who, None], "on": [row.on, None]}
    audit.record("maintenance.time.removed", row, changes=changes)
    row.delete()
    _reckon_labour(order)


@transaction.atomic
def add_work_photo(
    by: User | None, work_order_id: UUID, *, upload: "UploadedFile[bytes]", kind: str, at: dt.datetime
) -> WorkPhoto:
    """Keep a picture of before or after, drawn anew. Raises UnableToStoreFile with words for who took it."""
    require(by, WORK)
    if kind not in PhotoKind.values:
        raise UnableToChangeWork(_("กรุณาเลือกว่าเป็นรูปก่อนทำหรือหลังทำ"), field="kind", code="kind")
    order = hold_order(by, work_order_id)
    _refuse_over(order, rules.OPEN_TO_RECORDS)
    if order.photos.filter(removed_at=None).count() >= MOST_PHOTOS:
        raise UnableToChangeWork(
            _("ใบสั่งงานนี้มีรูปครบ %(most)s รูปแล้ว") % {"most": MOST_PHOTOS}, field="photo", code="too_many_photos"
        )
    name = upload.name or "photo"
    stored = store_photo(upload, name, permission=FILE_PERMISSION, by=by.pk if by else None)
    photo = WorkPhoto(
        work_order=order,
        kind=kind,
        file=stored.file,
        preview=stored.preview,
        by_label=label_of(by),
        created_at=at,
    )
    photo.save(force_insert=True)
    audit.record("maintenance.photo.added", photo, changes={"kind": [None, kind]})
    return photo


@transaction.atomic
def remove_work_photo(by: User | None, work_order_id: UUID, photo_id: UUID, *, at: dt.datetime) -> WorkPhoto:
    """Take a picture out of sight; asked twice, it is gone once."""
    require(by, WORK)
    order = hold_order(by, work_order_id)
    _refuse_over(order, rules.OPEN_TO_RECORDS)
    photo = WorkPhoto.objects.filter(work_order=order, pk=photo_id).first()
    if photo is None:
        raise Http404
    if photo.removed_at is None:
        photo.removed_at = at
        photo.save(update_fields=["removed_at"])
        audit.record("maintenance.photo.removed", photo, changes={"kind": [photo.kind, None]})
    return photo


# ── judging and reckoning ─────────────────────────────────────────────────────────────────────────


def _refuse_over(order: WorkOrder, open_states: frozenset[str]) -> None:
    if order.state not in open_states:
        raise UnableToChangeWork(
            _("ใบสั่งงานนี้ “%(state)s” แล้ว จึงแก้ไขไม่ได้") % {"state": order.get_state_display()}, code="over"
        )


def _refuse_time(minutes: int, on: dt.date, hour_satang: int | None, at: dt.datetime) -> None:
    if not 1 <= minutes <= rules.LONGEST_DAY_MINUTES:
        raise UnableToChangeWork(_("เวลาทำงานต้องเป็น 1 นาที ถึง 24 ชั่วโมง"), field="minutes", code="minutes")
    if on > at.astimezone(BANGKOK).date():
        raise UnableToChangeWork(_("วันที่ทำงานต้องไม่อยู่ในอนาคต"), field="on", code="future")
    if hour_satang is not None and not 0 <= hour_satang <= DEAREST_HOUR_SATANG:
        raise UnableToChangeWork(
            _("ค่าแรงต่อชั่วโมงต้องเป็น 0 ถึง 10,000 บาท"), field="hour_baht", code="hour_satang"
        )


def _find_member(member_id: UUID | None) -> Membership | None:
    if member_id is None:
        return None
    member = Membership.objects.select_related("user").filter(pk=member_id, is_active=True).first()
    if member is None:
        raise UnableToChangeWork(_("ไม่พบเจ้าหน้าที่คนนี้ หรือพ้นหน้าที่แล้ว"), field="member", code="member")
    return member


def _last_hour_satang(member: Membership | None) -> int:
    if member is None:
        return 0
    known = WorkTime.objects.filter(member=member, hour_satang__gt=0).order_by("-on", "-id")
    return known.values_list("hour_satang", flat=True).first() or 0


def _reckon_labour(order: WorkOrder) -> None:
    # Each line is rounded by itself, so that the sum is what the lines show.
    total = order.times.aggregate(satang=Coalesce(Sum((F("minutes") * F("hour_satang") + 30) / 60), 0))[
        "satang"
    ]
    WorkOrder.objects.filter(pk=order.pk).update(labour_satang=total)
    order.labour_satang = total
