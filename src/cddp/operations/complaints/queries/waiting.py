"""งานอื่นที่รออยู่: what else waits beside the queues, all counted by one statement for a page."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import BatchState, DispatchState, PhotoVisibility

COUNTED_AT_MOST = 1_000
WAITING = """
SELECT (SELECT count(*) FROM (
          SELECT 1 FROM complaints_need n
          JOIN complaints_photo p ON p.municipality_id = n.municipality_id AND p.need_id = n.id
          WHERE n.municipality_id = %(town)s AND n.photos_waiting > 0 AND p.forgotten_at IS NULL
            AND p.visibility = %(unseen)s AND (%(sees_all)s OR NOT n.is_private OR n.assignee_id = %(me)s)
          LIMIT %(most)s) q),
       (SELECT count(*) FROM complaints_importbatch b
        WHERE b.municipality_id = %(town)s AND b.state = ANY(%(under_way)s)),
       (SELECT count(*) FROM (SELECT 1 FROM complaints_traffyoutgoing t
          WHERE t.municipality_id = %(town)s AND t.state = %(failed)s LIMIT %(most)s) q)
"""


@dataclass(frozen=True)
class Waiting:
    """งานที่รอ: pictures nobody has looked at, imports under way, what could not be told to Traffy."""

    photos: int = 0
    imports: int = 0
    untold: int = 0


def count_waiting_beside(user: User) -> Waiting:
    """Return what waits; asked once for a request, however many items of a page show it."""
    if user.membership is None:
        return Waiting()
    kept: dict[str, Waiting] = user.__dict__.setdefault("_complaints_beside", {})
    if "counts" not in kept:
        values: dict[str, Any] = {
            "town": required_municipality_id(),
            "me": user.membership.pk,
            "sees_all": user.has_perm("complaints.view_private"),
            "unseen": PhotoVisibility.WAITING.value,
            "under_way": [BatchState.WAITING.value, BatchState.RUNNING.value],
            "failed": DispatchState.FAILED.value,
            "most": COUNTED_AT_MOST,
        }
        with connection.cursor() as cursor:
            cursor.execute(WAITING, values)
            kept["counts"] = Waiting(*cursor.fetchone())
    return kept["counts"]
