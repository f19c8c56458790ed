"""แบบฟอร์มของคลังอะไหล่: a part and what it fits, a store, deliveries, transfers, counts."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField
from cddp.foundation.values.thai_text import to_arabic_digits
from cddp.foundation.values.thailand import lies_in_frame
from cddp.operations.maintenance.choices import StoreKind
from cddp.operations.maintenance.models import Part
from cddp.operations.maintenance.rules import stock as rules
from cddp.operations.maintenance.services.ledger import FAULTS
from cddp.operations.maintenance.services.parts import Fit

Options = Iterable[tuple[Any, Any]]
FindPart = Callable[[str], Part | None]


class QuantityField(forms.Field):
    """จำนวน: reads "1,200", "๒.๕"; gives a Decimal with two decimals."""

    widget = forms.TextInput

    def __init__(self, *, may_be_zero: bool = False, **more: Any) -> None:
        self.may_be_zero = may_be_zero
        super().__init__(**more)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "input quantity-input"}

    def to_python(self, value: Any) -> Decimal | None:
        text = to_arabic_digits(str(value if value is not None else "")).replace(",", "").strip()
        if not text:
            return None
        try:
            return rules.read_quantity(text, may_be_zero=self.may_be_zero)
        except rules.Fault as fault:
            words = FAULTS[fault.code]
            if self.may_be_zero and fault.code == "not_above_zero":
                words = _("จำนวนต้องไม่น้อยกว่า 0")
            raise ValidationError(words, code=fault.code) from None

    def prepare_value(self, value: Any) -> Any:
        return rules.format_quantity(value) if isinstance(value, Decimal) else value


class PartTextField(forms.CharField):
    """อะไหล่: its code or barcode, typed or scanned; gives the Part. `find` is set by the form."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=250, **more)
        self.find: FindPart = lambda text: None
        self.widget.attrs |= {"list": "part-codes", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        part = self.find(text)
        if part is None:
            raise ValidationError(_("ไม่พบอะไหล่ที่มีรหัสหรือบาร์โค้ดนี้"), code="unknown_part")
        return part


def store_field(label: Any, **more: Any) -> forms.TypedChoiceField:
    """Return the blank of a store; the form offers which."""
    return forms.TypedChoiceField(label=label, coerce=UUID, empty_value=None, **more)


class ActForm(forms.Form):
    """ฟอร์มที่ทำหนึ่งครั้ง: `act` is made with the page, so that a form sent twice is done once."""

    act = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def clean_act(self) -> UUID:
        """Return the page's act; one of its own where none came."""
        return self.cleaned_data["act"] or uuid4()


# ── what there is ─────────────────────────────────────────────────────────────────────────────────────


class PartForm(forms.Form):
    """อะไหล่."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    code = forms.CharField(label=_("รหัส"), max_length=40, help_text=_("รหัสที่เทศบาลใช้เรียก ไม่ซ้ำกัน เช่น LED-50"))
    name = forms.CharField(label=_("ชื่อ"), max_length=200)
    unit = forms.CharField(label=_("หน่วยนับ"), max_length=40, initial="อัน")
    barcode = forms.CharField(
        label=_("บาร์โค้ด"), max_length=60, required=False, help_text=_("บนกล่องหรือฉลาก ใช้สแกนด้วยกล้องโทรศัพท์")
    )
    reorder_point = QuantityField(
        label=_("จุดสั่งซื้อ"),
        may_be_zero=True,
        required=False,
        help_text=_("เมื่อเหลือใช้ได้เท่านี้หรือน้อยกว่า ระบบจะเตือน 0 คือไม่เตือน"),
    )
    reorder_quantity = QuantityField(label=_("จำนวนที่สั่งซื้อแต่ละครั้ง"), may_be_zero=True, required=False)
    supplier = forms.CharField(label=_("ผู้ขายประจำ"), max_length=200, required=False)
    alternatives = forms.CharField(
        label=_("ใช้อะไหล่อื่นแทนได้"),
        max_length=600,
        required=False,
        help_text=_("รหัสของอะไหล่ที่ใช้แทน คั่นด้วยจุลภาค เช่น LED-55, LED-60"),
    )
    notes = forms.CharField(label=_("หมายเหตุ"), max_length=300, required=False)
    is_active = forms.BooleanField(label=_("ยังใช้อยู่"), required=False, initial=True)

    def __init__(self, *args: Any, find: FindPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find

    def clean_reorder_point(self) -> Decimal:
        return self.cleaned_data["reorder_point"] or Decimal(0)

    def clean_reorder_quantity(self) -> Decimal:
        return self.cleaned_data["reorder_quantity"] or Decimal(0)

    def clean_alternatives(self) -> list[UUID]:
        """Return the parts behind the codes."""
        codes = [code.strip() for code in self.cleaned_data["alternatives"].split(",") if code.strip()]
        found = {code: self.find(code) for code in codes}
        if unknown := [code for code, part in found.items() if part is None]:
            raise ValidationError(
                _("ไม่พบรหัส %(codes)s"), code="unknown_part", params={"codes": ", ".join(unknown)}
            )
        return [part.pk for part in found.values() if part is not None]


class FitForm(forms.Form):
    """ใช้กับรุ่น: one line of what a part fits."""

    target = forms.ChoiceField(label=_("ใช้กับ"), required=False)
    position = forms.CharField(label=_("ตำแหน่ง"), max_length=120, required=False)
    per_asset = QuantityField(label=_("จำนวนต่อชิ้น"), required=False, initial=Decimal(1))

    def __init__(self, *args: Any, targets: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target: Any = self.fields["target"]
        target.choices = [("", _("— เลือกประเภทหรือรุ่น —")), *targets]

    def clean_per_asset(self) -> Decimal:
        """Return how many; one where nothing was written."""
        many = self.cleaned_data["per_asset"] or Decimal(1)
        if many > 999_999:
            raise ValidationError(_("จำนวนมากเกินไป"), code="too_many")
        return many

    def fit(self) -> Fit | None:
        """Return the line as the service takes it, None for an empty one."""
        kind, _colon, key = self.cleaned_data.get("target", "").partition(":")
        if not key:
            return None
        more = {"position": self.cleaned_data["position"], "per_asset": self.cleaned_data["per_asset"]}
        if kind == "model":
            return Fit(model_id=UUID(key), **more)
        return Fit(asset_class_id=UUID(key), **more)


FitFormSet = forms.formset_factory(FitForm, extra=3, max_num=60, absolute_max=80)


class StoreForm(forms.Form):
    """คลัง."""

    code = forms.CharField(label=_("รหัสคลัง"), max_length=20)
    name = forms.CharField(
        label=_("ชื่อคลัง"), max_length=120, help_text=_("เช่น คลังกองช่าง หรือ รถช่างไฟฟ้า กข 1234")
    )
    kind = forms.ChoiceField(label=_("ชนิด"), choices=StoreKind.choices, initial=StoreKind.DEPOT)
    keeper_id = forms.TypedChoiceField(
        label=_("ผู้ดูแล"),
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text=_("รถช่าง: ช่างเจ้าของรถ จะเห็นอะไหล่ในรถของตนก่อน"),
    )
    division_id = forms.TypedChoiceField(label=_("กอง"), coerce=UUID, empty_value=None, required=False)
    is_active = forms.BooleanField(label=_("ยังใช้อยู่"), required=False, initial=True)
    lat = forms.FloatField(label=_("ละติจูด"), required=False, widget=forms.HiddenInput({"data-place": "lat"}))
    lng = forms.FloatField(label=_("ลองจิจูด"), required=False, widget=forms.HiddenInput({"data-place": "lng"}))

    def __init__(self, *args: Any, people: Options, divisions: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("keeper_id", people), ("division_id", divisions)):
            field: Any = self.fields[name]
            field.choices = [("", _("— ไม่ระบุ —")), *options]

    def clean(self) -> dict[str, Any]:
        """Make one `point` of the two numbers; None when there is none."""
        values: dict[str, Any] = super().clean() or {}
        lat, lng = values.pop("lat", None), values.pop("lng", None)
        if (lat is None) != (lng is None):
            self.add_error(None, _("ตำแหน่งไม่ครบ กรุณาปักใหม่บนแผนที่"))
        elif lat is not None and not lies_in_frame(lng, lat):
            self.add_error(None, _("ตำแหน่งอยู่นอกประเทศไทย กรุณาปักใหม่บนแผนที่"))
        return values | {"point": None if lat is None or lng is None else Point(lng, lat, srid=4326)}


class ShelfForm(forms.Form):
    """ชั้นวาง."""

    shelf = forms.CharField(label=_("ชั้นวาง"), max_length=60, required=False)


# ── what moves ────────────────────────────────────────────────────────────────────────────────────────


class StoresForm(ActForm):
    """ฟอร์มที่เลือกคลัง."""

    store = store_field(_("คลัง"))

    def __init__(self, *args: Any, stores: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = list(stores)
        for name in ("store", "to_store"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = [("", _("— เลือกคลัง —")), *options]


class ReceiveForm(StoresForm):
    """รับเข้า: into which store, by which paper."""

    reference = forms.CharField(
        label=_("เลขที่ใบส่งของหรือใบสั่งซื้อ"), max_length=120, required=False, help_text=_("เช่น ใบส่งของ 2570/0123")
    )


class TransferForm(StoresForm):
    """โอน: from where to where."""

    to_store = store_field(_("ไปที่คลัง"))
    reason = forms.CharField(label=_("หมายเหตุ"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a way that leads nowhere."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("store") and values.get("store") == values.get("to_store"):
            self.add_error("to_store", _("กรุณาเลือกคลังปลายทางอื่น"))
        return values


class LineForm(forms.Form):
    """รายการหนึ่งบรรทัด; an empty one counts for nothing."""

    part = PartTextField(label=_("อะไหล่"), required=False)
    quantity = QuantityField(label=_("จำนวน"), required=False)

    def __init__(self, *args: Any, find: FindPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part: Any = self.fields["part"]
        part.find = find

    def clean(self) -> dict[str, Any]:
        """Refuse half a line."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("part") and values.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", _("กรุณากรอกจำนวน"))
        if values.get("quantity") and not values.get("part") and "part" not in self.errors:
            self.add_error("part", _("กรุณาระบุอะไหล่"))
        return values


