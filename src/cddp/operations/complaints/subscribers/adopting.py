"""หลังนำเข้า: reports that came by file or from Traffy are given their problems."""

from cddp.foundation.events import listen
from cddp.operations.complaints.events import ReportsImported
from cddp.operations.complaints.tasks import adopt_reports_soon


@listen(ReportsImported)
def adopt_what_came(event: ReportsImported) -> None:
    """Let each new report find the problem it speaks of, or open one."""
    if event.added:
        adopt_reports_soon()
