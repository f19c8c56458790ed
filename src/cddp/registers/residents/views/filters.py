"""ตัวกรองของรายการในทะเบียน: by area, by any fact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict

from cddp.foundation.ui.listing import ChoiceFilter
from cddp.registers.residents.choices import FactValueKind
from cddp.registers.residents.models import Area, CurrentFact, FactType
from cddp.registers.residents.queries.facts import list_fact_types

Choices = Sequence[tuple[Any, Any]]


def area_choices(request: HttpRequest) -> Choices:
    """Return the areas this person may see."""
    return [(area.pk, str(area)) for area in Area.objects.visible_to(request.user)]  # type: ignore[arg-type]


def stale_choices(level: str) -> Callable[[HttpRequest], Choices]:
    """Return the fact types of a level, for "whose value is too old"."""
    return lambda request: [(each.pk, each.name) for each in _types_of(request, level)]


def _types_of(request: HttpRequest, level: str) -> list[FactType]:
    # One query a request, though two filters ask.
    kept: dict[str, list[FactType]] = request.__dict__.setdefault("_fact_types", {})
    if level not in kept:
        kept[level] = list(list_fact_types(request.user, level=level))  # type: ignore[arg-type]
    return kept[level]


@dataclass(frozen=True)
class FactFilter(ChoiceFilter):
    """ค่าของข้อเท็จจริง: `?fact=<key>:<value>`; several values of one type are alternatives, types add up."""

    level: str = "house"

    def options(self, request: HttpRequest) -> Choices:
        return [
            (f"{each.key}:{value}", f"{each.name}: {label}")
            for each in _types_of(request, self.level)
            for value, label in _values_of(each)
        ]

    def read(self, params: QueryDict, request: HttpRequest) -> list[str] | None:
        asked = params.getlist(self.key)
        keys = {each.key: each for each in _types_of(request, self.level)} if any(asked) else {}
        return [text for text in asked if text.partition(":")[0] in keys] or None

    def words(self, value: Any, request: HttpRequest) -> str:
        names = {each.key: each.name for each in _types_of(request, self.level)}
        labels = dict(self.options(request))
        return ", ".join(labels.get(v, f"{names[v.partition(':')[0]]}: {v.partition(':')[2]}") for v in value)

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        by_key: dict[str, list[str]] = {}
        for text in value:
            key, _colon, wanted = text.partition(":")
            by_key.setdefault(key, []).append(wanted)
        for key, wanted in by_key.items():
            facts = CurrentFact.objects.filter(
                subject_id=OuterRef("pk"),
                fact_type__in=FactType.objects.filter(key=key),
                value_text__in=wanted,
            )
            queryset = queryset.filter(Exists(facts))
        return queryset


def _values_of(fact_type: FactType) -> Choices:
    if fact_type.value_kind == FactValueKind.CHOICE:
        return [(choice["value"], choice["label"]) for choice in fact_type.choices]
    if fact_type.value_kind == FactValueKind.BOOLEAN:
        return [("true", "ใช่"), ("false", "ไม่ใช่")]
    if fact_type.value_kind == FactValueKind.NUMBER:
        return [(str(number), f"{number} {fact_type.unit}".strip()) for number in range(6)]
    return []
