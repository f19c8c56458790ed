"""โทเคนของโปรแกรม: how a program proves in whose name it calls the API.

A token reads "cddp-<municipality>-<secret>": the town is in it because row-level security hides the
table of tokens until a town is known.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import ApiToken, Membership, User
from cddp.foundation.accounts.services import UnableToChangeAccount
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.current import required_municipality_id

TOKEN = re.compile(r"cddp-(\d{1,9})-([A-Za-z0-9_-]{32,64})")
LONGEST_LIFE = timedelta(days=366)


def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _columns(model: type[models.Model], table: str) -> str:
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


# Every call of a program asks this, and putting it together by the ORM cost more than the answer.
BEARER = f"""
SELECT t.id, t.permissions, t.last_used_on, {_columns(Membership, "m")}, {_columns(User, "u")}
FROM accounts_apitoken t
JOIN accounts_membership m ON m.municipality_id = t.municipality_id AND m.id = t.member_id AND m.is_active
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
WHERE t.token_hash = %s AND t.revoked_at IS NULL AND t.expires_at > %s
"""


def _hash(secret: str) -> bytes:
    # The secret has 256 bits of its own, so a plain hash is as good as a slow one.
    return sha256(secret.encode()).digest()


@transaction.atomic
def make_token(
    member: Membership, *, name: str, permissions: Sequence[str], at: datetime, life: timedelta
) -> tuple[ApiToken, str]:
    """Return the new token's row and the token itself, which is never seen again.

    Raises UnableToChangeAccount for a permission the member does not hold, or a life over a year.
    """
    beyond = set(permissions) - member.permissions
    if beyond:
        raise UnableToChangeAccount(_("โทเคนมีสิทธิ์เกินกว่าเจ้าของไม่ได้: %s") % ", ".join(sorted(beyond)))
    if life > LONGEST_LIFE:
        raise UnableToChangeAccount(_("โทเคนมีอายุได้ไม่เกิน 1 ปี"))
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        member=member,
        name=name,
        token_hash=_hash(secret),
        permissions=sorted(permissions),
        expires_at=at + life,
    )
    audit.record("accounts.token.made", token, changes={"permissions": [None, sorted(permissions)]})
    return token, f"cddp-{required_municipality_id()}-{secret}"


def revoke_token(token: ApiToken, *, at: datetime) -> None:
    """Let the token open nothing from now on."""
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    audit.record("accounts.token.revoked", token)


def municipality_of_token(written: str) -> int | None:
    """Return the town that a well-formed token names, or None."""
    found = TOKEN.fullmatch(written)
    return int(found[1]) if found else None


def find_token_user(written: str, *, at: datetime) -> User | None:
    """Return the user a token stands for, limited to the token's permissions; None when it opens nothing.

    Must run in the context of the town that the token names.
    """
    found = TOKEN.fullmatch(written)
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(BEARER, [_hash(found[2]), at])
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, permissions, last_used_on, *columns = row
    if last_used_on != at.date():
        ApiToken.objects.filter(pk=token_id).update(last_used_on=at.date())
    member = Membership.from_db(connection.alias, _names(Membership), columns[: len(_names(Membership))])
    user = User.from_db(connection.alias, _names(User), columns[len(_names(Membership)) :])
    # `permissions` is a cached property: what is set here is what `has_perm` reads.
    member.permissions = member.permissions & frozenset(permissions)
    user.membership = member
    return user
