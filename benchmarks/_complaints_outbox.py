"""เว็บที่มีผู้ฟัง: the program with two more listeners, so that each new report puts jobs beside its rows.

Whoever listens today, two jobs a report are what a town with automatic help needs (suggest a category, tell staff).
"""

from cddp.config.wsgi import application
from cddp.foundation.events import listen
from cddp.operations.complaints.events import NeedOpened, ReportReceived

__all__ = ["application"]


@listen(ReportReceived)
def hear_report(event: ReportReceived) -> None:
    """Do nothing: what is measured is that the job is stored with the report."""


@listen(NeedOpened)
def hear_need(event: NeedOpened) -> None:
    """Do nothing: what is measured is that the job is stored with the report."""
