"""รายงานประจำเดือนเป็นตารางคำนวณ: the summary with how each number is counted, then a sheet for each table."""

from django.utils.translation import gettext as _

from cddp.foundation.ui.report_book import ReportBook, Value
from cddp.operations.complaints.services.monthly_report import MonthlyReport


def write_monthly_book(report: MonthlyReport, *, town: str) -> bytes:
    """Return the report as XLSX: the summary with how each number is counted, then a sheet for each table."""
    book = ReportBook(decimals=1)
    book.add_summary(
        (town, report.title, report.as_of),
        [(_("ตัวเลข"), 24), (_("ค่า"), 12), (_("หน่วย"), 10), (_("เดือนก่อน"), 12), (_("นับอย่างไร"), 90)],
        [
            [each.label, _number(each.value), each.unit, _number(each.before), each.how]
            for each in report.summary
        ],
    )
    source = f"{town} · {report.title} · {report.as_of}"
    for table in report.tables:
        book.add_table(table.title, source, table.heads, table.rows, total=table.total, note=table.note)
    return book.close()


def _number(text: str) -> Value:
    """Return a number that was put into words as a number again, other words as they are."""
    plain = text.replace(",", "")
    try:
        return float(plain) if "." in plain else int(plain)
    except ValueError:
        return text
