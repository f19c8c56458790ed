"""แก้ไขบัญชีผู้ใช้: users, divisions and memberships."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.accounts.roles import load_roles
from cddp.foundation.audit import services as audit
from cddp.foundation.values.errors import UnableTo


class UnableToChangeAccount(UnableTo):
    """แก้ไขบัญชีไม่ได้."""

    code = "account"


def set_up_division(*, code: str, name: str) -> Division:
    """Make the division, or rename it when its code is known."""
    division, made = Division.objects.update_or_create(code=code, defaults={"name": name})
    audit.record("accounts.division.made" if made else "accounts.division.renamed", division)
    return division


@transaction.atomic
def let_work_here(
    user: User,
    *,
    roles: Sequence[str],
    division: Division | None = None,
    position: str = "",
    area_codes: Sequence[str] = (),
) -> Membership:
    """Give a user these roles in the current town. Raises UnableToChangeAccount for an unknown role."""
    unknown = set(roles) - set(load_roles())
    if unknown:
        raise UnableToChangeAccount(_("ไม่รู้จักบทบาท: %(roles)s") % {"roles": ", ".join(sorted(unknown))})
    membership, made = Membership.objects.update_or_create(
        user=user,
        defaults={
            "division": division,
            "position": position,
            "roles": list(roles),
            "area_codes": list(area_codes),
            "is_active": True,
        },
    )
    audit.record(
        "accounts.membership.given" if made else "accounts.membership.changed",
        membership,
        changes={"roles": [None, list(roles)]},
    )
    return membership
