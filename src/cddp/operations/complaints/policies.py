"""ใครทำอะไรได้กับเรื่องร้องเรียน."""

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.operations.complaints.errors import UnableToChangeNeed


def may_import(user: User) -> bool:
    """Tell whether the person may bring in files of reports, and see their raw rows."""
    return user.has_perm("complaints.import")


def may_file(user: User) -> bool:
    """Tell whether the person may file for a citizen at the counter or on the phone."""
    return user.has_perm("complaints.file")


def may_triage(user: User) -> bool:
    """Tell whether the person may say what a report is about, and which reports are one problem."""
    return user.has_perm("complaints.triage")


def may_assign(user: User) -> bool:
    """Tell whether the person may say who works on a problem."""
    return user.has_perm("complaints.assign")


def may_work(user: User) -> bool:
    """Tell whether the person may move a problem on, write to its reporters and close it."""
    return user.has_perm("complaints.work")


def may_open_work(user: User) -> bool:
    """Tell whether the person may have work done for a problem: work on problems, and ask for work."""
    return may_work(user) and user.has_perm("maintenance.request")


def may_see_reporter(user: User) -> bool:
    """Tell whether the person may see who spoke; each look is recorded with its purpose."""
    return user.has_perm("complaints.reporter")


def may_configure(user: User) -> bool:
    """Tell whether the person may set up days off, promises, routes, wordings and agencies."""
    return user.has_perm("complaints.configure")


def may_see_board(user: User) -> bool:
    """Tell whether the person may see how the whole work stands."""
    return user.has_perm("complaints.board")


def refuse_unless(allowed: bool) -> None:
    """Raise UnableToChangeNeed when the act is not allowed."""
    if not allowed:
        raise UnableToChangeNeed(_("บัญชีนี้ไม่มีสิทธิ์ทำรายการนี้"), code="forbidden")
