"""ช่องกรอกแบบไทย: form fields for dates in พ.ศ., identity numbers, and money."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cddp.foundation.values import citizen_id, thai_dates
from cddp.foundation.values.money import UnableToReadMoney, format_amount, parse_baht
from cddp.foundation.values.periods import FISCAL_YEAR, MONTH, QUARTER, YEAR

PERIOD_CHOICES = [
    (MONTH, _("เดือนนี้")),
    (QUARTER, _("3 เดือนล่าสุด")),
    (FISCAL_YEAR, _("ปีงบประมาณนี้")),
    (YEAR, _("12 เดือนล่าสุด")),
]


class PeriodField(forms.ChoiceField):
    """ช่วงเวลาของกระดาน: a period of values/periods that ends today; "" when none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("ช่วงเวลา"), "choices": PERIOD_CHOICES, "required": False, **kwargs})


class ThaiDateInput(forms.TextInput):
    """ช่องวันที่: text, since a browser's calendar knows no พ.ศ."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "text", "placeholder": _("เช่น 23/11/2569"), "autocomplete": "off"} | (attrs or {})
        )

    def format_value(self, value: Any) -> str | None:
        """Return a date as it is typed, "23/11/2569"; typed text as it was."""
        if isinstance(value, thai_dates.PartialDate):
            value = value.date if value.precision == "day" else str(value)
        if isinstance(value, dt.date):
            return f"{value.day}/{value.month}/{thai_dates.to_buddhist_year(value)}"
        return value or None


class ThaiDateField(forms.Field):
    """วันที่แบบไทย: reads "23/11/2569", "23 พ.ย. 69", Thai digits; gives a `date`.

    With `partial=True` gives a PartialDate ("พ.ย. 2500" when the day is not known). `not_after` (a date or a
    callable) refuses later days and lets two-digit years of birth mean 24xx.
    """

    widget = ThaiDateInput

    def __init__(self, *, partial: bool = False, not_after: Any = None, **kwargs: Any) -> None:
        self.partial = partial
        self.not_after = not_after
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        limit = self.not_after() if callable(self.not_after) else self.not_after
        try:
            read = thai_dates.parse_date(value, not_after=limit)
        except thai_dates.UnableToReadDate as problem:
            raise ValidationError(f"{problem} — {problem.fix}", code=problem.code) from None
        if read is None:
            return None
        if not self.partial and read.precision != "day":
            raise ValidationError(_("กรุณาระบุวัน เดือน และปีให้ครบ เช่น 23/11/2569"), code="partial")
        if limit is not None and read.date > limit:
            raise ValidationError(
                _("วันที่ต้องไม่เกิน %(limit)s"), code="too_late", params={"limit": thai_dates.format_short(limit)}
            )
        return read if self.partial else read.date

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class CitizenIdInput(forms.TextInput):
    """ช่องเลขประจำตัวประชาชน: a stored number comes back masked, never whole."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "20",
            "placeholder": "x-xxxx-xxxxx-xx-x",
        }
        super().__init__(usual | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        text = str(value or "")
        return citizen_id.mask(text) if len(text) == 13 and text.isdigit() else (text or None)


class CitizenIdField(forms.Field):
    """เลขประจำตัวประชาชน: gives 13 digits; a masked value left as it was gives KEEP.

    A failed check digit is refused unless `allow_wrong_check_digit` (the screen then asks for a reason).
    """

    widget = CitizenIdInput
    KEEP = "x"

    def __init__(self, *, allow_wrong_check_digit: bool = False, **kwargs: Any) -> None:
        self.allow_wrong_check_digit = allow_wrong_check_digit
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str | None:
        text = str(value or "").strip()
        if "x" in text.lower():
            return self.KEEP
        reading = citizen_id.parse_citizen_id(text)
        if reading.problem == "missing":
            return None
        tolerated = reading.problem == "checksum" and self.allow_wrong_check_digit
        if reading.problem and not tolerated:
            raise ValidationError(reading.problem_text, code=reading.problem)
        return reading.digits


class BahtField(forms.Field):
    """จำนวนเงิน: reads "1,250.50 บาท" and gives satang."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> int | None:
        try:
            return parse_baht(value)
        except UnableToReadMoney:
            raise ValidationError(_("กรุณาใส่จำนวนเงินเป็นตัวเลข เช่น 1,250.50"), code="money") from None

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value) if isinstance(value, int) else value
