"""กระดานงานซ่อมเป็นตารางคำนวณ: the summary with how each number is counted, then a sheet for each table."""

from django.utils.translation import gettext as _

from cddp.foundation.ui.report_book import ReportBook
from cddp.operations.maintenance.services.board_report import BoardReport


def write_board_book(report: BoardReport, *, town: str) -> bytes:
    """Return the board as XLSX."""
    book = ReportBook(decimals=2)
    book.add_summary(
        (town, report.title, report.scope),
        [(_("ตัวเลข"), 24), (_("ค่า"), 14), (_("หน่วย"), 10), (_("นับอย่างไร"), 90)],
        [[each.label, each.value, each.unit, each.how] for each in report.summary],
    )
    for table in report.tables:
        rows = [row.values for row in table.rows]
        book.add_table(table.title, f"{town} · {report.scope}", table.heads, rows, note=table.note)
    return book.close()
