"""แบบฟอร์มการนำเข้าทรัพย์สิน."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.registers.assets.models import AssetClass, AssetImport
from cddp.registers.assets.rules.importing.columns import ATTRIBUTE, FIELDS, POSITION_FIELDS, OwnField
from cddp.registers.assets.rules.importing.encodings import CODECS
from cddp.registers.assets.rules.importing.projections import DATUM_OPERATIONS, PROJECTIONS


class UploadForm(forms.Form):
    """ไฟล์ใหม่: of which class its features are, if that is known already."""

    asset_class = forms.ModelChoiceField(
        label=_("ประเภททรัพย์สินในไฟล์"),
        queryset=AssetClass.objects.none(),
        required=False,
        empty_label=_("เลือกภายหลัง"),
        help_text=_("หนึ่งไฟล์ (หรือหนึ่งชั้นข้อมูล) นำเข้าได้ทีละประเภท"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asset_class"].queryset = AssetClass.objects.filter(is_active=True)  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """วิธีอ่านไฟล์: what was found, and what a person corrects."""

    asset_class = forms.ModelChoiceField(
        label=_("ประเภททรัพย์สิน"), queryset=AssetClass.objects.none(), empty_label=_("— เลือกประเภท —")
    )
    layer = forms.ChoiceField(label=_("ชั้นข้อมูล"), required=False)
    sheet = forms.ChoiceField(label=_("แผ่นงาน"), required=False)
    header_row = forms.IntegerField(label=_("แถวหัวตาราง"), required=False, min_value=0)
    encoding = forms.ChoiceField(
        label=_("รหัสอักขระของตาราง"), required=False, help_text=_("เลือกให้ตัวอย่างด้านล่างอ่านเป็นภาษาไทยได้")
    )
    projection = forms.ChoiceField(label=_("ระบบพิกัด"), required=False)
    datum = forms.ChoiceField(
        label=_("วิธีแปลง Indian 1975 เป็น WGS 84"),
        required=False,
        choices=[(key, each.label) for key, each in DATUM_OPERATIONS.items()],
    )
    as_town = forms.BooleanField(label=_("ใช้วิธีแปลงนี้กับทุกไฟล์ของเทศบาลต่อไป"), required=False)

    def __init__(self, *args: Any, found: AssetImport, may_pin: bool, **kwargs: Any) -> None:
        reading = found.reading
        kwargs.setdefault("initial", {**reading, "asset_class": found.asset_class_id})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["asset_class"].queryset = AssetClass.objects.filter(is_active=True)
        fields["projection"].choices = [("", _("— เลือกระบบพิกัด —"))] + [
            (key, each.label) for key, each in PROJECTIONS.items()
        ]
        fields["encoding"].choices = [("", _("— เลือกรหัสอักขระ —")), *CODECS.items()]
        fields["layer"].choices = [(name, name) for name in reading.get("layers", [])]
        fields["sheet"].choices = [(name, name) for name in reading.get("sheets", [])]
        for name in self._idle(reading):
            del fields[name]
        if not may_pin:
            fields.pop("as_town", None)
        for name in ("layer", "sheet", "encoding", "projection", "datum"):
            if name in fields:
                fields[name].required = name != "projection" or bool(reading.get("points"))

    @staticmethod
    def _idle(reading: dict[str, Any]) -> list[str]:
        """Return the blanks that say nothing for such a file."""
        is_table, projection = reading.get("kind") == "table", reading.get("projection") or ""
        idle = ["encoding"] if reading.get("kind") != "shapefile" else []
        idle += ["layer"] if len(reading.get("layers", [])) < 2 else []
        idle += ["sheet"] if len(reading.get("sheets", [])) < 2 else []
        idle += [] if is_table else ["header_row"]
        if projection and not PROJECTIONS[projection].is_indian:
            idle += ["datum", "as_town"]
        if is_table and not reading.get("points"):
            idle += ["projection", "datum", "as_town"]
        return idle

    @property
    def values(self) -> dict[str, Any]:
        """Return what was chosen of the reading itself."""
        return {
            key: value for key, value in self.cleaned_data.items() if key not in ("asset_class", "as_town")
        }


class ColumnsForm(forms.Form):
    """การจับคู่คอลัมน์: what each column of the file holds; the class's own attributes among them."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str],
        mapping: dict[str, str],
        own: Sequence[OwnField],
        has_shapes: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field_of = {column: key for key, column in mapping.items()}
        choices = _field_choices(own, has_shapes=has_shapes)
        self._columns = list(columns)
        for place, column in enumerate(columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=field_of.get(column, "")
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


def _field_choices(own: Sequence[OwnField], *, has_shapes: bool) -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        if not (has_shapes and field.key in POSITION_FIELDS):
            groups.setdefault(field.group, []).append((field.key, field.label))
    found: list[Any] = [("", _("— ไม่นำเข้าคอลัมน์นี้ —")), *groups.items()]
    if own:
        found.insert(2, (_("ข้อมูลเฉพาะประเภท"), [(ATTRIBUTE + each.key, each.label) for each in own]))
    return found
