"""แบบฟอร์มพิมพ์ป้าย QR: which things, on which paper, from which cell."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.registers.assets.services.labels import LABELS_AT_MOST, LAYOUTS


class LabelsForm(forms.Form):
    """พิมพ์ป้าย: the things chosen in the list (`ids`), or those of a class, a division, a range of numbers."""

    ids = forms.CharField(widget=forms.HiddenInput, required=False)
    asset_class = forms.ChoiceField(label=gettext_lazy("ประเภท"), required=False)
    division = forms.ChoiceField(label=gettext_lazy("กองที่ดูแล"), required=False)
    number_from = forms.CharField(label=gettext_lazy("ตั้งแต่เลขครุภัณฑ์"), max_length=60, required=False)
    number_to = forms.CharField(label=gettext_lazy("ถึงเลขครุภัณฑ์"), max_length=60, required=False)
    layout = forms.ChoiceField(
        label=gettext_lazy("แบบกระดาษป้าย A4"),
        choices=[(each.key, each.words) for each in LAYOUTS.values()],
        initial="3x8",
        widget=forms.RadioSelect,
    )
    start = forms.IntegerField(
        label=gettext_lazy("เริ่มที่ดวงที่"),
        help_text=gettext_lazy("นับจากซ้ายไปขวา บนลงล่าง ใช้แผ่นที่ลอกไปแล้วบางส่วนต่อได้"),
        min_value=1,
        initial=1,
        error_messages={"min_value": gettext_lazy("ดวงแรกคือดวงที่ 1")},
    )

    def __init__(
        self, *given: Any, classes: Sequence[Any] = (), divisions: Sequence[Any] = (), **named: Any
    ) -> None:
        super().__init__(*given, **named)
        for name, options in (("asset_class", classes), ("division", divisions)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the types)
            field.choices = [("", _("ทั้งหมด")), *((str(each.pk), str(each)) for each in options)]

    def clean_ids(self) -> list[UUID]:
        """Return the ids of the things chosen."""
        try:
            keys = [UUID(text) for text in self.cleaned_data["ids"].split(",") if text]
        except ValueError:
            raise forms.ValidationError(_("รายการที่เลือกอ่านไม่ได้ โปรดเลือกใหม่จากรายการทรัพย์สิน")) from None
        if len(keys) > LABELS_AT_MOST:
            raise forms.ValidationError(_("พิมพ์ได้ครั้งละไม่เกิน %(most)s ดวง") % {"most": f"{LABELS_AT_MOST:,}"})
        return keys

    def clean(self) -> dict[str, Any] | None:
        """Refuse a first cell that the sheet does not have."""
        cleaned = super().clean() or {}
        layout = LAYOUTS.get(cleaned.get("layout", ""))
        if layout and cleaned.get("start", 1) > layout.cells:
            self.add_error("start", _("กระดาษแบบนี้มี %(cells)s ดวง") % {"cells": layout.cells})
        return cleaned
