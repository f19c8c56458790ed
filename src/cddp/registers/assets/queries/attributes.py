"""ช่องข้อมูลเฉพาะประเภท: what a class asks of its assets, and how the kept values are read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cddp.foundation.values.thai_dates import format_short
from cddp.registers.assets.choices import AttributeKind
from cddp.registers.assets.models import AssetAttribute, AssetClass
from cddp.registers.assets.rules.attributes import Blank


def list_fields(asset_class: AssetClass) -> list[AssetAttribute]:
    """Return the blanks of a class in order; also for a class with prefetched `attributes`."""
    return sorted(
        (each for each in asset_class.attributes.all() if each.is_active),
        key=lambda each: (each.order, each.name),
    )


def blanks_of(fields: Sequence[AssetAttribute]) -> list[Blank]:
    """Return the same as plain values for the rules."""
    return [
        Blank(each.key, each.kind, [(value, label) for value, label in each.options], each.is_required)
        for each in fields
    ]


def read_values(
    fields: Sequence[AssetAttribute], values: Mapping[str, Any]
) -> list[tuple[AssetAttribute, str]]:
    """Return (blank, words) for each blank with a value, as a person reads it."""
    return [(each, words_of(each, values[each.key])) for each in fields if each.key in values]


def words_of(attribute: AssetAttribute, value: Any) -> str:
    """Return one kept value in words, with its unit."""
    if attribute.kind == AttributeKind.BOOLEAN:
        return _("ใช่") if value else _("ไม่ใช่")
    if attribute.kind == AttributeKind.CHOICE:
        return str(dict(attribute.options).get(str(value), value))
    if attribute.kind == AttributeKind.DATE:
        return _day(value)
    words = f"{value:,}" if isinstance(value, int | float) else str(value)
    return f"{words} {attribute.unit}".strip()


def _day(value: Any) -> str:
    try:
        return format_short(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
