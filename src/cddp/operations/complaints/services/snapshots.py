"""ค่าก่อนหน้า: what a move changed in a problem or a report, written down so that it can be given back.

Fields that mean something only together are given back together, and only where nobody changed them since.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from cddp.operations.complaints.models import Need, Report

GROUPS: Final[Mapping[type[models.Model], tuple[tuple[str, ...], ...]]] = {
    Need: (
        (
            "state", "outcome", "outcome_words", "agency", "plan_year", "state_since", "finished_at", "due_at",
            "promised_at", "paused_at", "escalation_level", "came_back_count",
        ),
        ("shape", "address", "area_code"),
        ("asset_id",),
        ("merged_into_id",),
        ("updated_at",),
    ),
    Report: (("state", "state_label", "finished_at"), ("is_private",), ("updated_at",)),
}  # fmt: skip
Snapshot = dict[str, Any]


class Memory:
    """ความจำ: rows as they are before a move; `pairs` after it says for each what it was and what it became."""

    def __init__(self, rows: Iterable[models.Model]) -> None:
        self.rows = list(rows)
        self.before = {row.pk: snapshot(row) for row in self.rows}

    def pairs(self) -> dict[str, dict[str, Snapshot]]:
        """Return {id: {"before", "after"}}, for the row that remembers the move."""
        return {str(row.pk): {"before": self.before[row.pk], "after": snapshot(row)} for row in self.rows}


def snapshot(row: models.Model) -> Snapshot:
    """Return the fields that a move may change, as JSON can hold them."""
    return {name: _plain(getattr(row, name)) for group in GROUPS[type(row)] for name in group}


def give_back(row: models.Model, before: Snapshot, after: Snapshot) -> list[str]:
    """Put the former values into the row, in memory, group by group; return the names of what changed."""
    changed: list[str] = []
    now = snapshot(row)
    for group in GROUPS[type(row)]:
        # A move of an older version did not know every field, and changed none that it did not know.
        untouched = all(name in after and now[name] == after[name] for name in group)
        if untouched and any(before[name] != after[name] for name in group):
            for name in group:
                setattr(row, name, _value(row, name, before[name]))
            changed += group
    return changed


def _plain(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _value(row: models.Model, name: str, plain: Any) -> Any:
    if plain is None:
        return None
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    if isinstance(field, models.ForeignKey):
        return UUID(plain)
    return GEOSGeometry(plain) if name == "shape" else field.to_python(plain)
