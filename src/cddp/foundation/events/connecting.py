"""การฝากงานเบื้องหลัง: jobs asked for inside a job stand in the transaction of that job's work.

A worker of procrastinate fetches its jobs over connections of its own. Left alone it also stores over them
what a running job asks for next, at once, whatever becomes of the job's work: the next job could begin before
the row it is about is there, or live on when the work is rolled back. Here a running job stores what follows
over Django's connection, as a web request does.
"""

from typing import cast

from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class WorkerConnector(PsycopgConnector):
    """Fetches and finishes jobs over its own pool; stores the jobs that running jobs ask for over Django's."""

    def __init__(self, django: DjangoConnector) -> None:
        super().__init__(kwargs=connector_params(django.alias))
        self._django = django

    def get_sync_connector(self) -> BaseConnector:
        """Return where plain code, which is what every job of a town is, stores its jobs."""
        return self._django


class JobConnector(DjangoConnector):
    """Django's connection, with a worker that keeps to it."""

    def get_worker_connector(self) -> WorkerConnector:
        """Return what `django procrastinate worker` works over."""
        return WorkerConnector(self)


def store_jobs_with_work(app: App) -> None:
    """Let the app store every job in the transaction that asks for it; see `PROCRASTINATE_ON_APP_READY`."""
    connector = JobConnector(cast(DjangoConnector, app.connector).alias)
    app.connector = app.job_manager.connector = connector
