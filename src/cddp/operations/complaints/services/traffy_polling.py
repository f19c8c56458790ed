"""อ่านจาก Traffy เป็นรอบ: what moved there since the last time, and one ticket when it rings.

The list of the last day by activity is the truth, asked for every ten minutes or as the quota allows. Rows go through
the same code as those of a file, so that poll, signal and file agree, and a second poll adds nothing. Nothing is
locked while Traffy is spoken to.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_dates import BANGKOK, format_short
from cddp.operations.complaints.choices import BatchState, Channel, OddReason, TraffyFault
from cddp.operations.complaints.errors import UnableToTalkToTraffy
from cddp.operations.complaints.events import ReportsImported
from cddp.operations.complaints.gateways import RawRow
from cddp.operations.complaints.gateways.traffy import TraffyClient
from cddp.operations.complaints.models import ImportBatch, OddRow, TraffyAccount
from cddp.operations.complaints.queries.traffy import find_account, meter_of
from cddp.operations.complaints.rules.traffy import Oddity
from cddp.operations.complaints.rules.traffy_exchange import is_own_issue, row_of_issue
from cddp.operations.complaints.rules.traffy_quota import duration_to_ask, gap_between_polls
from cddp.operations.complaints.rules.versions import Verdict
from cddp.operations.complaints.services.setting_up import set_up_town
from cddp.operations.complaints.services.traffy import PORTION, surroundings_of, take_portion
from cddp.operations.complaints.services.traffy_account import (
    client_of,
    keep_problem,
    keep_success,
    keep_talk,
)

# A poll that comes a little early is not put off to the next one.
EARLY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Taken:
    """ผลการอ่าน: how many reports are new or changed; `fault` when Traffy could not be read."""

    added: int = 0
    changed: int = 0
    fault: TraffyFault | None = None


def is_due(account: TraffyAccount | None, at: dt.datetime) -> bool:
    """Tell whether the town's account is to be read now: switched on, with quota, and long enough since last time."""
    if account is None or not account.is_active:
        return False
    meter = meter_of(account)
    if meter.is_exhausted(at):
        return False
    if account.last_polled_at is None:
        return True
    return at >= account.last_polled_at + gap_between_polls(meter, at) - EARLY


def poll(municipality_id: int) -> Taken | None:
    """Read what moved since the last poll into the town. Returns None when it is not due."""
    now = timezone.now()
    with town_context(municipality_id):
        account = find_account()
        if account is None or not is_due(account, now):
            return None
        client = client_of(account, at=now)
    try:
        with client:
            listing = client.list_issues(duration_to_ask(account.last_polled_at, now))
    except UnableToTalkToTraffy as refusal:
        return _give_up(municipality_id, account, client, refusal)
    taken = _take(municipality_id, listing.rows)
    with town_context(municipality_id):
        keep_talk(account, client)
        keep_success(account, polled_at=now)
        list_odd(round_name(now), listing.oddities, at=now)
    return taken


def read_again(municipality_id: int, number: str) -> Taken | None:
    """Read one ticket that rang. Returns None when the account is off or its last calls are kept for other things."""
    now = timezone.now()
    with town_context(municipality_id):
        account = find_account()
        if account is None or not account.is_active or meter_of(account).is_low:
            return None
        client = client_of(account, at=now)
    try:
        with client:
            issue, oddities = client.get_issue(number)
    except UnableToTalkToTraffy as refusal:
        return _give_up(municipality_id, account, client, refusal, number=number)
    rows = []
    if is_own_issue(issue, number, org_ids=account.org_ids):
        rows = [RawRow(1, row_of_issue(issue, org_ids=account.org_ids))]
    else:
        oddities = (*oddities, Oddity(OddReason.STRANGE_SIGNAL, number))
    taken = _take(municipality_id, rows)
    with town_context(municipality_id):
        keep_talk(account, client)
        list_odd(number, oddities, at=now)
    return taken


# ── taking rows ───────────────────────────────────────────────────────────────────────────────────────


def _take(municipality_id: int, rows: Sequence[RawRow]) -> Taken:
    """Take rows into the batch of the day, a portion in a transaction, as a file's rows are taken."""
    if not rows:
        return Taken()
    with town_context(municipality_id):
        now = timezone.now()
        set_up_town(at=now)
        around = surroundings_of(batch_of_day(now), is_poll=True)
    added = changed = 0
    for start in range(0, len(rows), PORTION):
        with town_context(municipality_id):
            verdicts = take_portion(around, rows[start : start + PORTION]).verdicts
            _tell(around.batch, added=verdicts[Verdict.ADDED], changed=verdicts[Verdict.CHANGED])
        added, changed = added + verdicts[Verdict.ADDED], changed + verdicts[Verdict.CHANGED]
    return Taken(added, changed)


def _tell(batch: ImportBatch, *, added: int, changed: int) -> None:
    if not added and not changed:
        return
    audit.record("complaints.traffy.imported", batch, changes={"added": added, "changed": changed})
    publish(ReportsImported(batch_id=batch.pk, added=added, changed=changed))


def batch_of_day(now: dt.datetime) -> ImportBatch:
    """Return the record into which all of a day's polls and signals count."""
    day = now.astimezone(BANGKOK).date()
    name = f"Traffy Fondue {format_short(day)}"
    # One town's talks with Traffy run one after another, so nobody else makes it meanwhile.
    batch = ImportBatch.objects.filter(channel=Channel.TRAFFY, file_name=name, stored_file=None).last()
    return batch or ImportBatch.objects.create(
        channel=Channel.TRAFFY, file_name=name, state=BatchState.DONE, finished_at=now
    )


# ── what was odd ──────────────────────────────────────────────────────────────────────────────────────


def round_name(now: dt.datetime) -> str:
    """Return under which name the oddities of a day's polls are listed, each once."""
    return f"Traffy {format_short(now.astimezone(BANGKOK).date())}"


def list_odd(number: str, oddities: Sequence[Oddity], *, at: dt.datetime) -> None:
    """List what was odd about an answer or a signal as a whole; the same again is told once."""
    if not oddities:
        return
    batch = batch_of_day(at)
    OddRow.objects.bulk_create(
        [
            OddRow(
                batch=batch,
                channel=Channel.TRAFFY,
                row_number=0,
                number=number[:120],
                reason=oddity.reason,
                value=mask_text(oddity.value)[:400],
                created_at=at,
            )
            for oddity in oddities
        ],
        ignore_conflicts=True,
    )


def _give_up(
    municipality_id: int,
    account: TraffyAccount,
    client: TraffyClient,
    refusal: UnableToTalkToTraffy,
    *,
    number: str = "",
) -> Taken:
    """Keep what the failed talk taught; the next round tries again by itself."""
    now = timezone.now()
    with town_context(municipality_id):
        keep_talk(account, client)
        if refusal.concerns_the_account:
            keep_problem(account, refusal)
        words = f"{refusal.message} {refusal.detail}".strip()
        list_odd(number or round_name(now), [Oddity(OddReason.FAILED_CALL, words)], at=now)
    return Taken(fault=refusal.fault)
