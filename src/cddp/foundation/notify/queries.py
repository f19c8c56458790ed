"""อ่านบัญชี LINE โควตา และข้อความที่ส่งไม่ออก."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from cddp.foundation.accounts.models import User
from cddp.foundation.files.cipher import decrypt
from cddp.foundation.notify.models import LineAccount, Message, MessageState
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.thai_dates import BANGKOK

# Attempts end within five hours: what still waits after a day lost its job.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class QuotaMeter:
    """มาตรวัดโควตา: pushes of this month. `remaining` heeds our own limit and LINE's figures, whichever is less."""

    used: int
    limit: int
    remaining: int
    line_used: int | None
    line_limit: int | None
    line_asked_at: datetime | None

    @property
    def used_share(self) -> float:
        """Return how much is gone, from 0 to 1."""
        return min(1 - self.remaining / self.limit, 1.0) if self.limit else 1.0


def find_line_account() -> LineAccount | None:
    """Return the LINE account of the current town, whether it is active or not."""
    return LineAccount.objects.first()


def line_context() -> str:
    """Return the context under which everything of LINE is encrypted and hashed in the current town."""
    return f"line:{required_municipality_id()}"


def channel_secret_of(account: LineAccount) -> str:
    """Return the secret by which LINE signs what it sends us."""
    return decrypt(bytes(account.channel_secret_sealed), context=line_context()).decode()


def access_token_of(account: LineAccount) -> str:
    """Return the token by which we call LINE."""
    return decrypt(bytes(account.access_token_sealed), context=line_context()).decode()


def month_began_at(moment: datetime) -> datetime:
    """Return the start of the month in Thailand; the quota begins anew then."""
    local = moment.astimezone(BANGKOK)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def quota_meter(account: LineAccount, *, at: datetime) -> QuotaMeter:
    """Return the meter of this month, in one or two queries; LINE itself is not asked."""
    month = month_began_at(at)
    used = Message.objects.pushed_since(month).count()
    remaining = account.monthly_limit - used
    asked_at = account.line_asked_at
    is_fresh = asked_at is not None and asked_at >= month
    if asked_at and is_fresh and account.line_limit is not None and account.line_used is not None:
        since = Message.objects.pushed_since(asked_at).count()
        remaining = min(remaining, account.line_limit - account.line_used - since)
    if account.limit_reached_at is not None and account.limit_reached_at >= month:
        remaining = 0
    return QuotaMeter(
        used=used,
        limit=account.monthly_limit,
        remaining=max(remaining, 0),
        line_used=account.line_used if is_fresh else None,
        line_limit=account.line_limit if is_fresh else None,
        line_asked_at=asked_at if is_fresh else None,
    )


def list_undelivered(user: User, *, at: datetime) -> QuerySet[Message]:
    """Return what was promised and did not leave, newest first; also what waits longer than any job does."""
    lost = Q(state=MessageState.QUEUED, created_at__lt=at - FORGOTTEN_AFTER)
    gone_wrong = Q(state__in=[MessageState.FAILED, MessageState.UNDELIVERABLE])
    return Message.objects.visible_to(user).filter(gone_wrong | lost).order_by("-created_at", "-id")
