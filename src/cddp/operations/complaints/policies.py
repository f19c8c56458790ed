"""ใครทำอะไรได้กับเรื่องร้องเรียน."""

from cddp.foundation.accounts.models import User


def may_import(user: User) -> bool:
    """Tell whether the person may bring in files of reports, and see their raw rows."""
    return user.has_perm("complaints.import")
