"""คำปฏิเสธของเรื่องร้องเรียน."""

from uuid import UUID

from cddp.foundation.values.errors import UnableTo, UnableToChangeStale
from cddp.operations.complaints.choices import (
    FAULTS_OF_ONE_CALL,
    FAULTS_OF_UNSURE_END,
    FAULTS_THAT_PASS,
    GeoReportFault,
    TraffyFault,
)


class UnableToReadTickets(UnableTo):
    """อ่านไฟล์เรื่องร้องเรียนไม่ได้: nothing of the file was taken."""

    code = "tickets_unreadable"


class UnableToImportTickets(UnableTo):
    """นำเข้าเรื่องร้องเรียนไม่ได้."""

    code = "tickets_not_imported"


class UnableToTalkToTraffy(UnableTo):
    """คุยกับ Traffy ไม่สำเร็จ: `fault` says which way, `detail` what Traffy itself said, if it did.

    Neither a password nor a token ever stands in it: `detail` is a message of theirs, cut and masked.
    """

    code = "traffy"

    def __init__(self, fault: TraffyFault, detail: str = "") -> None:
        super().__init__(str(fault.label), code=fault.value)
        self.fault = fault
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.fault.value}: {self.detail}" if self.detail else self.fault.value

    @property
    def may_pass(self) -> bool:
        """Tell whether the same call may do better in a while, with nobody changing anything."""
        return self.fault in FAULTS_THAT_PASS

    @property
    def may_have_arrived(self) -> bool:
        """Tell whether what was written may have been taken all the same, so that doing it again could double it."""
        return self.fault in FAULTS_OF_UNSURE_END

    @property
    def concerns_the_account(self) -> bool:
        """Tell whether every call of the account would fail alike, so that nothing else need be tried now."""
        return self.fault not in FAULTS_OF_ONE_CALL


class UnableToTakeReport(UnableTo):
    """รับเรื่องไม่ได้."""

    code = "report_not_taken"


class UnableToLink(UnableTo):
    """รวมหรือแยกเรื่องไม่ได้."""

    code = "not_linked"


class UnableToMoveNeed(UnableTo):
    """เปลี่ยนสถานะไม่ได้."""

    code = "not_moved"


class UnableToChangeNeed(UnableTo):
    """แก้ไขปัญหาไม่ได้."""

    code = "need_not_changed"


class NeedChangedMeanwhile(UnableToChangeStale):
    """มีผู้แก้ไขเรื่องนี้ก่อนหน้า: shown with what changed since, and with what the person typed."""

    def __init__(self, message: str, *, need_id: UUID, version: int) -> None:
        super().__init__(message)
        self.need_id = need_id
        self.version = version


class UnableToAnswer(UnableTo):
    """ผู้แจ้งทำรายการนี้ไม่ได้."""

    code = "not_answered"


class UnableToConfigure(UnableTo):
    """ตั้งค่าไม่ได้: `field` is the blank of the form that it is about."""

    code = "not_configured"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class UnableToTalkToGeoReport(UnableTo):
    """คุยกับเซิร์ฟเวอร์ Open311 ไม่สำเร็จ: `said` is what the server itself said, cut and masked."""

    code = "georeport"

    def __init__(self, fault: GeoReportFault, said: str = "") -> None:
        super().__init__(str(fault.label), code=fault.value)
        self.fault = fault
        self.said = said
