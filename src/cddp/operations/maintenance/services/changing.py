"""แก้ไขใบสั่งงาน: what it is about, how urgent, whose, by when; and the contract with whoever is hired for it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.maintenance.choices import ENDED_STATES, Priority, WorkKind, WorkState
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.models import Contractor, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.services.holding import hold_order
from cddp.operations.maintenance.services.numbers import search_text_of
from cddp.operations.maintenance.services.opening import find_asset

PLAN = "maintenance.plan"
FIELDS = ("title", "description", "kind", "priority", "division_id", "due_on", "place", "asset_id")
NOT_BEGUN = (WorkState.REQUESTED, WorkState.APPROVED, WorkState.PLANNED)
LIMITS = {"title": 200, "place": 300}
DEAREST_CONTRACT_SATANG = 100_000_000_000


@transaction.atomic
def change_work(
    by: User | None, work_order_id: UUID, *, version: int | None, values: Mapping[str, Any], at: dt.datetime
) -> WorkOrder:
    """Change some of FIELDS. Raises UnableToChangeWork, WorkChangedMeanwhile."""
    require(by, PLAN)
    order = hold_order(by, work_order_id, version=version)
    _refuse_ended(order)
    before = {name: getattr(order, name) for name in FIELDS}
    for name in FIELDS:
        if name in values:
            setattr(order, name, _tidy(name, values[name]))
    _refuse_wrong(order)
    more = _about_other_asset(order, before["asset_id"]) if order.asset_id != before["asset_id"] else ()
    changes = audit.changes_between(before, {name: getattr(order, name) for name in FIELDS})
    if not changes:
        return order
    asset = order.asset
    words = [order.number, order.title, order.place, order.source_words]
    order.search_text = search_text_of(*words, *((asset.number, asset.name) if asset else ()))
    return _write(order, "maintenance.work.changed", changes, (*FIELDS, *more, "search_text"))


@transaction.atomic
def set_contract(
    by: User | None,
    work_order_id: UUID,
    *,
    version: int | None,
    contractor_id: UUID | None,
    contract_number: str = "",
    contract_satang: int = 0,
    at: dt.datetime,
) -> WorkOrder:
    """Say who is hired for it, under which contract and for how much; nobody and nothing takes it back."""
    require(by, PLAN)
    order = hold_order(by, work_order_id, version=version)
    _refuse_ended(order)
    if not 0 <= contract_satang <= DEAREST_CONTRACT_SATANG:
        raise UnableToChangeWork(_("กรุณาตรวจจำนวนเงินค่าจ้าง"), field="contract_baht", code="contract_satang")
    if contractor_id is None and (contract_satang or contract_number.strip()):
        raise UnableToChangeWork(_("กรุณาเลือกผู้รับจ้าง"), field="contractor", code="contractor")
    if contractor_id is not None and not Contractor.objects.filter(pk=contractor_id).exists():
        raise UnableToChangeWork(_("ไม่พบผู้รับจ้างรายนี้"), field="contractor", code="contractor")
    fields = ("contractor_id", "contract_number", "contract_satang")
    before = {name: getattr(order, name) for name in fields}
    order.contractor_id, order.contract_satang = contractor_id, contract_satang
    order.contract_number = normalise_line(contract_number)[:80]
    changes = audit.changes_between(before, {name: getattr(order, name) for name in fields})
    return _write(order, "maintenance.work.contracted", changes, fields) if changes else order


def _write(order: WorkOrder, action: str, changes: Mapping[str, Any], fields: tuple[str, ...]) -> WorkOrder:
    order.version += 1
    order.save(update_fields=[*(name.removesuffix("_id") for name in fields), "version"])
    audit.record(action, order, changes=changes)
    return order


def _tidy(name: str, value: Any) -> Any:
    if name == "description":
        return normalise(value or "")
    return normalise_line(value or "") if name in LIMITS else value


def _about_other_asset(order: WorkOrder, before: UUID | None) -> tuple[str, ...]:
    """Take over from the asset what the order does not say; return the fields beside FIELDS that this changes.

    What an asset cost and how long it was out stays with it: once begun, only an order without one is given one.
    """
    if before is not None and order.state not in NOT_BEGUN:
        raise UnableToChangeWork(_("งานเริ่มแล้ว จึงเปลี่ยนทรัพย์สินไม่ได้"), field="asset", code="begun")
    order.asset = asset = find_asset(order.asset_id)
    if asset is None:
        return ()
    order.place = order.place or asset.place[: LIMITS["place"]]
    if order.shape is None:
        order.shape = asset.shape
    order.area_code = order.area_code or asset.area_code
    return ("shape", "area_code")


def _refuse_ended(order: WorkOrder) -> None:
    if order.state in ENDED_STATES:
        raise UnableToChangeWork(
            _("ใบสั่งงานนี้ “%(state)s” แล้ว จึงแก้ไขไม่ได้") % {"state": order.get_state_display()}, code="over"
        )


def _refuse_wrong(order: WorkOrder) -> None:
    if len(order.title) < 3:
        raise UnableToChangeWork(_("กรุณาเขียนว่าต้องทำอะไร 3 ถึง 200 ตัวอักษร"), field="title", code="title")
    for name, limit in LIMITS.items():
        if len(getattr(order, name)) > limit:
            raise UnableToChangeWork(_("ข้อความยาวเกินไป"), field=name, code=name)
    if order.kind not in WorkKind.values or order.priority not in Priority.values:
        raise UnableToChangeWork(_("กรุณาเลือกจากรายการ"), field="kind", code="kind")
    if order.division_id and not Division.objects.filter(pk=order.division_id).exists():
        raise UnableToChangeWork(_("ไม่พบกองนี้"), field="division", code="division")
