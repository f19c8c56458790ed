"""ตัวกรองภาษาไทย: dates in พ.ศ., money, masked numbers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cddp.foundation.values import citizen_id, phone, thai_dates
from cddp.foundation.values.money import format_baht

register = template.Library()


@register.filter
def thai_date(value: dt.date | thai_dates.PartialDate | None) -> str:
    """Return "23 พ.ย. 2569", by what is known of the day; "" for nothing."""
    return thai_dates.format_short(value) if value else ""


@register.filter
def thai_date_long(value: dt.date | thai_dates.PartialDate | None) -> str:
    """Return "23 พฤศจิกายน 2569"; "" for nothing."""
    return thai_dates.format_long(value) if value else ""


@register.filter
def thai_datetime(value: dt.datetime | None) -> str:
    """Return "23 พ.ย. 2569 15:04 น."; "" for nothing."""
    return thai_dates.format_with_time(value) if value else ""


@register.filter
def since(value: dt.datetime | None) -> SafeString | str:
    """Return a <time> that says "5 นาทีก่อน" and holds the whole date in its title."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        thai_dates.format_with_time(value),
        thai_dates.format_relative(value, timezone.now()),
    )


@register.filter
def baht(satang: int | None) -> str:
    """Return "1,250.00 บาท" for a number of satang; "" for nothing."""
    return "" if satang is None else format_baht(satang)


@register.filter
def masked_id(digits: str | None) -> str:
    """Return "1-5099-xxxxx-12-3"; "" for nothing."""
    return citizen_id.mask(digits) if digits else ""


@register.filter
def masked_phone(digits: str | None) -> str:
    """Return a telephone number with its middle hidden; "" for nothing."""
    return phone.mask_phone(digits) if digits else ""


@register.filter
def thai_number(value: Any, places: int = 0) -> str:
    """Return "1,234" (or with `places` decimals); "–" for nothing, text as it is."""
    if value is None or value == "":
        return "–"
    if not isinstance(value, int | float | Decimal):
        return str(value)
    return f"{value:,.{places}f}"
