"""ขอลบข้อมูลของตน: the holder of a follow code takes back who they are, and the pictures they sent.

What was asked stays, as the town's record; no longer by whom. The fingerprint on the report stays with it (see
`forgetting`).
"""

import datetime as dt

from cddp.foundation.audit import services as audit
from cddp.operations.complaints.models import Report, Reporter
from cddp.operations.complaints.services.photos import forget_photo


def take_back_contact(report: Report, *, at: dt.datetime) -> bool:
    """Forget name, telephone, e-mail and house of who told; return whether there was anything."""
    forgotten = Reporter.objects.filter(report=report, forgotten_at=None).update(
        name_sealed=None,
        phone_sealed=None,
        email_sealed=None,
        line_sealed=None,
        house=None,
        forgotten_at=at,
    )
    if forgotten:
        audit.record("complaints.reporter.taken_back", report)
    return bool(forgotten)


def take_back_photos(report: Report, *, at: dt.datetime) -> int:
    """Let go of all pictures that came with this report; return how many."""
    photos = list(report.photos.select_for_update(of=("self",)).filter(forgotten_at=None))
    for photo in photos:
        forget_photo(photo, at=at)
    return len(photos)
