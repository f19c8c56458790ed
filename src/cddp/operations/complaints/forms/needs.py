"""แบบฟอร์มของหน้าปัญหา: what an officer decides. Each carries the version that the officer saw."""

import json
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.acts import ActForm
from cddp.operations.complaints.choices import NoteKind, Outcome, Priority, ReportState
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.rules.points import is_in_thailand
from cddp.operations.complaints.rules.states import STEPS

SHAPES = frozenset({"Point", "LineString", "Polygon"})
MOST_CORNERS = 1_000
LONGEST_WORDS = 4_000


def _pk(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=UUID, empty_value=None, **more)


def _words(label: Any, *, rows: int = 3, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_WORDS,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


def _pairs(options: Any) -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in options]


class AcceptForm(ActForm):
    """รับเรื่อง: what it is about, whose work it is, and the first word to the reporters."""

    key = "accept"
    category = _pk(label=_("ประเภท"))
    division = _pk(label=_("กองที่รับผิดชอบ"), required=False)
    assignee = _pk(label=_("ผู้รับผิดชอบ"), required=False)
    note = _words(_("ข้อความถึงผู้แจ้ง"), rows=2)

    def offer(self, choices: Choices) -> None:
        self.choose("category", _pairs(choices.categories), _("เลือกประเภท"))
        self.choose("division", _pairs(choices.divisions), _("ตามประเภทเรื่อง"))
        self.choose("assignee", list(choices.members_by_division()), _("ทั้งกอง"))


