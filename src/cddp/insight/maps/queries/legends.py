"""คำอธิบายแผนที่: legends with counts, names to write on areas, and what a layer offers to colour and filter by."""

from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.db.models import Count, F
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, LegendEntry, MapLayer
from cddp.insight.maps.rules import HIGHEST_ZOOM

MOST_LABELS = 500
PLACEHOLDERS = ("layer", "z", "x", "y")


def describe_layer(layer: MapLayer, user: User, municipality_id: int) -> dict[str, Any]:
    """Return what the browser needs to draw and offer one layer."""
    return {
        "key": layer.key,
        "label": str(layer.label),
        "geometry": layer.geometry,
        "tiles": tile_address(layer.key, municipality_id),
        "minZoom": layer.min_zoom,
        "maxZoom": min(18, HIGHEST_ZOOM),
        "visible": layer.visible_at_start,
        "properties": list(layer.properties),
        "hasLabels": layer.geometry == "polygon" and "name" in layer.properties,
        "legend": [_entry(each, None) for each in layer.legend(user, LayerQuery())],
        "fields": [
            {"key": f.key, "label": str(f.label), "choices": [_entry(each, None) for each in f.choices]}
            for f in layer.fields(user)
        ],
        "list": reverse(layer.list_url_name) if layer.list_url_name else "",
    }


def tile_address(key: str, municipality_id: int) -> str:
    """Return the address of a layer's tiles with {z}, {x}, {y} to be filled in by the browser."""
    sample = reverse("maps:tile", args=[key, 0, 0, 0]).removesuffix("/0/0/0")
    return f"{sample}/{{z}}/{{x}}/{{y}}?town={municipality_id}"


def legend_with_counts(layer: MapLayer, user: User, query: LayerQuery) -> dict[str, Any]:
    """Return the legend of a question with the number of rows in each class, and of all rows."""
    rows = layer.rows(user, query).order_by()
    entries = layer.legend(user, query)
    if "map_class" not in rows.query.annotations or not entries:
        return {"total": rows.count(), "legend": [_entry(each, None) for each in entries]}
    counts = dict(rows.values_list("map_class").annotate(number=Count("pk")))
    return {
        "total": sum(counts.values()),
        "legend": [_entry(each, counts.get(each.value, 0)) for each in entries],
    }


def list_labels(layer: MapLayer, user: User, query: LayerQuery) -> list[dict[str, Any]]:
    """Return the names of a polygon layer's rows, each with a point inside its shape."""
    rows = layer.rows(user, query).order_by()
    if layer.geometry != "polygon" or "name" not in layer.properties:
        return []
    inside = Transform(PointOnSurface(F(layer.geometry_field)), 4326)
    found = rows.annotate(label_point=inside).values_list("pk", "name", "label_point")[:MOST_LABELS]
    return [
        {"id": str(pk), "name": str(name), "lng": p.x, "lat": p.y} for pk, name, p in found if p is not None
    ]


def _entry(entry: LegendEntry, count: int | None) -> dict[str, Any]:
    return {
        "value": entry.value,
        "label": str(entry.label),
        "colour": entry.colour,
        "icon": entry.icon,
        "count": count,
    }
