"""กระดานงานซ่อม: each number by hand, each link to exactly its rows, the files, the price."""

import datetime as dt
import io
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.periods import FISCAL_YEAR, YEAR, span_of
from cddp.operations.maintenance.choices import WorkKind
from cddp.operations.maintenance.extensions import boards
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import board
from cddp.operations.maintenance.queries.board import BoardScope, list_broken, measure_work, rows_behind
from cddp.operations.maintenance.services import moving, stock
from cddp.operations.maintenance.tests.stock_makers import make_class, make_part, make_store, receive
from cddp.operations.maintenance.tests.work_makers import RESULT, opened
from cddp.registers.assets.models import Asset, AssetModel
from cddp.registers.assets.services.outages import begin_outage
from tests.towns import make_user

NOW = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BOARD = "/maintenance/board/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mayor(town):
    return make_user("mayor", "mayor")


@pytest.fixture
def lamps(town):
    """Three lamps of one model, and a pump."""
    lamp_class = make_class("test-lamp", is_lamp=True, name="ไฟถนน")
    led = AssetModel.objects.create(asset_class=lamp_class, maker="ฟิลิปส์", name="LED 50")
    made = [
        Asset.objects.create(
            asset_class=lamp_class,
            model=led,
            number=f"L-{n}",
            name=f"เสาไฟ {n}",
            area_code="01",
            place="หน้าวัด",
        )
        for n in range(3)
    ]
    pump = Asset.objects.create(
        asset_class=make_class("test-pump", name="เครื่องสูบน้ำ"), number="P-1", name="ปั๊ม"
    )
    return [*made, pump]


def done(asset=None, *, asked, took, cost=0, **more) -> WorkOrder:
    """Make a work order that was asked for so many days ago and took so many."""
    at = NOW - asked * DAY
    order = opened(None, asset_id=asset.pk if asset else None, at=at, **more)
    moving.plan(None, order.pk, version=None, planned_on=at.date(), at=at)
    moving.start(None, order.pk, version=None, at=at)
    moving.finish(None, order.pk, version=None, result=RESULT, at=at + took * DAY)
    if cost:
        WorkOrder.objects.filter(pk=order.pk).update(labour_satang=cost)
    order.refresh_from_db()
    return order


def measure(user, **scope) -> board.WorkFigures:
    return measure_work(user, BoardScope(span_of(YEAR, NOW.date()), **scope), now=NOW)


# ── each number by hand ───────────────────────────────────────────────────────────────────────────


def test_the_mean_time_to_repair_begins_when_it_was_out(mayor, lamps):
    done(lamps[0], asked=20, took=2)
    slow = done(lamps[3], asked=10, took=2)
    WorkOrder.objects.filter(pk=slow.pk).update(down_from=NOW - 14 * DAY)
    done(lamps[1], asked=500, took=1)
    done(lamps[1], asked=9, took=1, kind=WorkKind.INSPECTION)
    opened(None, asset_id=lamps[2].pk, at=NOW - 3 * DAY)
    figures = measure(mayor)
    assert (figures.repaired, figures.mean_days) == (2, 4.0)
    assert {line.label: line.first / 86_400 for line in figures.of(board.REPAIR)} == {
        "ไฟถนน": 2,
        "เครื่องสูบน้ำ": 6,
    }


def test_what_fails_again_by_model_and_by_place(mayor, lamps):
    for asked in (30, 20, 10):
        done(lamps[0], asked=asked, took=1)
    done(lamps[1], asked=5, took=1)
    gone = opened(None, asset_id=lamps[1].pk, at=NOW - 4 * DAY)
    moving.cancel(None, gone.pk, version=None, reason="แจ้งผิดต้น", at=NOW - 3 * DAY)
    for asked in (8, 6):
        done(asked=asked, took=1, place="ฝาท่อหน้าตลาด")
    done(lamps[3], asked=7, took=1)
    figures = measure(mayor)
    [model] = figures.of(board.MODEL)
    assert (model.label, model.count, model.first, model.second) == ("ฟิลิปส์ LED 50", 4, 2, 3)
    assert [(line.label, line.count) for line in figures.of(board.PLACE)] == [("L-0", 3), ("ฝาท่อหน้าตลาด", 2)]


