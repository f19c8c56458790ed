"""คำปฏิเสธ: what a service says when it cannot do what was asked, in words fit for the screen."""

from http import HTTPStatus


class UnableTo(Exception):
    """ทำรายการไม่ได้: the base of every refusal a person may read.

    `message` is a whole Thai sentence that says what to do next; `code` is for machines and tests;
    `status` is the HTTP status a screen or an API answers with.
    """

    code = "unable"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        if code is not None:
            self.code = code


class UnableToChangeStale(UnableTo):
    """มีผู้แก้ไขก่อนหน้า: somebody changed the same row since it was read (optimistic version)."""

    code = "stale"
    status = HTTPStatus.CONFLICT
