"""แจ้งผู้ร้องทาง LINE: at exactly three milestones; a free account may push 300 messages a month."""

from cddp.foundation.events import listen
from cddp.operations.complaints.events import NeedFinished, NeedPromised
from cddp.operations.complaints.services import line_telling


@listen(NeedPromised)
def tell_of_promise(event: NeedPromised) -> None:
    """Tell the reporters who works on it by when."""
    line_telling.tell_promise(event.need_id, event.due_at)


@listen(NeedFinished)
def tell_of_end(event: NeedFinished) -> None:
    """Tell the reporters that it is done, or in the plan."""
    line_telling.tell_end(event.need_id, event.outcome)
