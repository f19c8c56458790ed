"""คำปฏิเสธของเรื่องร้องเรียน."""

from cddp.foundation.values.errors import UnableTo


class UnableToReadTickets(UnableTo):
    """อ่านไฟล์เรื่องร้องเรียนไม่ได้: nothing of the file was taken."""

    code = "tickets_unreadable"


class UnableToImportTickets(UnableTo):
    """นำเข้าเรื่องร้องเรียนไม่ได้."""

    code = "tickets_not_imported"
