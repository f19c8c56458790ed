"""ลืมเมื่อถึงเวลา: who asked is forgotten after the matter is over; what was asked and done stays.

The fingerprint on the report stays with it: it names nobody without the town's key, and without it a person who
asks again after a year would be counted as two.
"""

import datetime as dt

from django.utils import timezone

from cddp.operations.complaints.choices import CLOSED_STATES
from cddp.operations.complaints.models import Intake, LineContact, RefusedDelivery, Report, Reporter

AT_ONCE = 5_000


def forget_reporters(before: dt.date) -> int:
    """Forget who told what has been over since before this day; return how many people."""
    over = Report.objects.filter(state__in=CLOSED_STATES, updated_at__date__lt=before).values("pk")
    found = Reporter.objects.filter(forgotten_at=None, report__in=over)[:AT_ONCE]
    return Reporter.objects.filter(pk__in=found.values("pk")).update(
        name_sealed=None,
        phone_sealed=None,
        email_sealed=None,
        line_sealed=None,
        house=None,
        forgotten_at=timezone.now(),
    )


def forget_payloads(before: dt.date) -> int:
    """Empty the envelopes that came before this day; their ids stay, so that nothing comes in twice."""
    found = Intake.objects.filter(forgotten_at=None, received_at__date__lt=before)[:AT_ONCE]
    return Intake.objects.filter(pk__in=found.values("pk")).update(payload={}, forgotten_at=timezone.now())


def forget_line_contacts(before: dt.date) -> int:
    """Forget LINE users who have not written since before this day; return how many."""
    return LineContact.objects.filter(last_seen_at__date__lt=before).delete()[0]


def forget_refusals(before: dt.date) -> int:
    """Delete the counts of what was refused before this day; return how many."""
    return RefusedDelivery.objects.filter(hour__date__lt=before).delete()[0]
