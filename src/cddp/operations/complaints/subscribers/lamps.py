"""ดวงไฟของเรื่อง: lit when the problem is done, dark again when it comes back."""

from django.utils import timezone

from cddp.foundation.events import listen
from cddp.operations.complaints.choices import Outcome
from cddp.operations.complaints.events import NeedCameBack, NeedFinished
from cddp.operations.complaints.services import lamps


@listen(NeedFinished)
def light_up(event: NeedFinished) -> None:
    """End the outage that the problem began."""
    if event.outcome == Outcome.DONE:
        lamps.light_up(event.need_id, at=timezone.now())


@listen(NeedCameBack)
def darken_again(event: NeedCameBack) -> None:
    """Begin an outage anew: somebody says that it is still dark."""
    lamps.darken_again(event.need_id, at=timezone.now())
