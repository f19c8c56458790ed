"""บอกช่าง: who is to do the work reads it inside the program, when it is planned, changed or taken away."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.notify.services import notify
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.models import WorkCrew, WorkOrder

TITLE_SIGNS = 200


def crew_ids_of(order: WorkOrder) -> set[UUID]:
    """Return the memberships of lead and crew."""
    crew = set(WorkCrew.objects.filter(work_order=order).values_list("member_id", flat=True))
    return crew | ({order.lead_id} if order.lead_id else set())


def tell_crew(by: User | None, order: WorkOrder) -> None:
    """Tell lead and crew what they are to do and when; not the one who has just planned it."""
    if order.planned_on:
        title = _("งานวันที่ %(day)s: %(work)s") % {"day": format_short(order.planned_on), "work": order.title}
    else:
        title = _("ท่านได้รับมอบหมายงาน: %(work)s") % {"work": order.title}
    _tell(by, crew_ids_of(order), order, title, order.place)


def tell_removed(by: User | None, order: WorkOrder, members: Collection[UUID]) -> None:
    """Tell those who no longer do it."""
    _tell(by, members, order, _("ท่านไม่ต้องทำงานนี้แล้ว: %(work)s") % {"work": order.title}, "")


def tell_sent_back(by: User | None, order: WorkOrder, reason: str) -> None:
    """Tell lead and crew that the work was not accepted, and why."""
    _tell(by, crew_ids_of(order), order, _("ตรวจแล้วให้แก้ไข: %(work)s") % {"work": order.title}, reason)


def tell_cancelled(by: User | None, order: WorkOrder, reason: str) -> None:
    """Tell lead and crew that they need not go, and why."""
    _tell(by, crew_ids_of(order), order, _("ยกเลิกงาน: %(work)s") % {"work": order.title}, reason)


def _tell(by: User | None, members: Collection[UUID], order: WorkOrder, title: str, body: str) -> None:
    people = Membership.objects.filter(pk__in=members, is_active=True).values_list("user_id", flat=True)
    told = [each for each in people if by is None or each != by.pk]
    if told:
        notify(told, title[:TITLE_SIGNS], body=body, link=order.get_absolute_url())
