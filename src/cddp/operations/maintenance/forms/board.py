"""แบบฟอร์มของกระดานงานซ่อม."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import PeriodField


class BoardForm(forms.Form):
    """ขอบเขตของกระดาน."""

    period = PeriodField()
    area = forms.ChoiceField(label=_("หมู่/ชุมชน"), required=False)
    asset_class = forms.ChoiceField(label=_("ประเภททรัพย์สิน"), required=False)

    def __init__(
        self,
        *args: Any,
        areas: Iterable[tuple[str, Any]],
        classes: Iterable[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["area"].choices = [("", _("ทั้งเทศบาล")), *areas]
        fields["asset_class"].choices = [("", _("ทุกประเภท")), *classes]
