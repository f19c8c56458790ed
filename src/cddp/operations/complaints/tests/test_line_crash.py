"""kill -9 at the worst moments: what LINE was told we have becomes a report once, and each promise is kept once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from cddp.foundation.events.tasks import retry_stalled
from cddp.foundation.notify.models import Message, MessageState
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import Outcome
from cddp.operations.complaints.models import Intake, Need, Report
from cddp.operations.complaints.services.moving import close_need
from cddp.operations.complaints.tests.line_talks import CONFIRM, TASKS, picture, post
from cddp.operations.complaints.tests.needs import PLACE, category
from tests.fakes.line import Fault
from tests.fakes.line_fixtures import connect
from tests.fakes.line_people import Person, badly_delivered
from tests.towns import TOWN_ID, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 24


@pytest.fixture
def start_worker(tmp_path, line):
    """Start workers as the supervisor does, on the database and files of this test and with this LINE."""
    running = []

    def start():
        environment = os.environ | {
            "PYTHONPATH": str(settings.SOURCE.parent),
            "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
            "CDDP_DATABASE_ROLE": "app",
            "CDDP_DATABASE_NAME": connection.settings_dict["NAME"],
            "CDDP_DATA_DIR": str(tmp_path),
            "CDDP_KEYS_DIR": str(settings.KEYS_DIR),
            "CDDP_SOCKET_DIR": str(connection.settings_dict["HOST"]),
            "CDDP_LINE_API_URL": settings.LINE_API_URL,
            "CDDP_LINE_DATA_URL": settings.LINE_DATA_URL,
        }
        command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]
        log = (Path(tmp_path) / f"worker{len(running)}.log").open("wb")
        running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return running[-1]

    yield start
    for worker in running:
        if worker.poll() is None:
            worker.kill()
        worker.wait()
    # The table of jobs is nobody's in particular: emptying the towns' tables leaves it as it is.
    ProcrastinateJob.objects.all().delete()


def wait_for(condition, *, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with town_context(TOWN_ID):
            if condition():
                return
        time.sleep(0.02)
    told = Counter(ProcrastinateJob.objects.values_list("task_name", "status"))
    raise AssertionError(f"waited in vain: {told}")


def kill(worker) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def give_back_stalled_jobs() -> None:
    """Do now what the periodic task does within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with suppress(AlreadyEnqueued):
        retry_stalled.defer(timestamp=int(time.time()))


def nothing_waits() -> bool:
    jobs = ProcrastinateJob.objects.filter(task_name__in=[*TASKS, "events.tell_listener"])
    waiting = jobs.filter(status__in=["todo", "doing"]).values_list("args", flat=True)
    return not any("has_waited" not in args for args in waiting)


def test_kill_nine_loses_no_report_and_no_message(client, towns, line, start_worker):
    town = towns[0]
    with town_context(TOWN_ID):
        category()
        connect(line)
    rnd = Random(1)
    now_ms = int(timezone.now().timestamp() * 1000) - 60_000
    people = [Person(Random(number), line, at_ms=now_ms) for number in range(PEOPLE)]
    for number, someone in enumerate(people):
        someone.text(f"ไฟถนนดับ ซอย {number}")
        someone.photos([picture(side=16)] * 2)
        # Far apart, so that each is a problem of its own.
        someone.location(PLACE[1] + number * 0.01, PLACE[0])
        someone.tap(CONFIRM)
    post_bag = badly_delivered([someone.events for someone in people], rnd, most_at_once=6)

    worker = start_worker()
    half = len(post_bag) // 2
    for delivery in post_bag[:half]:
        post(client, town, line, *delivery)
    wait_for(Report.objects.exists)
    kill(worker)
    # The web process goes on and acknowledges; nobody reads.
    for delivery in post_bag[half:]:
        post(client, town, line, *delivery)
    with town_context(TOWN_ID):
        assert Intake.objects.filter(sender_hash__isnull=False).count() == PEOPLE * 5
        assert Report.objects.count() < PEOPLE

    give_back_stalled_jobs()
    worker, second = start_worker(), start_worker()
    wait_for(lambda: Report.objects.count() >= PEOPLE and nothing_waits())
    with town_context(TOWN_ID):
        told = Report.objects.values_list("description", flat=True)
        assert sorted(told) == sorted(f"ไฟถนนดับ ซอย {number}" for number in range(PEOPLE))
        photos = Counter(Report.objects.values_list("number", "photos__source_id"))
        assert (len(photos), set(photos.values())) == (PEOPLE * 2, {1})
    kill(second)
    kill(worker)

    # Now the promises: LINE takes a push, and the worker dies before it can write that down.
    with town_context(TOWN_ID):
        clerk = make_user("clerk", "complaints_officer")
        for need_id in Need.objects.values_list("pk", flat=True):
            close_need(
                clerk, need_id, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=timezone.now()
            )
    line.faults["push"].append(Fault(status=500, hang_s=5, after=True))
    worker = start_worker()
    wait_for(lambda: len(line.pushes) >= 1)
    kill(worker)
    with town_context(TOWN_ID):
        assert Message.objects.filter(state=MessageState.SENT).count() < len(line.pushes)
    give_back_stalled_jobs()
    start_worker()
    wait_for(lambda: nothing_waits() and not Message.objects.filter(state=MessageState.QUEUED).exists())
    with town_context(TOWN_ID):
        assert Message.objects.filter(state=MessageState.SENT).count() == PEOPLE
    assert Counter(sent.to for sent in line.pushes) == Counter({someone.user_id: 1 for someone in people})