def wait(asset, *, since, until=None, note="หลอด", part=None, store=None):
    order = opened(None, asset_id=asset.pk, at=NOW - since * DAY)
    moving.plan(None, order.pk, version=None, planned_on=NOW.date(), at=NOW - since * DAY)
    moving.start(None, order.pk, version=None, at=NOW - since * DAY)
    moving.await_parts(None, order.pk, version=None, note=note, at=NOW - since * DAY)
    if part is not None:
        stock.reserve(
            None,
            part_id=part.pk,
            store_id=store.pk,
            quantity=Decimal(1),
            act=uuid4(),
            work_order_id=order.pk,
            at=NOW - (until or 0) * DAY,
        )
    if until is not None:
        moving.resume(None, order.pk, version=None, at=NOW - until * DAY)
    return order


def test_parts_that_stop_work_by_the_ledger_else_by_the_words(mayor, lamps):
    part, store = make_part("LED-50", name="หลอด LED"), make_store()
    receive(part, store, 10)
    wait(lamps[0], since=10, until=4, part=part, store=store)
    wait(lamps[1], since=6, until=4, part=part, store=store)
    wait(lamps[2], since=3, note="สายเคเบิล")
    figures = measure(mayor)
    assert [
        (line.label, line.count, line.first / 86_400, line.second) for line in figures.of(board.WAIT)
    ] == [("LED-50 หลอด LED", 2, 8, 0), ("สายเคเบิล", 1, 3, 1)]
    # Of a wait only what lies in the span counts.
    this_month = measure_work(mayor, BoardScope(span_of("month", NOW.date())), now=NOW)
    assert sum(line.first for line in this_month.of(board.WAIT)) == 11 * 86_400


def test_cost_by_thing_and_by_area(mayor, lamps):
    done(lamps[0], asked=5, took=1, cost=150_000)
    done(lamps[1], asked=5, took=1, cost=50_000)
    done(lamps[3], asked=5, took=1, cost=20_000)
    done(lamps[0], asked=400, took=1, cost=999_999)
    figures = measure(mayor)
    assert [line.label for line in figures.of(board.COST_ASSET)] == ["L-0", "L-1", "P-1"]
    assert {line.key: line.first for line in figures.of(board.COST_AREA)} == {"01": 200_000, "none": 20_000}
    assert figures.cost_satang == 220_000


def test_planned_work_on_time_late_and_overdue(mayor, lamps):
    kind = WorkKind.PREVENTIVE
    for asked, took, due in ((20, 3, 15), (20, 5, 15), (20, 8, 15)):
        done(lamps[0], asked=asked, took=took, kind=kind, due_on=(NOW - due * DAY).date())
    opened(None, kind=kind, due_on=(NOW - DAY).date(), at=NOW - 9 * DAY)
    opened(None, kind=kind, due_on=NOW.date(), at=NOW - 9 * DAY)
    figures = measure(mayor)
    line = figures.planned
    assert (line.count, line.first, line.second, line.third) == (5, 2, 1, 1)
    assert figures.on_time_share == 0.5


def test_nothing_is_nothing(mayor):
    figures = measure(mayor)
    assert (figures.mean_days, figures.on_time_share, figures.cost_satang, figures.repaired) == (
        None,
        None,
        0,
        0,
    )


def test_broken_now_the_longest_first(mayor, lamps):
    begin_outage(None, lamps[3].pk, source="officer", from_at=NOW - 9 * DAY)
    begin_outage(None, lamps[0].pk, source="officer", from_at=NOW - 20 * DAY)
    found = list_broken(mayor, BoardScope(span_of(YEAR, NOW.date())))
    assert [outage.asset_id for outage in found.longest] == [lamps[0].pk, lamps[3].pk]
    assert found.count == 2
    here = list_broken(mayor, BoardScope(span_of(YEAR, NOW.date()), area_code="01"))
    assert [name for _key, name, _count in here.by_class] == ["ไฟถนน"]


