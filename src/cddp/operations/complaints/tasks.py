"""งานเบื้องหลังของเรื่องร้องเรียน."""

import datetime as dt
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from cddp.foundation.events.jobs import TownTask, town_task
from cddp.foundation.notify.errors import UnableToAskLine
from cddp.foundation.notify.services import reply_line
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.queries.traffy import find_account
from cddp.operations.complaints.rules.line_words import group_words
from cddp.operations.complaints.services import (
    escalating,
    line_filing,
    line_photos,
    line_reading,
    line_replies,
    traffy_polling,
    traffy_sending,
    traffy_signals,
    uploads,
)
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.services.line_contacts import list_unread

# Some three hours in all.
WORDS_TRIED = 7


@town_task(name="complaints.import_tickets", in_transaction=False)
def import_tickets(municipality_id: int, batch_id: str) -> None:
    """Take the tickets of an uploaded file; after a crash goes on where the last portion ended."""
    uploads.run_upload(UUID(batch_id), municipality_id=municipality_id)


@town_task(name="complaints.adopt_reports")
def adopt_reports() -> None:
    """Give reports that came in bulk their problems, a portion at a time."""
    if adopt_lone_reports().left:
        adopt_reports_soon()


def adopt_reports_soon() -> None:
    """Adopt after this transaction, unless a job waits to do so. One at a time: the first voice is to open."""
    for name in _not_waiting([f"adopt:{required_municipality_id()}"]):
        adopt_reports.defer(lock=name)


@town_task(name="complaints.escalate")
def escalate() -> None:
    """Put what is late before those above, a portion at a time."""
    if escalating.escalate_overdue(at=timezone.now()) == escalating.AT_ONCE:
        escalate.defer()


@app.periodic(cron="*/10 * * * *")
@app.task(name="complaints.escalate_in_all_towns", queueing_lock="complaints.escalate")
def escalate_everywhere(timestamp: int) -> None:
    """Enqueue one job per town."""
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            escalate.defer()


# ── Traffy Fondue ─────────────────────────────────────────────────────────────────────────────────────
# One town speaks to Traffy in one job at a time. None of them is retried by the queue: the next round does.


def once(task: TownTask, *, name: str, **arguments: Any) -> None:
    """Enqueue a talk with Traffy for the current town, unless the same waits already."""
    town = required_municipality_id()
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(lock=f"traffy:{town}", queueing_lock=f"traffy:{town}:{name}", **arguments)


@town_task(name="complaints.poll_traffy", in_transaction=False, retry=False)
def poll_traffy(municipality_id: int) -> None:
    """Read what moved at Traffy since the last poll."""
    traffy_polling.poll(municipality_id)


@town_task(name="complaints.read_traffy_ticket", in_transaction=False, retry=False)
def read_traffy_ticket(municipality_id: int, number: str) -> None:
    """Read one ticket that rang."""
    traffy_polling.read_again(municipality_id, number)


@town_task(name="complaints.send_to_traffy", in_transaction=False, retry=False)
def send_to_traffy(municipality_id: int) -> None:
    """Send what is written down for Traffy."""
    traffy_sending.send_due(municipality_id)


@town_task(name="complaints.give_traffy_words")
def give_traffy_words(intake_id: str, tries: int = 0) -> None:
    """Give words that a reporter wrote at Traffy to their problem, once their ticket has one."""
    if not traffy_signals.give_words(UUID(intake_id)) and tries < WORDS_TRIED:
        give_traffy_words.defer_in(seconds=60 * 2**tries, intake_id=intake_id, tries=tries + 1)


def read_traffy_ticket_soon(number: str) -> None:
    """Read one ticket again after this transaction."""
    once(read_traffy_ticket, name=number, number=number)


def send_to_traffy_soon() -> None:
    """Send what this transaction wrote down for Traffy."""
    once(send_to_traffy, name="send")


