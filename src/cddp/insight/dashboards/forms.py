"""เลือกพื้นที่และวันที่ของภาพรวม."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import ThaiDateField


class ScopeForm(forms.Form):
    """ขอบเขตของภาพรวม: an area by its code ("" for the whole town) and a day not in the future."""

    area = forms.ChoiceField(label=_("พื้นที่"), required=False)
    on = ThaiDateField(label=_("ณ วันที่"), required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("ทั้งเทศบาล")), *areas]  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data.get("on")
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("เลือกวันที่ไม่เกินวันนี้"))
        return day
