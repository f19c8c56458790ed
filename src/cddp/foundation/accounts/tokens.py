"""โทเคนของโปรแกรม: how a program proves in whose name it calls the API.

A token reads "cddp-<municipality>-<secret>": the town is in it because row-level security hides the
table of tokens until a town is known.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import ApiToken, Membership, User
from cddp.foundation.accounts.services import UnableToChangeAccount
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.current import required_municipality_id

TOKEN = re.compile(r"cddp-(\d{1,9})-([A-Za-z0-9_-]{32,64})")
LONGEST_LIFE = timedelta(days=366)


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
    token = (
        ApiToken.objects.filter(token_hash=_hash(found[2]), revoked_at=None, expires_at__gt=at)
        # Programs rarely ask for the town or the division, and the town's outline is longer than all the rest.
        .select_related("member__user")
        .first()
    )
    if token is None or not token.member.is_active or not token.member.user.is_active:
        return None
    if token.last_used_on != at.date():
        token.last_used_on = at.date()
        token.save(update_fields=["last_used_on"])
    user: User = token.member.user
    user.membership = token.member
    # `permissions` is a cached property: what is set here is what `has_perm` reads.
    user.membership.permissions = token.member.permissions & frozenset(token.permissions)
    return user
