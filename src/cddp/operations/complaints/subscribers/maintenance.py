"""ฟังงานซ่อม: what becomes of the work becomes of the problem, and its reporters hear of it."""

from cddp.foundation.events import listen
from cddp.operations.complaints.services import work_news
from cddp.operations.maintenance.events import WorkCancelled, WorkDone, WorkMoved, WorkSentBack


@listen(WorkMoved)
def follow(event: WorkMoved) -> None:
    """Let the clock stand while work waits for parts, and go on with it."""
    work_news.follow_work(event.work_order_id)


@listen(WorkDone)
def finish(event: WorkDone) -> None:
    """Finish what the work was opened for, in the technician's words."""
    work_news.finish_work(event.work_order_id)


@listen(WorkSentBack)
def go_on(event: WorkSentBack) -> None:
    """Open again what the work had finished, with the reason."""
    work_news.send_back_work(event.work_order_id, event.reason)


@listen(WorkCancelled)
def give_up(event: WorkCancelled) -> None:
    """Put the problem back, with the reason."""
    work_news.give_up_work(event.work_order_id, event.reason)
