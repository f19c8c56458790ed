"""แบบฟอร์มการตรวจนับ: opening a round, one sighting, closing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.values.thai_dates import fiscal_year
from cddp.registers.assets.choices import Condition, StockTakeResult


class RoundForm(forms.Form):
    """เปิดรอบการตรวจนับ."""

    name = forms.CharField(label=gettext_lazy("ชื่อรอบ"), max_length=120)
    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("ของปีงบประมาณ"), coerce=int)
    asset_class = forms.TypedChoiceField(
        label=gettext_lazy("เฉพาะประเภท"), required=False, coerce=UUID, empty_value=None
    )
    division = forms.TypedChoiceField(
        label=gettext_lazy("เฉพาะกองที่ดูแล"), required=False, coerce=UUID, empty_value=None
    )
    committee = forms.CharField(
        label=gettext_lazy("คณะกรรมการหรือผู้รับผิดชอบตรวจสอบพัสดุ"),
        help_text=gettext_lazy("บรรทัดละหนึ่งชื่อ พร้อมตำแหน่งถ้าต้องการ จะพิมพ์ในรายงานให้ลงชื่อ"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(
        self,
        *given: Any,
        today: dt.date,
        classes: Sequence[Any] = (),
        divisions: Sequence[Any] = (),
        **named: Any,
    ) -> None:
        # A count is of the year that has just ended (clause 213).
        ended = fiscal_year(today) - 1
        named.setdefault(
            "initial", {"fiscal_year": ended, "name": _("ตรวจนับประจำปี %(year)s") % {"year": ended}}
        )
        super().__init__(*given, **named)
        years = [(year, str(year)) for year in (ended + 1, ended, ended - 1)]
        whole = _("ทั้งหมด")
        self._offer("fiscal_year", years)
        self._offer("asset_class", [("", whole), *((each.pk, str(each)) for each in classes)])
        self._offer("division", [("", whole), *((each.pk, str(each)) for each in divisions)])

    def _offer(self, name: str, options: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the types)
        field.choices = options


class SightingForm(forms.Form):
    """ผลการตรวจนับของชิ้นหนึ่ง: sent by a phone's outbox or by a plain form; the phone makes the id."""

    sighting_id = forms.UUIDField(required=False)
    code = forms.CharField(max_length=300)
    result = forms.ChoiceField(
        choices=StockTakeResult.choices,
        error_messages={
            "required": gettext_lazy("กรุณาเลือกผลการตรวจนับ"),
            "invalid_choice": gettext_lazy("กรุณาเลือกผลการตรวจนับ"),
        },
    )
    condition = forms.TypedChoiceField(
        choices=[("", ""), *Condition.choices], required=False, coerce=int, empty_value=None
    )
    note = forms.CharField(max_length=300, required=False)
    made_at = forms.DateTimeField(required=False)

    def clean_sighting_id(self) -> UUID:
        """Return the phone's id; a browser without scripts gets one here."""
        given: UUID | None = self.cleaned_data["sighting_id"]
        return given or uuid4()

    @property
    def first_error(self) -> str:
        """Return what a phone is told."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")
