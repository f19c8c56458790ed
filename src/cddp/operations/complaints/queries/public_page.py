"""หน้าของประชาชน: what a town set up for the pages that everybody sees."""

from cddp.foundation.tenancy.models import TownSetting

PHONE_SETTING = "complaints.public_phone"


def find_public_phone() -> str:
    """Return the telephone that people are told to call instead of writing, or ""."""
    kept = TownSetting.objects.filter(key=PHONE_SETTING).values_list("value", flat=True).first()
    return kept if isinstance(kept, str) else ""
