"""ชั้นข้อมูลที่ผู้ใช้เห็น: which layers a person may see, and what a request asks of one."""

from collections.abc import Mapping
from datetime import date

from django.http import QueryDict

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, MapLayer, map_layers

FILTER_PREFIX = "f."
LONGEST_VALUE = 200
LONGEST_COLOUR = 80  # as long as a selection keeps it
MOST_VALUES = 50
YEARS = (1900, 2200)
"""Layers reckon with the day before and after; at the ends of the calendar there is none."""


def list_layers(user: User) -> list[MapLayer]:
    """Return the layers this person may see, in the order of the legend."""
    return [layer for layer in map_layers if user.has_perm(layer.permission)]


def find_layer(user: User, key: str) -> MapLayer | None:
    """Return the layer, or None when there is none or this person may not see it."""
    layer = map_layers.get(key)
    return layer if layer is not None and user.has_perm(layer.permission) else None


def read_query(params: QueryDict) -> LayerQuery:
    """Return what the address asks of a layer: `colour`, `f.<field>` (values split by commas) and `on` (a day)."""
    return LayerQuery(
        colour_by=params.get("colour", "")[:LONGEST_COLOUR],
        filters={
            name.removeprefix(FILTER_PREFIX): tuple(
                value[:LONGEST_VALUE] for value in ",".join(values).split(",")[:MOST_VALUES] if value
            )
            for name, values in sorted(params.lists())
            if name.startswith(FILTER_PREFIX) and any(values)
        },
        at=read_day(params.get("on", "")),
    )


def read_day(text: str) -> date | None:
    """Return the day of an ISO date of these centuries, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def query_key(query: LayerQuery) -> tuple[object, ...]:
    """Return the query as a value that can be compared and hashed."""
    return (query.colour_by, tuple((k, tuple(v)) for k, v in sorted(query.filters.items())), query.at)


def filters_as_written(filters: Mapping[str, object]) -> dict[str, list[str]]:
    """Return filters as plain lists, to be kept with a selection."""
    return {
        key: [str(value) for value in values]
        for key, values in filters.items()
        if isinstance(values, list | tuple)
    }
