"""แบบฟอร์มของกระดานผู้บริหาร."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import PeriodField


class BoardForm(forms.Form):
    """ขอบเขตของกระดาน."""

    period = PeriodField()
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
