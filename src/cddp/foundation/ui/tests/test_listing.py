"""The list component, over real rows under row-level security."""

import base64
import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.files.tables import open_table
from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.ui.listing import (
    BooleanFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    KnownCount,
    ListPage,
    RangeFilter,
    TextFilter,
    UnableToExport,
)
from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.listing.bulk import UnableToActOnNothing
from cddp.foundation.ui.listing.export import DATE_WIDTH, MOMENT_WIDTH
from cddp.foundation.ui.models import ColumnChoice, SavedView
from cddp.foundation.values.thai_dates import BANGKOK, PartialDate, parse_date
from tests.towns import make_user

DAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
deleted: list[str] = []


def delete_rows(request: Any, rows: Any) -> str:
    deleted.extend(row.title for row in rows)
    return f"ลบ {len(deleted)}"


NOTES = ListPage(
    key="test.notes",
    title="รายการทดสอบ",
    noun="เรื่อง",
    columns=[
        Column("title", "เรื่อง", sort="title"),
        Column("read_at", "อ่านเมื่อ", sort="read_at"),
        Column("both", "สองชั้น", value=lambda row: row.body, sort=("body", "read_at"), default_visible=False),
        Column("length", "ยาว", value=lambda row: len(row.title), numeric=True),
        Column("secret", "ลับ", value=lambda row: "ลับ", permission="residents.view_person"),
    ],
    filters=[
        ChoiceFilter("body", "กลุ่ม", choices=lambda request: [("a", "กลุ่มเอ"), ("b", "กลุ่มบี")]),
        BooleanFilter("read", "อ่านแล้ว", apply=lambda rows, yes: rows.filter(read_at__isnull=not yes)),
        DateRangeFilter("read_at", "วันที่อ่าน", has_time=True),
        RangeFilter("rank", "ลำดับ", apply=lambda rows, value: rows),
        TextFilter("link", "ลิงก์"),
    ],
    search=lambda rows, text: rows.filter(title__icontains=text),
    default_sort="title",
    page_size=4,
    export_name="notes",
    bulk_actions=[BulkAction("delete", "ลบ", delete_rows, confirm="ลบหรือไม่")],
    row_link=lambda row: f"/notes/{row.pk}/",
)


@pytest.fixture
def reader(town):
    return make_user("reader", "officer")


@pytest.fixture
def notes(reader):
    """Eleven rows: titles with ties, read_at with ties and NULLs."""
    titles = ["ก", "ก", "ก", "ข", "ข", "ค", "ง", "ง", "จ", "ฉ", "ช"]
    days = [1, None, 1, None, 2, None, 3, 1, None, 2, 1]
    return [
        Notification.objects.create(
            user=reader,
            title=title,
            body="a" if number % 2 else "b",
            read_at=day and DAY + timedelta(days=day, microseconds=7),
        )
        for number, (title, day) in enumerate(zip(titles, days, strict=True))
    ]


def request_for(user, address: str = "/notes/", **post: Any):
    factory = RequestFactory()
    request = factory.post(address, post) if post else factory.get(address)
    request.user = user
    request.session = {}
    request.htmx = False
    request._messages = FallbackStorage(request)
    return request


def bound_for(user, address: str = "/notes/", *, page: ListPage = NOTES) -> BoundList:
    return BoundList(page, request_for(user, address), Notification.objects.all())


@pytest.mark.parametrize("sort", ["title", "-title", "read_at", "-read_at", "both", "-both"])
def test_pages_forward_and_back_show_every_row_once_in_order(reader, notes, sort):
    whole = [row.pk for row in bound_for(reader, f"/notes/?sort={sort}").ordered]
    address, forward = f"/notes/?sort={sort}", []
    while address:
        page = bound_for(reader, address)
        forward.append([row.pk for row in page.rows])
        last, address = page, page.next_url
    assert [pk for page in forward for pk in page] == whole
    assert len(forward) == 3

    address, backward = last.previous_url, [forward[-1]]
    while address:
        page = bound_for(reader, address)
        backward.insert(0, [row.pk for row in page.rows])
        address = page.previous_url
    assert backward == forward


