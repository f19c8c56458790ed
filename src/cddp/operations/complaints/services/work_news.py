"""ข่าวจากงานซ่อม: what a problem does when the work that is done for it waits, goes on, is done or is given up.

Each looks at how the work stands now, not at what the news said: told twice, or late, it comes to the same. The end
of a work order is answered once (`NeedWork.heard`).
"""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Membership
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.notify.services import notify
from cddp.foundation.values.masking import mask_text
from cddp.operations.complaints.choices import CLOSED_STATES, Outcome, PhotoKind, ReportState
from cddp.operations.complaints.models import Need, NeedWork, Photo
from cddp.operations.complaints.queries.works import (
    has_open_work,
    links_of,
    takers_of,
    waiting_words_of,
)
from cddp.operations.complaints.rules.states import SHORTEST_RESULT
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.moving import change_state, close_need, reopen_need
from cddp.operations.complaints.services.pausing import go_on_after_work, wait_for_work
from cddp.operations.complaints.services.photos import FILE_PERMISSION, MOST_PHOTOS, count_waiting
from cddp.operations.maintenance.choices import FINISHED_STATES, WorkState
from cddp.operations.maintenance.choices import PhotoKind as WorkPhotoKind
from cddp.operations.maintenance.models import WorkOrder, WorkPhoto

UNDER_WAY = frozenset({WorkState.IN_PROGRESS, WorkState.AWAITING_PARTS})
EARLY = (ReportState.RECEIVED, ReportState.TRIAGED)


def follow_work(work_order_id: UUID) -> None:
    """Let the problems of a work order stand or go on with it: under way, waiting for parts, no longer waiting."""
    for need_id in _needs_of(work_order_id):
        need = lock_need(need_id, None)
        if need.state in CLOSED_STATES or need.merged_into_id is not None:
            continue
        order = WorkOrder.objects.get(pk=work_order_id)
        at = _when(need, order.state_since)
        if order.state in UNDER_WAY and need.state in EARLY:
            need = change_state(
                None, need.pk, version=None, state=ReportState.IN_PROGRESS, by_label=label_of(order), at=at
            )
        _wait_or_go_on(need, at=at)


def finish_work(work_order_id: UUID) -> None:
    """Finish the problems for which nothing else is to be done, in the technician's words and pictures."""
    for link in _links(work_order_id):
        order = link.work_order
        if order.state not in FINISHED_STATES or not _hear(link, f"done {order.done_at:%Y%m%dT%H%M%S.%f}"):
            continue
        for need_id in takers_of([link.need_id]):
            _finish(lock_need(need_id, None), order)


def send_back_work(work_order_id: UUID, reason: str) -> None:
    """Open again the problems that this work had finished, as being worked on, with the reason for their reporters."""
    for link in _links(work_order_id):
        order = link.work_order
        if (
            order.state in FINISHED_STATES
            or not link.heard.startswith("done ")
            or not _hear(link, "sent back")
        ):
            continue
        for need_id in takers_of([link.need_id]):
            _go_on(lock_need(need_id, None), order, reason)


def give_up_work(work_order_id: UUID, reason: str) -> None:
    """Put the problems back to be taken up anew, when nobody else works on them, with the reason."""
    for link in _links(work_order_id):
        order = link.work_order
        if order.state != WorkState.CANCELLED or not _hear(link, "cancelled"):
            continue
        for need_id in takers_of([link.need_id]):
            _give_up(lock_need(need_id, None), order, reason)


def label_of(order: WorkOrder) -> str:
    """Return who moved the problem: the work order, by its number."""
    return _("ใบสั่งงาน %(number)s") % {"number": order.number}


# ── who listens ───────────────────────────────────────────────────────────────────────────────────


def _needs_of(work_order_id: UUID) -> list[UUID]:
    links = NeedWork.objects.filter(work_order_id=work_order_id, undone_at=None)
    return sorted(takers_of(list(links.values_list("need_id", flat=True))))


def _links(work_order_id: UUID) -> list[NeedWork]:
    rows = NeedWork.objects.filter(work_order_id=work_order_id, undone_at=None)
    return list(rows.select_related("work_order").select_for_update(of=("self",)).order_by("need_id"))


def _hear(link: NeedWork, end: str) -> bool:
    """Write down that this end was heard; tell whether it is news."""
    if link.heard == end:
        return False
    link.heard = end
    link.save(update_fields=["heard"])
    return True


def _when(need: Need, at: dt.datetime) -> dt.datetime:
    """Return when it happened; a phone that was away tells late, and history keeps its order."""
    return max(at, need.state_since)


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────


def _wait_or_go_on(need: Need, *, at: dt.datetime) -> None:
    """Let the clock stand while any of the works waits for parts, under the name of that work, and no longer."""
    orders = [link.work_order for link in links_of(need.pk)]
    waiting = [order for order in orders if order.state == WorkState.AWAITING_PARTS]
    if waiting and need.paused_at is None:
        order = waiting[0]
        words = waiting_words_of(order)
        reason = _("รออะไหล่ (%(work)s)") % {"work": label_of(order)} + (f": {words}" if words else "")
        wait_for_work(need, reason, by_label=label_of(order), at=at)
        return
    still = {label_of(order) for order in waiting}
    for order in orders:
        if label_of(order) not in still and go_on_after_work(need, by_label=label_of(order), at=at):
            if waiting:
                _wait_or_go_on(need, at=at)
            return


