"""จัดเตรียมฐานข้อมูลของแผนที่: after each migration, triggers in place and counts made."""

from typing import Any

from django.db import connection

from cddp.foundation.extension_points import MapLayer
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.gateways.triggers import counted_layers, put_triggers
from cddp.insight.maps.services.counts import rebuild_counts


def set_up_maps(**kwargs: Any) -> None:
    """Connected to `post_migrate`; layers whose triggers are new or changed are counted in every town."""
    needed = {"maps_tablechange", "maps_tilecountdelta"}
    if needed <= set(connection.introspection.table_names()):
        rebuild_everywhere(put_triggers())


def rebuild_everywhere(layers: list[MapLayer] | None = None) -> dict[str, int]:
    """Count these layers (default: every counted one) anew in every town; return the rows counted by layer."""
    counted: dict[str, int] = {}
    for municipality_id in Municipality.objects.values_list("pk", flat=True).order_by("pk"):
        for layer in counted_layers() if layers is None else layers:
            with town_context(municipality_id):
                counted[layer.key] = counted.get(layer.key, 0) + rebuild_counts(layer)
    return counted
