"""บอก Traffy: what an officer does here is written down for the tickets that came from there, and sent by a job."""

from cddp.foundation.events import listen
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.events import NeedCameBack, NeedMoved, NoteWritten
from cddp.operations.complaints.services import traffy_telling
from cddp.operations.complaints.tasks import send_to_traffy_soon


@listen(NeedMoved)
def tell_of_move(event: NeedMoved) -> None:
    """Tell the tickets of a problem that it moved or was closed."""
    if traffy_telling.queue_move(event.status_id):
        send_to_traffy_soon()


@listen(NeedCameBack)
def tell_of_return(event: NeedCameBack) -> None:
    """Tell the tickets that we closed that an officer opened the problem again.

    When one voice said that it is not done, the tickets of the others stay as they are.
    """
    if event.report_id is None and traffy_telling.queue_state(
        event.need_id, state=ReportState.RECEIVED, reopens=True
    ):
        send_to_traffy_soon()


@listen(NoteWritten)
def tell_of_words(event: NoteWritten) -> None:
    """Give messages and questions to the reporters of the tickets."""
    if traffy_telling.queue_words(event.note_id):
        send_to_traffy_soon()
