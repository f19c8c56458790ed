"""A message is queued with the change, sent once, and listed when it fails."""

import smtplib

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.notify import tasks
from cddp.foundation.notify.models import Message, MessageState, Notification
from cddp.foundation.notify.services import mark_read, notify, send_email


@pytest.fixture
def message(town):
    return send_email("someone@example.test", "เรื่องของท่านเสร็จแล้ว", "ซ่อมไฟแล้ว")


def run(message: Message) -> None:
    tasks.send_message.task.func(municipality_id=message.municipality_id, message_id=str(message.pk))
    message.refresh_from_db()


def test_it_is_queued_in_the_same_transaction(message):
    assert message.state == MessageState.QUEUED
    assert ProcrastinateJob.objects.filter(task_name="notify.send_message").count() == 1
    assert mail.outbox == []


def test_it_is_sent_once_however_often_the_job_runs(message):
    run(message)
    run(message)
    assert message.state == MessageState.SENT
    assert [sent.to for sent in mail.outbox] == [["someone@example.test"]]


def test_a_failing_server_is_tried_again_and_at_last_listed_as_failed(message, monkeypatch):
    def broken(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("someone@example.test")

    monkeypatch.setattr(tasks, "send_mail", broken)
    for _attempt in range(tasks.ATTEMPTS):
        assert message.state == MessageState.QUEUED
        run(message)
    assert message.state == MessageState.FAILED
    assert message.last_error == "SMTPServerDisconnected"
    assert ProcrastinateJob.objects.filter(task_name="notify.send_message").count() == tasks.ATTEMPTS


def test_notices_are_for_their_person_until_read(registrar, officer):
    notify([registrar.pk], "นำเข้าเสร็จแล้ว")
    assert mark_read(officer, at=timezone.now()) == 0
    assert mark_read(registrar, at=timezone.now()) == 1
    assert Notification.objects.get().read_at
