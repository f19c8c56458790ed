"""The monthly report: what a month came to, what stood open at its end, as spreadsheet and on paper."""

import datetime as dt
import io
import re
import zlib

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cddp.foundation.accounts.models import Division
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import Outcome, Priority
from cddp.operations.complaints.models import Need, ServiceLevel
from cddp.operations.complaints.queries.choices import list_choices
from cddp.operations.complaints.queries.monthly import measure_month
from cddp.operations.complaints.rules.board import month_span
from cddp.operations.complaints.services.escalating import escalate_overdue
from cddp.operations.complaints.services.monthly_report import write_report
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.services.rating import rate
from cddp.operations.complaints.tests.needs import tell
from tests.towns import make_user

OCTOBER = month_span(2026, 10)
ADDRESS = "/complaints/board/monthly/{}"
SECRET = "นางสาวสมใจ โทร 0812345678 บ้านเลขที่ 99/1"


def at(day, month=10, hour=10):
    return dt.datetime(2026, month, day, hour, tzinfo=BANGKOK)


NOW = at(26, 11)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mayor(town):
    return make_user("mayor", "mayor")


@pytest.fixture
def worker(town):
    return make_user("worker", "complaints_officer")


@pytest.fixture
def month(town, worker):
    """October: five problems.

    One finished and rated; one late and still open; one late, closed in November; one finished in November before it
    was late, one that was finished in September and came back.
    """
    works = Division.objects.create(code="works", name="กองช่าง")
    ServiceLevel.objects.create(priority=Priority.NORMAL, working_days=5)
    found = {}
    days = {"done": at(5), "late": at(6), "late_closed": at(7), "late_in_november": at(28), "back": at(1, 9)}
    for place, (name, moment) in enumerate(days.items()):
        receipt = tell(f"{SECRET} {name}", at=moment, east_m=400 * place, phone=f"08{place:08d}")
        found[name] = Need.objects.get(pk=receipt.need_id)
        Need.objects.filter(pk=receipt.need_id).update(division=works if place % 2 else None)
    finish(worker, found["back"], at(3, 9))
    finish(worker, found["done"], at(8))
    rate(found["done"].reports.get().pk, 5, at=at(9))
    reopen_need(worker, found["back"].pk, note="ดับอีก", at=at(20))
    finish(worker, found["back"], at(21))
    escalate_overdue(at=at(31))
    finish(worker, found["late_closed"], at(4, 11))
    finish(worker, found["late_in_november"], at(2, 11))
    return found


def finish(user, need, moment):
    close_need(user, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=moment)


def test_the_month_is_counted_as_it_was(mayor, month):
    figures = measure_month(mayor, OCTOBER, now=NOW)
    assert (figures.flows.whole.opened, figures.flows.whole.finished) == (4, 2)
    assert (figures.before.whole.opened, figures.before.whole.finished) == (1, 0)
    assert figures.flows.whole.rating == 5
    assert figures.reports_by_channel == [("web", 4)]
    assert figures.back_count == 1
    # Open at the end of October: the late one, and the two that were closed in November.
    assert figures.open_count == 3
    assert figures.late_count == 2
    assert {row["number"] for row in figures.late} == {month["late"].number, month["late_closed"].number}
    (back,) = figures.back
    assert (back["number"], back["closed_at"], back["at"]) == (month["back"].number, at(3, 9), at(20))


def test_the_running_month_counts_until_now(mayor, month):
    figures = measure_month(mayor, month_span(2026, 11), now=NOW)
    assert figures.at == NOW
    assert (figures.open_count, figures.late_count) == (1, 1)
    assert figures.flows.whole.finished == 2


def test_what_was_finished_and_came_back_since_was_not_open_then(mayor, worker, month):
    reopen_need(worker, month["done"].pk, note="ดับอีก", at=at(10, 11))
    assert measure_month(mayor, OCTOBER, now=NOW).open_count == 3


def test_the_tables_add_up(mayor, month):
    figures = measure_month(mayor, OCTOBER, now=NOW)
    report = write_report(figures, list_choices(working=False), is_running=False)
    for table in report.tables:
        if table.total:
            for place in sorted(table.numeric)[:2]:
                assert sum(row[place] for row in table.rows) == table.total[place]
    assert [each.label for each in report.summary][-1] == "ความพอใจ"
    assert all(each.how for each in report.summary)


