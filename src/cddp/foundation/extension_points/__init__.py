"""จุดต่อขยาย: what each app contributes to the screens of others, without either importing the other.

An app fills these in its `extensions.py`; adding an app touches no file of maps, dashboards or portal.
"""

from cddp.foundation.extension_points.contributions import (
    FactTypeDeclaration,
    Indicator,
    IndicatorRow,
    LayerField,
    LayerQuery,
    LegendEntry,
    MapLayer,
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

__all__ = [
    "FactTypeDeclaration",
    "Indicator",
    "IndicatorRow",
    "LayerField",
    "LayerQuery",
    "LegendEntry",
    "MapLayer",
    "MenuItem",
    "PagePanel",
    "Registry",
    "RetentionRule",
    "SearchProvider",
    "SearchResult",
    "WaitingItem",
    "fact_types",
    "indicators",
    "map_layers",
    "menu_items",
    "page_panels",
    "retention_rules",
    "search_providers",
    "waiting_items",
]
