"""ตัวกรองของคลังอะไหล่: quantities as people write them."""

from decimal import Decimal
from typing import Any

from django import template

from cddp.operations.maintenance.rules.stock import format_quantity

register = template.Library()


@register.filter
def quantity(value: Any) -> str:
    """Return "1,200", "3.5"; "" for nothing."""
    if value is None or value == "":
        return ""
    return format_quantity(Decimal(str(value)))
