"""ตั้งค่าเริ่มต้น: give a town promises, agencies, wordings and days off to begin with; what it has of its own stays."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from cddp.operations.complaints.models import Agency, Category, Holiday, MessageTemplate, ServiceLevel
from cddp.operations.complaints.services.categories import set_up_categories
from cddp.operations.complaints.services.days_off import fill_year

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "starting_points.yaml"
DEFAULT = "default"


@cache
def _written() -> dict[str, Any]:
    entries: dict[str, Any] = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    return entries


def set_up_town(*, at: dt.datetime) -> None:
    """Fill each table of the current town that is empty; may be run at any time.

    Days off: those of this year and the next, when the table has none of that year.
    """
    set_up_categories()
    if not ServiceLevel.objects.exists():
        ServiceLevel.objects.bulk_create(_service_levels())
    if not Agency.objects.exists():
        Agency.objects.bulk_create([Agency(**entry) for entry in _written()["agencies"]])
    if not MessageTemplate.objects.exists():
        MessageTemplate.objects.bulk_create(
            [
                MessageTemplate(order=place, **entry)
                for place, entry in enumerate(_written()["message_templates"], 1)
            ]
        )
    this_year = timezone.localdate(at).year
    for year in (this_year, this_year + 1):
        if not Holiday.objects.filter(date__year=year).exists():
            fill_year(None, year, at=at)


def _service_levels() -> list[ServiceLevel]:
    ids = dict(Category.objects.values_list("key", "id"))
    return [
        ServiceLevel(category_id=None if key == DEFAULT else ids[key], priority=priority, working_days=days)
        for key, promised in _written()["service_levels"].items()
        if key == DEFAULT or key in ids
        for priority, days in promised.items()
    ]
