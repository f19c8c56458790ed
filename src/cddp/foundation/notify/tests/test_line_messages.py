"""Every promised message leaves once, or stands in the list with the reason."""

import datetime as dt

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.files.cipher import decrypt
from cddp.foundation.notify import tasks
from cddp.foundation.notify.errors import UnableToAskLine, UnableToSendAgain, UnableToSetUpLine
from cddp.foundation.notify.line_accounts import ask_line, current_meter, save_line_account
from cddp.foundation.notify.models import LineAccount, Message, MessageState, MessageTrouble
from cddp.foundation.notify.queries import (
    access_token_of,
    channel_secret_of,
    list_undelivered,
    quota_meter,
)
from cddp.foundation.notify.services import give_up_on, reply_line, send_again, send_line
from tests.fakes.line import MONTHLY, Fault
from tests.fakes.line_fixtures import connect
from tests.towns import make_user

TO = "U" + "a" * 32
WORDS = [{"type": "text", "text": "เรื่อง L-1 แล้วเสร็จ"}]


def promise(**changes) -> Message:
    return send_line(TO, WORDS, **{"milestone": "finished", "reference": "L-1"} | changes)


def run(message: Message) -> Message:
    tasks.send_message.task.func(municipality_id=message.municipality_id, message_id=str(message.pk))
    message.refresh_from_db()
    return message


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="notify.send_message").count()


def test_a_push_is_queued_with_the_change_and_sent_once_however_often_the_job_runs(line_account, line):
    message = promise()
    assert (message.state, jobs(), line.pushes) == (MessageState.QUEUED, 1, [])
    run(message)
    run(message)
    assert message.state == MessageState.SENT
    assert [(sent.to, sent.text) for sent in line.pushes] == [(TO, "เรื่อง L-1 แล้วเสร็จ")]


def test_the_person_stands_nowhere_in_the_clear(line_account):
    message = promise()
    assert message.recipient == "LINE"
    assert TO.encode() not in bytes(message.recipient_sealed)
    assert decrypt(message.recipient_sealed, context=f"line:{message.municipality_id}").decode() == TO
    with pytest.raises(InvalidTag):
        decrypt(message.recipient_sealed, context="line:5295")
    assert TO not in str(ProcrastinateJob.objects.values_list("args"))


def test_the_same_promise_made_twice_is_one_message(line_account, line):
    first, second = promise(once_key="finished:7"), promise(once_key="finished:7")
    assert (first, jobs()) == (second, 1)
    assert promise(once_key="finished:8") != first


def test_a_worker_killed_after_line_took_it_sends_nothing_twice(line_account, line):
    message = promise()
    line.faults["push"].append(Fault(status=0, after=True))
    run(message)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
    run(message)
    assert message.state == MessageState.SENT
    assert len(line.pushes) == 1


def test_an_outage_is_tried_again_and_at_last_listed(line_account, line, officer):
    line.faults["push"].extend(Fault(500) for _each in range(tasks.LINE_ATTEMPTS))
    message = promise()
    for _attempt in range(tasks.LINE_ATTEMPTS):
        assert message.state == MessageState.QUEUED
        run(message)
    assert (message.state, message.trouble) == (MessageState.FAILED, MessageTrouble.OUT_OF_ATTEMPTS)
    assert jobs() == tasks.LINE_ATTEMPTS
    now = timezone.now()
    assert list(list_undelivered(make_user("clerk", "complaints_officer"), at=now)) == [message]
    assert list(list_undelivered(officer, at=now)) == []


def test_a_rate_limit_is_waited_out_as_long_as_line_says(line_account, line):
    line.faults["push"].append(Fault(429, "The API rate limit has been exceeded.", {"Retry-After": "90"}))
    message = run(promise())
    assert message.state == MessageState.QUEUED
    waiting = ProcrastinateJob.objects.filter(task_name="notify.send_message").latest("id")
    assert 60 < (waiting.scheduled_at - timezone.now()).total_seconds() <= 90
    assert run(message).state == MessageState.SENT