def test_a_row_that_arrives_between_two_pages_moves_nothing(reader, notes):
    first = bound_for(reader)
    Notification.objects.create(user=reader, title="ก")  # sorts before the cursor or beside it
    second = bound_for(reader, first.next_url)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_a_cursor_tells_nobody_the_values_it_holds(reader):
    for number in range(6):
        Notification.objects.create(user=reader, title=f"somchai-{number}")
    cursor = bound_for(reader).next_url.partition("after=")[2]
    padded = unquote(cursor)
    assert b"somchai" not in base64.urlsafe_b64decode(padded)


def test_a_forged_cursor_or_one_of_another_order_gives_the_first_page(reader, notes):
    first = bound_for(reader)
    other = first.next_url.replace("/notes/?", "/notes/?sort=-read_at&")
    forged = first.next_url[:-2] + "zz"
    assert bound_for(reader, forged).rows[0].pk == first.rows[0].pk
    assert bound_for(reader, other).previous_url == ""


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=ก", 3),
        ("body=a", 5),
        ("body=a&body=b", 11),
        ("read=1", 7),
        ("read=0", 4),
        ("read_at_from=25 พ.ย. 2569", 3),
        ("read_at_to=24/11/2569", 4),
        ("q=%00ก", 3),
        ("sort=nonsense&after=%00", 11),
    ],
)
def test_filters_narrow(reader, notes, query, count):
    assert bound_for(reader, f"/notes/?{query}").count == count


@pytest.mark.parametrize("query", ["body=unknown", "rank_min=มาก", "rank_max=1e999", "read_at_from=ไม่รู้"])
def test_a_filter_that_cannot_be_read_says_so_and_is_left_out(reader, notes, query):
    page = bound_for(reader, f"/notes/?{query}")
    assert len(page.problems) == 1
    assert page.count == 11


def test_the_address_of_a_view_drops_empty_parts_and_paging(reader, notes):
    page = bound_for(reader, "/notes/?q=&body=a&sort=-title&after=x&export=")
    assert page.query == "body=a&sort=-title"
    assert page.clear_url == "/notes/?sort=-title"


def test_page_fragment_and_paper(reader, notes):
    with CaptureQueriesContext(connection) as queries:
        fragment_request = request_for(reader, "/notes/?q=ก")
        fragment_request.htmx = type("Htmx", (), {"boosted": False, "history_restore_request": False})()
        fragment = NOTES.respond(fragment_request, Notification.objects.all())
    assert len(queries) <= 6
    assert b"<html" not in fragment.content
    assert fragment["HX-Push-Url"] == "/notes/?q=%E0%B8%81"
    page = NOTES.respond(request_for(reader), Notification.objects.all())
    assert "<html" in page.content.decode()
    assert f'href="/notes/{notes[0].pk}/"' in page.content.decode()
    paper = NOTES.respond(request_for(reader, "/notes/?print=1"), Notification.objects.all())
    assert paper.content.decode().count("<tr>") == 12
    assert "style=" not in page.content.decode()


def test_counts_stop_at_the_limit(reader, notes, monkeypatch):
    monkeypatch.setattr("cddp.foundation.ui.listing.bound.COUNT_LIMIT", 5)
    assert bound_for(reader).count_words == "มากกว่า 5 เรื่อง"


def test_what_the_page_has_counted_is_not_counted_again(reader, notes, django_assert_num_queries):
    known = replace(NOTES, known_count=KnownCount(1_000, at_most=1_000))
    with django_assert_num_queries(0):
        assert bound_for(reader, page=known).count_words == "1,000+ เรื่อง"
    assert replace(NOTES, known_count=KnownCount(999, at_most=1_000)).known_count.words == "999"
    narrowed = bound_for(reader, "/notes/?body=a", page=known)
    assert narrowed.count_words == f"{narrowed.count} เรื่อง"


