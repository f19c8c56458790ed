"""จุดต่อขยาย: what each app contributes to the screens of others, without either importing the other.

An app fills these in its `extensions.py`; adding an app touches no file of maps, dashboards or portal.
"""

from collections.abc import Iterable
from typing import Any

from cddp.foundation.extension_points.contributions import (
    FactTypeDeclaration,
    Indicator,
    IndicatorRow,
    LayerField,
    LayerQuery,
    LegendEntry,
    MapLayer,
    Measure,
    MenuItem,
    PagePanel,
    RetentionRule,
    SearchProvider,
    SearchResult,
    WaitingItem,
)
from cddp.foundation.extension_points.registry import Registry

menu_items: Registry[MenuItem] = Registry()
map_layers: Registry[MapLayer] = Registry()
indicators: Registry[Indicator] = Registry()
search_providers: Registry[SearchProvider] = Registry()
fact_types: Registry[FactTypeDeclaration] = Registry()
page_panels: Registry[PagePanel] = Registry()
waiting_items: Registry[WaitingItem] = Registry()
retention_rules: Registry[RetentionRule] = Registry()


def add_indicators(
    app: str,
    rows: Iterable[tuple[str, Any, Measure, str, Any, Any]],
    *,
    permission: str,
    group: str,
    order: int,
) -> None:
    """Add the numbers of an app from (key, label, measure, kind, unit, explanation), one after another from `order`."""
    for place, (key, label, measure, kind, unit, explanation) in enumerate(rows, start=order):
        indicators.add(
            Indicator(
                key=f"{app}.{key}",
                label=label,
                permission=permission,
                measure=measure,
                kind=kind,
                unit=unit,
                group=group,
                explanation=explanation,
                order=place,
            )
        )


__all__ = [
    "FactTypeDeclaration",
    "Indicator",
    "IndicatorRow",
    "LayerField",
    "LayerQuery",
    "LegendEntry",
    "MapLayer",
    "Measure",
    "MenuItem",
    "PagePanel",
    "Registry",
    "RetentionRule",
    "SearchProvider",
    "SearchResult",
    "WaitingItem",
    "add_indicators",
    "fact_types",
    "indicators",
    "map_layers",
    "menu_items",
    "page_panels",
    "retention_rules",
    "search_providers",
    "waiting_items",
]
