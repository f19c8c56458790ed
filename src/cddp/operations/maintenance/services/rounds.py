"""ลำดับงานของช่าง: the order in which the technician goes, when it is not the map's."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.policies import require

WORK = "maintenance.work"
MOST_STOPS = 200


@transaction.atomic
def set_order(by: User, ids: Sequence[UUID]) -> int:
    """Keep this order of the work of one's own crew; what is not named goes by the map. Returns how many."""
    require(by, WORK)
    if len(ids) > MOST_STOPS or len(set(ids)) != len(ids):
        raise UnableToChangeWork(_("ลำดับที่ส่งมาไม่ถูกต้อง โปรดเปิดหน้านี้ใหม่"), code="order")
    mine = WorkOrder.objects.visible_to(by).of_crew(by).open()
    rows = {each.pk: each for each in mine.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")}
    placed = [rows[each] for each in ids if each in rows]
    for place, row in enumerate(placed, 1):
        row.round_order = place
    # Not a change of the work: its version stays, so that nobody's form becomes stale by it.
    WorkOrder.objects.bulk_update(placed, ["round_order"])
    return len(placed)


@transaction.atomic
def go_by_the_map(by: User) -> None:
    """Forget one's own order."""
    require(by, WORK)
    mine = WorkOrder.objects.visible_to(by).of_crew(by).open().exclude(round_order=None)
    WorkOrder.objects.filter(pk__in=mine.values("pk")).update(round_order=None)


def forget_orders() -> int:
    """Let every round of tomorrow go by the map again: an order belongs to its day."""
    return WorkOrder.objects.open().exclude(round_order=None).update(round_order=None)
