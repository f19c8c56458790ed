"""งานทะเบียนที่รออยู่: for the staff desk and the top of the overview."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import WaitingItem, waiting_items
from cddp.registers.residents.choices import FactLevel
from cddp.registers.residents.models import CurrentFact, FactType, House

COUNTED_AT_MOST = 10_000


def _without_point(user: User) -> int:
    return House.objects.visible_to(user).active().without_point().order_by()[:COUNTED_AT_MOST].count()


def _without_point_url(user: User) -> str:
    if user.has_perm("residents.change"):
        return reverse("residents:without_point")
    return f"{reverse('residents:houses')}?placed=0"


def _stale_houses(user: User) -> int:
    stale = CurrentFact.objects.filter(
        level=FactLevel.HOUSE, subject_id=OuterRef("pk"), stale_on__lte=timezone.localdate()
    )
    houses = House.objects.visible_to(user).active().filter(Exists(stale))
    return houses.order_by()[:COUNTED_AT_MOST].count()


def _stale_houses_url(user: User) -> str:
    kinds = FactType.objects.visible_to(user).filter(level=FactLevel.HOUSE).values_list("pk", flat=True)
    return f"{reverse('residents:houses')}?{urlencode({'stale': list(kinds)}, doseq=True)}"


waiting_items.add(
    WaitingItem(
        key="residents.without_point",
        label=_("บ้านที่ยังไม่มีพิกัด"),
        unit=_("หลัง"),
        icon="map-pin-off",
        permission="residents.view",
        count=_without_point,
        url=_without_point_url,
        explanation=_("ไม่ขึ้นแผนที่ และหาไม่พบเมื่อเกิดเหตุฉุกเฉิน"),
        order=20,
    )
)
waiting_items.add(
    WaitingItem(
        key="residents.stale_houses",
        label=_("บ้านที่ข้อมูลพ้นกำหนด"),
        unit=_("หลัง"),
        icon="hourglass",
        permission="residents.view",
        count=_stale_houses,
        url=_stale_houses_url,
        explanation=_("เก่าเกินอายุข้อมูลที่กำหนด ควรสำรวจใหม่"),
        order=30,
    )
)
