"""งานของปัญหา: open a work order for a problem, say that a known one is done for it too, and take that back.

The work order does not know the problem: NeedWork points to it. Whoever opens work must be allowed to ask for work
and to work on problems. A work order stays with the problem for which it was opened, through merges and splits.
"""

import datetime as dt
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.models import Need, NeedWork
from cddp.operations.complaints.policies import may_open_work, refuse_unless
from cddp.operations.complaints.queries.works import links_of
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.moving import change_state
from cddp.operations.maintenance.choices import ENDED_STATES, WorkKind, WorkSource
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.services.changing import change_work
from cddp.operations.maintenance.services.opening import open_work
from cddp.registers.assets.models import Asset

DESCRIPTION_SIGNS = 1_000


def open_work_for_need(
    user: User,
    need_id: UUID,
    *,
    version: int | None,
    title: str,
    priority: str,
    division_id: UUID | None = None,
    lead_id: UUID | None = None,
    planned_on: dt.date | None = None,
    at: dt.datetime,
) -> WorkOrder:
    """Open a work order for a problem, which is in progress from now on. Raises UnableToChangeNeed and the like.

    A second one for the same problem is opened beside the first; the version refuses the same click twice.
    """
    refuse_unless(may_open_work(user))
    need = lock_need(need_id, user, version=version)
    _refuse_without_work(need)
    link_id = uuid7()
    order = open_work(
        user,
        title=title,
        description=_description_of(need),
        kind=WorkKind.CORRECTIVE,
        source=WorkSource.NEED,
        source_id=_source_id(need, link_id),
        source_words=_source_words(need),
        asset_id=need.asset_id,
        shape=_place_of(need),
        place=need.address,
        area_code=need.area_code,
        priority=priority,
        division_id=division_id,
        lead_id=lead_id,
        due_on=need.due_at.astimezone(BANGKOK).date() if need.has_deadline else None,
        planned_on=planned_on,
        at=at,
    )
    link = NeedWork(id=link_id, need=need, work_order=order, at=at, by=user.pk, by_label=str(user))
    link.save(force_insert=True)
    _take_up(user, need, order, at=at)
    audit.record("complaints.need.work_opened", need, changes={"work_order": [None, order.number]})
    return order


def give_asset_to_work(need: Need, asset: Asset, *, at: dt.datetime) -> None:
    """Let the open work for a problem know its asset, where it has none: which parts fit is seen there at once."""
    for link in links_of(need.pk):
        order = link.work_order
        if order.asset_id is None and order.state not in ENDED_STATES:
            change_work(None, order.pk, version=None, values={"asset_id": asset.pk}, at=at)


def attach_work(
    user: User, need_id: UUID, work_order_id: UUID, *, version: int | None, at: dt.datetime
) -> NeedWork:
    """Say that this open work order is done for this problem too. The same again changes nothing."""
    refuse_unless(may_open_work(user))
    need = lock_need(need_id, user, version=version)
    _refuse_without_work(need)
    order = get_object_or_404(WorkOrder.objects.visible_to(user), pk=work_order_id)
    if order.state in ENDED_STATES:
        raise UnableToChangeNeed(_("ใบสั่งงานนี้จบแล้ว กรุณาเปิดใบสั่งงานใหม่"), code="work_ended")
    link = NeedWork.objects.filter(need=need, work_order=order).select_for_update().first()
    if link is not None and link.undone_at is None:
        return link
    if link is None:
        link = NeedWork(need=need, work_order=order)
    link.at, link.by, link.by_label, link.undone_at, link.heard = at, user.pk, str(user), None, ""
    link.save()
    _take_up(user, need, order, at=at)
    audit.record("complaints.need.work_attached", need, changes={"work_order": [None, order.number]})
    return link


def detach_work(
    user: User, need_id: UUID, work_order_id: UUID, *, version: int | None, at: dt.datetime
) -> NeedWork:
    """Take the link between a problem and a work order back; both stay as they are. Raises Http404 for no link."""
    refuse_unless(may_open_work(user))
    need = lock_need(need_id, user, version=version)
    links = NeedWork.objects.select_for_update(of=("self",)).select_related("work_order")
    # The link may stand with a problem that this one took in.
    theirs = Q(need=need) | Q(need__merged_into=need)
    link = get_object_or_404(links.filter(theirs, work_order_id=work_order_id, undone_at=None))
    link.undone_at = at
    link.save(update_fields=["undone_at"])
    _touch(need, at)
    audit.record(
        "complaints.need.work_detached", need, changes={"work_order": [link.work_order.number, None]}
    )
    return link


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────


def _refuse_without_work(need: Need) -> None:
    if need.merged_into_id is not None:
        raise UnableToChangeNeed(_("เรื่องนี้ถูกรวมไปกับเรื่องอื่นแล้ว กรุณาทำรายการที่เรื่องนั้น"), code="absorbed")
    if need.state in CLOSED_STATES:
        raise UnableToChangeNeed(_("เรื่องนี้ปิดไปแล้ว กรุณาเปิดเรื่องอีกครั้งก่อน"), code="closed")


def _source_id(need: Need, link_id: UUID) -> UUID:
    """Return the problem's own id, or that of the link where open work already bears the problem's."""
    is_taken = WorkOrder.objects.filter(source=WorkSource.NEED, source_id=need.pk, is_open=True).exists()
    return link_id if is_taken else need.pk


def _source_words(need: Need) -> str:
    # Work orders are read by more people than private matters are.
    words = need.number if need.is_private else f"{need.number} {mask_text(need.title)}"
    return words.strip()[:200]


def _description_of(need: Need) -> str:
    """Return what the first voice said, without numbers of people; nothing of a private matter."""
    if need.is_private:
        return ""
    first = need.reports.order_by("requested_at", "pk").values_list("description", flat=True).first()
    return mask_text(first or "")[:DESCRIPTION_SIGNS]


def _place_of(need: Need) -> GEOSGeometry | None:
    """Return where to go: to the thing itself, else to where people said it is."""
    asset: Asset | None = need.asset
    there: GEOSGeometry | None = asset.shape if asset is not None else None
    reported: GEOSGeometry | None = need.shape
    return there if there is not None and there.geom_type == "Point" else reported


def _take_up(user: User, need: Need, order: WorkOrder, *, at: dt.datetime) -> None:
    """Let the problem be in progress, with a line in its history that names the work."""
    if need.state == ReportState.IN_PROGRESS:
        _touch(need, at)
        return
    words = _("เปิดใบสั่งงาน %(number)s") % {"number": order.number}
    change_state(user, need.pk, version=None, state=ReportState.IN_PROGRESS, reason=words, at=at)


def _touch(need: Need, at: dt.datetime) -> None:
    need.updated_at = at
    need.version += 1
    need.save(update_fields=["updated_at", "version"])
