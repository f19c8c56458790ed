"""งานที่ถูกฆ่ากลางคัน: kill -9 of a real worker while it tells Traffy; each ticket hears of it, and hears it once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.conf import settings as product
from django.db import connection
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from cddp.foundation.events.tasks import retry_stalled
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import DispatchState, Outcome
from cddp.operations.complaints.models import Report, TraffyOutgoing
from cddp.operations.complaints.services.moving import close_need
from cddp.operations.complaints.tests.traffy_makers import fake_traffy, need_of, open_account, poll
from tests.towns import TOWN_ID, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TICKETS = 12


@pytest.fixture
def fake(settings):
    with fake_traffy(settings) as fake:
        yield fake


@pytest.fixture
def start_worker(tmp_path, fake):
    """Start workers as the supervisor does, on the database of this test and the fake Traffy."""
    running = []

    def start():
        environment = os.environ | {
            "PYTHONPATH": str(product.SOURCE.parent),
            "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
            "CDDP_DATABASE_ROLE": "app",
            "CDDP_DATABASE_NAME": connection.settings_dict["NAME"],
            "CDDP_DATA_DIR": str(tmp_path),
            "CDDP_KEYS_DIR": str(product.KEYS_DIR),
            "CDDP_SOCKET_DIR": str(connection.settings_dict["HOST"]),
            "CDDP_TRAFFY_API_URL": fake.url,
        }
        command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]
        log = (tmp_path / f"worker{len(running)}.log").open("wb")
        running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return running[-1]

    yield start
    for worker in running:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def wait_until(condition, *, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


def told(fake):
    """Return how often each ticket was closed at Traffy."""
    return [sum(step["status"] == "เสร็จสิ้น" for step in ticket.timeline) for ticket in fake.tickets.values()]


def all_sent():
    with town_context(TOWN_ID):
        sent = TraffyOutgoing.objects.filter(state=DispatchState.SENT).count()
    return sent == TICKETS


def test_a_worker_killed_while_it_tells_traffy_leaves_nothing_untold_and_nothing_told_twice(
    towns, fake, start_worker
):
    numbers = [f"2026-AAAA{n:02d}" for n in range(TICKETS)]
    for place, number in enumerate(numbers):
        fake.citizen_reports(f"เรื่องที่ {place}", number=number, changes={"latitude": 18.5 + place / 100})
    with town_context(TOWN_ID):
        open_account(make_user("admin", "town_admin"))
        officer = make_user("clerk", "complaints_officer")
        poll()
        for number in numbers:
            need = need_of(number)
            close_need(
                officer,
                need.pk,
                version=need.version,
                outcome=Outcome.DONE,
                words="แก้ไขเรียบร้อยแล้ว",
                at=timezone.now(),
            )
    fake.fail("update-issue", "slow", times=1000, seconds=0.2)
    worker = start_worker()
    wait_until(lambda: len(fake.asked("update-issue")) >= 4)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert not all_sent()

    with town_context(TOWN_ID):
        # Two minutes go by.
        for row in TraffyOutgoing.objects.filter(body__is_unsure=True):
            row.body["tried_at"] = (timezone.now() - dt.timedelta(minutes=3)).isoformat()
            row.save(update_fields=["body"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with suppress(AlreadyEnqueued):  # the minute of the periodic task may just have come
        retry_stalled.defer(timestamp=int(time.time()))
    start_worker()
    wait_until(all_sent)
    assert told(fake) == [1] * TICKETS
    with town_context(TOWN_ID):
        assert Report.objects.count() == TICKETS
