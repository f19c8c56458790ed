"""การนำเข้าทรัพย์สิน: what waits for a person's word."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import MenuItem, WaitingItem, menu_items, waiting_items
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.models import AssetImport


def _waiting(user: User) -> QuerySet[AssetImport]:
    waiting = [ImportState.MAPPING, ImportState.READY]
    return AssetImport.objects.visible_to(user).filter(state__in=waiting)


menu_items.add(
    MenuItem(
        "assets.imports", _("นำเข้าทรัพย์สิน"), "assets:imports", "file-up", "assets.import", "registers", 140
    )
)
waiting_items.add(
    WaitingItem(
        key="assets.imports",
        label=_("ไฟล์ทรัพย์สินที่รอจับคู่หรือยืนยัน"),
        unit=_("ไฟล์"),
        icon="file-up",
        permission="assets.import",
        count=_waiting,
        url=lambda user: f"{reverse('assets:imports')}?state=mapping&state=ready",
        explanation=_("อัปโหลดแล้ว ยังไม่เข้าทะเบียนจนกว่าจะกดนำเข้า"),
        order=74,
    )
)