# ── the end of the work ───────────────────────────────────────────────────────────────────────────


def _finish(need: Need, order: WorkOrder) -> None:
    at = _when(need, order.done_at or order.state_since)
    if need.state in CLOSED_STATES or need.merged_into_id is not None:
        return
    photos = _copy_photos(need, order, at=at)
    if has_open_work(need.pk, without=order.pk):
        _wait_or_go_on(need, at=at)
        return
    words = mask_text(order.result.strip())
    if len(words) >= SHORTEST_RESULT:
        close_need(
            None, need.pk, version=None, outcome=Outcome.DONE, words=words, by_label=label_of(order), at=at
        )
        return
    _wait_or_go_on(need, at=at)
    _ask_for_words(need, order, photos, at=at)


def _ask_for_words(need: Need, order: WorkOrder, photos: int, *, at: dt.datetime) -> None:
    """Let the problem wait for an officer who writes to the reporters what was done."""
    reason = _("ช่างทำเสร็จแล้ว มีรูป %(photos)s รูป รอเจ้าหน้าที่เขียนผลถึงผู้แจ้งแล้วปิดเรื่อง") % {"photos": photos}
    if need.state != ReportState.FOLLOW_UP:
        change_state(
            None,
            need.pk,
            version=None,
            state=ReportState.FOLLOW_UP,
            reason=reason,
            by_label=label_of(order),
            at=at,
        )
    _tell_officer(need, _("งานของเรื่อง %(number)s เสร็จแล้ว รอเขียนผล") % {"number": need.number})


def _go_on(need: Need, order: WorkOrder, reason: str) -> None:
    at = _when(need, order.state_since)
    if need.merged_into_id is not None:
        return
    words = mask_text(reason.strip())
    label = label_of(order)
    if need.state in CLOSED_STATES:
        if not _was_ended_by_work(need):
            _tell_officer(
                need, _("งานของเรื่อง %(number)s ถูกส่งกลับให้แก้ไข") % {"number": need.number}, body=words
            )
            return
        note = _("ตรวจงานแล้วยังไม่เรียบร้อย จึงทำต่อ: %(reason)s") % {"reason": words}
        need = reopen_need(None, need.pk, note=note, by_label=label, at=at)
    elif need.state != ReportState.FOLLOW_UP:
        return
    change_state(
        None, need.pk, version=None, state=ReportState.IN_PROGRESS, reason=words, by_label=label, at=at
    )


def _was_ended_by_work(need: Need) -> bool:
    """Tell whether one of its works closed it; what an officer closed is the officer's to open."""
    last = need.statuses.filter(state__in=CLOSED_STATES).order_by("-at", "-pk").first()
    if last is None or last.by is not None:
        return False
    return last.by_label in {label_of(link.work_order) for link in links_of(need.pk)}


def _give_up(need: Need, order: WorkOrder, reason: str) -> None:
    at = _when(need, order.state_since)
    if need.state in CLOSED_STATES or need.merged_into_id is not None:
        return
    _wait_or_go_on(need, at=at)
    if need.state != ReportState.IN_PROGRESS or has_open_work(need.pk, without=order.pk):
        return
    words = _("ยกเลิกใบสั่งงาน %(number)s: %(reason)s") % {
        "number": order.number,
        "reason": reason.strip() or "–",
    }
    change_state(
        None,
        need.pk,
        version=None,
        state=ReportState.TRIAGED,
        reason=words,
        by_label=label_of(order),
        at=at,
    )
    _tell_officer(need, _("งานของเรื่อง %(number)s ถูกยกเลิก") % {"number": need.number}, body=words)


def _tell_officer(need: Need, title: str, *, body: str = "") -> None:
    members = (
        Membership.objects.filter(pk=need.assignee_id) if need.assignee_id else Membership.objects.none()
    )
    notify(members.values_list("user_id", flat=True), title, body=body, link=need.get_absolute_url())


def _copy_photos(need: Need, order: WorkOrder, *, at: dt.datetime) -> int:
    """Keep the technician's pictures as the problem's own, unseen by the public; return how many it has of the work.

    The same content lies in the store once; each has its own row, so that either may be let go.
    """
    kept = set(need.photos.exclude(source_id="").values_list("source_id", flat=True))
    room = MOST_PHOTOS - need.photos.filter(forgotten_at=None).count()
    works = WorkPhoto.objects.filter(work_order=order, kind=WorkPhotoKind.AFTER, removed_at=None)
    found = list(works.select_related("file", "preview"))
    for photo in found:
        if (source_id := f"work:{photo.pk}") in kept or room <= 0:
            continue
        copies = [
            store_upload(open_stored(each), each.name, permission=FILE_PERMISSION)
            for each in (photo.file, photo.preview)
        ]
        Photo(
            need=need,
            kind=PhotoKind.AFTER,
            file=copies[0],
            preview=copies[1],
            source_id=source_id,
            by_label=photo.by_label,
            created_at=at,
        ).save(force_insert=True)
        room -= 1
    if found:
        count_waiting(need.pk)
        audit.record("complaints.photo.copied", need, changes={"work_order": [None, order.number]})
    return len(found)
