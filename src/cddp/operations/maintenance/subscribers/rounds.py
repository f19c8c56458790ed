"""แผนบำรุงรักษาฟังเหตุการณ์: done work counts the next time, bad condition asks for work."""

from django.utils import timezone

from cddp.foundation.events import listen
from cddp.operations.maintenance.events import WorkCancelled, WorkDone
from cddp.operations.maintenance.services.proposing import propose_work
from cddp.operations.maintenance.services.schedules import work_was_cancelled, work_was_done
from cddp.registers.assets.events import ConditionSeen


@listen(WorkDone)
def count_anew(event: WorkDone) -> None:
    """Count the next time of the schedule from the day its work was done."""
    work_was_done(event.work_order_id)


@listen(WorkCancelled)
def skip_this_time(event: WorkCancelled) -> None:
    """Let the schedule go on to its next time."""
    work_was_cancelled(event.work_order_id)


@listen(ConditionSeen)
def propose(event: ConditionSeen) -> None:
    """Ask for the repair of what was found in bad condition."""
    propose_work(event.asset_id, event.inspection_id, condition=event.condition, at=timezone.now())
