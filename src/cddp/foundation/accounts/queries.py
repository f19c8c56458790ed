"""อ่านบัญชีผู้ใช้และการทำงานในเทศบาล."""

from uuid import UUID

from django.db.models import QuerySet

from cddp.foundation.accounts.models import Membership
from cddp.foundation.tenancy.current import required_municipality_id, town_context


def list_memberships_of(user_id: UUID) -> QuerySet[Membership]:
    """Return the towns a person works for; inside `town_context(None, user_id=…)` all of them are visible."""
    return (
        Membership.objects.filter(user_id=user_id, is_active=True)
        .select_related("municipality", "division")
        # Asked for on each request; the boundary of a real town is thousands of corners that few pages draw.
        .defer("municipality__boundary")
        .order_by("municipality__name_th")
    )


def list_members() -> QuerySet[Membership]:
    """Return everybody of the current town, also those whose work was stopped.

    The town is named because a person's own membership of another town is visible to them too.
    """
    members = Membership.objects.filter(municipality_id=required_municipality_id())
    return members.select_related("user", "division")


def works_elsewhere(user_id: UUID) -> bool:
    """Tell whether a person also works for another town than the current one."""
    here = required_municipality_id()
    with town_context(None, user_id=user_id):
        return list_memberships_of(user_id).exclude(municipality_id=here).exists()


def list_colleagues(*, permission: str | None = None) -> list[Membership]:
    """Return the active people of the current town, those who hold `permission` when it is named."""
    return [
        m for m in list_members().filter(is_active=True) if permission is None or permission in m.permissions
    ]