def test_at_the_end_of_the_quota_line_is_not_even_asked(town, line):
    connect(line, monthly_limit=2)
    for _each in range(2):
        run(promise())
    third = run(promise())
    assert (third.state, third.trouble) == (MessageState.UNDELIVERABLE, MessageTrouble.MONTHLY_LIMIT)
    assert len(line.pushes) == 2
    meter = current_meter(at=timezone.now())
    assert (meter.used, meter.limit, meter.remaining, meter.used_share) == (2, 2, 0, 1.0)
    with time_machine.travel(timezone.now() + dt.timedelta(days=32)):
        assert current_meter(at=timezone.now()).remaining == 2
        again = send_again(third, by=make_user("clerk", "complaints_officer"), at=timezone.now())
        assert run(again).state == MessageState.SENT


def test_lines_own_limit_ends_the_month_for_all(line_account, line):
    line.faults["push"].append(Fault(429, MONTHLY))
    assert run(promise()).trouble == MessageTrouble.MONTHLY_LIMIT
    assert jobs() == 1
    asked = len(line.requests)
    assert run(promise()).trouble == MessageTrouble.MONTHLY_LIMIT
    assert len(line.requests) == asked
    # A larger plan is bought: the town goes on at once.
    connect(line, monthly_limit=15_000)
    assert run(promise()).state == MessageState.SENT


def test_what_staff_push_from_lines_console_counts_too(line_account, line):
    line.used = 299
    run(promise())
    line_account.refresh_from_db()
    meter = quota_meter(line_account, at=timezone.now())
    assert (meter.used, meter.line_used, meter.line_limit, meter.remaining) == (1, 299, 300, 0)
    assert run(promise()).trouble == MessageTrouble.MONTHLY_LIMIT


def test_line_that_does_not_tell_its_figures_stops_no_push(line_account, line):
    line.faults["figures"].append(Fault(500))
    assert run(promise()).state == MessageState.SENT
    assert current_meter(at=timezone.now()).line_used is None


def test_a_person_line_does_not_know_is_listed_and_not_tried_again(line_account, line):
    line.strangers.add(TO)
    message = run(promise())
    assert (message.state, message.trouble) == (MessageState.UNDELIVERABLE, MessageTrouble.REFUSED)
    assert message.last_error == "400 Failed to send messages"
    assert jobs() == 1


def test_for_one_who_blocked_us_nothing_is_tried(line_account, line):
    message = promise(is_blocked=True)
    assert (message.state, message.trouble, jobs()) == (MessageState.UNDELIVERABLE, MessageTrouble.BLOCKED, 0)
    waiting, others = promise(), send_line("U" + "b" * 32, WORDS, milestone="finished")
    assert give_up_on(TO) == 1
    assert run(waiting).trouble == MessageTrouble.BLOCKED
    assert run(others).state == MessageState.SENT
    assert len(line.pushes) == 1


@pytest.mark.parametrize("is_made", [False, True])
def test_without_a_working_account_the_message_is_listed(town, line, is_made):
    if is_made:
        connect(line)
        LineAccount.objects.update(is_active=False)
    message = run(promise())
    assert (message.state, message.trouble) == (MessageState.UNDELIVERABLE, MessageTrouble.NO_ACCOUNT)
    assert not reply_line("token", WORDS).is_accepted
    assert line.requests == []


def test_sending_again_uses_the_key_while_line_remembers_it_and_a_new_one_later(line_account, line):
    clerk = make_user("clerk", "complaints_officer")
    line.faults["push"].append(Fault(400, "no"))
    message = run(promise())
    first_key = message.retry_key
    line.faults["push"].append(Fault(400, "no"))
    run(send_again(message, by=clerk, at=timezone.now()))
    assert message.pk
    message.refresh_from_db()
    assert message.retry_key == first_key
    with time_machine.travel(timezone.now() + dt.timedelta(hours=30)):
        run(send_again(message, by=clerk, at=timezone.now()))
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert message.retry_key != first_key
    assert AuditEntry.objects.filter(action="notify.message.sent_again").count() == 2


