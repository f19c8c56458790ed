"""แบบฟอร์มการนำเข้า."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import ThaiDateField
from cddp.registers.residents.rules.importing.columns import FIELDS


class ReadingForm(forms.Form):
    """วิธีอ่านไฟล์: another sheet or header row than the one that was found."""

    sheet = forms.ChoiceField(label=_("แผ่นงาน"), required=False)
    header_row = forms.IntegerField(
        label=_("แถวหัวตาราง"), min_value=0, help_text=_("เลขแถวในไฟล์ที่เป็นชื่อคอลัมน์ ใส่ 0 หากไม่มีหัวตาราง")
    )

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]


class ColumnsForm(forms.Form):
    """การจับคู่คอลัมน์: what each column of the file holds, and of which day the file speaks."""

    extract_date = ThaiDateField(
        label=_("ข้อมูล ณ วันที่"), help_text=_("วันที่ออกทะเบียนชุดนี้ ใช้บอกว่าใครย้ายเข้าออกเมื่อใด")
    )

    def __init__(self, *args: Any, columns: Sequence[str], mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of = {column: key for key, column in mapping.items()}
        self._columns = list(columns)
        for place, column in enumerate(columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column, choices=_field_choices(), required=False, initial=field_of.get(column, "")
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The select of each column, in the order of the file."""
        return [self[f"column_{place}"] for place in range(len(self._columns))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [cleaned.get(f"column_{place}") for place in range(len(self._columns))]
        for place, key in enumerate(chosen):
            if key and chosen.index(key) < place:
                self.add_error(f"column_{place}", _("ช่องนี้ถูกเลือกให้คอลัมน์อื่นแล้ว เลือกได้คอลัมน์เดียว"))
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        """The chosen {field: column}."""
        pairs = ((self.cleaned_data.get(f"column_{place}"), name) for place, name in enumerate(self._columns))
        return {key: name for key, name in pairs if key}


def _field_choices() -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        groups.setdefault(field.group, []).append((field.key, field.label))
    return [("", _("— ไม่นำเข้าคอลัมน์นี้ —")), *groups.items()]
