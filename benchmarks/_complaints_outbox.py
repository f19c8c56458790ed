"""เว็บที่มีผู้ฟัง: the program with one more listener, so that each new report puts a job beside its rows.

Nobody listens to new reports today; what is measured holds also when somebody does.
"""

from cddp.config.wsgi import application
from cddp.foundation.events import listen
from cddp.operations.complaints.events import ReportReceived

__all__ = ["application"]


@listen(ReportReceived)
def hear_report(event: ReportReceived) -> None:
    """Do nothing: what is measured is that the job is stored with the report."""
