"""แถวสำหรับแผนที่: areas, houses and households as layers, coloured and filtered by any fact.

The rows stay plain (no DISTINCT, no GROUP BY), so that the map's bounding box reaches the index; a colour costs
one look-up in `current_fact_once` a row.
"""

from collections.abc import Sequence
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerField, LayerQuery, LegendEntry
from cddp.foundation.tenancy.current import current_municipality_id
from cddp.registers.residents.choices import FactLevel, FactValueKind, RegistryState
from cddp.registers.residents.models import (
    Area,
    CurrentFact,
    FactType,
    House,
    Household,
    HouseholdMembership,
)
from cddp.registers.residents.rules.colouring import (
    HOUSE_COLOUR,
    NO_COLOUR,
    STEP_COLOURS,
    UNKNOWN,
    UNKNOWN_COLOUR,
    UNKNOWN_LABEL,
    YES_COLOUR,
    Step,
    steps_of,
)

FACT_PREFIX = "fact:"
HOUSE_ON_MAP = Q(state=RegistryState.ACTIVE, point__isnull=False)
STEPS_REMEMBERED_S = 300
FACTS_WITH_CLASSES = (FactValueKind.CHOICE, FactValueKind.BOOLEAN, FactValueKind.NUMBER)


def list_areas(user: User, query: LayerQuery) -> QuerySet[Area]:
    """Return areas with an outline; the name is their label."""
    return Area.objects.visible_to(user).filter(boundary__isnull=False).annotate(map_class=F("kind"))


def list_houses(user: User, query: LayerQuery) -> QuerySet[House]:
    """Return houses on the map, coloured by a fact when the query asks for one this person may see."""
    # The area is joined for lists of a selection; a tile names its columns and does not fetch it.
    houses = House.objects.visible_to(user).filter(HOUSE_ON_MAP).select_related("area")
    if codes := query.filters.get("area"):
        houses = houses.filter(area__code__in=list(codes))
    return _coloured(houses, user, query, FactLevel.HOUSE)


def list_households(user: User, query: LayerQuery) -> QuerySet[Household]:
    """Return households at the point of their house."""
    households = (
        Household.objects.visible_to(user)
        .filter(state=RegistryState.ACTIVE, house__state=RegistryState.ACTIVE, house__point__isnull=False)
        .select_related("house__area")
    )
    if codes := query.filters.get("area"):
        households = households.filter(house__area__code__in=list(codes))
    return _coloured(households, user, query, FactLevel.HOUSEHOLD)


def _coloured(rows: QuerySet[Any], user: User, query: LayerQuery, level: FactLevel) -> QuerySet[Any]:
    asked = {key: values for key, values in query.filters.items() if key.startswith(FACT_PREFIX)}
    types = _types_by_key(user, [query.colour_by, *asked])
    for key, values in asked.items():
        if key not in types:
            return rows.none()
        name = f"filtered_{list(asked).index(key)}"
        rows = rows.alias(**{name: class_of(types[key], level)}).filter(**{f"{name}__in": list(values)})
    colour_type = types.get(query.colour_by)
    shown = class_of(colour_type, level) if colour_type else Value(level.value)
    coloured: QuerySet[Any] = rows.annotate(map_class=shown)
    return coloured


def _types_by_key(user: User, keys: Sequence[str]) -> dict[str, FactType]:
    wanted = [key.removeprefix(FACT_PREFIX) for key in keys if key.startswith(FACT_PREFIX)]
    if not wanted:
        return {}
    found = FactType.objects.visible_to(user).filter(key__in=wanted)
    return {FACT_PREFIX + fact_type.key: fact_type for fact_type in found}


# ── the class of a row ────────────────────────────────────────────────────────────────────────────


def class_of(fact_type: FactType, level: FactLevel) -> Combinable:
    """Return the expression of the class of a house or household by a fact of its own, or of those in it.

    Of several people or households the gravest counts: the first in the order of the choices, "ใช่", the highest.
    """
    facts = CurrentFact.objects.filter(fact_type_id=fact_type.pk, subject_id__in=_subjects(fact_type, level))
    if fact_type.level == level:
        facts = CurrentFact.objects.filter(fact_type_id=fact_type.pk, subject_id=OuterRef("pk"))
    if fact_type.value_kind != FactValueKind.NUMBER:
        gravest = facts.annotate(gravity=_gravity(fact_type)).order_by("gravity").values("value_text")[:1]
        plain = facts.values("value_text")[:1]
        found = plain if fact_type.level == level else gravest
        return Coalesce(Subquery(found, output_field=CharField()), Value(UNKNOWN))
    number = facts.annotate(number=Cast("value_text", FloatField())).order_by("-number").values("number")[:1]
    return _step_class(Subquery(number, output_field=FloatField()), number_steps(fact_type))


def _subjects(fact_type: FactType, level: FactLevel) -> QuerySet[Any]:
    stays = HouseholdMembership.objects.filter(ended_on=None)
    if level == FactLevel.HOUSEHOLD:
        return stays.filter(household_id=OuterRef(OuterRef("pk"))).values("person_id")
    if fact_type.level == FactLevel.HOUSEHOLD:
        return Household.objects.filter(house_id=OuterRef(OuterRef("pk"))).values("pk")
    return stays.filter(household__house_id=OuterRef(OuterRef("pk"))).values("person_id")


