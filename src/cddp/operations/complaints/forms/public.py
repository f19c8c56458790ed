"""แบบฟอร์มของประชาชน: what somebody fills in on a phone. Words that cannot be taken stay in the form."""

import hashlib
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_text import normalise
from cddp.operations.complaints.models import Category
from cddp.operations.complaints.rules.points import PointReading, read_point

MOST_PHOTOS: Final = 5
LONGEST_TEXT: Final = 20_000
LONGEST_ANSWER: Final = 4_000


def _length_words(value: str, most: int) -> None:
    length = len(normalise(value))
    if length > most:
        raise ValidationError(
            _("ข้อความยาว %(length)s ตัวอักษร รับได้ไม่เกิน %(most)s ข้อความยังอยู่ครบในช่องนี้ โปรดย่อ หรือแนบรูปเอกสารแทน")
            % {"length": f"{length:,}", "most": f"{most:,}"},
            code="too_long",
        )


class CitizenReportForm(forms.Form):
    """แจ้งเรื่อง: only the words are needed; who tells may stay unnamed."""

    # The browser's own words for a blank field may be in another language than the page.
    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("เกิดอะไรขึ้น"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "data-needed": ""}),
        error_messages={"required": gettext_lazy("เขียนสั้น ๆ ว่าเกิดอะไรขึ้น แล้วกดส่งอีกครั้ง")},
        help_text=gettext_lazy("บอกสั้น ๆ ว่าอะไรเสียหรือเดือดร้อนอย่างไร ไม่ต้องใส่ชื่อหรือเบอร์โทรในช่องนี้"),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("เป็นเรื่องประเภทไหน"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=gettext_lazy("ไม่แน่ใจ ให้เจ้าหน้าที่เลือก"),
        error_messages={"invalid_choice": gettext_lazy("เลือกประเภทจากรายการอีกครั้ง")},
    )
    # What the words seemed to be about, taken by one tap.
    guess = forms.ModelChoiceField(queryset=Category.objects.none(), required=False)
    lat = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-place": "lat"}))
    lng = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-place": "lng"}))
    area = forms.ChoiceField(
        label=gettext_lazy("หมู่บ้านหรือชุมชน"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("เลือกหมู่บ้านจากรายการอีกครั้ง")},
    )
    landmark = forms.CharField(
        label=gettext_lazy("จุดสังเกต"),
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": gettext_lazy("เช่น หน้าวัด ใกล้ร้านค้า ปากซอย 3")}
        ),
    )
    told_before = forms.ChoiceField(
        label=gettext_lazy("เคยแจ้งเรื่องนี้มาก่อนไหม"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("ครั้งแรก")), ("yes", gettext_lazy("เคยแจ้งแล้ว"))],
    )
    name = forms.CharField(
        label=gettext_lazy("ชื่อ"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("เบอร์โทร"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("ยินยอมให้เทศบาลใช้ชื่อและเบอร์โทรติดต่อกลับเรื่องนี้เท่านั้น"), required=False
    )
    client_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("โปรดกดส่งอีกครั้ง")}
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    # Nobody sees this field; programs that fill in all they find do.
    website = forms.CharField(
        label=gettext_lazy("เว้นช่องนี้ว่างไว้"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off", "data-not-kept": ""}),
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], joins: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas, self.joins = dict(areas), joins
        # One may join a known problem without a word of one's own.
        self.fields["text"].required = not joins
        for name in ("category", "guess"):
            categories = self.fields[name]
            assert isinstance(categories, forms.ModelChoiceField)  # noqa: S101
            categories.queryset = Category.objects.filter(is_active=True)
        villages = self.fields["area"]
        assert isinstance(villages, forms.ChoiceField)  # noqa: S101
        villages.choices = [("", _("เลือกหมู่บ้าน")), *areas]

    def clean_text(self) -> str:
        """Refuse blanks alone, and too much."""
        text: str = self.cleaned_data["text"]
        if not normalise(text) and not self.joins:
            raise ValidationError(_("เขียนสั้น ๆ ว่าเกิดอะไรขึ้น แล้วกดส่งอีกครั้ง"), code="required")
        _length_words(text, LONGEST_TEXT)
        return text

    def clean_phone(self) -> str:
        """Refuse a number that cannot be called."""
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not parse_phone(phone).digits:
            raise ValidationError(_("เบอร์โทรไม่ครบหรือไม่ถูกต้อง เช่น 081-234-5678 หรือเว้นว่างไว้ก็ได้"), code="phone")
        return phone

    def clean(self) -> dict[str, Any]:
        """Ask for consent where somebody says who they are."""
        cleaned = super().clean() or self.cleaned_data
        named = cleaned.get("name") or cleaned.get("phone")
        if named and not cleaned.get("consent"):
            self.add_error("consent", _("กดยินยอมเพื่อให้เก็บชื่อหรือเบอร์โทรได้ หรือลบออกแล้วส่งโดยไม่ระบุตัวตน"))
        return cleaned

    @property
    def about(self) -> Category | None:
        """Return what it is about: what was chosen, else the guess that was tapped."""
        chosen: Category | None = self.cleaned_data.get("category") or self.cleaned_data.get("guess")
        return chosen

    @property
    def point(self) -> PointReading:
        """Return where, as far as it can be read."""
        return read_point([self.cleaned_data.get("lng"), self.cleaned_data.get("lat")])

    @property
    def place_words(self) -> str:
        """Return village and landmark in one line."""
        village = self.areas.get(self.cleaned_data.get("area", ""), "")
        return " ".join(part for part in (self.cleaned_data.get("landmark", "").strip(), village) if part)

    def external_id(self) -> str:
        """Return by what a second sending is known: the form's own id and its words.

        "Back" may bring an old id into a new report: other words are another report, and nothing is lost.
        """
        client_id: UUID = self.cleaned_data["client_id"]
        words = hashlib.sha256(normalise(self.cleaned_data["text"]).encode("utf-8", "replace")).hexdigest()
        return f"{client_id}:{words[:12]}"


class PublicPhoneForm(forms.Form):
    """เบอร์โทรสำหรับประชาชน."""

    phone = forms.CharField(
        label=gettext_lazy("เบอร์โทรรับเรื่อง"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("แสดงในหน้าแจ้งเรื่องและหน้าติดตาม สำหรับเรื่องด่วน เว้นว่างไว้หากไม่ต้องการแสดง"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class FollowCodeForm(forms.Form):
    """รหัสติดตาม: as it stands on the receipt, typed however."""

    code = forms.CharField(
        label=gettext_lazy("รหัสติดตาม 12 ตัว"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("อยู่ในใบรับเรื่อง เช่น K7QM-2XPD-9TRW พิมพ์ตัวเล็กหรือไม่ใส่ขีดก็ได้"),
        error_messages={"required": gettext_lazy("พิมพ์รหัสติดตามก่อน")},
    )


class WordsForm(forms.Form):
    """ข้อความจากผู้แจ้ง: an answer, something to add, or why it is not done."""

    use_required_attribute = False
    words = forms.CharField(
        label=gettext_lazy("ข้อความ"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("เขียนข้อความก่อน แล้วกดส่งอีกครั้ง")},
    )

    def __init__(self, *args: Any, may_be_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_be_empty = may_be_empty
        self.fields["words"].required = not may_be_empty

    def clean_words(self) -> str:
        """Refuse nothing, and too much."""
        words: str = self.cleaned_data["words"]
        if not normalise(words) and not self.may_be_empty:
            raise ValidationError(_("เขียนข้อความก่อน แล้วกดส่งอีกครั้ง"), code="required")
        _length_words(words, LONGEST_ANSWER)
        return words


class StarsForm(forms.Form):
    """คะแนน: one to five."""

    stars = forms.TypedChoiceField(
        label=gettext_lazy("ให้คะแนนการแก้ไข"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (5, gettext_lazy("ดีมาก")),
            (4, gettext_lazy("ดี")),
            (3, gettext_lazy("พอใช้")),
            (2, gettext_lazy("ไม่ค่อยดี")),
            (1, gettext_lazy("แย่")),
        ],
        error_messages={
            "required": gettext_lazy("เลือกคะแนนก่อน"),
            "invalid_choice": gettext_lazy("เลือกคะแนน 1 ถึง 5"),
        },
    )
