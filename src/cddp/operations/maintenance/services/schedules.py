"""แผนบำรุงรักษา: keep the schedules, open their work when it is due, and count anew from the day it was done."""

import datetime as dt
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import BANGKOK, format_short
from cddp.operations.maintenance.choices import FINISHED_STATES, WorkSource, WorkState
from cddp.operations.maintenance.errors import UnableToConfigure, WorkChangedMeanwhile
from cddp.operations.maintenance.models import PreventiveSchedule, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.queries.schedules import Due, list_due
from cddp.operations.maintenance.rules.schedules import last_working_day, next_day, next_value
from cddp.operations.maintenance.services.meters import find_last, show_value
from cddp.operations.maintenance.services.opening import open_work
from cddp.registers.assets.models import Asset

logger = logging.getLogger(__name__)

PLAN = "maintenance.plan"
MOST_AT_ONCE = 500
FIELDS = (
    "title",
    "kind",
    "checklist_id",
    "division_id",
    "lead_id",
    "every",
    "unit",
    "meter",
    "every_meter",
    "lead_days",
    "next_on",
    "next_meter",
)


# ── keeping ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def keep_schedule(
    by: User, schedule_id: UUID | None, *, asset_id: UUID, version: int | None, values: Mapping[str, Any]
) -> PreventiveSchedule:
    """Write a schedule, a new one or one that is there. Raises UnableToConfigure, WorkChangedMeanwhile."""
    require(by, PLAN)
    row = _hold(by, schedule_id, version) if schedule_id else PreventiveSchedule(asset=_asset(by, asset_id))
    before = {} if schedule_id is None else {name: getattr(row, name) for name in FIELDS}
    _fill(row, values)
    changes = audit.changes_between(before, {name: getattr(row, name) for name in FIELDS})
    if schedule_id is None:
        row.save(force_insert=True)
        audit.record("maintenance.schedule.added", row, changes=_plain(changes))
    elif changes:
        row.version += 1
        row.save(update_fields=[*FIELDS, "version"])
        audit.record("maintenance.schedule.changed", row, changes=_plain(changes))
    return row


@dataclass(frozen=True)
class KeptMany:
    """ผลของการตั้งแผนให้หลายชิ้น: how many got the schedule, how many had one of that name already."""

    added: int
    known: int


@transaction.atomic
def keep_for_many(by: User, asset_ids: Collection[UUID], *, values: Mapping[str, Any]) -> KeptMany:
    """Give many assets the same schedule at once; those that have one of that title keep theirs."""
    require(by, PLAN)
    if not 1 <= len(asset_ids) <= MOST_AT_ONCE:
        raise UnableToConfigure(
            _("เลือกทรัพย์สินได้ครั้งละ 1 ถึง %(most)s ชิ้น") % {"most": MOST_AT_ONCE}, field="assets", code="count"
        )
    assets = list(Asset.objects.visible_to(by).kept().filter(pk__in=asset_ids).order_by("pk"))
    with_one = set(
        PreventiveSchedule.objects.filter(
            asset__in=assets, title=values.get("title", ""), is_active=True
        ).values_list("asset_id", flat=True)
    )
    fresh = [PreventiveSchedule(asset=asset) for asset in assets if asset.pk not in with_one]
    for row in fresh:
        _fill(row, values)
    PreventiveSchedule.objects.bulk_create(fresh)
    audit.record(
        "maintenance.schedule.added_to_many",
        PreventiveSchedule,
        changes={"title": [None, values.get("title", "")], "assets": [0, len(fresh)]},
    )
    return KeptMany(len(fresh), len(with_one))


@transaction.atomic
def set_active(by: User, schedule_id: UUID, *, is_active: bool) -> PreventiveSchedule:
    """Let a schedule rest, or take it up again; work that is open stays open."""
    require(by, PLAN)
    row = _hold(by, schedule_id, None)
    if row.is_active != is_active:
        row.is_active, row.version = is_active, row.version + 1
        row.save(update_fields=["is_active", "version"])
        audit.record("maintenance.schedule.changed", row, changes={"is_active": [not is_active, is_active]})
    return row


def _hold(by: User, schedule_id: UUID, version: int | None) -> PreventiveSchedule:
    rows = PreventiveSchedule.objects.visible_to(by).select_for_update(of=("self",))
    row = get_object_or_404(rows, pk=schedule_id)
    if version is not None and row.version != version:
        raise WorkChangedMeanwhile(_("มีผู้แก้ไขแผนนี้ก่อนหน้า โปรดตรวจค่าล่าสุดแล้วบันทึกอีกครั้ง"))
    return row


def _asset(by: User, asset_id: UUID) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(by).kept(), pk=asset_id)