def _gravity(fact_type: FactType) -> Combinable:
    order = [choice["value"] for choice in fact_type.choices] or ["true", "false"]
    return Case(
        *(When(value_text=value, then=Value(place)) for place, value in enumerate(order)),
        default=Value(len(order)),
        output_field=IntegerField(),
    )


def _step_class(number: Combinable, steps: Sequence[Step]) -> Combinable:
    if not steps:
        return Value(UNKNOWN)
    return WidthBucket(number, [step.low for step in steps], [step.value for step in steps])


class WidthBucket(Func):
    """ช่วงที่ตัวเลขตกอยู่: the name of the step, by binary search in the array of their lower ends."""

    def __init__(self, number: Combinable, lows: list[float], names: list[str]) -> None:
        self.lows = lows
        # Below the lowest step counts as the lowest: the steps are remembered for some minutes.
        self.names = [names[0], *names]
        super().__init__(number, output_field=CharField())

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.source_expressions[0])
        statement = f"coalesce((%s::text[])[width_bucket({sql}, %s::float8[]) + 1], '')"
        return statement, [self.names, *params, self.lows]


def number_steps(fact_type: FactType) -> list[Step]:
    """Return the classes of a number, from the values that stand in the register now."""
    key = f"residents.steps.{current_municipality_id()}.{fact_type.pk}"
    steps: list[Step] | None = caches["local"].get(key)
    if steps is None:
        lowest, quarters, whole = _spread(fact_type)
        steps = steps_of(lowest, quarters, whole=whole)
        caches["local"].set(key, steps, STEPS_REMEMBERED_S)
    return steps


def _spread(fact_type: FactType) -> tuple[float | None, list[float], bool]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(n), percentile_disc(ARRAY[0.25, 0.5, 0.75, 1.0]) WITHIN GROUP (ORDER BY n),
                      bool_and(n = floor(n))
               FROM (SELECT value_text::float8 AS n FROM residents_currentfact WHERE fact_type_id = %s) AS numbers""",
            [fact_type.pk],
        )
        lowest, quarters, whole = cursor.fetchone()
    return lowest, list(quarters or []), bool(whole)


# ── legend and filters ────────────────────────────────────────────────────────────────────────────


def legend_of(user: User, query: LayerQuery, level: FactLevel, label: Any) -> list[LegendEntry]:
    """Return the classes of the layer as it is coloured now, each with colour and word."""
    fact_type = _types_by_key(user, [query.colour_by]).get(query.colour_by)
    if fact_type is None:
        return [LegendEntry(level.value, label, HOUSE_COLOUR)]
    return [*classes_of(fact_type), LegendEntry(UNKNOWN, UNKNOWN_LABEL, UNKNOWN_COLOUR)]


def classes_of(fact_type: FactType) -> list[LegendEntry]:
    """Return the classes of one fact type."""
    if fact_type.value_kind == FactValueKind.CHOICE:
        return [LegendEntry(c["value"], c["label"], c["colour"]) for c in fact_type.choices]
    if fact_type.value_kind == FactValueKind.BOOLEAN:
        return [LegendEntry("true", "ใช่", YES_COLOUR), LegendEntry("false", "ไม่ใช่", NO_COLOUR)]
    steps = number_steps(fact_type)
    whole = all(step.low == int(step.low) for step in steps)
    colours = STEP_COLOURS[-len(steps) :] if steps else ()
    return [
        LegendEntry(step.value, f"{step.label(whole=whole)} {fact_type.unit}".strip(), colour)
        for step, colour in zip(steps, colours, strict=True)
    ]


def layer_fields(user: User, level: FactLevel) -> list[LayerField]:
    """Return what a layer can be filtered and coloured by: the area, and each fact at or below its level."""
    below = {
        FactLevel.HOUSE: list(FactLevel),
        FactLevel.HOUSEHOLD: [FactLevel.HOUSEHOLD, FactLevel.PERSON],
        FactLevel.PERSON: [],
    }[level]
    types = FactType.objects.visible_to(user).filter(
        is_active=True, level__in=below, value_kind__in=FACTS_WITH_CLASSES
    )
    areas = [LegendEntry(area.code, str(area), "") for area in Area.objects.visible_to(user)]
    return [
        LayerField("area", "หมู่/ชุมชน", areas),
        *(LayerField(FACT_PREFIX + each.key, each.name, classes_of(each)) for each in types),
    ]


def has_current_fact(rows: QuerySet[Any], fact_type: FactType, values: Sequence[str]) -> QuerySet[Any]:
    """Narrow houses, households or persons to those whose current value of a type is one of `values`."""
    facts: QuerySet[Model] = CurrentFact.objects.filter(
        fact_type_id=fact_type.pk, subject_id=OuterRef("pk"), value_text__in=values
    )
    return rows.filter(Exists(facts))
