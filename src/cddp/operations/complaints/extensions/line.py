"""ผู้แจ้งที่ยังไม่รู้ผล, on the desk of those who may tell them another way."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import WaitingItem, waiting_items
from cddp.foundation.notify.models import Message
from cddp.operations.complaints.queries.line import list_untold


def _untold(user: User) -> QuerySet[Message]:
    return list_untold(user, at=timezone.now())


waiting_items.add(
    WaitingItem(
        key="complaints.line_untold",
        label=_("แจ้งผลทาง LINE ไม่ถึง"),
        unit=_("ข้อความ"),
        icon="message-square",
        permission="notify.send_again",
        count=_untold,
        url=lambda user: reverse("complaints:line_untold"),
        explanation=_("ผู้แจ้งยังไม่รู้ผล ส่งอีกครั้งหรือพิมพ์ใบแจ้งผลไปมอบให้"),
        order=46,
    )
)