def test_sending_again_is_for_messages_that_did_not_leave_and_for_those_who_may(line_account, officer):
    clerk = make_user("clerk", "complaints_officer")
    waiting, sent = promise(), run(promise())
    for message in (waiting, sent):
        with pytest.raises(UnableToSendAgain) as refusal:
            send_again(message, by=clerk, at=timezone.now())
        assert refusal.value.code == "not_waiting"
    with pytest.raises(UnableToSendAgain) as refusal:
        send_again(sent, by=officer, at=timezone.now())
    assert refusal.value.code == "not_allowed"


def test_a_message_whose_job_was_lost_is_listed_after_a_day(line_account, line):
    clerk = make_user("clerk", "complaints_officer")
    message = promise()
    tomorrow = timezone.now() + dt.timedelta(hours=25)
    assert list(list_undelivered(clerk, at=timezone.now())) == []
    assert list(list_undelivered(clerk, at=tomorrow)) == [message]
    assert run(send_again(message, by=clerk, at=tomorrow)).state == MessageState.SENT


def test_a_reply_goes_out_at_once_and_is_not_counted(line_account, line):
    line.give_token("token", TO)
    assert reply_line("token", WORDS).is_accepted
    assert not reply_line("token", WORDS).is_accepted
    assert (line.told(TO), line.used) == (["เรื่อง L-1 แล้วเสร็จ"], 0)


def test_secrets_are_sealed_kept_when_not_given_and_never_recorded(line_account, line):
    admin = make_user("line_admin", "town_admin")
    stored = bytes(line_account.channel_secret_sealed) + bytes(line_account.access_token_sealed)
    assert line.channel_secret.encode() not in stored
    changed = save_line_account(channel_id="1650000001", monthly_limit=1000, basic_id="@new", by=admin)
    assert LineAccount.objects.count() == 1
    assert channel_secret_of(changed) == line.channel_secret
    assert access_token_of(changed) == line.access_token
    entries = AuditEntry.objects.filter(action="notify.line_account.set").order_by("at")
    assert entries.count() == 2
    assert entries[1].changes["monthly_limit"] == [300, 1000]
    for secret in (line.channel_secret, line.access_token):
        assert secret not in str([entry.changes for entry in entries])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel_id": "abc"}, "channel_id"),
        ({"channel_secret": ""}, "channel_secret"),
        ({"access_token": ""}, "access_token"),
        ({"channel_secret": "รหัสลับของเทศบาล"}, "channel_secret"),
        ({"access_token": "two words-of-a-token"}, "access_token"),
        ({"access_token": "line\nbreak-in-it"}, "access_token"),
    ],
)
def test_what_cannot_be_a_secret_is_refused(town, changes, code):
    given = {"channel_id": "1650000000", "channel_secret": "s" * 32, "access_token": "t" * 172}
    with pytest.raises(UnableToSetUpLine) as refusal:
        save_line_account(**given | changes, monthly_limit=300, by=make_user("line_admin", "town_admin"))
    assert refusal.value.code == code
    assert LineAccount.objects.count() == 0


def test_only_the_administrator_sets_the_account_up(town, officer):
    with pytest.raises(UnableToSetUpLine) as refusal:
        save_line_account(channel_id="1650000000", channel_secret="s" * 32, monthly_limit=300, by=officer)
    assert refusal.value.code == "not_allowed"


def test_asking_line_fills_in_its_figures_and_who_we_are(line_account, line):
    line.quota, line.used = 500, 120
    meter = ask_line(line_account, at=timezone.now())
    line_account.refresh_from_db()
    assert line_account.destination == line.destination
    assert (meter.line_used, meter.line_limit, meter.remaining) == (120, 500, 300)
    line.access_token = "changed at LINE"
    with pytest.raises(UnableToAskLine, match="ตรวจ Channel access token"):
        ask_line(line_account, at=timezone.now())
