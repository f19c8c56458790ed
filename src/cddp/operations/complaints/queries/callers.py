"""ผู้แจ้งคนเดิม: what the same person told before, found by the fingerprint, never by a name."""

from cddp.foundation.accounts.models import User
from cddp.operations.complaints.models import Report

SHOWN = 5


def list_earlier_reports(user: User, voice: bytes | None) -> list[Report]:
    """Return what this voice told before and the user may see, the newest first; one more than SHOWN when more."""
    if voice is None:
        return []
    rows = Report.objects.visible_to(user).filter(voice_hash=voice)
    return list(rows.defer("search_text", "point_3857").order_by("-requested_at")[: SHOWN + 1])
