"""สิ่งที่ Traffy ยังไม่ได้รับ, on the desk of those who work on complaints."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import WaitingItem, waiting_items
from cddp.operations.complaints.queries.waiting import count_waiting_beside


def _count(user: User) -> int | None:
    return count_waiting_beside(user).untold or None


waiting_items.add(
    WaitingItem(
        key="complaints.traffy_failed",
        label=_("แจ้งกลับ Traffy ไม่สำเร็จ"),
        unit=_("รายการ"),
        icon="repeat",
        permission="complaints.work",
        count=_count,
        url=lambda user: reverse("complaints:traffy_outgoing"),
        explanation=_("ผู้แจ้งทาง Traffy Fondue ยังไม่เห็นสิ่งที่เทศบาลทำแล้ว"),
        order=45,
    )
)