def test_area_and_class_narrow_and_a_neighbour_counts_nothing(mayor, lamps, towns):
    done(lamps[0], asked=5, took=1, cost=100)
    done(lamps[3], asked=5, took=1, cost=100)
    assert measure(mayor, area_code="01").repaired == 1
    assert measure(mayor, class_id=str(lamps[3].asset_class_id)).repaired == 1
    with town_context(towns[1].pk):
        assert measure(make_user("neighbour", "mayor")).repaired == 0


# ── every number opens exactly its rows ───────────────────────────────────────────────────────────


@pytest.fixture
def full(lamps):
    part, store = make_part("LED-50"), make_store()
    receive(part, store, 10)
    for asked in (30, 20):
        done(lamps[0], asked=asked, took=1, cost=1_000)
    done(lamps[3], asked=6, took=1, cost=500)
    for asked in (8, 6):
        done(asked=asked, took=1, place="ฝาท่อหน้าตลาด")
    wait(lamps[1], since=6, until=4, part=part, store=store)
    wait(lamps[2], since=3, note="สาย 50% ของม้วน")
    wait(lamps[2], since=2, note="")
    for took in (3, 8):
        done(
            lamps[0],
            asked=20,
            took=took,
            kind=WorkKind.PREVENTIVE,
            due_on=(NOW - 15 * DAY).date(),
        )
    opened(None, kind=WorkKind.PREVENTIVE, due_on=(NOW - DAY).date(), at=NOW - 9 * DAY)
    return lamps


def test_each_group_opens_exactly_its_rows(mayor, full):
    scope = BoardScope(span_of(YEAR, NOW.date()))
    figures = measure_work(mayor, scope, now=NOW)
    seen = 0
    for kind in (board.REPAIR, board.MODEL, board.PLACE, board.WAIT, board.COST_ASSET, board.COST_AREA):
        assert figures.of(kind), kind
        for line in figures.of(kind):
            rows = rows_behind(mayor, scope, kind, line.key, now=NOW)
            assert rows is not None
            assert rows.count() == line.count, (kind, line)
            seen += 1
    planned = figures.planned
    for key, count in (
        ("", planned.count),
        ("on_time", planned.first),
        ("late", planned.second),
        ("overdue", planned.third),
    ):
        assert rows_behind(mayor, scope, board.PREVENTIVE, key, now=NOW).count() == count
    assert seen > 10
    assert rows_behind(mayor, scope, "nothing", "", now=NOW) is None
    assert rows_behind(mayor, scope, board.PREVENTIVE, "nothing", now=NOW) is None


def test_the_links_of_the_page_all_open(login, mayor, full):
    client = login(mayor)
    content = client.get(BOARD, {"period": YEAR}).content.decode()
    links = {
        part.split('"')[0].replace("&amp;", "&")
        for part in content.split('href="')[1:]
        if part.startswith(("/maintenance/board/rows/", "/assets/"))
    }
    assert len(links) > 12
    for link in links:
        assert client.get(link).status_code == 200, link


WHOLE = ("ดวงไฟที่ติด", "ถนนตามสภาพ")


# ── the screens ───────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_it_all(login, mayor, full):
    begin_outage(None, full[0].pk, source="officer", from_at=NOW - 20 * DAY)
    content = login(mayor).get(BOARD).content.decode()
    for words in (
        "อะไรใช้การไม่ได้ และอะไรทำให้ซ่อมช้า",
        "<strong>1 ชิ้น</strong>",
        "เสาไฟ 0",
        "ฟิลิปส์ LED 50 (ไฟถนน)",
        "ฝาท่อหน้าตลาด",
        "สาย 50% ของม้วน",
        "ไม่ได้เขียนว่ารออะไร",
        "งานบำรุงรักษาตามแผน",
        "66.7",
        "25.00",
    ):
        assert words in content, words


