"""หน้าของประชาชน: what a town set up for the pages that everybody sees."""

from cddp.foundation.tenancy.town_settings import read_setting

PHONE_SETTING = "complaints.public_phone"


def find_public_phone() -> str:
    """Return the telephone that people are told to call instead of writing, or ""."""
    kept = read_setting(PHONE_SETTING)
    return kept if isinstance(kept, str) else ""
