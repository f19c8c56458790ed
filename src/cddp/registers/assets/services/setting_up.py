"""ตั้งค่าเริ่มต้นของทะเบียนทรัพย์สิน: classes, their blanks and useful lives to begin with; what a town has stays."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from cddp.registers.assets.models import AssetAttribute, AssetClass, DepreciationRate

REFERENCE: Final = Path(__file__).resolve().parents[1] / "reference" / "classes.yaml"
# A rate of the reference holds for whatever was acquired at any time; a town's announcement begins on its own day.
FROM_THE_START: Final = dt.date(1900, 1, 1)
_PLAIN: Final = (
    "key", "name", "geometry", "icon", "colour", "families", "is_lamp", "is_road", "inspect_every_months",
)  # fmt: skip


@cache
def _written() -> dict[str, Any]:
    entries: dict[str, Any] = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    return entries


def set_up_classes() -> int:
    """Add the classes that the current town lacks, with their blanks and lives; return how many. At any time again.

    A class that the town has, also one it renamed or retired, is left alone.
    """
    known = set(AssetClass.objects.values_list("key", flat=True))
    lacking = [
        (place, entry) for place, entry in enumerate(_written()["classes"], 1) if entry["key"] not in known
    ]
    classes = AssetClass.objects.bulk_create([_class(place, entry) for place, entry in lacking])
    made = list(zip(classes, (entry for _place, entry in lacking), strict=True))
    AssetAttribute.objects.bulk_create(
        [
            AssetAttribute(asset_class=asset_class, order=order * 10, **blank)
            for asset_class, entry in made
            for order, blank in enumerate(entry.get("attributes", []), 1)
        ]
    )
    DepreciationRate.objects.bulk_create(
        [_rate(asset_class, *entry["life"]) for asset_class, entry in made if "life" in entry]
    )
    return len(made)


def _class(place: int, entry: dict[str, Any]) -> AssetClass:
    return AssetClass(order=place * 10, **{name: entry[name] for name in _PLAIN if name in entry})


def _rate(asset_class: AssetClass, years: int, source: str) -> DepreciationRate:
    return DepreciationRate(
        asset_class=asset_class,
        effective_from=FROM_THE_START,
        life_years=years,
        source=_written()["sources"][source],
    )
