"""เหตุการณ์ของเรื่องร้องเรียน."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ReportsImported:
    """นำเข้าเรื่องแล้ว: an import has finished; counts are those of the whole file."""

    batch_id: UUID
    added: int
    changed: int
