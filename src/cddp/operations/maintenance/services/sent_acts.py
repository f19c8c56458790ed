"""รายการจากโทรศัพท์ของช่าง: what was done without a signal, taken in once each, in the order it was done.

The phone makes each act's id. The same id again gets the same answer and changes nothing. A refusal is an answer too:
the phone shows its words and keeps what was typed; put right, it comes back as an act of its own.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.models import SentAct, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.services import doing, meters, moving, stock

WORK = "maintenance.work"
OLDEST = dt.timedelta(days=7)
"""A phone keeps what it could not send; what is older than this counts as done this long ago, or its clock is wrong."""

DONE, REFUSED = "done", "refused"
STOCK_ACTS = ("reserve", "release", "issue", "give_back")


@dataclass(frozen=True)
class PhoneAct:
    """รายการหนึ่ง: what the phone says was done, on which work order, when, with which words and file."""

    id: UUID
    kind: str
    work_order_id: UUID
    made_at: dt.datetime
    values: Mapping[str, Any]
    upload: Any = None


def take(by: User, act: PhoneAct, *, at: dt.datetime) -> dict[str, str]:
    """Do the act unless it was done before; return what the phone is told: {"state", "words", "code"}."""
    require(by, WORK)
    known = _find(by, act)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _take_first(by, act, at)
    except IntegrityError:
        # The same act came twice at once: the other one has written its answer.
        known = _find(by, act)
        if known is None:
            raise
        return known


def _find(by: User, act: PhoneAct) -> dict[str, str] | None:
    row = SentAct.objects.filter(pk=act.id).first()
    if row is None:
        return None
    if (row.by, row.kind, row.work_order_id) != (by.pk, act.kind, act.work_order_id):
        return _refusal(_("รหัสรายการนี้ใช้ไปแล้ว โปรดทำรายการใหม่"), "act_used")
    return dict(row.answer)


def _take_first(by: User, act: PhoneAct, at: dt.datetime) -> dict[str, str]:
    row = SentAct(
        pk=act.id,
        kind=act.kind,
        work_order_id=act.work_order_id,
        made_at=min(act.made_at, at),
        received_at=at,
        by=by.pk,
    )
    row.save(force_insert=True)  # whoever sends the same meanwhile waits here
    answer = _answer(by, act, at)
    row.answer = answer
    row.save(update_fields=["answer"])
    return answer


def _answer(by: User, act: PhoneAct, at: dt.datetime) -> dict[str, str]:
    try:
        with transaction.atomic():
            order = WorkOrder.objects.visible_to(by).filter(pk=act.work_order_id).first()
            if order is None:
                raise UnableToChangeWork(_("ไม่พบใบสั่งงานนี้ หรือไม่ได้อยู่ในความรับผิดชอบของท่านแล้ว"), code="no_order")
            ACTS[act.kind](by, order, act, when(order, act.made_at, at))
    except UnableTo as refusal:
        return _refusal(refusal.message, refusal.code)
    except Http404:
        # A line that was taken off the list meanwhile, a part that is no more.
        return _refusal(_("สิ่งที่รายการนี้พูดถึงไม่มีแล้ว โปรดเปิดหน้านี้ใหม่"), "gone")
    return {"state": DONE, "words": "", "code": ""}


def _refusal(words: str, code: str) -> dict[str, str]:
    return {"state": REFUSED, "words": words, "code": code}


def when(order: WorkOrder, made_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """Return when it was done by the phone's clock, within what can be true: not to come, not before what is known."""
    return min(max(made_at, order.state_since, at - OLDEST), at)


# ── what can be done ──────────────────────────────────────────────────────────────────────────────


def _start(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    moving.start(by, order.pk, version=None, at=at)


def _await_parts(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    moving.await_parts(by, order.pk, version=None, note=act.values["note"], at=at)


def _resume(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    moving.resume(by, order.pk, version=None, at=at)


def _finish(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    said = act.values
    moving.finish(by, order.pk, version=None, result=said["result"], cause=said["cause"], at=at)


def _check(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    doing.answer_check(by, order.pk, act.values["check"], answer=act.values["answer"], at=at)


def _time(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    said = act.values
    doing.add_time(
        by,
        order.pk,
        minutes=said["minutes"],
        note=said["note"],
        on=act.made_at.astimezone(BANGKOK).date(),
        member_id=by.membership.pk if by.membership else None,
        at=at,
    )


def _photo(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    if act.upload is None:
        raise UnableToChangeWork(_("ไม่พบรูปในรายการนี้ โปรดถ่ายใหม่"), field="photo", code="no_photo")
    doing.add_work_photo(by, order.pk, upload=act.upload, kind=act.values["kind"], at=at)


def _part(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    said = act.values
    name, _colon, key = said["do"].partition(":")
    store = UUID(key) if key else said["store"]
    if name not in STOCK_ACTS or store is None:
        raise UnableToChangeWork(_("กรุณาเลือกคลัง"), field="store", code="no_store")
    getattr(stock, name)(
        by,
        part_id=said["part"],
        store_id=store,
        quantity=said["quantity"] or Decimal(1),
        act=act.id,
        work_order_id=order.pk,
        reason=said["reason"],
        at=at,
    )


def _meter(by: User, order: WorkOrder, act: PhoneAct, at: dt.datetime) -> None:
    said = act.values
    if order.asset_id is None:
        raise UnableToChangeWork(_("ใบสั่งงานนี้ไม่ได้ระบุทรัพย์สิน จึงไม่มีมาตรให้อ่าน"), code="no_asset")
    if said["is_new_meter"]:
        meters.replace_meter(
            by,
            asset_id=order.asset_id,
            meter=said["meter"],
            old_value=said["old_value"],
            new_value=said["value"],
            reason=said["reason"],
            at=at,
        )
        return
    meters.record_reading(
        by, asset_id=order.asset_id, meter=said["meter"], value=said["value"], reason=said["reason"], at=at
    )


ACTS: Mapping[str, Callable[[User, WorkOrder, PhoneAct, dt.datetime], None]] = {
    "start": _start,
    "await_parts": _await_parts,
    "resume": _resume,
    "finish": _finish,
    "check": _check,
    "time": _time,
    "photo": _photo,
    "part": _part,
    "meter": _meter,
}
