"""ใครทำอะไรได้กับงานซ่อมและอะไหล่: judged again in the service, whatever the screen has let through.

`by=None` stands for the town itself: a schedule, a listener or a job whose asker was judged when they asked.
"""

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.operations.maintenance.errors import UnableToAct


def require(by: User | None, permission: str) -> None:
    """Raise UnableToAct unless `by` holds the permission."""
    if by is not None and not by.has_perm(permission):
        raise UnableToAct(_("บัญชีนี้ไม่มีสิทธิ์ทำรายการนี้ โปรดติดต่อผู้ดูแลระบบของเทศบาล"))