@pytest.mark.parametrize("text", ["=1+1", "+66", "-5", "@SUM(A1)", "\tx", "＝1"])
def test_files_hold_all_rows_and_no_formula(reader, notes, text):
    Notification.objects.create(user=reader, title=text)
    answer = NOTES.respond(request_for(reader, "/notes/?export=csv"), Notification.objects.all())
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 13
    assert f"'{text}" in [row[0] for row in rows]
    answer = NOTES.respond(request_for(reader, "/notes/?export=xlsx"), Notification.objects.all())
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    values = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert f"'{text}" in values
    assert len(values) == 13
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def exported(user, page: ListPage, file_format: str = "xlsx") -> bytes:
    answer = page.respond(request_for(user, f"/notes/?export={file_format}"), Notification.objects.all())
    return b"".join(answer.streaming_content)


def page_of_values(**values: Any) -> ListPage:
    columns = [Column(key, key, value=lambda row, value=value: value) for key, value in values.items()]
    return replace(NOTES, columns=[Column("title", "เรื่อง", sort="title"), *columns])


def test_days_and_moments_are_real_dates_of_the_buddhist_era_in_thai_time(reader):
    Notification.objects.create(user=reader, title="ก")
    page = page_of_values(
        day=date(2018, 6, 11),
        moment=datetime(2018, 6, 11, 18, 30, tzinfo=UTC),
        naive=datetime(2018, 6, 11, 18, 30),
        known=PartialDate(date(2018, 6, 11)),
        none=None,
    )
    sheet = load_workbook(io.BytesIO(exported(reader, page))).active
    _title, day, moment, naive, known, none = sheet[2]
    assert (day.value, day.number_format) == (datetime(2018, 6, 11), "[$-107041E]d mmm yyyy")
    assert (moment.value, moment.number_format) == (
        datetime(2018, 6, 12, 1, 30),
        "[$-107041E]d mmm yyyy h:mm",
    )
    assert naive.value == datetime(2018, 6, 11, 18, 30)
    assert known.value == datetime(2018, 6, 11)
    assert none.value is None
    assert sheet.column_dimensions["B"].width >= DATE_WIDTH
    assert sheet.column_dimensions["C"].width >= MOMENT_WIDTH
    row = list(csv.reader(io.StringIO(exported(reader, page, "csv").decode("utf-8-sig"))))[1]
    assert row[1:4] == ["11 มิ.ย. 2561", "12 มิ.ย. 2561 01:30 น.", "11 มิ.ย. 2561 18:30 น."]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(1899, 12, 31), "31 ธ.ค. 2442"),
        (date(1935, 2, 11), "11 ก.พ. 2477"),  # Excel would say 2478
        (PartialDate(date(1947, 1, 1), "year"), "พ.ศ. 2490"),
        (PartialDate(date(2018, 6, 1), "month"), "มิ.ย. 2561"),
    ],
)
def test_a_day_that_excel_would_show_wrongly_stays_words(reader, value, words):
    Notification.objects.create(user=reader, title="ก")
    sheet = load_workbook(io.BytesIO(exported(reader, page_of_values(day=value)))).active
    assert sheet["B2"].value == words


@pytest.mark.parametrize(
    "day",
    [
        date(1899, 12, 31),
        date(1900, 1, 1),
        date(1900, 3, 1),
        date(1935, 2, 11),
        date(1941, 1, 1),
        date(2018, 6, 11),
    ],
)
def test_a_day_that_goes_out_comes_in_the_same(reader, day, tmp_path):
    Notification.objects.create(user=reader, title="ก")
    # Half past midnight in Thailand: still the day before in UTC.
    moment = datetime(day.year, day.month, day.day, 0, 30, tzinfo=BANGKOK)
    path = tmp_path / "notes.xlsx"
    path.write_bytes(exported(reader, page_of_values(day=day, moment=moment)))
    with open_table(path, "notes.xlsx") as table:
        row = next(iter(table.rows()))
    for column in ("day", "moment"):
        cell = row.cells[column]
        for written in (cell.value, cell.text):
            read = parse_date(written)
            assert read is not None
            assert (read.date, read.precision) == (day, "day")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("รายการทดสอบ", "รายการทดสอบ"),
        ("งาน [ด่วน]: ซ่อม/สร้าง*?", "งาน ด่วน ซ่อม สร้าง"),
        ("'ก\\ข'", "ก ข"),
        ("ก" * 40, "ก" * 31),
        ("", "notes"),
        ("/", "Sheet1"),
    ],
)
def test_the_sheet_is_called_as_the_list(reader, title, name):
    book = load_workbook(io.BytesIO(exported(reader, replace(NOTES, title=title))))
    assert book.sheetnames == [name]


