"""ตั้งประเภทเรื่อง: give a town the categories to begin with; what the town has changed stays."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cddp.operations.complaints.choices import CategoryFamily, Channel
from cddp.operations.complaints.models import Category, CategoryMapping

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "categories.yaml"
FIRST_YEAR = 2000


@cache
def _written() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["categories"]
    return entries


def set_up_categories() -> None:
    """Add the categories and mappings the current town lacks; may be run at any time."""
    entries = _written()
    Category.objects.bulk_create(
        [
            Category(
                key=entry["key"],
                name=entry["name"],
                family=entry["family"],
                radius_m=entry["radius_m"],
                is_private=entry["family"] == CategoryFamily.PRIVATE,
                order=place,
            )
            for place, entry in enumerate(entries, start=1)
        ],
        ignore_conflicts=True,
    )
    ids = dict(Category.objects.values_list("key", "id"))
    CategoryMapping.objects.bulk_create(
        [_mapping(label, ids[entry["key"]]) for entry in entries for label in entry["traffy"]],
        ignore_conflicts=True,
    )


def _mapping(label: str | list[Any], category_id: Any) -> CategoryMapping:
    name, first, last = (label, FIRST_YEAR, None) if isinstance(label, str) else label
    return CategoryMapping(
        channel=Channel.TRAFFY, label=name, year_from=first, year_until=last, category_id=category_id
    )
