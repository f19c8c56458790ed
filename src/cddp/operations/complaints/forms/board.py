"""แบบฟอร์มของกระดานผู้บริหาร."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.operations.complaints.rules.board import FISCAL_YEAR, MONTH, QUARTER, YEAR

PERIOD_CHOICES = [
    (MONTH, _("เดือนนี้")),
    (QUARTER, _("3 เดือนล่าสุด")),
    (FISCAL_YEAR, _("ปีงบประมาณนี้")),
    (YEAR, _("12 เดือนล่าสุด")),
]


class BoardForm(forms.Form):
    """ขอบเขตของกระดาน."""

    period = forms.ChoiceField(label=_("ช่วงเวลา"), choices=PERIOD_CHOICES, required=False)
    division = forms.ChoiceField(label=_("กอง"), required=False)
    area = forms.ChoiceField(label=_("หมู่/ชุมชน"), required=False)

    def __init__(
        self,
        *args: Any,
        divisions: Iterable[tuple[str, Any]],
        areas: Iterable[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["division"].choices = [("", _("ทุกกอง")), *divisions, ("none", _("ยังไม่มอบหมาย"))]
        fields["area"].choices = [("", _("ทั้งเทศบาล")), *areas]