def test_of_one_class_the_board_says_nothing_of_the_towns_lamps_and_roads(login, mayor, full):
    client, asked = login(mayor), {"asset_class": str(full[3].asset_class_id)}
    assert {"ดวงไฟที่ติด", "ถนนตามสภาพ"} == {
        each for each in WHOLE if each in client.get(BOARD).content.decode()
    }
    of_class = client.get(BOARD, asked).content.decode()
    assert "เครื่องสูบน้ำ" in of_class
    assert not [each for each in WHOLE if each in of_class]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{BOARD}file.xlsx", asked).content))
    cells = {str(cell.value) for sheet in book for row in sheet for cell in row}
    assert not [each for each in WHOLE if any(each in cell for cell in cells)]


def test_an_empty_town_is_told_so(login, mayor):
    content = login(mayor).get(BOARD).content.decode()
    assert "ไม่มีทรัพย์สินที่ชำรุดอยู่" in content
    assert "ไม่มีงานที่หยุดรออะไหล่ในช่วงนี้" in content


@pytest.mark.parametrize(
    "path", [BOARD, f"{BOARD}rows/?what=repair", f"{BOARD}file.xlsx", f"{BOARD}file.pdf"]
)
def test_who_may_look(path, login, client, mayor, town):
    assert login(mayor).get(path).status_code == 200
    assert login(make_user("plain", "officer")).get(path).status_code == 403
    client.logout()
    assert client.get(path).status_code == 302


def test_bad_input_means_the_whole_town_and_unknown_numbers_are_not_there(login, mayor, full):
    client = login(mayor)
    assert client.get(BOARD, {"period": "ฟฟ", "area": "99", "asset_class": "x"}).status_code == 200
    assert client.get(f"{BOARD}rows/", {"what": "x"}).status_code == 404
    assert client.get(f"{BOARD}rows/", {"what": "model", "key": "ไม่ใช่"}).status_code == 200
    assert client.get(f"{BOARD}file.doc").status_code == 404
    assert client.post(BOARD).status_code == 405


def test_the_rows_keep_what_was_asked_through_search_and_export(login, mayor, full, town):
    client = login(mayor)
    asked = urlencode({"what": board.PLACE, "key": "ฝาท่อหน้าตลาด", "period": YEAR})
    content = client.get(f"{BOARD}rows/?{asked}").content.decode()
    assert 'name="what" value="place" form="list-form"' in content
    director = login(make_user("director", "director"))
    response = director.get(f"{BOARD}rows/?{asked}&export=csv")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert len(body.decode("utf-8-sig").strip().splitlines()) == 3


def test_the_spreadsheet_and_the_paper_say_the_same(login, mayor, full):
    client = login(mayor)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{BOARD}file.xlsx?period={YEAR}").content))
    assert book.sheetnames[0] == "สรุป"
    assert len(book.sheetnames) == 10
    sheet = book["ชำรุดซ้ำตามรุ่น"]
    assert [cell.value for cell in sheet[5]][:4] == ["ฟิลิปส์ LED 50 (ไฟถนน)", 5, 3, 2]
    pdf = client.get(f"{BOARD}file.pdf?period={YEAR}")
    assert pdf.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="maintenance.board.exported").count() == 2


def test_what_the_page_costs(login, mayor, full):
    client = login(mayor)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as seen:
        client.get(BOARD)
    frame = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    spent = [each["sql"] for each in seen if not each["sql"].startswith(frame)]
    assert len(spent) <= 12, "\n".join(each[:80] for each in spent)


def test_the_dashboard_reads_the_same_numbers(mayor, full):
    today = timezone.localdate()
    figures = measure_work(mayor, BoardScope(span_of(FISCAL_YEAR, today)), now=NOW)
    [repair] = boards._repair(mayor, "", today)
    assert repair.value == figures.mean_days
    assert reverse("maintenance:board_rows") in repair.url
    [share] = boards._on_time(mayor, "", today)
    assert share.value == figures.on_time_share
    assert [row.value for row in boards._waits(mayor, "", today)]
    [cost] = boards._cost(mayor, "", today)
    assert cost.value == figures.cost_satang / 100
    officer = make_user("plain", "officer")
    assert boards._repair(officer, "", today)[0].url == ""
    assert boards._repair(mayor, "ไม่มี", today) == []