def _fill(row: PreventiveSchedule, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    _refuse_no_rhythm(row)
    if not row.every:
        row.next_on = None
    elif row.next_on is None:
        row.next_on = next_day(row.last_done_on or timezone.localdate(), row.every, row.unit)
    if not row.every_meter:
        row.next_meter = None
    elif row.next_meter is None:
        last = find_last(row.asset_id, row.meter)
        row.next_meter = next_value(last.value if last else None, row.every_meter)


def _refuse_no_rhythm(row: PreventiveSchedule) -> None:
    if not row.every and not row.every_meter:
        raise UnableToConfigure(
            _("กรุณากำหนดรอบ: ทุกกี่วันหรือกี่เดือน หรือทุกกี่หน่วยของมาตร"), field="every", code="no_rhythm"
        )
    if bool(row.every_meter) != bool(row.meter):
        raise UnableToConfigure(_("กรุณาระบุทั้งชื่อมาตรและค่ารอบของมาตร"), field="meter", code="half_meter")


def _plain(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [None if each is None else str(each) for each in pair] for name, pair in changes.items()}


# ── opening what is due ───────────────────────────────────────────────────────────────────────────


def open_due_work(on: dt.date) -> int:
    """Open the work orders that fall due, once for each time round; return how many were new."""
    return sum(_open_one(due, on) for due in list_due(on))


def _open_one(due: Due, on: dt.date) -> bool:
    try:
        with transaction.atomic():
            return _open(due, on)
    except UnableTo as refusal:
        # One schedule that cannot be opened must not keep the others from it.
        logger.warning("Schedule %s opened no work: %s", due.schedule.pk, refusal.code)
        return False


def _open(due: Due, on: dt.date) -> bool:
    rows = PreventiveSchedule.objects.select_for_update(of=("self",)).select_related("asset", "checklist")
    row = rows.get(pk=due.schedule.pk)
    if occurrence_of(row) != occurrence_of(due.schedule) or is_running(row):
        return False
    checklist = row.checklist_id if row.checklist and row.checklist.is_active else None
    open_work(
        None,
        title=row.title,
        kind=row.kind,
        source=WorkSource.SCHEDULE,
        source_id=occurrence_of(row),
        source_words=_words_of(due),
        asset_id=row.asset_id,
        shape=row.asset.shape,
        place=row.asset.place,
        area_code=row.asset.area_code,
        division_id=row.division_id or row.asset.division_id,
        lead_id=row.lead_id,
        due_on=max(due.on, on),
        planned_on=last_working_day(due.on, not_before=on) if row.lead_id else None,
        checklist_id=checklist,
        schedule_id=row.pk,
        at=dt.datetime.combine(on, dt.time.min, BANGKOK),
    )
    return True


def occurrence_of(schedule: PreventiveSchedule) -> UUID:
    """Return the id of this time round: the same work asked for twice has the same."""
    return uuid5(schedule.pk, f"{schedule.next_on}|{schedule.next_meter}")


def is_running(schedule: PreventiveSchedule) -> bool:
    """Tell whether this time round has its work order, or an earlier one is not done yet."""
    orders = WorkOrder.objects.filter(schedule=schedule)
    undone = orders.open().exclude(state__in=FINISHED_STATES)
    return undone.exists() or orders.filter(source_id=occurrence_of(schedule)).exists()


def _words_of(due: Due) -> str:
    row = due.schedule
    words = [_("ครบกำหนด %(day)s") % {"day": format_short(due.on)}]
    if row.next_meter is not None:
        words.append(f"{row.meter} {show_value(row.next_meter)}")
    return " · ".join(words)


# ── counting anew ─────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def work_was_done(work_order_id: UUID) -> PreventiveSchedule | None:
    """Count the next time from the day the work was done. Told twice, it says the same."""
    order = WorkOrder.objects.filter(pk=work_order_id, schedule__isnull=False).first()
    if order is None or order.done_at is None or order.schedule_id is None:
        return None
    row = PreventiveSchedule.objects.select_for_update(of=("self",)).get(pk=order.schedule_id)
    done_on = order.done_at.astimezone(BANGKOK).date()
    if row.last_done_on is not None and done_on < row.last_done_on:
        return row
    return _count_from(row, done_on, order.done_at)


@transaction.atomic
def work_was_cancelled(work_order_id: UUID) -> PreventiveSchedule | None:
    """Skip this time round: the next is counted from the day it was due, so that it is not opened again tomorrow."""
    order = WorkOrder.objects.filter(pk=work_order_id, state=WorkState.CANCELLED).first()
    if order is None or order.schedule_id is None:
        return None
    row = PreventiveSchedule.objects.select_for_update(of=("self",)).get(pk=order.schedule_id)
    if order.source_id != occurrence_of(row):
        return row
    row.next_on = next_day(row.next_on, row.every, row.unit) if row.next_on else None
    row.next_meter = next_value(row.next_meter, row.every_meter)
    row.version += 1
    row.save(update_fields=["next_on", "next_meter", "version"])
    audit.record("maintenance.schedule.skipped", row, changes={"next_on": [None, str(row.next_on)]})
    return row


def _count_from(row: PreventiveSchedule, done_on: dt.date, done_at: dt.datetime) -> PreventiveSchedule:
    before = {"last_done_on": row.last_done_on, "next_on": row.next_on, "next_meter": row.next_meter}
    last = find_last(row.asset_id, row.meter, until=done_at) if row.meter else None
    row.last_done_on = done_on
    row.next_on = next_day(done_on, row.every, row.unit)
    row.next_meter = next_value(last.value if last else None, row.every_meter)
    after = {name: getattr(row, name) for name in before}
    changes = audit.changes_between(before, after)
    if changes:
        row.version += 1
        row.save(update_fields=[*before, "version"])
        audit.record("maintenance.schedule.counted_anew", row, changes=_plain(changes))
    return row
