"""Screens of the register of values, of labels and of counting: works, colleague, stranger, reader, GET, bad input."""

import datetime as dt
import io
import json
import re
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import TownSetting
from cddp.registers.assets.choices import StockTakeResult
from cddp.registers.assets.models import Asset, AssetClass, DepreciationRate, StockTake
from cddp.registers.assets.queries.depreciation import THRESHOLD_SETTING
from cddp.registers.assets.services.counting import Sighting, open_round, sight
from cddp.registers.assets.services.labels import LAYOUTS, draw_code, lay_out
from cddp.registers.assets.tests.samples import NOW, lamp
from tests.towns import make_user

YEAR = 2565
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")


def sign_in(name: str, role: str) -> Client:
    """Each person at a browser of their own."""
    client = Client()
    client.force_login(make_user(name, role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def keeper(town) -> Client:
    return sign_in("พัสดุ", "asset_officer")


@pytest.fixture
def member(town) -> Client:
    return sign_in("กรรมการ", "technician")


@pytest.fixture
def reader(town) -> Client:
    return sign_in("ผู้ดู", "officer")


@pytest.fixture
def stranger(towns) -> Client:
    with town_context(towns[1].pk):
        return sign_in("คนอื่น", "town_admin")


@pytest.fixture
def truck(town) -> Asset:
    kind = AssetClass.objects.create(key="truck", name="รถยนต์ทดสอบ", order=1)
    DepreciationRate.objects.create(
        asset_class=kind, effective_from=dt.date(1900, 1, 1), life_years=8, source="ประกาศทดสอบ"
    )
    return Asset.objects.create(
        asset_class=kind,
        number="001-64-0001",
        name="รถบรรทุกน้ำ",
        cost_satang=139_000_000,
        acquired_on=dt.date(2021, 8, 12),
    )


@pytest.fixture
def take(town) -> StockTake:
    lamp("416-65-0001", place="หน้าวัด", former_number="เก่า-1")
    lamp("416-65-0002")
    return open_round(None, name="ตรวจนับ 2569", fiscal_year=2569, committee="นายหนึ่ง ทดสอบ", at=NOW)


# ── values ────────────────────────────────────────────────────────────────────────────────────────


def test_the_register_shows_sums_and_things_of_the_year(reader, truck):
    page = reader.get(reverse("assets:depreciation"), {"year": YEAR}).content.decode()
    assert "รถบรรทุกน้ำ" in page
    # 173,749.88 is the charge; 1,366,198.65 the opening value; 1,192,448.77 the closing value.
    for words in ("173,749.88", "1,366,198.65", "1,192,448.77", "197,551.23"):
        assert words in page
    assert "1,390,000.00" not in reader.get(reverse("assets:depreciation"), {"year": 2563}).content.decode()


@pytest.mark.parametrize("year", ["", "๒๕๖๕", "0000", "9999", "x"])
def test_a_year_that_is_none_shows_one_that_is(reader, truck, year):
    assert reader.get(reverse("assets:depreciation"), {"year": year}).status_code == 200


def test_what_lacks_facts_is_told_of(reader, truck):
    lamp("1")
    assert "อีก 1 รายการไม่อยู่ในทะเบียนนี้" in reader.get(reverse("assets:depreciation")).content.decode()


def test_the_spreadsheet_adds_up_and_says_how(keeper, truck):
    lamp("1", cost_satang=500_000, acquired_on=dt.date(2022, 1, 1))
    response = keeper.get(reverse("assets:depreciation_file", args=[YEAR, "xlsx"]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    summary, lines, notes = (book[name] for name in book.sheetnames)
    assert [cell.value for cell in summary[6]][:9] == [
        "รถยนต์ทดสอบ", 1, 1_390_000, 1_366_198.65, 0, 173_749.88, 0, 197_551.23, 1_192_448.77,
    ]  # fmt: skip
    total = [cell.value for cell in summary[summary.max_row]]
    assert (total[0], total[1], total[8], total[9]) == ("รวม", 1, 1_192_448.77, 1)
    rows = {row[0]: row for row in lines.iter_rows(min_row=2, values_only=True) if row[0]}
    assert rows["001-64-0001"][10] == 173_749.88
    assert rows["1"][15] == "ต่ำกว่าเกณฑ์ คุมจำนวน"
    assert rows["1"][10] is None
    assert lines.cell(lines.max_row, 11).value == 173_749.88
    assert "ราคาทุน − มูลค่าคงเหลือ 1 บาท" in notes.cell(1, 1).value


def test_the_filter_holds_for_the_files_too(keeper, truck):
    other = lamp("1", cost_satang=5_000_000, acquired_on=dt.date(2022, 1, 1))
    address = reverse("assets:depreciation_file", args=[YEAR, "xlsx"])
    response = keeper.get(address, {"class": str(other.asset_class_id)})
    lines = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[1]
    assert [row[0] for row in lines.iter_rows(min_row=2, values_only=True) if row[0]] == ["1"]


def test_register_and_card_come_as_paper(reader, truck):
    for address in (
        reverse("assets:depreciation_file", args=[YEAR, "pdf"]),
        reverse("assets:depreciation_card", args=[truck.pk]),
    ):
        response = reader.get(address)
        assert response.status_code == 200
        assert response.content.startswith(b"%PDF")


def test_files_are_for_those_who_may(reader, stranger, truck):
    assert reader.get(reverse("assets:depreciation_file", args=[YEAR, "xlsx"])).status_code == 404
    assert reader.get(reverse("assets:depreciation_file", args=[YEAR, "doc"])).status_code == 404
    assert reader.get(reverse("assets:depreciation_file", args=[1900, "pdf"])).status_code == 404
    assert stranger.get(reverse("assets:depreciation_card", args=[truck.pk])).status_code == 404
    assert stranger.get(reverse("assets:asset", args=[truck.pk])).status_code == 404


def test_the_page_of_an_asset_says_its_value(reader, truck):
    page = reader.get(reverse("assets:asset", args=[truck.pk])).content.decode()
    assert "มูลค่าตามบัญชีวันนี้" in page
    assert "23,801.35" in page
    low = lamp("1", cost_satang=100, acquired_on=dt.date(2022, 1, 1))
    assert "ต่ำกว่าเกณฑ์" in reader.get(reverse("assets:asset", args=[low.pk])).content.decode()


def test_the_threshold_is_the_administrators(keeper, truck):
    address = reverse("assets:depreciation_threshold")
    assert keeper.get(address).status_code == 403
    admin = sign_in("ผู้ดูแล", "town_admin")
    assert admin.get(address).status_code == 200
    assert admin.post(address, {"threshold": "มาก"}).status_code == 422
    assert admin.post(address, {"threshold": "-1"}).status_code == 422
    assert admin.post(address, {"threshold": "5,000"}).status_code == 302
    assert TownSetting.objects.get(key=THRESHOLD_SETTING).value == 500_000


def cost(client: Client, url: str) -> int:
    """Return how many queries a page asks, those of its frame (session, person, menu) among them."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(FRAME))


def test_lists_cost_the_same_for_many_things(reader, truck, take):
    register = f"{reverse('assets:depreciation')}?year={YEAR}"
    pages = [register, reverse("assets:stock_takes"), take.get_absolute_url()]
    few = [cost(reader, page) for page in pages]
    for place in range(30):
        lamp(f"{place}", cost_satang=2_000_000, acquired_on=dt.date(2022, 1, 1))
    open_round(None, name="ตรวจนับอีกรอบ", fiscal_year=2569, at=NOW)
    assert [cost(reader, page) for page in pages] == few
    # Six are the frame's: who it is, what waits, what the menu counts.
    assert max(few) <= 6 + 12


# ── labels ────────────────────────────────────────────────────────────────────────────────────────


def test_a_label_leads_to_its_asset(client, reader, stranger, truck):
    address = reverse("assets:code", args=[truck.pk])
    assert address == f"/a/{truck.pk}/"
    assert reader.get(address).url == truck.get_absolute_url()
    assert stranger.get(address).status_code == 404
    assert reader.get(reverse("assets:code", args=[uuid4()])).status_code == 404
    sign_in = client.get(address)
    assert sign_in.status_code == 302
    assert f"next=/a/{truck.pk}/" in sign_in.url


def test_the_code_holds_the_address():
    import segno

    address = f"https://banklang.example.test/a/{uuid4()}/"
    drawn = str(draw_code(address))
    matrix = segno.make_qr(address, error="m").matrix
    # Read the drawing back: each "M x y h n" of the path is a run of n dark modules; a quiet zone of two goes around.
    dark = set()
    row = column = 0
    path = re.search(r'd="([^"]+)"', drawn)[1]
    for move, x, y, run in re.findall(
        r"([Mm])\s*(-?\d+(?:\.\d+)?)[ ,]?\s*(-?\d+(?:\.\d+)?)?|[h](-?\d+)", path
    ):
        if run:
            dark |= {(row, column + step) for step in range(int(run))}
            column += int(run)
        elif move == "M":
            column, row = int(float(x)), int(float(y))
        else:
            column, row = column + int(float(x)), row + int(float(y or 0))
    assert dark == {(y + 2, x + 2) for y, line in enumerate(matrix) for x, bit in enumerate(line) if bit}


def test_a_used_sheet_is_used_up(town):
    things = [Asset(number=str(place), name="สิ่งของ") for place in range(30)]
    sheets = lay_out(things, ["https://x.test/a/"] * 30, LAYOUTS["3x8"], start=23)
    assert [len(sheet) for sheet in sheets] == [2, 24, 4]
    assert [(label.row, label.column) for label in sheets[0]] == [(7, 1), (7, 2)]
    assert (sheets[1][0].number, sheets[1][0].row, sheets[1][0].column) == ("2", 0, 0)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda each: each.key)
def test_each_layout_fits_on_a4(layout):
    assert layout.lefts[-1] + layout.width <= 210.01
    assert layout.tops[-1] + layout.height <= 297.01
    assert layout.qr >= 15


def test_labels_are_printed_for_what_was_chosen(reader, truck):
    lamp("416-65-0001")
    address = reverse("assets:labels")
    assert reader.get(address).status_code == 200
    assert "เลือกไว้ 1 รายการ" in reader.get(address, {"asset": truck.pk.hex}).content.decode()
    asked = {"layout": "5x13", "start": "60"}
    for chosen in ({"ids": truck.pk.hex}, {"number_from": "001", "number_to": "002"}, {}):
        response = reader.post(address, asked | chosen)
        assert response.status_code == 200
        assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "25"},
        {"start": "0"},
        {"layout": "9x9"},
        {"ids": "x"},
        {"ids": uuid4().hex},
        {"number_from": "๙๙๙"},
    ],
)
def test_labels_that_cannot_be_are_refused_and_what_was_typed_stays(reader, truck, wrong):
    response = reader.post(reverse("assets:labels"), {"layout": "3x8", "start": "7"} | wrong)
    assert response.status_code == 422


def test_a_stranger_prints_nothing_of_ours(stranger, truck):
    response = stranger.post(reverse("assets:labels"), {"layout": "3x8", "start": "1", "ids": truck.pk.hex})
    assert response.status_code == 422


# ── counting ──────────────────────────────────────────────────────────────────────────────────────


def test_a_round_is_opened_by_those_who_may(keeper, member, take):
    address = reverse("assets:stock_take_new")
    assert member.get(address).status_code == 403
    assert keeper.get(address).status_code == 200
    response = keeper.post(address, {"name": "รอบสอง", "fiscal_year": "2569", "committee": "นางสอง"})
    made = StockTake.objects.get(name="รอบสอง")
    assert response.url == made.get_absolute_url()
    wrong = keeper.post(address, {"name": "", "fiscal_year": "2569", "committee": "นางสาม"})
    assert wrong.status_code == 422
    assert "นางสาม" in wrong.content.decode()


def test_an_empty_scope_keeps_what_was_typed(keeper, take):
    empty = AssetClass.objects.create(key="empty", name="ว่าง")
    answer = keeper.post(
        reverse("assets:stock_take_new"),
        {"name": "รอบว่าง", "fiscal_year": "2569", "asset_class": str(empty.pk)},
    )
    assert answer.status_code == 422
    assert "รอบว่าง" in answer.content.decode()
    assert not StockTake.objects.filter(name="รอบว่าง").exists()


def test_rounds_and_one_round_are_shown(reader, stranger, take):
    assert "ตรวจนับ 2569" in reader.get(reverse("assets:stock_takes")).content.decode()
    assert "ตรวจนับ 2569" not in stranger.get(reverse("assets:stock_takes")).content.decode()
    page = reader.get(take.get_absolute_url())
    assert "ยังไม่ตรวจอีก 2 รายการ" in page.content.decode()
    assert "416-65-0001" in reader.get(take.get_absolute_url(), {"result": "left"}).content.decode()
    assert "416-65-0001" not in reader.get(take.get_absolute_url(), {"result": "found"}).content.decode()
    assert "416-65-0002" not in reader.get(take.get_absolute_url(), {"q": "0001"}).content.decode()
    for name in ("stock_take", "stock_take_close", "stock_take_phone", "stock_take_rows", "stock_take_find"):
        assert stranger.get(reverse(f"assets:{name}", args=[take.pk])).status_code == 404
    assert reader.get(reverse("assets:stock_take", args=[uuid4()])).status_code == 404


def test_the_phone_knows_the_things_and_takes_a_sighting_once(member, reader, take):
    assert reader.get(reverse("assets:stock_take_phone", args=[take.pk])).status_code == 403
    assert member.get(reverse("assets:stock_take_phone", args=[take.pk])).status_code == 200
    known = json.loads(member.get(reverse("assets:stock_take_rows", args=[take.pk])).content)
    assert (len(known["rows"]), known["is_whole"]) == (2, True)
    pass_ = json.loads(member.get(reverse("assets:stock_take_token", args=[take.pk])).content)
    address = reverse("assets:stock_take_sight", args=[take.pk])
    sent = {
        "sighting_id": str(uuid4()),
        "owner": pass_["owner"],
        "code": "416-65-0001",
        "result": "damaged",
        "condition": "4",
        "note": "เสาเอียง",
        "made_at": dt.datetime.now(tz=dt.UTC).isoformat(),
    }
    for _again in range(2):
        answer = member.post(address, sent, headers={"accept": "application/json"})
        assert json.loads(answer.content) == {"state": "done", "words": ""}
    line = take.lines.get(asset__number="416-65-0001")
    assert (line.result, line.condition, line.note) == (StockTakeResult.DAMAGED, 4, "เสาเอียง")
    assert line.asset.events.filter(kind="counted").count() == 1
    assert member.get(address).status_code == 405
    assert reader.post(address, sent).status_code == 403


def test_another_members_outbox_is_not_sent_in_this_ones_name(member, take):
    address = reverse("assets:stock_take_sight", args=[take.pk])
    sent = {"owner": str(uuid4()), "code": "416-65-0001", "result": "found"}
    assert member.post(address, sent, headers={"accept": "application/json"}).status_code == 403
    assert not take.lines.exclude(result="").exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"code": "ไม่มี", "result": "found"}, "ไม่พบทรัพย์สิน"),
        ({"code": "416-65-0001", "result": "lost"}, "กรุณาเลือกผล"),
        ({"code": "416-65-0001"}, "กรุณาเลือกผล"),
        ({"code": "416-65-0001", "result": "found", "condition": "9"}, ""),
    ],
)
def test_a_phone_is_told_why_not(member, take, sent, words):
    address = reverse("assets:stock_take_sight", args=[take.pk])
    answer = json.loads(member.post(address, sent, headers={"accept": "application/json"}).content)
    assert answer["state"] == "refused"
    assert answer["words"]
    assert words in answer["words"]


def test_without_scripts_the_forms_do_the_same(member, take):
    asset = Asset.objects.get(number="416-65-0001")
    here = reverse("assets:stock_take_phone", args=[take.pk])
    for code in ("๔๑๖-๖๕-๐๐๐๑", "เก่า-1", f"http://testserver/a/{asset.pk}/"):
        assert f'value="{asset.pk}"' in member.get(here, {"code": code}).content.decode()
    unknown = member.get(here, {"code": "ไม่มี"})
    assert unknown.status_code == 404
    answer = member.post(
        reverse("assets:stock_take_sight", args=[take.pk]), {"code": str(asset.pk), "result": "found"}
    )
    assert answer.url == here
    assert take.lines.get(asset=asset).result == StockTakeResult.FOUND


def test_a_code_that_the_phone_lacks_is_looked_up(member, take):
    address = reverse("assets:stock_take_find", args=[take.pk])
    row = json.loads(member.get(address, {"code": "เก่า-1"}).content)["row"]
    assert row[1:3] == ["416-65-0001", "เก่า-1"]
    assert member.get(address, {"code": "ไม่มี"}).status_code == 404


def test_closing_asks_first(keeper, member, take):
    address = reverse("assets:stock_take_close", args=[take.pk])
    assert member.get(address).status_code == 403
    assert member.post(address).status_code == 403
    asset = Asset.objects.get(number="416-65-0001")
    sight(make_user("กรรมการ", "technician"), take.pk, asset.pk, Sighting(uuid4(), "found"), at=NOW)
    assert "1 รายการที่ยังไม่มีใครตรวจ" in keeper.get(address).content.decode()
    assert keeper.post(address, {"mark_missing": "1"}).url == take.get_absolute_url()
    assert Asset.objects.get(number="416-65-0002").state == "missing"
    assert keeper.get(address).status_code == 302
    page = keeper.get(take.get_absolute_url()).content.decode()
    assert "ไม่พบ 1 รายการ" in page


def test_the_report_goes_to_the_head_of_the_town(keeper, reader, take):
    member = make_user("กรรมการ", "technician")
    asset = Asset.objects.get(number="416-65-0001")
    sight(member, take.pk, asset.pk, Sighting(uuid4(), "damaged", 4, "=1+1"), at=NOW)
    paper = reader.get(reverse("assets:stock_take_report", args=[take.pk, "pdf"]))
    assert paper.content.startswith(b"%PDF")
    assert reader.get(reverse("assets:stock_take_report", args=[take.pk, "xlsx"])).status_code == 404
    response = keeper.get(reverse("assets:stock_take_report", args=[take.pk, "xlsx"]))
    summary, lines = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
    assert [cell.value for cell in summary[6]] == ["ไฟถนนทดสอบ", 2, 0, 1, 0, 0, 0, 1]
    assert [row[7] for row in lines.iter_rows(min_row=2, max_row=2, values_only=True)] == ["'=1+1"]
    assert keeper.get(reverse("assets:stock_take_report", args=[take.pk, "doc"])).status_code == 404


def test_labels_are_printed_for_what_was_ticked_in_the_list(reader, truck):
    other = lamp("416-65-0001")
    here = reverse("assets:assets")
    page = reader.post(here, {"bulk": "labels", "selected": [str(truck.pk), str(other.pk)]})
    assert "เลือกไว้ 2 รายการ" in page.content.decode()
    whole = reader.post(f"{here}?q=416-65", {"bulk": "labels", "all_matching": "1"}).content.decode()
    assert "เลือกไว้ 1 รายการ" in whole
    assert other.pk.hex in whole
