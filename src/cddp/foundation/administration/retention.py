"""การเก็บรักษาข้อมูล: apply `policy/retention.yaml`, rule by rule, to one town."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import yaml
from django.conf import settings

from cddp.foundation.extension_points import retention_rules


@dataclass(frozen=True)
class Retention:
    """กำหนดเวลา: rows older than `days` have served their purpose, for this reason."""

    key: str
    days: int
    reason: str


@cache
def load_retention() -> dict[str, Retention]:
    """Return every line of the policy by its key."""
    written = yaml.safe_load((settings.POLICY_DIR / "retention.yaml").read_text(encoding="utf-8"))[
        "retention"
    ]
    return {key: Retention(key, line["days"], line["reason"]) for key, line in written.items()}


def apply_retention(today: date) -> dict[str, int]:
    """Forget what is over its time in the current town; return how many rows by key.

    Raises KeyError when a rule has no line in the policy: nothing is forgotten without a written reason.
    """
    lines = load_retention()
    return {rule.key: rule.apply(today - timedelta(days=lines[rule.key].days)) for rule in retention_rules}
