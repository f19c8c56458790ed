"""แถวสำหรับแผนที่: kept assets with a place, points and lines apart, coloured by class, condition or outage."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset

# Only a line has a length, so the two layers need no look at the shapes themselves.
POINTS: Final = Q(length_m=None) & ~Q(state=AssetState.DISPOSED)
LINES: Final = Q(length_m__isnull=False) & ~Q(state=AssetState.DISPOSED)
OUT, WORKS, IDLE, NONE = "out", "works", "idle", "none"


def list_placed(user: User, query: LayerQuery, which: Q) -> QuerySet[Asset]:
    """Return the assets of one layer for this person and this question, with `map_class`."""
    rows = Asset.objects.visible_to(user).filter(which, shape__isnull=False)
    rows = rows.filter(*_conditions(query))
    if query.colour_by == "condition":
        return rows.annotate(map_class=Coalesce(Cast("condition", CharField()), Value(NONE)))
    if query.colour_by == "outage":
        return rows.annotate(map_class=_outage_class())
    return rows.annotate(map_class=Cast(F("asset_class_id"), CharField()))


def _conditions(query: LayerQuery) -> list[Q]:
    chosen = query.filters
    found = []
    if chosen.get("class"):
        found.append(Q(asset_class_id__in=_sound_ids(chosen["class"])))
    if chosen.get("condition"):
        named = [int(each) for each in chosen["condition"] if each in {"1", "2", "3", "4", "5"}]
        without = Q(condition=None) if NONE in chosen["condition"] else Q(pk__in=[])
        found.append(Q(condition__in=named) | without)
    if chosen.get("outage"):
        found.append(_by_outage(chosen["outage"]))
    if query.at is not None:
        found.append(Q(acquired_on=None) | Q(acquired_on__lte=query.at))
    return found


def _by_outage(values: Sequence[str]) -> Q:
    states: list[str] = []
    if OUT in values:
        states.append(AssetState.BROKEN)
    if WORKS in values:
        states.append(AssetState.IN_USE)
    if IDLE in values:
        states += [AssetState.STORED, AssetState.MISSING]
    return Q(state__in=states)


def _outage_class() -> Case:
    return Case(
        When(state=AssetState.BROKEN, then=Value(OUT)),
        When(state=AssetState.IN_USE, then=Value(WORKS)),
        default=Value(IDLE),
        output_field=CharField(),
    )


def _sound_ids(values: Sequence[str]) -> list[str]:
    return [each for each in values if len(each) == 36 and each.replace("-", "").isalnum()]
