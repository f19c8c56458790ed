"""คำปฏิเสธของงานซ่อมบำรุง."""

from decimal import Decimal

from cddp.foundation.values.errors import UnableTo, UnableToChangeStale


class UnableToAct(UnableTo):
    """ทำรายการไม่ได้: no right to it."""

    code = "not_allowed"


class UnableToChangeWork(UnableTo):
    """แก้ไขใบสั่งงานไม่ได้: `field` is the blank of the form that it is about."""

    code = "work_not_changed"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class WorkChangedMeanwhile(UnableToChangeStale):
    """มีผู้แก้ไขใบสั่งงานนี้ก่อนหน้า."""


class PartChangedMeanwhile(UnableToChangeStale):
    """มีผู้แก้ไขอะไหล่นี้ก่อนหน้า."""


class UnableToMoveStock(UnableTo):
    """เคลื่อนไหวอะไหล่ไม่ได้: `available` says how many there would have been."""

    code = "stock_not_moved"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        code: str | None = None,
        available: Decimal | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        self.available = available


class UnableToMoveLine(UnableToMoveStock):
    """รายการหนึ่งในเอกสารทำไม่ได้: `place` is its place from 0; nothing of the document was booked."""

    def __init__(self, refusal: UnableToMoveStock, place: int) -> None:
        super().__init__(refusal.message, field=refusal.field, code=refusal.code, available=refusal.available)
        self.place = place


class UnableToConfigure(UnableToChangeWork):
    """ตั้งค่าไม่ได้."""

    code = "not_configured"


class UnableToReadMeter(UnableToChangeWork):
    """บันทึกค่ามาตรไม่ได้."""

    code = "meter_not_read"
