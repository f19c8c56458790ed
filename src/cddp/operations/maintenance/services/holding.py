"""จองใบสั่งงานก่อนแก้ไข: the lock, the right and the version that each change of a work order begins with."""

import datetime as dt
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.operations.maintenance.choices import ENDED_STATES
from cddp.operations.maintenance.errors import WorkChangedMeanwhile
from cddp.operations.maintenance.events import WorkMoved
from cddp.operations.maintenance.models import WorkOrder, WorkStatus

MOVED_FIELDS = ("state", "state_since", "is_open", "version")


def hold_order(by: User | None, work_order_id: UUID, *, version: int | None = None) -> WorkOrder:
    """Return the work order, locked. Raises Http404 for one out of this person's sight, WorkChangedMeanwhile."""
    rows = WorkOrder.objects.all() if by is None else WorkOrder.objects.visible_to(by)
    # FOR NO KEY UPDATE: lines that point here (parts, photos) need not wait.
    order = rows.filter(pk=work_order_id).select_for_update(of=("self",), no_key=True).first()
    if order is None:
        raise Http404
    if version is not None and order.version != version:
        raise WorkChangedMeanwhile(
            _("มีผู้แก้ไขใบสั่งงานนี้ระหว่างที่ท่านเปิดหน้าอยู่ สิ่งที่ท่านกรอกยังอยู่ กรุณาดูสิ่งที่เปลี่ยนแล้วกดอีกครั้ง")
        )
    return order


def write_move(
    by: User | None, order: WorkOrder, state: str, *, fields: tuple[str, ...], note: str, at: dt.datetime
) -> WorkOrder:
    """Write a new state with its line of history, the audit and the event; the caller holds the lock."""
    before = order.state
    if state != before:
        order.state, order.state_since = state, at
    order.is_open = state not in ENDED_STATES
    order.version += 1
    order.save(update_fields=[*MOVED_FIELDS, *fields])
    write_status(by, order, note=note, at=at)
    audit.record("maintenance.work.moved", order, changes={"state": [before, state]})
    publish(WorkMoved(work_order_id=order.pk, state=state))
    return order


def write_status(by: User | None, order: WorkOrder, *, note: str, at: dt.datetime) -> None:
    """Write one line of the history."""
    WorkStatus(
        work_order=order,
        state=order.state,
        note=note.strip(),
        at=at,
        by=by.pk if by else None,
        by_label=label_of(by),
    ).save(force_insert=True)


def label_of(by: User | None) -> str:
    """Return the name that history keeps; the town itself has none."""
    return str(by) if by else ""
