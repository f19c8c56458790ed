"""อ่านบัญชีผู้ใช้และการทำงานในเทศบาล."""

from uuid import UUID

from django.db.models import QuerySet

from cddp.foundation.accounts.models import Membership


def list_memberships_of(user_id: UUID) -> QuerySet[Membership]:
    """Return the towns a person works for; inside `town_context(None, user_id=…)` all of them are visible."""
    return (
        Membership.objects.filter(user_id=user_id, is_active=True)
        .select_related("municipality", "division")
        .order_by("municipality__name_th")
    )


def list_colleagues(*, permission: str | None = None) -> list[Membership]:
    """Return the active people of the current town, those who hold `permission` when it is named."""
    members = Membership.objects.filter(is_active=True).select_related("user", "division")
    return [m for m in members if permission is None or permission in m.permissions]