def test_an_export_is_recorded_limited_and_follows_filter_and_columns(reader, notes):
    ColumnChoice.objects.create(user=reader, list_key=NOTES.key, columns=["length", "title"])
    answer = NOTES.respond(request_for(reader, "/notes/?export=csv&q=ก"), Notification.objects.all())
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows == [["ยาว", "เรื่อง"], *[["1", "ก"]] * 3]
    entry = AuditEntry.objects.get(action="test.notes.exported")
    assert entry.changes["rows"] == 3
    small = ListPage(**{**NOTES.__dict__, "export_limit": 5})
    with pytest.raises(UnableToExport):
        small.respond(request_for(reader, "/notes/?export=csv"), Notification.objects.all())
    closed = ListPage(**{**NOTES.__dict__, "export_permission": "residents.export"})
    with pytest.raises(PermissionDenied):
        closed.respond(request_for(reader, "/notes/?export=csv"), Notification.objects.all())


def test_columns_are_chosen_kept_and_reset(reader, notes):
    def change(**post):
        return NOTES.respond(request_for(reader, "/notes/?q=ก", **post), Notification.objects.all())

    assert change(list_action="columns", columns=["read_at", "title", "nonsense"]).status_code == 302
    assert [column.key for column in bound_for(reader).visible_columns] == ["read_at", "title"]
    change(list_action="columns", columns=[])
    assert [column.key for column in bound_for(reader).visible_columns] == ["read_at", "title"]
    change(list_action="columns_reset")
    assert [column.key for column in bound_for(reader).visible_columns] == ["title", "read_at", "length"]


def test_a_column_is_shown_only_to_those_who_may(registrar, notes):
    assert "secret" in {column.key for column in bound_for(registrar).visible_columns}
    assert "secret" not in {column.key for column in bound_for(notes[0].user).visible_columns}


def test_views_are_saved_shared_with_the_division_and_deleted_by_their_owner(reader, registrar, notes):
    from cddp.foundation.accounts.services import set_up_division

    division = set_up_division(code="plad", name="สำนักปลัด")
    for user in (reader, registrar):
        user.membership.division = division
    request = request_for(reader, "/notes/?body=a&after=x", list_action="save_view", name="กลุ่มเอ", shared="1")
    NOTES.respond(request, Notification.objects.all())
    view = SavedView.objects.get()
    assert (view.query, view.division_id) == ("body=a", division.pk)
    assert bound_for(registrar).saved_views == [view]
    for user, left in ((registrar, 1), (reader, 0)):
        delete = request_for(user, list_action="delete_view", view=str(view.pk))
        NOTES.respond(delete, Notification.objects.all())
        assert SavedView.objects.count() == left


def test_bulk_actions_ask_then_act_on_the_ticked_or_on_all(reader, notes):
    def act(address="/notes/", **post):
        deleted.clear()
        request = request_for(reader, address, bulk="delete", **post)
        return NOTES.respond(request, Notification.objects.all())

    asked = act(selected=[str(notes[3].pk)])
    assert asked.status_code == 200
    assert deleted == []
    assert str(notes[3].pk) in asked.content.decode()
    assert act(selected=[str(notes[3].pk), "nonsense"], confirmed="1").status_code == 302
    assert deleted == ["ข"]
    act("/notes/?q=ก", all_matching="1", confirmed="1")
    assert deleted == ["ก"] * 3
    with pytest.raises(UnableToActOnNothing):
        act(confirmed="1")
    with pytest.raises(PermissionDenied):
        NOTES.respond(request_for(reader, bulk="unknown"), Notification.objects.all())


def test_a_neighbour_sees_no_view_of_ours(reader, notes, towns):
    SavedView.objects.create(user=reader, list_key=NOTES.key, name="ของเรา")
    with town_context(towns[1].pk):
        assert bound_for(reader).saved_views == []