def test_nobody_is_named_in_it(mayor, month):
    report = write_report(
        measure_month(mayor, OCTOBER, now=NOW), list_choices(working=False), is_running=False
    )
    for word in ("สมใจ", "0812345678", "99/1"):
        assert word not in str(report)


@pytest.mark.parametrize("role", ["technician", "registrar"])
@pytest.mark.parametrize("fmt", ["pdf", "xlsx"])
def test_who_does_not_steer_is_refused(login, town, role, fmt):
    assert login(make_user("reader", role)).get(ADDRESS.format(f"2026-10.{fmt}")).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, town):
    assert client.get(ADDRESS.format("2026-10.pdf")).status_code == 302


@pytest.mark.parametrize(
    "name", ["2026-13.pdf", "2026-12.xlsx", "2026-10.csv", "x.pdf", "2026-1.pdf", "2569-10.pdf"]
)
def test_no_such_report_is_not_found(login, mayor, name):
    assert login(mayor).get(ADDRESS.format(name)).status_code == 404


def test_only_looking_is_allowed(login, mayor):
    assert login(mayor).post(ADDRESS.format("2026-10.xlsx")).status_code == 405


def test_the_spreadsheet_holds_the_tables_and_how_they_are_counted(login, mayor, month):
    response = login(mayor).get(ADDRESS.format("2026-10.xlsx"))
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="complaints-2026-10.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[0] == "สรุป"
    assert {"ตามประเภทเรื่อง", "ตามกอง", "ตามช่องทาง", "เรื่องเกินกำหนด", "เรื่องที่กลับมาอีก"} <= set(book.sheetnames)
    summary = {row[0].value: row for row in book["สรุป"].iter_rows(min_row=6)}
    assert summary["เปิดใหม่"][1].value == 4
    assert summary["เปิดใหม่"][3].value == 1
    assert "นับครั้งเดียว" in summary["เปิดใหม่"][4].value
    late = [[cell.value for cell in row] for row in book["เรื่องเกินกำหนด"].iter_rows(min_row=5)]
    assert {row[0] for row in late} == {month["late"].number, month["late_closed"].number}
    assert all(isinstance(row[6], int) and row[6] > 0 for row in late)
    assert "เทศบาลตำบลบ้านทดสอบ" in book["สรุป"]["A1"].value


def test_the_paper_has_the_towns_name_and_all_tables(login, mayor, month):
    response = login(mayor).get(ADDRESS.format("2026-10.pdf"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    pdf = response.content
    assert pdf.startswith(b"%PDF-")
    streams = [
        zlib.decompressobj().decompress(each) for each in re.findall(rb"stream\n(x.*?)endstream", pdf, re.S)
    ]
    written = b"".join(streams)
    title = "รายงานเรื่องร้องเรียน เดือนตุลาคม 2569".encode("utf-16-be").hex().encode()
    assert title in written.lower() or title in pdf.lower()


def test_taking_it_away_is_recorded(login, mayor, month):
    login(mayor).get(ADDRESS.format("2026-10.xlsx"))
    entry = AuditEntry.objects.order_by("-at", "-id").first()
    assert entry.action == "complaints.monthly_report.exported"
    assert entry.changes == {"month": [None, "2026-10"], "format": [None, "xlsx"]}


def test_an_empty_month_is_a_report_too(login, mayor):
    assert login(mayor).get(ADDRESS.format("2026-01.xlsx")).status_code == 200
    assert login(mayor).get(ADDRESS.format("2026-01.pdf")).status_code == 200


def test_a_neighbours_report_holds_nothing_of_ours(login, towns, month):
    with town_context(towns[1].pk):
        neighbour = make_user("neighbour", "mayor")
    book = openpyxl.load_workbook(io.BytesIO(login(neighbour).get(ADDRESS.format("2026-10.xlsx")).content))
    assert book["สรุป"]["B6"].value == 0


def test_the_price_does_not_grow(login, mayor, month):
    client, prices = login(mayor), []
    client.get(ADDRESS.format("2026-10.xlsx"))
    for number in (5, 20):
        for each in range(number):
            tell(f"เรื่อง {each}", at=at(1 + each), east_m=500 * (number + each), phone=f"09{each:08d}")
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS.format("2026-10.xlsx"))
        prices.append(len(captured))
    assert prices[0] == prices[1]
