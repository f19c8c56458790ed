"""คำปฏิเสธของทะเบียน: what the registers of residents refuse, in words fit for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from cddp.foundation.values.errors import UnableTo, UnableToChangeStale


class UnableToAct(UnableTo):
    """ไม่มีสิทธิ์ทำรายการนี้."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN


class UnableToSetCitizenId(UnableTo):
    """บันทึกเลขประจำตัวประชาชนไม่ได้: unreadable, taken, or doubtful and without a reason."""

    code = "citizen_id"


class UnableToRevealCitizenId(UnableTo):
    """เปิดเลขประจำตัวประชาชนไม่ได้."""

    code = "reveal"


class UnableToChangeHouse(UnableTo):
    """แก้ไขบ้านไม่ได้."""

    code = "house"


class UnableToChangeArea(UnableTo):
    """แก้ไขพื้นที่ไม่ได้."""

    code = "area"


class UnableToChangePerson(UnableTo):
    """แก้ไขบุคคลไม่ได้."""

    code = "person"


class UnableToMove(UnableTo):
    """ย้ายเข้าหรือย้ายออกไม่ได้."""

    code = "move"


class UnableToChangeFactType(UnableTo):
    """แก้ไขชนิดข้อเท็จจริงไม่ได้."""

    code = "fact_type"


class UnableToRecordFact(UnableTo):
    """บันทึกข้อเท็จจริงไม่ได้."""

    code = "fact"


class UnableToMerge(UnableTo):
    """รวมหรือแยกรายการไม่ได้: `code` says which reason."""

    code = "merge"


@dataclass(frozen=True)
class Difference:
    """ความต่าง: one field that another person changed meanwhile; `theirs` stands in the register now."""

    label: str
    theirs: str
    mine: str


class UnableToChangeChanged(UnableToChangeStale):
    """มีผู้แก้ไขก่อนหน้า: with the differences, so that nobody's text is lost."""

    def __init__(self, message: str, difference: Sequence[Difference]) -> None:
        super().__init__(message)
        self.difference = list(difference)


class UnableToImport(UnableTo):
    """นำเข้าทะเบียนไม่ได้: `code` says which reason."""

    code = "import"


class UnableToUndoImport(UnableTo):
    """ย้อนการนำเข้าไม่ได้: rows were changed later by others; `kept` says how many."""

    code = "import_changed_later"

    def __init__(self, message: str, *, kept: int = 0, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.kept = kept
