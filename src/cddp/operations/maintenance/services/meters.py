"""อ่านมาตร: what a meter showed; it runs forward, unless somebody says why not, or it is a new one.

Each: right, lock of the asset, rule, row, schedules that wait for the meter, audit; one transaction.
"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_dates import format_short
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.maintenance.errors import UnableToReadMeter
from cddp.operations.maintenance.models import MeterReading, PreventiveSchedule
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.rules.schedules import after_new_meter, next_value
from cddp.registers.assets.models import Asset

WORK = "maintenance.work"
REASON_LETTERS = 5
HIGHEST = Decimal("99999999999.9")
STEP = Decimal("0.1")


@transaction.atomic
def record_reading(
    by: User | None,
    *,
    asset_id: UUID,
    meter: str,
    value: Decimal,
    reason: str = "",
    at: dt.datetime,
) -> MeterReading:
    """Record what the meter shows. Less than last time is refused without a reason."""
    require(by, WORK)
    asset, meter = _hold_asset(by, asset_id), _name(meter)
    value = _number(value, field="value")
    last = find_last(asset.pk, meter)
    if last is not None and last.at > at:
        raise UnableToReadMeter(
            _("มีค่าที่อ่านหลังจากนี้แล้ว (%(day)s) โปรดบันทึกค่าของตอนนี้") % {"day": format_short(last.at)},
            field="value",
            code="older",
        )
    if last is not None and value < last.value and len(reason.strip()) < REASON_LETTERS:
        raise UnableToReadMeter(
            _("ครั้งก่อนอ่านได้ %(last)s ค่านี้ต่ำกว่า หากถูกต้องโปรดเขียนเหตุผล หรือเลือก “เปลี่ยนมาตรใหม่”")
            % {"last": show_value(last.value)},
            field="reason",
            code="backwards",
        )
    reading = _write(by, asset, meter, value, reason=reason, at=at)
    _start_waiting(asset.pk, meter, value)
    return reading


@transaction.atomic
def replace_meter(
    by: User | None,
    *,
    asset_id: UUID,
    meter: str,
    old_value: Decimal,
    new_value: Decimal,
    reason: str = "",
    at: dt.datetime,
) -> MeterReading:
    """Record the last of the old meter and the first of the new one; what was left to run is left to run."""
    require(by, WORK)
    asset, meter = _hold_asset(by, asset_id), _name(meter)
    old_value, new_value = _number(old_value, field="old_value"), _number(new_value, field="value")
    last = find_last(asset.pk, meter)
    if last is not None and old_value < last.value:
        raise UnableToReadMeter(
            _("ค่าสุดท้ายของมาตรเดิมต่ำกว่าที่อ่านครั้งก่อน (%(last)s)") % {"last": show_value(last.value)},
            field="old_value",
            code="backwards",
        )
    before = at - dt.timedelta(seconds=1)
    if last is not None and last.at >= before:
        raise UnableToReadMeter(_("เพิ่งบันทึกค่ามาตรนี้ไป โปรดรอสักครู่"), field="old_value", code="older")
    _write(by, asset, meter, old_value, reason=_("ค่าสุดท้ายของมาตรเดิม"), at=before)
    reading = _write(by, asset, meter, new_value, reason=reason, at=at, is_new_meter=True)
    for schedule in _hold_schedules(asset.pk, meter).exclude(next_meter=None):
        schedule.next_meter = after_new_meter(schedule.next_meter, old_value, new_value)
        schedule.save(update_fields=["next_meter"])
    _start_waiting(asset.pk, meter, new_value)
    return reading


def find_last(asset_id: UUID, meter: str, *, until: dt.datetime | None = None) -> MeterReading | None:
    """Return the newest reading of a meter, or the newest up to a moment."""
    rows = MeterReading.objects.filter(asset_id=asset_id, meter=meter)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return rows.order_by("-at", "-id").first()


def show_value(value: Decimal) -> str:
    """Return a meter's value as people read it: "1,250" or "1,250.5"."""
    return f"{value:,.1f}".removesuffix(".0")


def _hold_asset(by: User | None, asset_id: UUID) -> Asset:
    rows = Asset.objects.all() if by is None else Asset.objects.visible_to(by)
    asset = rows.select_for_update(of=("self",)).filter(pk=asset_id).first()
    if asset is None:
        raise UnableToReadMeter(_("ไม่พบทรัพย์สินนี้"), code="no_asset")
    return asset


def _name(meter: str) -> str:
    name = normalise_line(meter)[:40]
    if not name:
        raise UnableToReadMeter(_("กรุณาระบุชื่อมาตร เช่น ชั่วโมงเครื่อง"), field="meter", code="no_meter")
    return name


def _number(value: Decimal, *, field: str) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= HIGHEST:
        raise UnableToReadMeter(_("กรุณาใส่ค่ามาตรเป็นตัวเลขตั้งแต่ 0 ขึ้นไป"), field=field, code="number")
    return value.quantize(STEP)


def _write(
    by: User | None,
    asset: Asset,
    meter: str,
    value: Decimal,
    *,
    reason: str,
    at: dt.datetime,
    is_new_meter: bool = False,
) -> MeterReading:
    reading = MeterReading(
        asset=asset,
        meter=meter,
        value=value,
        at=at,
        reason=normalise_line(reason)[:200],
        is_new_meter=is_new_meter,
        by_label=str(by) if by else "",
    )
    reading.save(force_insert=True)
    audit.record("maintenance.meter.read", reading, changes={meter: [None, str(value)]})
    return reading


def _hold_schedules(asset_id: UUID, meter: str) -> QuerySet[PreventiveSchedule]:
    rows = PreventiveSchedule.objects.filter(asset_id=asset_id, meter=meter, is_active=True)
    return rows.select_for_update(of=("self",)).order_by("pk")


def _start_waiting(asset_id: UUID, meter: str, value: Decimal) -> None:
    """Give the schedules that nobody had read the meter for their first target."""
    for schedule in _hold_schedules(asset_id, meter).filter(next_meter=None, every_meter__isnull=False):
        schedule.next_meter = next_value(value, schedule.every_meter)
        schedule.save(update_fields=["next_meter"])
