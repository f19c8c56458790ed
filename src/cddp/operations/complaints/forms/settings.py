"""แบบฟอร์มตั้งค่าเรื่องร้องเรียน: days off, promises, routes, wordings, agencies."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import ThaiDateField
from cddp.operations.complaints.choices import CategoryFamily, Channel, Priority
from cddp.operations.complaints.rules.deadlines import LONGEST_WORKING_DAYS

ANY = _("ทั้งหมด")
DEFAULT_LINE = "default"
Choices = Iterable[tuple[str, Any]]


class DayOffForm(forms.Form):
    """เพิ่มวันหยุด."""

    date = ThaiDateField(label=_("วันที่"))
    name = forms.CharField(label=_("ชื่อวันหยุด"), max_length=120, help_text=_("เช่น วันหยุดพิเศษตามมติคณะรัฐมนตรี"))


class PromisesForm(forms.Form):
    """ตารางมาตรฐานเวลา: one number for each category and urgency; "default" is for all that have none of their own."""

    def __init__(self, *args: Any, categories: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[tuple[str, str, list[str]]] = []
        for key, name in categories:
            names = [f"{key}.{priority}" for priority in Priority.values]
            self.lines.append((key, name, names))
            for field_name, priority in zip(names, Priority, strict=True):
                inherited = self.initial.get(f"{DEFAULT_LINE}.{priority.value}", "")
                self.fields[field_name] = forms.IntegerField(
                    label=f"{name} · {priority.label}",
                    min_value=0,
                    max_value=LONGEST_WORKING_DAYS,
                    required=False,
                    widget=forms.NumberInput(
                        attrs={
                            "class": "input days-input",
                            "inputmode": "numeric",
                            "placeholder": "" if key == DEFAULT_LINE else inherited,
                        }
                    ),
                )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of the table, each with its three fields."""
        return [
            {"key": key, "name": name, "cells": [self[each] for each in names]}
            for key, name, names in self.lines
        ]

    def promises(self) -> dict[tuple[UUID | None, str], int | None]:
        """Return {(category id or None, urgency): days or None} as `set_promises` takes it."""
        found = {}
        for name, days in self.cleaned_data.items():
            key, _dot, priority = name.rpartition(".")
            found[None if key == DEFAULT_LINE else UUID(key), priority] = days
        return found


class RuleForm(forms.Form):
    """กติกาส่งเรื่องหนึ่งข้อ: what it asks for, and where it leads."""

    category_id = forms.TypedChoiceField(
        label=_("ประเภทเรื่อง"), required=False, coerce=UUID, empty_value=None, help_text=_("เว้นว่าง คือทุกประเภท")
    )
    family = forms.ChoiceField(
        label=_("กลุ่มเรื่อง"), required=False, choices=[("", ANY), *CategoryFamily.choices]
    )
    area_code = forms.ChoiceField(label=_("หมู่/ชุมชน"), required=False)
    channel = forms.ChoiceField(label=_("ช่องทาง"), required=False, choices=[("", ANY), *Channel.choices])
    division_id = forms.TypedChoiceField(label=_("ส่งไปที่กอง"), coerce=UUID)
    assignee_id = forms.TypedChoiceField(
        label=_("ผู้รับผิดชอบ"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=_("เว้นว่าง ให้ผู้อำนวยการกองมอบหมายเอง"),
    )
    priority = forms.ChoiceField(label=_("ความเร่งด่วน"), choices=Priority.choices, initial=Priority.NORMAL)
    is_active = forms.BooleanField(label=_("ใช้กติกานี้"), required=False, initial=True)

    def __init__(self, *args: Any, offered: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.division_of = dict(offered["division_of"])
        _offer(self, "category_id", offered["categories"], empty=ANY)
        _offer(self, "area_code", offered["areas"], empty=ANY)
        _offer(self, "division_id", offered["divisions"], empty=_("เลือกกอง"))
        _offer(self, "assignee_id", offered["colleagues"], empty=_("ยังไม่ระบุ"))

    def clean(self) -> dict[str, Any]:
        """Refuse a person of another division, and a category together with a group of categories."""
        given: dict[str, Any] = super().clean() or {}
        assignee = given.get("assignee_id")
        if assignee and self.division_of.get(str(assignee)) != str(given.get("division_id")):
            self.add_error("assignee_id", _("ผู้รับผิดชอบไม่ได้อยู่ในกองที่เลือก"))
        if given.get("category_id") and given.get("family"):
            self.add_error("family", _("เลือกประเภทแล้ว ไม่ต้องเลือกกลุ่มเรื่อง"))
        return given


class TrialForm(forms.Form):
    """ลองกติกา: a report that might come in."""

    category = forms.TypedChoiceField(label=_("ประเภทเรื่อง"), required=False, coerce=UUID, empty_value=None)
    area = forms.ChoiceField(label=_("แจ้งจากหมู่/ชุมชน"), required=False)
    channel = forms.ChoiceField(label=_("ช่องทาง"), choices=Channel.choices, required=False)

    def __init__(self, *args: Any, offered: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "category", offered["categories"], empty=_("ไม่ระบุประเภท"))
        _offer(self, "area", offered["areas"], empty=_("ไม่รู้ตำแหน่ง"))


class WordingForm(forms.Form):
    """ข้อความสำเร็จรูป."""

    name = forms.CharField(label=_("ชื่อ"), max_length=120, help_text=_("เจ้าหน้าที่เห็นชื่อนี้เวลาเลือกข้อความ"))
    body = forms.CharField(
        label=_("ข้อความถึงผู้แจ้ง"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("ใส่ช่องว่างด้วยวงเล็บปีกกา ระบบเติมให้จากเรื่อง"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AgencyForm(forms.Form):
    """หน่วยงานอื่น."""

    name = forms.CharField(label=_("ชื่อหน่วยงาน"), max_length=200)
    phone = forms.CharField(label=_("โทรศัพท์"), max_length=60, required=False)
    what_for = forms.CharField(
        label=_("รับเรื่องอะไร"),
        max_length=200,
        required=False,
        help_text=_("เช่น ทางหลวงแผ่นดินและไฟส่องสว่างบนทางหลวง"),
    )


def _offer(form: forms.Form, name: str, choices: Choices, *, empty: Any) -> None:
    field: Any = form.fields[name]
    field.choices = [("", empty), *((str(value), label) for value, label in choices)]
