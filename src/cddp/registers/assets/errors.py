"""คำปฏิเสธของทะเบียนทรัพย์สิน."""

from cddp.foundation.values.errors import UnableTo, UnableToChangeStale


class UnableToAct(UnableTo):
    """ทำรายการไม่ได้: no right to it."""

    code = "not_allowed"


class UnableToChangeAsset(UnableTo):
    """แก้ไขทรัพย์สินไม่ได้: `field` is the blank of the form that it is about."""

    code = "asset_not_changed"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class UnableToFindAsset(UnableToChangeAsset):
    """ไม่พบทรัพย์สินที่พิมพ์."""

    code = "no_asset"


class AssetChangedMeanwhile(UnableToChangeStale):
    """มีผู้แก้ไขทรัพย์สินนี้ก่อนหน้า."""


class UnableToConfigure(UnableToChangeAsset):
    """ตั้งค่าไม่ได้."""

    code = "not_configured"


class UnableToImport(UnableTo):
    """นำเข้าไม่ได้: nothing of the file was taken."""

    code = "not_imported"


class UnableToCount(UnableTo):
    """ตรวจนับไม่ได้."""

    code = "not_counted"


class UnableToReadTrace(UnableTo):
    """อ่านไฟล์วัดความสั่นสะเทือนไม่ได้."""

    code = "trace_unreadable"
