"""เหตุการณ์ของทะเบียน: what happened, for the apps that stand above. No event holds personal data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class HouseMade:
    """เพิ่มบ้านแล้ว."""

    house_id: UUID


@dataclass(frozen=True)
class HouseChanged:
    """แก้ไขบ้านแล้ว: `fields` names what changed ("point" when it moved)."""

    house_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PersonMade:
    """เพิ่มบุคคลแล้ว."""

    person_id: UUID


@dataclass(frozen=True)
class PersonChanged:
    """แก้ไขบุคคลแล้ว."""

    person_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class PersonMovedIn:
    """ย้ายเข้าแล้ว: registered or living there, by `kind`."""

    person_id: UUID
    household_id: UUID
    kind: str


@dataclass(frozen=True)
class PersonMovedOut:
    """ย้ายออกแล้ว."""

    person_id: UUID
    household_id: UUID
    kind: str


@dataclass(frozen=True)
class PersonDied:
    """เสียชีวิตแล้ว."""

    person_id: UUID


@dataclass(frozen=True)
class FactRecorded:
    """บันทึกข้อเท็จจริงแล้ว: by key of its type, so that listeners need no row of ours."""

    fact_id: UUID
    fact_type_key: str
    level: str
    subject_id: UUID
    observed_at: datetime


@dataclass(frozen=True)
class FactsRecorded:
    """บันทึกข้อเท็จจริงจำนวนมากแล้ว: one event for a batch."""

    fact_type_keys: tuple[str, ...]
    source: str
    source_id: UUID | None
    count: int


@dataclass(frozen=True)
class FactWithdrawn:
    """ถอนข้อเท็จจริงแล้ว: `fact_id` is the statement that no longer holds."""

    fact_id: UUID
    fact_type_key: str
    level: str
    subject_id: UUID


@dataclass(frozen=True)
class RowsMerged:
    """รวมรายการซ้ำแล้ว: `kind` is "house", "household" or "person"."""

    merge_id: UUID
    kind: str
    kept_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True)
class RowsUnmerged:
    """แยกรายการกลับแล้ว."""

    merge_id: UUID
    kind: str
    kept_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True)
class RegistryImported:
    """นำเข้าทะเบียนแล้ว: houses, persons and stays changed all over the town."""

    batch_id: UUID


@dataclass(frozen=True)
class RegistryImportUndone:
    """ย้อนการนำเข้าทะเบียนแล้ว."""

    batch_id: UUID
