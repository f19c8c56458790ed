"""ทรัพย์สินของเทศบาล: classes, assets and their life, inspections, stock-taking, imports, roads as they ride."""

from cddp.registers.assets.models.assets import Asset, AssetDocument, AssetEvent, AssetPhoto, Outage
from cddp.registers.assets.models.classes import AssetAttribute, AssetClass, AssetModel, DepreciationRate
from cddp.registers.assets.models.counting import StockTake, StockTakeLine
from cddp.registers.assets.models.importing import AssetImport, AssetImportRow, AssetMapping
from cddp.registers.assets.models.inspections import Inspection
from cddp.registers.assets.models.roads import RoadStretch, RoadTrace

__all__ = [
    "Asset",
    "AssetAttribute",
    "AssetClass",
    "AssetDocument",
    "AssetEvent",
    "AssetImport",
    "AssetImportRow",
    "AssetMapping",
    "AssetModel",
    "AssetPhoto",
    "DepreciationRate",
    "Inspection",
    "Outage",
    "RoadStretch",
    "RoadTrace",
    "StockTake",
    "StockTakeLine",
]
