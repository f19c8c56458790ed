"""เปิดใบสั่งงาน: by hand, or because something asked for it, once for each open source."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.maintenance.choices import Priority, WorkKind, WorkSource, WorkState
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.events import WorkOpened
from cddp.operations.maintenance.models import Checklist, PreventiveSchedule, WorkCheck, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.services.holding import label_of, write_status
from cddp.operations.maintenance.services.numbers import give_number, placeholder, search_text_of
from cddp.operations.maintenance.services.telling import tell_crew
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.places import find_area_code

REQUEST, PLAN = "maintenance.request", "maintenance.plan"
EARLIEST_PLAN, LATEST_PLAN = dt.timedelta(days=31), dt.timedelta(days=5 * 366)
TITLE_SIGNS, PLACE_SIGNS, WORDS_SIGNS = 200, 300, 200


@transaction.atomic
def open_work(
    by: User | None,
    *,
    title: str,
    description: str = "",
    kind: str = WorkKind.CORRECTIVE,
    source: str = WorkSource.MANUAL,
    source_id: UUID | None = None,
    source_words: str = "",
    asset_id: UUID | None = None,
    shape: GEOSGeometry | None = None,
    place: str = "",
    area_code: str = "",
    priority: str = Priority.NORMAL,
    division_id: UUID | None = None,
    lead_id: UUID | None = None,
    due_on: dt.date | None = None,
    planned_on: dt.date | None = None,
    checklist_id: UUID | None = None,
    schedule_id: UUID | None = None,
    at: dt.datetime,
) -> WorkOrder:
    """Open a work order; the same open (source, source_id) again returns the first. What is not said comes from
    the asset.

    It is asked for; approved when a schedule brings it; planned when it has its day. Raises UnableToChangeWork.
    """
    require(by, REQUEST)
    if by is not None and (planned_on or lead_id):
        require(by, PLAN)
    if source_id is not None and (known := _find_open(source, source_id)) is not None:
        return known
    asset = find_asset(asset_id)
    order = WorkOrder(
        title=normalise_line(title),
        description=normalise(description),
        kind=_one_of(WorkKind, kind, "kind"),
        source=_one_of(WorkSource, source, "source"),
        source_id=source_id,
        source_words=normalise_line(source_words)[:WORDS_SIGNS],
        asset=asset,
        shape=shape if shape is not None else asset.shape if asset else None,
        place=normalise_line(place)[:PLACE_SIGNS] or (asset.place if asset else ""),
        priority=_one_of(Priority, priority, "priority"),
        division_id=division_id or (asset.division_id if asset else None),
        lead_id=lead_id,
        schedule_id=schedule_id,
        due_on=due_on,
        planned_on=planned_on,
        state=_first_state(planned_on, schedule_id),
        state_since=at,
        requested_at=at,
        by=by.pk if by else None,
        by_label=label_of(by),
    )
    _refuse_wrong(order)
    order.area_code = area_code or (asset.area_code if asset else "") or find_area_code(order.shape)
    return _write(by, order, checklist_id, at=at)


def _write(by: User | None, order: WorkOrder, checklist_id: UUID | None, *, at: dt.datetime) -> WorkOrder:
    asset = order.asset
    order.number = placeholder(order)
    order.search_text = search_text_of(
        order.title,
        order.place,
        order.source_words,
        asset.number if asset else "",
        asset.name if asset else "",
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        # Whoever was faster has committed: theirs is the one.
        if "work_order_source" not in str(error) or order.source_id is None:
            raise
        known = _find_open(order.source, order.source_id)
        if known is None:
            raise
        return known
    _copy_checks(order, checklist_id)
    write_status(by, order, note="", at=at)
    if order.lead_id:
        tell_crew(by, order)
    audit.record("maintenance.work.opened", order, changes={"source": [None, order.source]})
    publish(WorkOpened(work_order_id=order.pk))
    give_number(order, at=at)
    return order


# ── reading what was given ────────────────────────────────────────────────────────────────────────


def _find_open(source: str, source_id: UUID) -> WorkOrder | None:
    return WorkOrder.objects.open().filter(source=source, source_id=source_id).first()


def find_asset(asset_id: UUID | None) -> Asset | None:
    """Return the asset that work may be done on, None for none. Raises UnableToChangeWork."""
    if asset_id is None:
        return None
    asset = Asset.objects.filter(pk=asset_id).first()
    if asset is None:
        raise UnableToChangeWork(_("ไม่พบทรัพย์สินนี้ในทะเบียน"), field="asset", code="asset")
    if asset.state == AssetState.DISPOSED:
        raise UnableToChangeWork(
            _("ทรัพย์สินนี้จำหน่ายออกจากทะเบียนแล้ว จึงเปิดงานซ่อมไม่ได้"), field="asset", code="disposed"
        )
    return asset


def _first_state(planned_on: dt.date | None, schedule_id: UUID | None) -> WorkState:
    if planned_on is not None:
        return WorkState.PLANNED
    return WorkState.APPROVED if schedule_id is not None else WorkState.REQUESTED


def _one_of(choices: Any, value: str, field: str) -> str:
    if value not in choices.values:
        raise UnableToChangeWork(_("กรุณาเลือกจากรายการ"), field=field, code=field)
    return str(choices(value).value)


def _refuse_wrong(order: WorkOrder) -> None:
    if not 3 <= len(order.title) <= TITLE_SIGNS:
        raise UnableToChangeWork(_("กรุณาเขียนว่าต้องทำอะไร 3 ถึง 200 ตัวอักษร"), field="title", code="title")
    if order.division_id and not Division.objects.filter(pk=order.division_id).exists():
        raise UnableToChangeWork(_("ไม่พบกองนี้"), field="division", code="division")
    if order.schedule_id and not PreventiveSchedule.objects.filter(pk=order.schedule_id).exists():
        raise UnableToChangeWork(_("ไม่พบแผนบำรุงรักษานี้"), field="schedule", code="schedule")
    if order.lead_id and not Membership.objects.filter(pk=order.lead_id, is_active=True).exists():
        raise UnableToChangeWork(_("ไม่พบเจ้าหน้าที่คนนี้ หรือพ้นหน้าที่แล้ว"), field="lead", code="lead")
    if order.planned_on is not None:
        refuse_day(order, order.planned_on)


def refuse_day(order: WorkOrder, planned_on: dt.date) -> None:
    """Refuse a year that was mistyped; work may be written down some weeks after it was done."""
    first = order.requested_at.astimezone(BANGKOK).date() - EARLIEST_PLAN
    if not first <= planned_on <= first + LATEST_PLAN:
        raise UnableToChangeWork(
            _("วันนัดห่างจากวันที่ขอเกินไป กรุณาตรวจวันและปี พ.ศ."), field="planned_on", code="day"
        )


def _copy_checks(order: WorkOrder, checklist_id: UUID | None) -> None:
    if checklist_id is None:
        return
    checklist = Checklist.objects.filter(pk=checklist_id).first()
    if checklist is None:
        raise UnableToChangeWork(_("ไม่พบแบบรายการตรวจนี้"), field="checklist", code="checklist")
    WorkCheck.objects.bulk_create(
        WorkCheck(
            work_order=order,
            order=place,
            words=item.words,
            kind=item.kind,
            unit=item.unit,
            is_required=item.is_required,
        )
        for place, item in enumerate(checklist.items.all(), 1)
    )
