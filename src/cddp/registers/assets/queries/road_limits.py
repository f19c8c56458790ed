"""เกณฑ์ความเรียบของถนนที่เทศบาลตั้งไว้."""

from dataclasses import asdict, fields

from cddp.foundation.tenancy.town_settings import read_setting
from cddp.registers.assets.rules.roughness import Limits

LIMITS_SETTING = "assets.roughness_limits"


def read_limits() -> Limits:
    """Return the limits of the current town; the starting ones where it has settled none."""
    kept = read_setting(LIMITS_SETTING)
    known = asdict(Limits())
    if isinstance(kept, dict):
        names = {field.name for field in fields(Limits)}
        known |= {key: float(value) for key, value in kept.items() if key in names}
    return Limits(**known)
