"""แคตตาล็อกองค์ประกอบ: invented contents with which the gallery shows each component once."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField, CitizenIdField, ThaiDateField
from cddp.foundation.ui.progress import Progress

# Share of each band of five years in hundreds of people, invented.
MEN = [31, 36, 42, 45, 48, 52, 54, 58, 66, 78, 88, 96, 92, 74, 52, 33, 19, 12]
WOMEN = [29, 35, 40, 44, 47, 53, 58, 64, 73, 86, 98, 108, 104, 86, 63, 43, 28, 21]
BANDS = [f"{age}–{age + 4}" for age in range(0, 85, 5)] + ["85+"]


class GalleryForm(forms.Form):
    """แบบฟอร์มตัวอย่าง."""

    name = forms.CharField(label=_("ชื่อ-นามสกุล"), help_text=_("ตามบัตรประจำตัวประชาชน"))
    citizen = CitizenIdField(label=_("เลขประจำตัวประชาชน"), required=False)
    born = ThaiDateField(label=_("วันเกิด"))
    pension = BahtField(label=_("เบี้ยยังชีพต่อเดือน"), required=False)
    kind = forms.ChoiceField(
        label=_("การอยู่อาศัย"),
        widget=forms.RadioSelect,
        choices=[("1", _("อยู่จริงตามทะเบียน")), ("2", _("มีชื่อแต่ไปอยู่ที่อื่น")), ("3", _("มาอยู่แต่ทะเบียนอยู่ที่อื่น"))],
    )
    note = forms.CharField(label=_("หมายเหตุ"), widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label=_("ได้ตรวจสอบกับเจ้าบ้านแล้ว"))


class GalleryPlaceForm(forms.Form):
    """ตำแหน่งตัวอย่าง."""

    place = forms.CharField(widget=forms.HiddenInput(attrs={"data-place": "shape"}), required=False)


def gallery_values(request: HttpRequest) -> dict[str, Any]:
    """Return the context of ui/gallery.html."""
    now = timezone.now()
    wrong = GalleryForm(
        {"name": "สมศรี ใจดี", "citizen": "1-5099-00000-00-1", "born": "31/2/2490", "kind": "1"}, prefix="wrong"
    )
    wrong.data = {f"wrong-{key}": value for key, value in wrong.data.items()}
    return {
        "breadcrumbs": [(_("หน้าแรก"), "/"), (_("จัดการระบบ"), "/"), (_("แคตตาล็อกองค์ประกอบ"), "")],
        "form": GalleryForm(initial={"name": "บุญมี แสนสุข", "citizen": "1509900000013"}),
        "wrong": wrong,
        "place": GalleryPlaceForm()["place"],
        "progress": Progress(_("กำลังนำเข้าทะเบียนบ้าน"), 1312, 2048),
        "now": now,
        "earlier": now - dt.timedelta(minutes=42),
        "before": now - dt.timedelta(days=3),
        "rows": [
            ("99/1", _("หมู่ 3 บ้านสันกลาง"), 5, "good", _("ข้อมูลครบ"), now - dt.timedelta(minutes=5)),
            ("99/12", _("หมู่ 3 บ้านสันกลาง"), 12, "warn", _("ไม่มีพิกัด"), now - dt.timedelta(days=1)),
            ("102", _("หมู่ 4 บ้านต้นธง"), 1, "bad", _("เลขซ้ำกัน"), now - dt.timedelta(days=30)),
            ("7/4", _("หมู่ 5 บ้านป่าแดด"), 1234, "note", _("รอตรวจ"), now - dt.timedelta(days=400)),
        ],
        "pyramid": {
            "labels": BANDS,
            "series": [{"name": str(_("ชาย")), "values": MEN}, {"name": str(_("หญิง")), "values": WOMEN}],
        },
        "monthly": {
            "labels": ["มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย."],
            "series": [
                {"name": str(_("รับแจ้ง")), "values": [42, 55, 81, 77, 49, 38]},
                {"name": str(_("แก้ไขเสร็จ")), "values": [38, 47, 62, 79, 58, 41]},
            ],
        },
        "kinds": {
            "labels": [str(word) for word in (_("ถนน"), _("ไฟฟ้าสาธารณะ"), _("น้ำท่วม"), _("ขยะ"), _("อื่น ๆ"))],
            "series": [{"name": str(_("เรื่อง")), "values": [128, 94, 61, 37, 22]}],
        },
    }
