"""ใครทำอะไรได้ในทะเบียน: judged again in the service, whatever the screen has let through.

`by=None` stands for the town itself: an import or a job whose asker was judged when they asked.
"""

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.registers.residents.errors import UnableToAct
from cddp.registers.residents.models import Area, House, Household, Person


def require(by: User | None, permission: str) -> None:
    """Raise UnableToAct unless `by` holds the permission."""
    if by is not None and not by.has_perm(permission):
        raise UnableToAct(_("บัญชีนี้ไม่มีสิทธิ์ทำรายการนี้ โปรดติดต่อผู้ดูแลระบบของเทศบาล"))


def require_in_reach(by: User | None, subject: House | Household | Person) -> None:
    """Raise UnableToAct when the house, household or person lies outside the areas in this person's care."""
    if by is None or by.membership is None or by.membership.area_limit is None:
        return
    if not type(subject).objects.visible_to(by).filter(pk=subject.pk).exists():
        raise UnableToAct(_("รายการนี้อยู่นอกพื้นที่ที่ท่านรับผิดชอบ"))


def require_area_in_reach(by: User | None, area: Area | None) -> None:
    """Raise UnableToAct when the area is not in this person's care."""
    limit = None if by is None or by.membership is None else by.membership.area_limit
    if limit is not None and (area is None or area.code not in limit):
        raise UnableToAct(_("พื้นที่นี้อยู่นอกพื้นที่ที่ท่านรับผิดชอบ"))


def may_see_person_facts(user: User) -> bool:
    """Tell whether statements about persons, and sensitive ones, may be shown to this person."""
    return user.has_perm("residents.view_person")
