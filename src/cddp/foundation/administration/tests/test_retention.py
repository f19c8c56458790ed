"""Nothing is kept without end, and nothing is forgotten without a written reason."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cddp.foundation.administration.retention import apply_retention, load_retention
from cddp.foundation.administration.tasks import retain_in_town
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.extension_points import retention_rules
from cddp.foundation.notify.models import Message, Notification
from cddp.foundation.notify.services import notify, send_email


def test_each_rule_has_its_line_and_each_line_its_rule():
    assert {rule.key for rule in retention_rules} == set(load_retention())


def test_what_was_read_long_ago_is_forgotten_and_the_unread_stays(town, registrar):
    notify([registrar.pk, registrar.pk], "งานใหม่")
    old, unread = Notification.objects.all()
    Notification.objects.filter(pk=old.pk).update(read_at=timezone.now() - timedelta(days=200))
    assert apply_retention(timezone.localdate())["notify.notifications"] == 1
    assert list(Notification.objects.all()) == [unread]


def test_the_job_records_how_many(town):
    message = send_email("someone@example.test", "หัวข้อ", "ข้อความ")
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=800))
    retain_in_town.task.func(municipality_id=town.pk)
    entry = AuditEntry.objects.get(action="administration.retention.applied")
    assert entry.changes == {"notify.messages": [1, 0]}


@pytest.mark.parametrize("today", [date(2020, 1, 1)])
def test_what_is_young_stays(town, registrar, today):
    notify([registrar.pk], "งานใหม่")
    assert sum(apply_retention(today).values()) == 0
