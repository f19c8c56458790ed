"""เหตุการณ์ของทรัพย์สิน."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AssetRegistered:
    """ขึ้นทะเบียนแล้ว: by hand; an import publishes AssetsImported instead."""

    asset_id: UUID


@dataclass(frozen=True)
class AssetsImported:
    """นำเข้าทรัพย์สินแล้ว."""

    batch_id: UUID
    added: int
    changed: int


@dataclass(frozen=True)
class ConditionSeen:
    """ตรวจสภาพแล้ว: an inspection gave `condition` (choices.Condition)."""

    asset_id: UUID
    inspection_id: UUID
    condition: int


@dataclass(frozen=True)
class OutageBegan:
    """ใช้การไม่ได้: the asset stopped doing its work; `source` is a choices.Source."""

    asset_id: UUID
    outage_id: UUID
    source: str


@dataclass(frozen=True)
class OutageEnded:
    """กลับมาใช้ได้."""

    asset_id: UUID
    outage_id: UUID


@dataclass(frozen=True)
class AssetDisposed:
    """จำหน่ายทรัพย์สินแล้ว."""

    asset_id: UUID
