"""ตั้งค่าบัญชี LINE ของเทศบาล: keep its secrets sealed, and ask LINE whether they are good."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.cipher import encrypt
from cddp.foundation.notify.errors import UnableToSetUpLine
from cddp.foundation.notify.line import LineClient
from cddp.foundation.notify.models import LineAccount
from cddp.foundation.notify.queries import (
    QuotaMeter,
    access_token_of,
    find_line_account,
    line_context,
    quota_meter,
)

# Both go into HTTP headers or a signature: printable ASCII without blanks.
_SECRET = re.compile(r"[\x21-\x7e]{8,512}")
_CHANNEL_ID = re.compile(r"[0-9]{5,20}")


@transaction.atomic
def save_line_account(
    *,
    channel_id: str,
    channel_secret: str = "",
    access_token: str = "",
    basic_id: str = "",
    monthly_limit: int,
    is_active: bool = True,
    by: User,
) -> LineAccount:
    """Make or change the town's account; an empty secret or token keeps the one on record.

    Raises UnableToSetUpLine with what to correct. The audit entry says that a secret changed, never to what.
    """
    if not by.has_perm("notify.manage_line"):
        raise UnableToSetUpLine(_("บัญชีนี้ไม่มีสิทธิ์ตั้งค่าบัญชี LINE"), code="not_allowed")
    account = LineAccount.objects.select_for_update().first() or LineAccount()
    _refuse_bad(account, channel_id, channel_secret, access_token)
    before = _told(account)
    account.channel_id, account.basic_id, account.is_active = channel_id, basic_id.strip(), is_active
    if account.monthly_limit != monthly_limit:
        # A larger plan was bought: LINE's "no more this month" is out of date.
        account.monthly_limit, account.limit_reached_at, account.line_asked_at = monthly_limit, None, None
    if channel_secret:
        account.channel_secret_sealed = encrypt(channel_secret.encode(), context=line_context())
    if access_token:
        account.access_token_sealed = encrypt(access_token.encode(), context=line_context())
        account.destination, account.line_asked_at = "", None
    account.save()
    changes = audit.changes_between(before, _told(account))
    secrets = {"channel_secret": channel_secret, "access_token": access_token}
    changes |= {name: ["…", "…"] for name, given in secrets.items() if given}
    audit.record("notify.line_account.set", account, changes=changes)
    return account


def ask_line(account: LineAccount, *, at: datetime) -> QuotaMeter:
    """Ask LINE who the account is and what the month holds; return the fresh meter. Raises UnableToAskLine.

    Speaks to LINE before anything is locked.
    """
    client = LineClient(access_token_of(account))
    limit, used = client.get_quota(), client.get_consumption()
    destination = account.destination or client.get_bot_user_id()
    account.line_limit, account.line_used, account.line_asked_at = limit, used, at
    account.destination = destination[:64]
    if limit is None or used < limit:
        account.limit_reached_at = None
    account.save(
        update_fields=["line_limit", "line_used", "line_asked_at", "destination", "limit_reached_at"]
    )
    return quota_meter(account, at=at)


def current_meter(*, at: datetime) -> QuotaMeter | None:
    """Return the meter of the town's account, or None when there is none."""
    account = find_line_account()
    return quota_meter(account, at=at) if account is not None else None


def _refuse_bad(account: LineAccount, channel_id: str, channel_secret: str, access_token: str) -> None:
    if not _CHANNEL_ID.fullmatch(channel_id):
        raise UnableToSetUpLine(
            _("Channel ID เป็นตัวเลขล้วน คัดลอกจากหน้า Basic settings ของ LINE"), code="channel_id"
        )
    is_new = account._state.adding
    for given, code in ((channel_secret, "channel_secret"), (access_token, "access_token")):
        if not given and is_new:
            raise UnableToSetUpLine(_("ตั้งค่าครั้งแรกต้องใส่ Channel secret และ Channel access token"), code=code)
        if given and not _SECRET.fullmatch(given):
            raise UnableToSetUpLine(_("รหัสนี้มีอักขระแปลกปลอมหรือไม่ครบ คัดลอกจากหน้าของ LINE ใหม่ทั้งบรรทัด"), code=code)


def _told(account: LineAccount) -> dict[str, Any]:
    return {
        "channel_id": account.channel_id,
        "basic_id": account.basic_id,
        "monthly_limit": account.monthly_limit,
        "is_active": account.is_active,
    }