@app.periodic(cron="*/10 * * * *")
@app.task(name="complaints.talk_to_traffy_in_all_towns", queueing_lock="complaints.talk_to_traffy")
def talk_to_traffy_everywhere(timestamp: int) -> None:
    """Enqueue a poll for each town whose account is due, and the sending of what waits."""
    now = timezone.now()
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            account = find_account()
            if traffy_polling.is_due(account, now):
                once(poll_traffy, name="poll")
            if account is not None and account.is_active and traffy_sending.count_due(now):
                once(send_to_traffy, name="send")


# ── LINE ──────────────────────────────────────────────────────────────────────────────────────────────
# One person's events are read by one job at a time; what one job reads, no other need read.

# A photo of LINE's is asked for during some hours.
PHOTO_TRIED = 9
LOST_AFTER = dt.timedelta(days=3)


@town_task(name="complaints.read_line", in_transaction=False)
def read_line(municipality_id: int, contact_id: str, has_waited: bool = False) -> None:
    """Bring one person's reports in line with what they sent, and answer them when that is committed."""
    with town_context(municipality_id):
        reading = line_reading.read_contact(UUID(contact_id), has_waited=has_waited, at=timezone.now())
        if reading.photos:
            _fetch_soon(reading.photos)
        if reading.wait_s:
            read_line.defer_in(seconds=reading.wait_s, contact_id=contact_id, has_waited=True)
    if reading.situation is not None:
        with town_context(municipality_id):
            if messages := line_replies.compose(reading.situation):
                reply_line(reading.reply_token, messages)


@town_task(name="complaints.fetch_line_photo", in_transaction=False)
def fetch_line_photo(municipality_id: int, report_id: str, message_id: str, tries: int = 0) -> None:
    """Fetch a photo from LINE; after the last attempt the officers read that it is lost."""
    try:
        line_photos.fetch_photo(municipality_id, UUID(report_id), message_id, at=timezone.now())
    except UnableToAskLine as refusal:
        with town_context(municipality_id):
            if tries < PHOTO_TRIED:
                again = {"report_id": report_id, "message_id": message_id, "tries": tries + 1}
                fetch_line_photo.defer_in(seconds=15 * 2**tries, **again)
            else:
                line_photos.note_lost(UUID(report_id), message_id, refusal.message, at=timezone.now())


@town_task(name="complaints.greet_line_group", in_transaction=False)
def greet_line_group(municipality_id: int, reply_token: str) -> None:
    """Tell a group that invited the account that it listens in private only."""
    with town_context(municipality_id):
        reply_line(reply_token, [group_words()])


def read_line_soon(contact_ids: Collection[UUID]) -> None:
    """Read what these people sent after this transaction, but for those for whom a job waits to do so.

    Where their contacts are locked, such a job cannot have read anything yet, so it will read this too. There is no
    queueing lock: a job of a killed worker could not return while another waits.
    """
    names = {f"line:{contact_id}": str(contact_id) for contact_id in contact_ids}
    for name in _not_waiting(names):
        read_line.defer(lock=name, contact_id=names[name])


def _not_waiting(locks: Collection[str]) -> list[str]:
    """Return those of these locks under which no job waits."""
    waiting = ProcrastinateJob.objects.filter(lock__in=list(locks), status="todo")
    return sorted(set(locks) - set(waiting.values_list("lock", flat=True)))


def greet_line_group_soon(reply_token: str) -> None:
    """Answer an invitation after this transaction."""
    greet_line_group.defer(reply_token=reply_token)


def _fetch_soon(photos: Collection[line_filing.WantedPhoto]) -> None:
    wanted = {f"line-photo:{photo.message_id}": photo for photo in photos}
    for name in _not_waiting(wanted):
        photo = wanted[name]
        fetch_line_photo.defer(lock=name, report_id=str(photo.report_id), message_id=photo.message_id)


@app.periodic(cron="*/20 * * * *")
@app.task(name="complaints.read_line_in_all_towns", queueing_lock="complaints.read_line")
def read_line_everywhere(timestamp: int) -> None:
    """Read what was kept and never read, because its job was lost."""
    since = timezone.now() - LOST_AFTER
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with town_context(municipality_id):
            read_line_soon(list_unread(since=since))
