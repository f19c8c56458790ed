"""เวลาที่ทรัพย์สินหยุดใช้งานเพราะงานนี้: the outage of the asset begins and ends with the work.

An asset that was out before the work began stays out since then: its outage is the downtime. The asker was judged by
`moving`, so the outage is written as by the town, with their name.
"""

import datetime as dt

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.operations.maintenance.choices import WorkKind
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.services.holding import label_of
from cddp.registers.assets.choices import Source
from cddp.registers.assets.services import outages

# Such work makes the asset do its work again, whoever said that it did not.
REPAIRING = frozenset({WorkKind.CORRECTIVE, WorkKind.IMPROVEMENT})


def begin(by: User | None, order: WorkOrder, *, at: dt.datetime) -> None:
    """Take the asset out of use for the work; the caller saves `down_from` and `down_until`."""
    if order.asset_id is None:
        raise UnableToChangeWork(
            _("ใบสั่งงานนี้ไม่ได้ระบุทรัพย์สิน จึงหยุดใช้งานไม่ได้"), field="asset_out", code="no_asset"
        )
    outage = outages.begin_outage(
        None,
        order.asset_id,
        source=Source.WORK,
        reference=str(order.pk),
        words=order.title,
        by_label=label_of(by),
        from_at=at,
    )
    order.down_from, order.down_until = outage.from_at, None


def end(by: User | None, order: WorkOrder, *, at: dt.datetime) -> None:
    """Say that the asset does its work again; the caller saves `down_from` and `down_until`."""
    if order.asset_id is None:
        return
    reference = "" if order.kind in REPAIRING else str(order.pk)
    outage = outages.end_outage(None, order.asset_id, reference=reference, by_label=label_of(by), at=at)
    if outage is not None:
        order.down_from = order.down_from or outage.from_at
    if order.down_from is not None:
        order.down_until = max(at, order.down_from)


def go_on(order: WorkOrder) -> None:
    """Take back that the asset does its work again; the caller saves `down_until`."""
    if order.asset_id is None or order.down_until is None:
        return
    if outages.resume_outage(None, order.asset_id, ended_at=order.down_until) is not None:
        order.down_until = None


def give_up(by: User | None, order: WorkOrder, *, at: dt.datetime) -> None:
    """End only the outage that this work itself began."""
    if order.asset_id is None or order.down_from is None or order.down_until is not None:
        return
    outages.end_outage(None, order.asset_id, reference=str(order.pk), by_label=label_of(by), at=at)
    order.down_until = max(at, order.down_from)
