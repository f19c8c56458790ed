"""ส่งไปยัง Traffy: what was written down for Traffy is sent in order, tried again, and listed when it does not arrive.

Before each call it is written down that it is tried, so that after a power cut nobody thinks it was not. A change
of which nobody knows whether it arrived is looked up before it is sent again; words, which cannot be looked up, are
never sent twice by themselves but listed for a person.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import (
    DispatchState,
    OutgoingKind,
    PhotoKind,
    ReportState,
    TraffyFault,
)
from cddp.operations.complaints.errors import UnableToMoveNeed, UnableToTalkToTraffy
from cddp.operations.complaints.gateways.traffy import TraffyClient
from cddp.operations.complaints.models import NeedNote, Photo, TraffyAccount, TraffyOutgoing
from cddp.operations.complaints.policies import may_work, refuse_unless
from cddp.operations.complaints.queries.traffy import find_account, meter_of
from cddp.operations.complaints.rules.traffy import key_of_label, read_label
from cddp.operations.complaints.rules.traffy_exchange import row_of_issue
from cddp.operations.complaints.rules.traffy_writing import TraffyStatus, read_statuses
from cddp.operations.complaints.services.traffy_account import client_of, keep_problem, keep_talk

MOST_A_RUN = 50
MOST_ATTEMPTS = 8
LARGEST_WAIT = dt.timedelta(hours=6)
MOST_PHOTOS = 3
PHOTO_LIMIT_BYTES = 8 * 2**20


@dataclass
class Letter:
    """สิ่งที่จะส่ง: all that a call needs, read before Traffy is spoken to."""

    row_id: UUID
    report_id: UUID
    number: str
    kind: str
    words: str
    body: Mapping[str, Any]
    status: TraffyStatus | None = None
    photos: list[bytes] = field(default_factory=list)
    is_unsure: bool = False


def count_due(at: dt.datetime) -> int:
    """Return how many rows of the current town are to be sent now."""
    return len(_due_ids(at))


def send_due(municipality_id: int) -> int:
    """Send what is due in one town, in the order in which it was written; return how many arrived."""
    now = timezone.now()
    with town_context(municipality_id):
        account = find_account()
        if account is None or not account.is_active or meter_of(account).is_exhausted(now):
            return 0
        due = _due_ids(now)
        client = client_of(account, at=now)
    try:
        with client:
            return _send_in_order(municipality_id, account, client, due)
    finally:
        with town_context(municipality_id):
            keep_talk(account, client)


def _due_ids(at: dt.datetime) -> list[tuple[UUID, UUID]]:
    """Return (row, report) of what may be sent now; what comes after a row that still waits, waits with it."""
    due, held = [], set()
    queued = TraffyOutgoing.objects.filter(state=DispatchState.QUEUED).order_by("id")
    for row in queued.only("id", "report_id", "attempts", "body"):
        if row.report_id in held:
            continue
        if at < _next_try(row):
            held.add(row.report_id)
        else:
            due.append((row.pk, row.report_id))
    return due[:MOST_A_RUN]


def _next_try(row: TraffyOutgoing) -> dt.datetime:
    tried_at = row.body.get("tried_at")
    if not tried_at:
        return row.created_at
    return dt.datetime.fromisoformat(tried_at) + min(
        dt.timedelta(minutes=2 ** min(row.attempts, 16)), LARGEST_WAIT
    )


def _send_in_order(
    municipality_id: int, account: TraffyAccount, client: TraffyClient, due: list[tuple[UUID, UUID]]
) -> int:
    arrived, held = 0, set()
    for row_id, report_id in due:
        if report_id in held:
            continue
        with town_context(municipality_id):
            letter = _begin(row_id, account, at=timezone.now())
        if letter is None:
            continue
        try:
            is_shown = _deliver(client, letter)
        except UnableToTalkToTraffy as refusal:
            held.add(report_id)
            with town_context(municipality_id):
                _put_back(letter, refusal)
                if refusal.concerns_the_account:
                    keep_problem(account, refusal)
            if refusal.concerns_the_account:
                break
        else:
            arrived += 1
            with town_context(municipality_id):
                _finish(row_id, is_shown=is_shown, at=timezone.now())
    return arrived


# ── one row ───────────────────────────────────────────────────────────────────────────────────────────


def _begin(row_id: UUID, account: TraffyAccount, *, at: dt.datetime) -> Letter | None:
    """Write down that a row is tried, and read what is to be sent. None when it need not be sent any more."""
    row = _lock(row_id)
    if row.state != DispatchState.QUEUED:
        return None
    letter = Letter(row.pk, row.report_id, row.report.number, row.kind, "", row.body)
    letter.is_unsure = bool(row.body.get("is_unsure"))
    if row.kind == OutgoingKind.WORDS:
        note = NeedNote.objects.filter(pk=row.body["note_id"]).first()
        letter.words = note.body if note else ""
        if not letter.words or letter.is_unsure:
            _drop(row, is_unsure=letter.is_unsure)
            return None
    else:
        letter.words = row.body["note"]
        statuses = read_statuses(account.statuses)
        letter.status = next((each for each in statuses if each.name == row.body["label"]), None)
        letter.photos = _photos_for(row)
    row.attempts = F("attempts") + 1
    row.body |= {"tried_at": at.isoformat(), "is_unsure": True}
    row.save(update_fields=["attempts", "body"])
    return letter


def _drop(row: TraffyOutgoing, *, is_unsure: bool) -> None:
    """Take off the queue what has no words any more, or what may have arrived and must not arrive twice."""
    row.state = DispatchState.FAILED
    row.last_problem = (
        _("ไม่แน่ใจว่าข้อความถึง Traffy แล้วหรือไม่ ตรวจที่ Traffy ก่อนสั่งส่งอีกครั้ง") if is_unsure else _("ข้อความถูกลบไปแล้ว")
    )
    row.save(update_fields=["state", "last_problem"])


def _photos_for(row: TraffyOutgoing) -> list[bytes]:
    """Return the pictures of the finished work that an officer has let out; none go with another state."""
    if row.body.get("state") != ReportState.FINISHED or row.report.need_id is None:
        return []
    rows = Photo.objects.published().filter(need_id=row.report.need_id, kind=PhotoKind.AFTER)
    found = []
    for photo in rows.select_related("file").order_by("-created_at", "-id")[:MOST_PHOTOS]:
        if photo.file is not None:
            with open_stored(photo.file) as stream:
                content = stream.read(PHOTO_LIMIT_BYTES + 1)
            found += [content] if len(content) <= PHOTO_LIMIT_BYTES else []
    return found


def _deliver(client: TraffyClient, letter: Letter) -> bool:
    """Tell Traffy; return whether it is known to show what was told."""
    if letter.kind == OutgoingKind.WORDS:
        client.comment(letter.number, letter.words)
        return True
    if letter.is_unsure:
        if _is_shown(client, letter):
            return True
        letter.is_unsure = False
    status = letter.status
    client.update_issue(
        letter.number,
        issue_status_id=status.issue_status_id if status else None,
        org_status_id=status.org_status_id if status else None,
        state_name=letter.body["label"],
        note=letter.words,
        photos=letter.photos,
    )
    # The answer does not say the state. The next poll shows it too, so with few calls left none is spent on it.
    return not client.meter.is_low and _looks_taken(client, letter)


def _looks_taken(client: TraffyClient, letter: Letter) -> bool:
    try:
        return _is_shown(client, letter)
    except UnableToTalkToTraffy:
        return False


def _is_shown(client: TraffyClient, letter: Letter) -> bool:
    issue, _oddities = client.get_issue(letter.number)
    shown = read_label(row_of_issue(issue, org_ids=client.org_ids))
    return key_of_label(shown) == key_of_label(letter.body["label"])


def _finish(row_id: UUID, *, is_shown: bool, at: dt.datetime) -> None:
    row = _lock(row_id)
    if row.state == DispatchState.QUEUED:
        row.state, row.sent_at = DispatchState.SENT, at
    has_echo = bool(row.body.get("echoed_at"))
    row.last_problem = ""
    row.body |= {"is_unsure": False, "awaits_sight": not (is_shown or has_echo)}
    row.save(update_fields=["state", "sent_at", "last_problem", "body"])


def _put_back(letter: Letter, refusal: UnableToTalkToTraffy) -> None:
    """Keep a row that did not arrive for the next try, or list it as failed when another would not do better."""
    row = _lock(letter.row_id)
    if row.state != DispatchState.QUEUED:
        return
    row.body |= {"is_unsure": letter.is_unsure or refusal.may_have_arrived}
    row.last_problem = f"{refusal.message} {refusal.detail}".strip()[:300]
    if refusal.fault in (TraffyFault.QUOTA_USED_UP, TraffyFault.WRONG_PASSWORD, TraffyFault.NOT_ALLOWED):
        # It is the account that is to be mended; this row had no try.
        row.attempts = max(0, row.attempts - 1)
        row.body |= {"tried_at": ""}
    elif not refusal.may_pass or row.attempts >= MOST_ATTEMPTS:
        row.state = DispatchState.FAILED
    row.save(update_fields=["state", "attempts", "last_problem", "body"])


def _lock(row_id: UUID) -> TraffyOutgoing:
    rows = TraffyOutgoing.objects.select_related("report")
    return rows.select_for_update(of=("self",)).get(pk=row_id)


# ── by hand ───────────────────────────────────────────────────────────────────────────────────────────


def send_again(user: User, row_id: UUID) -> TraffyOutgoing:
    """Queue a row anew that was listed as failed. Raises UnableToMoveNeed when it waits or has arrived."""
    refuse_unless(may_work(user))
    row = _lock(row_id)
    if row.state != DispatchState.FAILED:
        raise UnableToMoveNeed(_("รายการนี้ส่งไปแล้ว หรือกำลังรอส่งอยู่"), code="not_failed")
    row.state, row.attempts, row.last_problem = DispatchState.QUEUED, 0, ""
    row.body |= {"tried_at": "", "is_unsure": False}
    row.save(update_fields=["state", "attempts", "last_problem", "body"])
    audit.record("complaints.traffy_outgoing.asked", row)
    return row
