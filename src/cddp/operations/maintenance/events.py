"""เหตุการณ์ของงานซ่อมบำรุง."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class WorkOpened:
    """เปิดใบสั่งงานแล้ว."""

    work_order_id: UUID


@dataclass(frozen=True)
class WorkMoved:
    """ใบสั่งงานเปลี่ยนสถานะ: `state` is the new one (choices.WorkState)."""

    work_order_id: UUID
    state: str


@dataclass(frozen=True)
class WorkDone:
    """ทำงานเสร็จแล้ว: the technician says so, with a photo or words; acceptance may still come."""

    work_order_id: UUID


@dataclass(frozen=True)
class WorkSentBack:
    """ตรวจแล้วให้แก้ไข: what was said to be done is not; the work goes on."""

    work_order_id: UUID
    reason: str


@dataclass(frozen=True)
class WorkAccepted:
    """ตรวจรับงานแล้ว."""

    work_order_id: UUID


@dataclass(frozen=True)
class WorkCancelled:
    """ยกเลิกใบสั่งงาน."""

    work_order_id: UUID
    reason: str


@dataclass(frozen=True)
class StockRanLow:
    """อะไหล่ใกล้หมด: what is free of the part in all stores fell to its reorder point."""

    part_id: UUID
