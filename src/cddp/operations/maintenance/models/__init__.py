"""งานซ่อมบำรุง: work orders and what was done, schedules and meters, spare parts and their ledger."""

from cddp.operations.maintenance.models.parts import Part, PartAlternative, PartFit
from cddp.operations.maintenance.models.schedules import (
    Checklist,
    ChecklistItem,
    MeterReading,
    PreventiveSchedule,
    RoundSettings,
)
from cddp.operations.maintenance.models.stock import Movement, StockLevel, Store
from cddp.operations.maintenance.models.work import (
    Contractor,
    SentAct,
    WorkCheck,
    WorkCounter,
    WorkCrew,
    WorkOrder,
    WorkPhoto,
    WorkStatus,
    WorkTime,
)

__all__ = [
    "Checklist",
    "ChecklistItem",
    "Contractor",
    "MeterReading",
    "Movement",
    "Part",
    "PartAlternative",
    "PartFit",
    "PreventiveSchedule",
    "RoundSettings",
    "SentAct",
    "StockLevel",
    "Store",
    "WorkCheck",
    "WorkCounter",
    "WorkCrew",
    "WorkOrder",
    "WorkPhoto",
    "WorkStatus",
    "WorkTime",
]
