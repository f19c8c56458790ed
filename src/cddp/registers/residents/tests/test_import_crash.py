"""งานที่ถูกฆ่ากลางคัน: kill -9 of a real worker in mid-import; the next one goes on, and no row is in twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.exceptions import AlreadyEnqueued

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.events.tasks import retry_stalled
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents import tasks
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.models import House, HouseholdMembership, ImportBatch, Person
from cddp.registers.residents.services import importing
from cddp.registers.residents.tests.registry_files import as_csv, register
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db(transaction=True)
HOUSES = 1200
PORTION = 200


@pytest.fixture
def start_worker(tmp_path):
    """Start workers as the supervisor does, on the database and files of this test."""
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
            "CDDP_IMPORT_PORTION_ROWS": str(PORTION),
        }
        command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
        log = (Path(tmp_path) / f"worker{len(running)}.log").open("wb")
        running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return running[-1]

    yield start
    for worker in running:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def wait_for(condition, *, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with town_context(TOWN_ID):
            batch = ImportBatch.objects.get()
        if condition(batch):
            return batch
        time.sleep(0.01)
    raise AssertionError(f"{batch.state} {batch.checkpoint_row} {batch.failure}")


def test_a_killed_worker_loses_nothing_and_nothing_comes_twice(towns, start_worker):
    with town_context(TOWN_ID):
        batch = importing.open_batch(as_csv(register(HOUSES)), "ทะเบียน.csv")
        importing.choose_columns(batch, batch.mapping)
    importing.check_batch(TOWN_ID, batch.pk)
    with town_context(TOWN_ID):
        importing.confirm_batch(batch)
        tasks.apply_import.defer(batch_id=str(batch.pk))

    worker = start_worker()
    wait_for(lambda now: now.checkpoint_row > 2 * PORTION)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    with town_context(TOWN_ID):
        halfway = ImportBatch.objects.get()
        people = Person.objects.count()
    assert halfway.state == ImportState.IMPORTING
    assert halfway.checkpoint_row < HOUSES * 3
    # What is in the register is exactly what the checkpoint says: row 1 is the header.
    assert people == halfway.checkpoint_row - 1

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with suppress(AlreadyEnqueued):  # the minute of the periodic task may just have come
        retry_stalled.defer(timestamp=int(time.time()))
    start_worker()
    wait_for(lambda now: now.state == ImportState.IMPORTED)
    with town_context(TOWN_ID):
        assert Person.objects.count() == HOUSES * 3
        assert House.objects.count() == HOUSES
        stays = Counter(HouseholdMembership.objects.values_list("person_id", "kind"))
        assert len(stays) == HOUSES * 3 * 2
        assert set(stays.values()) == {1}
        assert AuditEntry.objects.filter(action="residents.import.applied").count() == 1
        batch.refresh_from_db()
        importing.request_undo(batch)
    importing.undo_batch(TOWN_ID, batch.pk)
    with town_context(TOWN_ID):
        assert Person.objects.count() == House.objects.count() == 0


def test_second_import_of_a_town_waits_for_the_first(towns):
    with town_context(TOWN_ID):
        first = importing.open_batch(as_csv(register(3)), "หนึ่ง.csv")
        second = importing.open_batch(as_csv(register(4)), "สอง.csv")
        for batch in (first, second):
            importing.choose_columns(batch, batch.mapping)
    for batch in (first, second):
        importing.check_batch(TOWN_ID, batch.pk)
        with town_context(TOWN_ID):
            importing.confirm_batch(batch)
    with town_context(TOWN_ID):
        ImportBatch.objects.filter(pk=first.pk).update(state=ImportState.IMPORTING, alive_at=first.created_at)
    assert not importing.apply_batch(TOWN_ID, second.pk)
    with town_context(TOWN_ID):
        second.refresh_from_db()
        assert second.state == ImportState.WAITING
    assert importing.apply_batch(TOWN_ID, first.pk)
    assert importing.apply_batch(TOWN_ID, second.pk)
    with town_context(TOWN_ID):
        assert Person.objects.count() == 12
        second.refresh_from_db()
        assert second.counts["unchanged"] == 9
