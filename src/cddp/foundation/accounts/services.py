"""แก้ไขบัญชีผู้ใช้: users, divisions and memberships."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.accounts.queries import works_elsewhere
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
    _refuse_unknown(roles)
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


@transaction.atomic
def add_member(*, username: str, password: str, full_name: str, email: str, **membership: Any) -> Membership:
    """Make a user and let them work in the current town; `membership` as `let_work_here` takes it."""
    user = User.objects.create_user(username, password, full_name=full_name, email=email)
    return let_work_here(user, **membership)


@transaction.atomic
def change_member(
    member: Membership,
    *,
    full_name: str,
    email: str,
    roles: Sequence[str],
    division: Division | None,
    position: str,
    area_codes: Sequence[str],
) -> Membership:
    """Change what a member is called and may do. Raises UnableToChangeAccount for an unknown role."""
    member = Membership.objects.select_for_update().select_related("user").get(pk=member.pk)
    before = {"roles": member.roles, "position": member.position, "area_codes": member.area_codes}
    _refuse_unknown(roles)
    if (member.user.full_name, member.user.email) != (full_name, email):
        _refuse_shared(member)
        member.user.full_name, member.user.email = full_name, email
        member.user.save(update_fields=["full_name", "email"])
    member.roles, member.position = list(roles), position
    member.division, member.area_codes = division, list(area_codes)
    member.save(update_fields=["roles", "position", "division", "area_codes"])
    after = {"roles": member.roles, "position": member.position, "area_codes": member.area_codes}
    audit.record("accounts.membership.changed", member, changes=audit.changes_between(before, after))
    return member


@transaction.atomic
def set_working(member: Membership, *, is_active: bool, by: User) -> Membership:
    """Let a member stop or resume working here. Raises UnableToChangeAccount on one's own account."""
    member = Membership.objects.select_for_update().get(pk=member.pk)
    if member.user_id == by.pk:
        raise UnableToChangeAccount(_("ระงับบัญชีของตนเองไม่ได้ ให้ผู้ดูแลระบบคนอื่นดำเนินการ"))
    member.is_active = is_active
    member.save(update_fields=["is_active"])
    audit.record("accounts.membership.resumed" if is_active else "accounts.membership.stopped", member)
    return member


def choose_language(user: User, language: str) -> None:
    """Keep the language a person reads the screens in; their own taste, so no audit entry."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def set_first_password(member: Membership, password: str) -> None:
    """Give a member who lost theirs a new password; whoever was signed in as them is out.

    Raises UnableToChangeAccount for one who works for another town too: that town has not been asked.
    """
    _refuse_shared(member)
    user = User.objects.select_for_update().get(pk=member.user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("accounts.password.set", member)


def _refuse_shared(member: Membership) -> None:
    if works_elsewhere(member.user_id):
        raise UnableToChangeAccount(_("ผู้ใช้คนนี้ทำงานให้เทศบาลอื่นด้วย ชื่อ อีเมล และรหัสผ่านจึงเปลี่ยนได้โดยเจ้าของบัญชีเท่านั้น"))


def _refuse_unknown(roles: Sequence[str]) -> None:
    unknown = set(roles) - set(load_roles())
    if unknown:
        raise UnableToChangeAccount(_("ไม่รู้จักบทบาท: %(roles)s") % {"roles": ", ".join(sorted(unknown))})
