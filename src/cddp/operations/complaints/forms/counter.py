"""แบบฟอร์มรับแจ้งที่เคาน์เตอร์และทางโทรศัพท์: filled in while the person talks."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cddp.foundation.values.phone import parse_phone
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.rules.points import is_in_thailand

CHANNELS = (Channel.COUNTER, Channel.PHONE)
LONGEST_TEXT = 20_000


class FilingForm(forms.Form):
    """รับแจ้ง: only the words are needed; all else helps."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("ผู้แจ้งเล่าว่าอย่างไร"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5, "autofocus": True}),
        error_messages={"required": _("กรุณาเขียนเรื่องที่แจ้ง")},
    )
    category = forms.TypedChoiceField(label=_("ประเภท"), coerce=UUID, empty_value=None, required=False)
    address = forms.CharField(
        label=_("สถานที่หรือจุดสังเกต"),
        required=False,
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    lat = forms.FloatField(required=False, widget=forms.HiddenInput({"data-place": "lat"}))
    lng = forms.FloatField(required=False, widget=forms.HiddenInput({"data-place": "lng"}))
    channel = forms.ChoiceField(
        label=_("แจ้งทาง"),
        choices=[(each.value, each.label) for each in CHANNELS],
        initial=Channel.COUNTER.value,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=_("โทรศัพท์ผู้แจ้ง"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("ชื่อผู้แจ้ง"), required=False, max_length=150, widget=forms.TextInput({"autocomplete": "off"})
    )
    house = forms.UUIDField(required=False, widget=forms.HiddenInput)
    told_before = forms.BooleanField(label=_("เคยแจ้งเรื่องนี้มาก่อน"), required=False)
    joins = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, choices: Choices, data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="filing_%s", **more)
        field: Any = self.fields["category"]
        field.choices = [("", _("ยังไม่ระบุ")), *((str(each.id), each.name) for each in choices.categories)]

    def clean_phone(self) -> str:
        """Keep digits as they are kept everywhere; refuse what is no telephone number."""
        written = str(self.cleaned_data["phone"]).strip()
        if not written:
            return ""
        digits = parse_phone(written).digits
        if not digits:
            raise ValidationError(_("เบอร์โทรศัพท์ไม่ครบ ตัวอย่าง 081-234-5678"), code="phone")
        return digits

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        lat, lng = values.get("lat"), values.get("lng")
        if lat is not None and lng is not None and not is_in_thailand(lng, lat):
            self.add_error("address", _("ตำแหน่งนี้อยู่นอกประเทศไทย กรุณาปักใหม่"))
        return values

    @property
    def point(self) -> Point | None:
        """Return the place in EPSG:4326, None where nobody set one."""
        lat, lng = self.cleaned_data.get("lat"), self.cleaned_data.get("lng")
        return Point(lng, lat, srid=4326) if lat is not None and lng is not None else None


class ContactPurposeForm(forms.Form):
    """เหตุที่ดูว่าใครแจ้ง: asked each time, recorded with the look."""

    PURPOSES = (
        ("ask", _("ติดต่อสอบถามรายละเอียดเพิ่ม")),
        ("answer", _("แจ้งผลให้ผู้แจ้งทราบ")),
        ("visit", _("นัดหมายเข้าพื้นที่")),
        ("other", _("อื่น ๆ (โปรดระบุ)")),
    )
    purpose = forms.ChoiceField(label=_("ท่านดูข้อมูลผู้แจ้งเพื่ออะไร"), choices=PURPOSES, widget=forms.RadioSelect)
    detail = forms.CharField(
        label=_("รายละเอียด"), required=False, max_length=120, help_text=_("ไม่ต้องใส่ชื่อหรือเบอร์ของผู้แจ้ง")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("purpose") == "other" and len(values.get("detail", "").strip()) < 5:
            self.add_error("detail", _("โปรดระบุเหตุผลอย่างน้อย 5 ตัวอักษร"))
        return values

    @property
    def words(self) -> str:
        """Return the purpose as it is kept."""
        detail = str(self.cleaned_data["detail"]).strip()
        if self.cleaned_data["purpose"] == "other":
            return detail
        label = str(dict(self.PURPOSES)[self.cleaned_data["purpose"]])
        return f"{label}: {detail}" if detail else label
