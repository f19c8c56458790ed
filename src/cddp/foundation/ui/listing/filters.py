"""ตัวกรองของรายการ: each reads its part of the address, narrows the queryset, and says in words what it does."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.columns import show
from cddp.foundation.ui.listing.drawing import draw_boxes, draw_field
from cddp.foundation.values import thai_dates

Choices = Sequence[tuple[Any, Any]]
Apply = Callable[[QuerySet[Any], Any], QuerySet[Any]]


@dataclass(frozen=True)
class Filter:
    """ตัวกรอง: `field` is the path in the model (default: `key`); `apply(queryset, value)` replaces the usual way."""

    key: str
    title: Any
    field: str = ""
    apply: Apply | None = None

    @property
    def path(self) -> str:
        return self.field or self.key

    @property
    def names(self) -> tuple[str, ...]:
        """Return the parameters of the address that belong to this filter."""
        return (self.key,)

    def read(self, params: QueryDict, request: HttpRequest) -> Any:
        """Return the chosen value, None for nothing. Raises ValueError with Thai words for what cannot be read."""
        raise NotImplementedError

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows that fit."""
        return self.apply(queryset, value) if self.apply else queryset.filter(self.condition(value))

    def condition(self, value: Any) -> Q:
        return Q(**{self.path: value})

    def words(self, value: Any, request: HttpRequest) -> str:
        """Return what the chosen value means, for the chip."""
        return str(value)

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        """Return what a person chooses by, showing the value chosen now."""
        raise NotImplementedError


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """เลือกจากรายการ: one or several of `choices` (or of what `choices(request)` returns)."""

    choices: Choices | Callable[[HttpRequest], Choices] = ()

    def read(self, params: QueryDict, request: HttpRequest) -> list[str] | None:
        asked = params.getlist(self.key)
        if not any(asked):
            return None
        known = {str(value) for value, _label in self.options(request)}
        chosen = [value for value in asked if value in known]
        if not chosen:
            # An old link or saved view: showing everything without a word would mislead.
            raise ValueError(_("%(title)s: ไม่มีตัวเลือกที่ขอแล้ว") % {"title": self.title})
        return chosen

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.path}__in": value})

    def words(self, value: Any, request: HttpRequest) -> str:
        labels = {str(key): str(label) for key, label in self.options(request)}
        return ", ".join(labels.get(str(each), str(each)) for each in value)

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        chosen = {str(each) for each in value or ()}
        return draw_boxes("checkbox", self.key, self.title, self.options(request), chosen)

    def options(self, request: HttpRequest) -> Choices:
        if not callable(self.choices):
            return self.choices
        # Asked for up to three times while one page is drawn, by one query.
        kept: dict[str, Choices] = request.__dict__.setdefault("_filter_choices", {})
        if self.key not in kept:
            kept[self.key] = list(self.choices(request))
        return kept[self.key]


@dataclass(frozen=True)
class BooleanFilter(Filter):
    """ใช่หรือไม่: `yes` and `no` are the words of the two answers."""

    yes: Any = ""
    no: Any = ""

    def read(self, params: QueryDict, request: HttpRequest) -> bool | None:
        return {"1": True, "0": False}.get(params.get(self.key, ""))

    def words(self, value: Any, request: HttpRequest) -> str:
        return str((self.yes or _("ใช่")) if value else (self.no or _("ไม่ใช่")))

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        answers = [("", _("ทั้งหมด")), ("1", self.words(True, request)), ("0", self.words(False, request))]
        chosen = "" if value is None else str(int(value))
        return draw_boxes("radio", self.key, self.title, answers, {chosen})


@dataclass(frozen=True)
class TextFilter(Filter):
    """ข้อความ: `lookup` is a Django lookup ("icontains", "istartswith", "exact")."""

    lookup: str = "icontains"

    def read(self, params: QueryDict, request: HttpRequest) -> str | None:
        return params.get(self.key, "").replace("\x00", "").strip()[:200] or None

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.path}__{self.lookup}": value})

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        return draw_field(self.key, self.title, params.get(self.key, ""), longest=200)


@dataclass(frozen=True)
class RangeFilter(Filter):
    """ช่วงตัวเลข: <key>_min and <key>_max, both ends included."""

    unit: Any = ""
    suffixes: ClassVar[tuple[str, str]] = ("_min", "_max")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key + self.suffixes[0], self.key + self.suffixes[1])

    def read(self, params: QueryDict, request: HttpRequest) -> tuple[Any, Any] | None:
        ends = tuple(self._end(params.get(name, "").strip()) for name in self.names)
        return None if ends == (None, None) else (ends[0], ends[1])

    def _end(self, text: str) -> Any:
        if not text:
            return None
        try:
            number = Decimal(text.replace(",", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > Decimal(10) ** 15:
            raise ValueError(_("%(title)s: “%(text)s” ไม่ใช่ตัวเลข") % {"title": self.title, "text": text[:40]})
        return int(number) if number == number.to_integral_value() else number

    def condition(self, value: Any) -> Q:
        low, high = value
        found = Q()
        if low is not None:
            found &= Q(**{f"{self.path}__gte": low})
        if high is not None:
            found &= Q(**{f"{self.path}__lte": high})
        return found

    def words(self, value: Any, request: HttpRequest) -> str:
        low, high = value
        unit = f" {self.unit}" if self.unit else ""
        if low is None:
            return _("ไม่เกิน %(high)s") % {"high": show(high)} + unit
        if high is None:
            return _("ตั้งแต่ %(low)s") % {"low": show(low)} + unit
        return f"{show(low)} – {show(high)}{unit}"

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        unit = f" ({self.unit})" if self.unit else ""
        return self._row(
            params, (_("ตั้งแต่") + unit, _("ถึง") + unit), 20, format_html(' inputmode="{}"', "decimal")
        )

    def _row(self, params: QueryDict, labels: Sequence[str], longest: int, more: SafeString) -> SafeString:
        first, last = (
            draw_field(name, label, params.get(name, ""), longest=longest, more=more)
            for name, label in zip(self.names, labels, strict=True)
        )
        return format_html('<div class="field-row">{}{}</div>', first, last)


@dataclass(frozen=True)
class DateRangeFilter(RangeFilter):
    """ช่วงวันที่: <key>_from and <key>_to as people write them in พ.ศ. ("1 ต.ค. 2569", "1/10/69")."""

    suffixes: ClassVar[tuple[str, str]] = ("_from", "_to")
    has_time: bool = field(default=False, kw_only=True)

    def _end(self, text: str) -> dt.date | None:
        if not text:
            return None
        try:
            read = thai_dates.parse_date(text[:60])
        except thai_dates.UnableToReadDate as problem:
            raise ValueError(f"{self.title}: {problem}") from None
        return read.date if read else None

    def condition(self, value: Any) -> Q:
        low, high = value
        found = Q()
        if low is not None:
            found &= Q(**{f"{self.path}__gte": self._first_moment(low)})
        if high is not None:
            found &= Q(**{f"{self.path}__lt": self._first_moment(high + dt.timedelta(days=1))})
        return found

    def panel(self, value: Any, params: QueryDict, request: HttpRequest) -> SafeString:
        hint = format_html(' placeholder="{}"', _("เช่น 1/10/2569"))
        return self._row(params, (_("ตั้งแต่วันที่"), _("ถึงวันที่")), 40, hint)

    def _first_moment(self, day: dt.date) -> dt.date:
        # A moment compared as a moment can use an index; `__date` could not.
        return dt.datetime.combine(day, dt.time.min, thai_dates.BANGKOK) if self.has_time else day
