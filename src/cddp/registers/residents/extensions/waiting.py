"""งานทะเบียนที่รออยู่: for the staff desk and the top of the overview."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import WaitingItem, waiting_items
from cddp.registers.residents.choices import FactLevel
from cddp.registers.residents.models import House
from cddp.registers.residents.queries.indicators import count_stale_by_type


def _without_point(user: User) -> QuerySet[House]:
    return House.objects.visible_to(user).active().without_point()


def _without_point_url(user: User) -> str:
    if user.has_perm("residents.change"):
        return reverse("residents:without_point")
    return f"{reverse('residents:houses')}?placed=0"


def _stale_of_houses(user: User) -> list[tuple[str, int]]:
    stale = count_stale_by_type(user, timezone.localdate())
    return [(str(pk), count) for pk, _name, level, count in stale if level == FactLevel.HOUSE]


def _stale_facts(user: User) -> int:
    return sum(count for _pk, count in _stale_of_houses(user))


def _stale_facts_url(user: User) -> str:
    kinds = [pk for pk, _count in _stale_of_houses(user)]
    return f"{reverse('residents:houses')}?{urlencode({'stale': kinds}, doseq=True)}"


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
        key="residents.stale_facts",
        label=_("ข้อเท็จจริงของบ้านที่พ้นกำหนด"),
        unit=_("รายการ"),
        icon="hourglass",
        permission="residents.view",
        count=_stale_facts,
        url=_stale_facts_url,
        explanation=_("เก่าเกินอายุข้อมูลที่กำหนด ควรสำรวจใหม่"),
        order=30,
    )
)