class PricedLineForm(LineForm):
    """รายการรับเข้า: with the price of one."""

    unit_price = BahtField(
        label=_("ราคาต่อหน่วย (บาท)"), required=False, help_text=_("เว้นว่าง ใช้ราคาเฉลี่ยหรือราคาซื้อล่าสุด")
    )


LineFormSet = forms.formset_factory(LineForm, extra=6, max_num=60, absolute_max=80)
PricedLineFormSet = forms.formset_factory(PricedLineForm, extra=6, max_num=60, absolute_max=80)


class MoveForm(StoresForm):
    """เคลื่อนไหวอะไหล่หนึ่งรายการ: issue, count or write off, from the page of the part."""

    quantity = QuantityField(label=_("จำนวน"))
    work_order = forms.CharField(
        label=_("ใบสั่งงานเลขที่"), max_length=20, required=False, help_text=_("เช่น 12/2570 เว้นว่างได้ถ้าเขียนเหตุผล")
    )
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, required=False)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "issue":
            del self.fields["work_order"]
        if kind == "count":
            self.fields["quantity"] = QuantityField(label=_("นับได้จริง"), may_be_zero=True)
        if kind == "write_off":
            self.fields["reason"].required = True
            self.fields["reason"].label = _("เหตุผลที่ตัดจำหน่าย")


class WorkPartForm(ActForm):
    """แผงอะไหล่ในใบสั่งงาน: one tap."""

    part = forms.UUIDField()
    store = forms.UUIDField(required=False)
    quantity = QuantityField(label=_("จำนวน"), required=False)
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, required=False)
    do = forms.RegexField(r"^(issue|reserve|release|give_back)(:[0-9a-f-]{36})?$")


class PartsFileForm(forms.Form):
    """ไฟล์อะไหล่."""

    file = forms.FileField(label=_("เลือกไฟล์อะไหล่"), help_text=_("ไฟล์ .xlsx หรือ .csv ไม่เกิน 10 MB"))
