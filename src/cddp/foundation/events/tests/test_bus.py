"""Events survive a crash: the job stands in the same transaction as the change."""

import asyncio
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from cddp.foundation.events import bus
from cddp.foundation.events.bus import listen, name_of, publish, tell
from cddp.foundation.events.tasks import retry_stalled
from cddp.foundation.tenancy.current import current_municipality_id, town_context
from tests.towns import TOWN_ID


@dataclass(frozen=True)
class NeedFinished:
    need_id: UUID
    on: date
    titles: tuple[str, ...] = ()


EVENT = NeedFinished(UUID(int=7), date(2026, 11, 23), ("ถนนลูกรัง",))
heard: list = []


@pytest.fixture
def listener(monkeypatch):
    monkeypatch.setattr(bus, "_listeners", bus.defaultdict(list))
    heard.clear()

    @listen(NeedFinished)
    def tell_the_reporter(event):
        heard.append((event, current_municipality_id()))

    return tell_the_reporter


def waiting() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="events.tell_listener"))


def test_publishing_stores_one_job_per_listener_with_the_town(town, listener):
    publish(EVENT)
    [job] = waiting()
    assert job.args["municipality_id"] == TOWN_ID
    assert job.args["listener"] == name_of(listener)
    assert job.args["payload"] == {"need_id": str(EVENT.need_id), "on": "2026-11-23", "titles": ["ถนนลูกรัง"]}
    assert heard == []


def test_a_rollback_leaves_no_job(town, listener):
    with pytest.raises(LookupError), transaction.atomic():
        publish(EVENT)
        raise LookupError
    assert waiting() == []


def test_an_event_nobody_hears_costs_no_query(town, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(bus, "_listeners", bus.defaultdict(list))
    with django_assert_num_queries(0):
        publish(EVENT)


def test_the_listener_is_told_the_same_event_in_the_same_town(town, listener):
    publish(EVENT)
    job = waiting()[0]
    with town_context(job.args["municipality_id"]):
        tell(job.args["listener"], job.args["event_name"], job.args["payload"])
    assert heard == [(EVENT, TOWN_ID)]


def test_a_listener_that_is_gone_is_an_error_not_silence(town, listener):
    with pytest.raises(LookupError):
        tell("somewhere.gone", name_of(NeedFinished), {})


class _Manager:
    def __init__(self, jobs, rival=None):
        self.jobs, self.rival, self.retried, self.finished = jobs, rival, [], []

    async def get_stalled_jobs(self, *, seconds_since_heartbeat):
        return self.jobs

    async def retry_job(self, job):
        if job is self.rival:
            raise UniqueViolation("waits already", constraint_name="queueing_lock", queueing_lock="name")
        self.retried.append(job)

    async def finish_job(self, job, status, *, delete_job):
        self.finished.append((job, status, delete_job))


class _Job:
    id = 12


def _give_back(manager):
    class Context:
        class app:
            job_manager = manager

    asyncio.run(retry_stalled.func(Context, 0))


def test_jobs_of_a_lost_worker_are_queued_again():
    manager, job = _Manager([_Job]), _Job
    _give_back(manager)
    assert manager.retried == [job]


def test_one_that_another_waits_to_do_keeps_no_job_from_returning():
    first, second, third = _Job(), _Job(), _Job()
    manager = _Manager([first, second, third], rival=second)
    _give_back(manager)
    assert manager.retried == [first, third]
    assert manager.finished == [(second, Status.FAILED, False)]


def test_the_jobs_table_is_reachable_for_the_program(town):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("cddp_app",)
