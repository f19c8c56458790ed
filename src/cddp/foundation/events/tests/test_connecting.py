"""What a running job asks for stands, or falls, with that job's own work: a real worker over the real tables."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.events import bus
from cddp.foundation.events.bus import listen, publish
from cddp.foundation.events.connecting import WorkerConnector
from cddp.foundation.tenancy.current import town_context
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Asked:
    pass


@dataclass(frozen=True)
class Followed:
    pass


@pytest.fixture(autouse=True)
def no_job_is_left(monkeypatch):
    monkeypatch.setattr(bus, "_listeners", bus.defaultdict(list))
    yield
    # The table of jobs is nobody's in particular: emptying the towns' tables leaves it as it is.
    ProcrastinateJob.objects.all().delete()


def work_once() -> None:
    """Do the job that waits, and what it asks for, with the connector `django procrastinate worker` takes."""

    async def work():
        async with app.open_async():
            await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    with app.replace_connector(app.connector.get_worker_connector()):
        assert isinstance(app.connector, WorkerConnector)
        asyncio.run(work())


def stored_for(listener: str) -> int:
    return ProcrastinateJob.objects.filter(args__listener__endswith=listener).count()


def seen_by_others() -> int:
    try:
        return stored_for("follow")
    finally:
        connections.close_all()


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_job_asks_for_is_stored_with_its_work(towns, fails):
    seen_meanwhile = []

    @listen(Followed)
    def follow(event):
        pass

    @listen(Asked)
    def answer(event):
        publish(Followed())
        with ThreadPoolExecutor(1) as someone_else:
            seen_meanwhile.append(someone_else.submit(seen_by_others).result())
        if fails:
            raise LookupError

    with town_context(TOWN_ID):
        publish(Asked())
    work_once()
    assert seen_meanwhile == [0]
    assert stored_for("follow") == (0 if fails else 1)
