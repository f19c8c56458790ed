"""คำปฏิเสธของการแจ้งเตือน."""

from typing import Any

from cddp.foundation.values.errors import UnableTo


class UnableToAskLine(UnableTo):
    """ถาม LINE ไม่ได้: `code` is "no_account", "refused", "gone", "too_large", "rate_limited" or "unreachable".

    `answer` is LINE's own, for the log and the screen of the account: it names no person.
    """

    code = "unreachable"

    def __init__(self, message: str, *, code: str | None = None, answer: Any = None) -> None:
        super().__init__(message, code=code)
        self.answer = answer

    @property
    def may_try_again(self) -> bool:
        return self.code in ("rate_limited", "unreachable")


class UnableToSendAgain(UnableTo):
    """ส่งข้อความซ้ำไม่ได้: it left already, or still tries to."""

    code = "not_waiting"


class UnableToSetUpLine(UnableTo):
    """ตั้งค่าบัญชี LINE ไม่ได้."""

    code = "line_account"