class StepForm(ActForm):
    """เปลี่ยนสถานะ."""

    key = "step"
    state = forms.ChoiceField(
        label=_("สถานะใหม่"), choices=[(state.value, state.label) for state in STEPS], widget=forms.RadioSelect
    )
    agency = forms.CharField(
        label=_("ส่งต่อให้หน่วยงาน"),
        required=False,
        max_length=200,
        help_text=_("กรอกเมื่อเลือก “ส่งต่อ”"),
        widget=forms.TextInput({"list": "agencies", "autocomplete": "off"}),
    )
    note = _words(_("ข้อความถึงผู้แจ้ง"))
    reason = forms.CharField(label=_("เหตุผลภายใน (ผู้แจ้งไม่เห็น)"), required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("state") == ReportState.FORWARDED and not values.get("agency", "").strip():
            self.add_error("agency", _("กรุณาระบุหน่วยงานที่ส่งต่อ"))
        return values


class CloseForm(ActForm):
    """ปิดเรื่อง: one of four honest ends, with what makes it honest."""

    key = "close"
    outcome = forms.ChoiceField(label=_("ผลสุดท้าย"), choices=Outcome.choices, widget=forms.RadioSelect)
    words = _words(
        _("ข้อความถึงผู้แจ้ง"),
        help_text=_("ทำอะไรไปแล้ว หรือเหตุใดจึงทำไม่ได้ ผู้แจ้งทุกคนจะได้อ่านข้อความนี้"),
    )
    # Several may come under this one name: each is looked at when it is kept.
    photo = forms.FileField(label=_("รูปหลังดำเนินการ"), required=False)
    agency = forms.CharField(
        label=_("เป็นหน้าที่ของหน่วยงาน"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": "agencies", "autocomplete": "off"}),
    )
    plan_year = forms.IntegerField(
        label=_("ปีแผนพัฒนา (พ.ศ.)"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
    )


class ReopenForm(ActForm):
    """เปิดเรื่องอีกครั้ง."""

    key = "reopen"
    note = _words(_("เหตุที่เปิดเรื่องอีกครั้ง"), rows=2, required=True)


class AssignForm(ActForm):
    """มอบหมาย."""

    key = "assign"
    division = _pk(label=_("กอง"), required=False)
    assignee = _pk(label=_("ผู้รับผิดชอบ"), required=False)
    reason = forms.CharField(label=_("เหตุผล"), required=False, max_length=300)

    def offer(self, choices: Choices) -> None:
        self.choose("division", _pairs(choices.divisions), _("ไม่ระบุ"))
        self.choose("assignee", list(choices.members_by_division()), _("ทั้งกอง"))


class CategoryForm(ActForm):
    """เปลี่ยนประเภท."""

    key = "category"
    category = _pk(label=_("ประเภท"))

    def offer(self, choices: Choices) -> None:
        self.choose("category", _pairs(choices.categories), _("เลือกประเภท"))


class PriorityForm(ActForm):
    """ความเร่งด่วน."""

    key = "priority"
    priority = forms.ChoiceField(label=_("ความเร่งด่วน"), choices=Priority.choices)


class TitleForm(ActForm):
    """หัวเรื่อง."""

    key = "title"
    title = forms.CharField(label=_("หัวเรื่อง"), max_length=120)


class HiddenForm(ActForm):
    """ซ่อนหรือแสดงต่อสาธารณะ."""

    key = "hidden"
    is_hidden = forms.BooleanField(required=False, widget=forms.HiddenInput)


class PauseForm(ActForm):
    """พักเวลา."""

    key = "pause"
    reason = forms.CharField(
        label=_("เหตุที่ต้องรอ"), max_length=300, help_text=_("เช่น รออะไหล่ รอผู้แจ้งตอบ ฝนตกหนัก")
    )


class ResumeForm(ActForm):
    """เดินเวลาต่อ."""

    key = "resume"


class PlaceForm(ActForm):
    """ตำแหน่ง: a point, a stretch of road or an area as GeoJSON, and the words for it."""

    key = "place"
    shape = forms.CharField(
        required=False, widget=forms.HiddenInput({"data-place": "shape"}), max_length=200_000
    )
    address = forms.CharField(label=_("สถานที่หรือจุดสังเกต"), required=False, max_length=500)

    def clean_shape(self) -> GEOSGeometry | None:
        return read_shape(self.cleaned_data["shape"])


class MessageForm(ActForm):
    """ข้อความถึงผู้แจ้ง: told to all of them, or to one; a question waits for an answer."""

    key = "message"
    kind_of: ClassVar[NoteKind] = NoteKind.PUBLIC
    body = _words(_("ข้อความ"), required=True)
    is_question = forms.BooleanField(label=_("เป็นคำถาม ขอให้ผู้แจ้งตอบ"), required=False)
    report = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def note_kind(self) -> NoteKind:
        return NoteKind.QUESTION if self.cleaned_data.get("is_question") else self.kind_of


class InternalForm(ActForm):
    """บันทึกภายใน: stays in the office."""

    key = "internal"
    body = _words(_("บันทึก"), rows=2, required=True)
    note_kind = NoteKind.INTERNAL


class PhotoForm(ActForm):
    """แนบรูปหลังดำเนินการ."""

    key = "photo"
    photo = forms.FileField(label=_("แนบรูป"), error_messages={"required": _("ยังไม่ได้เลือกรูป")})


def read_shape(text: str) -> GEOSGeometry | None:
    """Return the drawn geometry in EPSG:4326; None for nothing. Raises ValidationError in Thai words."""
    if not text.strip():
        return None
    problem = ValidationError(_("อ่านตำแหน่งไม่ได้ กรุณาปักหรือวาดใหม่"), code="shape")
    try:
        drawn = json.loads(text)
        if not isinstance(drawn, dict) or drawn.get("type") not in SHAPES:
            raise problem
        shape = GEOSGeometry(json.dumps(drawn), srid=4326)
    except (ValueError, TypeError, GEOSException) as fault:
        raise problem from fault
    if shape.empty or not shape.valid or shape.num_coords > MOST_CORNERS:
        raise problem
    west, south, east, north = shape.extent
    if not (is_in_thailand(west, south) and is_in_thailand(east, north)):
        raise ValidationError(_("ตำแหน่งนี้อยู่นอกประเทศไทย กรุณาปักใหม่"), code="outside")
    return shape
