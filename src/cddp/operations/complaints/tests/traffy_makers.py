"""เครื่องมือของการทดสอบ Traffy: a town with an account at the fake server, and the jobs that wait, done by hand."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import LinkMethod
from cddp.operations.complaints.models import ImportBatch, Need, Report, TraffyAccount
from cddp.operations.complaints.services import traffy_polling, traffy_sending
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.services.linking import link_reports
from cddp.operations.complaints.services.traffy_account import save_account
from tests.fakes.traffy import OWN_ORG, PASSWORD, USER, FakeTraffy, running_traffy
from tests.fakes.traffy_tickets import STATUSES


@contextmanager
def fake_traffy(settings: Any) -> Iterator[FakeTraffy]:
    """Run a fake server and let the product speak to it."""
    with running_traffy() as fake:
        settings.TRAFFY_API_URL = fake.url
        settings.TRAFFY_TIMEOUT_S = 5
        yield fake


def open_account(admin: Any, **changes: Any) -> TraffyAccount:
    """Give the current town an account that knows the office's statuses."""
    asked = {"username": USER, "password": PASSWORD, "org_ids": [str(OWN_ORG)], "is_active": True} | changes
    account = save_account(admin, **asked)
    account.statuses = [_kept(row) for row in STATUSES]
    account.save(update_fields=["statuses"])
    return account


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["status"],
        "type": row["status_type"],
        "issue_status_id": row["issue_status_id"],
        "org_status_id": row["org_statuses_id"],
        "order": row["sort_order"],
    }


def poll() -> Any:
    """Poll at once, as if the longest time had passed, and give each new report its problem."""
    TraffyAccount.objects.filter(last_polled_at__isnull=False).update(
        last_polled_at=timezone.now() - dt.timedelta(hours=7)
    )
    taken = traffy_polling.poll(required_municipality_id())
    adopt_lone_reports()
    return taken


def read_again(number: str) -> Any:
    return traffy_polling.read_again(required_municipality_id(), number)


def send() -> int:
    return traffy_sending.send_due(required_municipality_id())


def report_of(number: str) -> Report:
    return Report.objects.get(number=number)


def need_of(number: str) -> Need:
    return Need.objects.get(reports__number=number)


def join(number: str, *, into: str) -> Need:
    """Say that two tickets speak of one problem."""
    need = need_of(into)
    if report_of(number).need_id != need.pk:
        link_reports(None, [report_of(number).pk], need.pk, method=LinkMethod.MANUAL, at=timezone.now())
    return need_of(into)


def verdicts() -> tuple[int, int, int, int]:
    """Return the counts of the day's batch; they add up to the rows."""
    batch = ImportBatch.objects.get()
    counts = (batch.added, batch.changed, batch.unchanged, batch.set_aside)
    assert sum(counts) == batch.rows_done
    return counts


def waiting_jobs() -> list[str]:
    """Return the names of the jobs that wait, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def run_jobs(*, only: str = "") -> list[str]:
    """Do the jobs that wait, oldest first, until none is left; return their names."""
    done: list[str] = []
    while job := _next_job(only):
        number, name, arguments = job
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        app.tasks[name].func(**arguments)
        done.append(name)
        assert len(done) < 200, "jobs that make jobs without end"
    return done


def _next_job(only: str) -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE %s"
            " AND (scheduled_at IS NULL OR scheduled_at < now() + interval '1 hour') ORDER BY id LIMIT 1",
            [f"%{only}%"],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], row[1], json.loads(row[2])
