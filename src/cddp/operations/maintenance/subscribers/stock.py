"""คลังฟังเหตุการณ์: work that is over lets go of what it reserved; who keeps the stores is told what runs low."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.events import listen
from cddp.foundation.notify.services import notify
from cddp.operations.maintenance.events import StockRanLow, WorkCancelled, WorkDone
from cddp.operations.maintenance.models import Part
from cddp.operations.maintenance.rules.stock import format_quantity
from cddp.operations.maintenance.services.ledger import free_of
from cddp.operations.maintenance.services.stock import free_reservations


@listen(WorkDone)
def let_go_of_done(event: WorkDone) -> None:
    """Free what the finished work had reserved and not taken."""
    free_reservations(event.work_order_id, at=timezone.now())


@listen(WorkCancelled)
def let_go_of_cancelled(event: WorkCancelled) -> None:
    """Free what the cancelled work had reserved."""
    free_reservations(event.work_order_id, at=timezone.now())


@listen(StockRanLow)
def tell_keepers(event: StockRanLow) -> None:
    """Put it before everybody who keeps the stores."""
    part = Part.objects.filter(pk=event.part_id, is_active=True).first()
    if part is None or part.ran_low_at is None:
        return
    title = _("อะไหล่ใกล้หมด: %(name)s") % {"name": part.name}
    body = _("ใช้ได้อีก %(free)s %(unit)s จุดสั่งซื้อ %(point)s") % {
        "free": format_quantity(free_of(part.pk)),
        "unit": part.unit,
        "point": format_quantity(part.reorder_point),
    }
    people = list_colleagues(permission="maintenance.stock")
    notify(
        [each.user_id for each in people],
        title[:200],
        body=body,
        link=reverse("maintenance:part", args=[part.pk]),
    )
