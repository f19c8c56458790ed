"""แบบฟอร์มตำแหน่ง: the shape as typed coordinates, which the map writes as well; it works without a script."""

from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.registers.assets.choices import GeometryKind
from cddp.registers.assets.rules.typed_shapes import UnreadableShape, read_points

REASONS = {
    "unreadable": gettext_lazy("บรรทัดที่ %(line)s อ่านไม่ได้ เขียนละติจูด, ลองจิจูด บรรทัดละจุด เช่น 13.98012, 100.55213"),
    "swapped": gettext_lazy("บรรทัดที่ %(line)s ละติจูดกับลองจิจูดสลับกัน ให้เขียนละติจูดก่อน"),
    "outside": gettext_lazy("บรรทัดที่ %(line)s อยู่นอกประเทศไทย"),
    "too_many": gettext_lazy("จุดมากเกิน 5,000 จุด โปรดลดจำนวนจุด"),
}


class ShapeForm(forms.Form):
    """ตำแหน่งหรือแนวเส้น."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": gettext_lazy("หน้านี้เก่าเกินไป กรุณาเปิดใหม่")}
    )
    points = forms.CharField(
        label=gettext_lazy("พิกัด"),
        help_text=gettext_lazy("ละติจูด, ลองจิจูด บรรทัดละจุด"),
        error_messages={"required": gettext_lazy("ยังไม่ได้วางจุด แตะบนแผนที่หรือพิมพ์พิกัด")},
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
    )

    def __init__(self, data: Any = None, *, geometry: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.geometry = geometry
        if geometry == GeometryKind.POINT:
            self.fields["points"].widget.attrs["rows"] = 2

    def clean_points(self) -> GEOSGeometry:
        """Return the point or line."""
        try:
            points = read_points(self.cleaned_data["points"])
        except UnreadableShape as problem:
            raise ValidationError(str(REASONS[problem.code]) % {"line": problem.line}) from None
        if self.geometry == GeometryKind.POINT:
            if len(points) != 1:
                raise ValidationError(_("ทรัพย์สินประเภทนี้เป็นจุด ใส่พิกัดเพียงจุดเดียว"))
            return Point(*points[0], srid=4326)
        if len(points) < 2:
            raise ValidationError(_("แนวเส้นต้องมีอย่างน้อย 2 จุดที่ต่างกัน"))
        return LineString(points, srid=4326)
