"""เหตุการณ์ของเรื่องร้องเรียน."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ReportsImported:
    """นำเข้าเรื่องแล้ว: an import has finished; counts are those of the whole file."""

    batch_id: UUID
    added: int
    changed: int


@dataclass(frozen=True)
class ReportReceived:
    """ได้รับเรื่องแล้ว: one voice was taken in, by whatever channel."""

    report_id: UUID
    need_id: UUID
    channel: str


@dataclass(frozen=True)
class NeedOpened:
    """เกิดปัญหาใหม่: the first voice spoke of something nobody had told of."""

    need_id: UUID


@dataclass(frozen=True)
class NeedGrew:
    """มีผู้แจ้งเพิ่ม: one more voice speaks of a known problem."""

    need_id: UUID
    report_id: UUID


@dataclass(frozen=True)
class NeedPromised:
    """นัดวันเสร็จแล้ว: the town took the problem up and named the day."""

    need_id: UUID
    due_at: dt.datetime


@dataclass(frozen=True)
class NeedMoved:
    """ปัญหาเปลี่ยนสถานะ: an officer moved or ended it; `status_id` is the line of history that says how (NeedStatus)."""

    need_id: UUID
    status_id: UUID
    state: str
    outcome: str


@dataclass(frozen=True)
class NeedFinished:
    """ปัญหาจบแล้ว: with which honest end (choices.Outcome)."""

    need_id: UUID
    outcome: str


@dataclass(frozen=True)
class NeedCameBack:
    """ปัญหากลับมา: told again after it was closed, so many days later; `report_id` is the voice that said so."""

    need_id: UUID
    report_id: UUID | None
    days: int


@dataclass(frozen=True)
class NoteWritten:
    """มีข้อความใหม่: a note, message, question or answer (choices.NoteKind)."""

    need_id: UUID
    note_id: UUID
    kind: str
    report_id: UUID | None
