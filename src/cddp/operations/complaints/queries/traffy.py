"""อ่านบัญชี Traffy และสิ่งที่แจ้งกลับ: the town's account, and what of ours has not arrived there."""

import datetime as dt

from django.db.models import Count, QuerySet

from cddp.foundation.files.cipher import decrypt
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import Channel, DispatchState
from cddp.operations.complaints.models import OddRow, TraffyAccount, TraffyOutgoing
from cddp.operations.complaints.rules.traffy_exchange import Token
from cddp.operations.complaints.rules.traffy_quota import Meter

# After so long a change that was sent should have been seen in what Traffy tells.
SEEN_WITHIN = dt.timedelta(hours=2)


def find_account() -> TraffyAccount | None:
    """Return the current town's account, or None."""
    return TraffyAccount.objects.first()


def sealed_for(what: str) -> str:
    """Return the context in which a secret of the current town is encrypted."""
    return f"traffy_{what}:{required_municipality_id()}"


def password_of(account: TraffyAccount) -> str:
    """Return the password, to be handed to Traffy and to nobody else."""
    return decrypt(bytes(account.password_sealed), context=sealed_for("password")).decode()


def token_of(account: TraffyAccount) -> Token | None:
    """Return the token that was kept, or None."""
    if account.token_sealed is None or account.token_until is None:
        return None
    return Token(
        decrypt(bytes(account.token_sealed), context=sealed_for("token")).decode(), account.token_until
    )


def meter_of(account: TraffyAccount) -> Meter:
    """Return what is known of the quota."""
    return Meter(credit=account.credit_balance, exhausted_until=account.exhausted_until)


def list_unsent() -> QuerySet[TraffyOutgoing]:
    """Return what still waits to be told to Traffy or could not be, oldest first, with its report."""
    rows = TraffyOutgoing.objects.filter(state__in=[DispatchState.QUEUED, DispatchState.FAILED])
    return rows.select_related("report").order_by("created_at", "id")


def list_unseen(at: dt.datetime) -> QuerySet[TraffyOutgoing]:
    """Return the changes that were sent and taken, yet do not show in what Traffy has told since."""
    rows = TraffyOutgoing.objects.filter(state=DispatchState.SENT, sent_at__lt=at - SEEN_WITHIN)
    unseen = rows.filter(sent_at__gte=at - dt.timedelta(days=30), body__awaits_sight=True)
    return unseen.select_related("report").order_by("-sent_at", "-id")


def list_recent_oddities(since: dt.datetime) -> list[tuple[str, int]]:
    """Return (reason, rows) of what was odd in what came from Traffy since then, most frequent first."""
    rows = OddRow.objects.filter(channel=Channel.TRAFFY, created_at__gte=since)
    return list(rows.values_list("reason").annotate(rows=Count("id")).order_by("-rows", "reason"))
