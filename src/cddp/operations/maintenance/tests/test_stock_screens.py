"""หน้าจอของคลัง: who may open what, what is typed is kept, what is refused stands where it belongs."""

import io
from decimal import Decimal
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.models import Movement, Part, PartAlternative, PartFit, StockLevel, Store
from cddp.operations.maintenance.queries.rounds import Depot, find_depot
from cddp.operations.maintenance.services import parts as services
from cddp.operations.maintenance.tests.stock_makers import (
    AT,
    fit,
    level_of,
    make_asset,
    make_class,
    make_part,
    make_store,
    make_work,
    move,
    receive,
)
from cddp.registers.assets.models import AssetModel
from tests.towns import make_user

FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")
LISTS = ["parts", "purchase", "movements", "stores"]
FORMS = ["part_new", "parts_import", "store_new", "stock_receive", "stock_transfer"]


def url(name, *args, **query):
    address = reverse(f"maintenance:{name}", args=args)
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


@pytest.fixture
def keeper(town):
    return make_user("keeper", "asset_officer")


@pytest.fixture
def technician(town):
    return make_user("tech", "technician")


@pytest.fixture
def reader(town):
    """Sees the work of all and changes nothing."""
    return make_user("reader", "mayor")


@pytest.fixture
def foreigner(towns):
    with town_context(towns[1].pk):
        return make_user("foreigner", "asset_officer")


@pytest.fixture
def shop(town, keeper):
    """A lamp of which there are five, a van, and somebody's work that has used and reserved some."""
    part = make_part(reorder_point=4, barcode="885001", supplier="ร้านไฟฟ้า")
    depot, van = make_store(name="คลังกองช่าง"), make_store("V", name="รถช่างหนึ่ง", kind="van")
    receive(part, depot, 9, 85_000, by=keeper, reference="ใบส่งของ 1")
    move("transfer", part, depot, 2, to_store_id=van.pk)
    work = make_work()
    move("issue", part, depot, 3, work=work)
    move("reserve", part, depot, 1, work=work)
    return part, depot, van, work


def lines(*rows, prefix="lines", **head):
    """Return what a form of several lines sends."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0, **head}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(FRAME))


# ── who ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [*LISTS, *FORMS, "stock_scan", "stock_differences"])
def test_a_keeper_opens_every_screen(login, keeper, shop, name):
    assert login(keeper).get(url(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_town_is_told_what_to_do(login, keeper, name):
    assert login(keeper).get(url(name)).status_code == 200


def test_a_keeper_opens_the_pages_of_a_part_and_of_a_store(login, keeper, shop):
    part, depot, _van, _work = shop
    client = login(keeper)
    page = client.get(url("part", part.pk)).content.decode()
    for words in ("คลังกองช่าง", "850.00 บาท", "1/2570", "ใบส่งของ 1", "−3", "มีพอ"):
        assert words in page, words
    for address in (
        url("part_edit", part.pk),
        url("part_movements", part.pk),
        url("part_move", part.pk, "issue"),
        url("part_move", part.pk, "count"),
        url("part_move", part.pk, "write_off"),
        url("store", depot.pk),
        url("store_edit", depot.pk),
        url("store_count", depot.pk),
        url("store_sheet", depot.pk),
        url("parts", q="LED", lack="low"),
        url("parts", store=depot.pk),
    ):
        assert client.get(address).status_code == 200, address
    assert client.get(url("part_move", part.pk, "steal")).status_code == 404


def test_a_technician_looks_and_a_reader_writes_nothing(login, technician, reader, shop):
    part, depot, _van, _work = shop
    for who in (technician, reader):
        client = login(who)
        for address in (
            url("parts"),
            url("part", part.pk),
            url("stores"),
            url("store", depot.pk),
            url("stock_scan"),
        ):
            assert client.get(address).status_code == 200, address
        for address in (
            *(url(name) for name in FORMS),
            url("part_edit", part.pk),
            url("store_count", depot.pk),
        ):
            assert client.get(address).status_code == 403, address
            assert client.post(address).status_code == 403, address
        assert client.post(url("part_shelf", part.pk, depot.pk), {"shelf": "A"}).status_code == 403


def test_who_has_nothing_to_do_with_parts_sees_none(login, town, shop):
    client = login(make_user("volunteer", "volunteer", area_codes=("01",)))
    for address in (url("parts"), url("part", shop[0].pk), url("stock_scan"), url("work_parts", shop[3].pk)):
        assert client.get(address).status_code == 403


def test_a_stranger_finds_nothing(login, foreigner, shop):
    part, depot, _van, work = shop
    client = login(foreigner)
    for address in (
        url("part", part.pk),
        url("part_edit", part.pk),
        url("part_movements", part.pk),
        url("part_move", part.pk, "issue"),
        url("store", depot.pk),
        url("store_edit", depot.pk),
        url("store_count", depot.pk),
        url("store_sheet", depot.pk),
        url("work_parts", work.pk),
    ):
        assert client.get(address).status_code == 404, address
    assert "LED-50" not in client.get(url("parts")).content.decode()
    assert client.post(url("part_shelf", part.pk, depot.pk), {"shelf": "A"}).status_code == 404


def test_a_write_asks_for_a_post(login, keeper, shop):
    assert login(keeper).get(url("part_shelf", shop[0].pk, shop[1].pk)).status_code == 405
    assert login(keeper).get(url("part", uuid4())).status_code == 404


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "most"), [("parts", 10), ("purchase", 9), ("movements", 9), ("stores", 5)])
def test_what_a_list_costs(login, keeper, shop, settings, name, most):
    settings.MENU_COUNTS_REMEMBERED_S = 60  # what waits in other rooms is their cost
    caches["local"].clear()
    for number in range(12):
        receive(make_part(f"P{number}", reorder_point=99), shop[1], 5)
    assert cost(login(keeper), url(name)) <= most


def test_what_the_page_of_a_part_costs(login, keeper, shop, settings):
    settings.MENU_COUNTS_REMEMBERED_S = 60
    caches["local"].clear()
    assert cost(login(keeper), url("part", shop[0].pk)) <= 14


def test_the_lists_are_taken_away_as_files(login, keeper, shop):
    client = login(keeper)
    for address in (
        url("parts", export="xlsx"),
        url("purchase", export="xlsx"),
        url("movements", export="csv"),
        url("part_movements", shop[0].pk, export="xlsx"),
        url("store", shop[1].pk, export="xlsx"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(b"".join(answer.streaming_content)) > 100


def test_what_to_buy_is_priced_by_what_it_cost_last(login, keeper, shop):
    page = login(keeper).get(url("purchase"))
    # 6 lie there, 1 is reserved: 5 free; the point is 4.
    assert "LED-50" not in page.content.decode()
    Part.objects.filter(pk=shop[0].pk).update(reorder_point=8, reorder_quantity=2)
    page = login(keeper).get(url("purchase")).content.decode()
    assert "2,550.00" in page  # three to stand above the point again, at 850
    assert "รวมประมาณ 2,550.00 บาท" in page
    paper = login(keeper).get(url("purchase_pdf"))
    assert paper.content.startswith(b"%PDF")


# ── parts and stores ──────────────────────────────────────────────────────────────────────────────────

PART = {
    "code": "PUMP-1",
    "name": "ซีลปั๊ม",
    "unit": "ตัว",
    "is_active": "on",
    "reorder_point": "๒",
    "reorder_quantity": "",
}


def test_a_part_is_added_with_what_it_fits(login, keeper, shop):
    light = make_class()
    model = AssetModel.objects.create(asset_class=light, name="LED 50")
    rows = [
        {"target": f"model:{model.pk}", "position": "หัวโคม", "per_asset": "2"},
        {"target": f"class:{light.pk}", "position": "", "per_asset": ""},
        {"target": "", "position": "ลืมเลือก", "per_asset": "1"},
    ]
    data = lines(*rows, prefix="fits", **PART, alternatives="LED-50")
    answer = login(keeper).post(url("part_new"), data)
    part = Part.objects.get(code="PUMP-1")
    assert answer.url == url("part", part.pk)
    assert (part.reorder_point, part.version) == (2, 1)
    assert set(
        PartFit.objects.filter(part=part).values_list("model", "asset_class", "position", "per_asset")
    ) == {
        (model.pk, None, "หัวโคม", Decimal(2)),
        (None, light.pk, "", Decimal(1)),
    }
    assert PartAlternative.objects.get(part=part).other == shop[0]
    page = login(keeper).get(url("part", part.pk)).content.decode()
    assert "LED 50" in page
    assert "ใช้แทนอะไหล่นี้ได้" in page


def test_a_part_form_keeps_what_was_typed(login, keeper, shop):
    for change, words in [
        ({"code": "LED-50"}, "มีอะไหล่ที่ใช้รหัสนี้แล้ว"),
        ({"barcode": "885001"}, "มีอะไหล่อื่นที่ใช้บาร์โค้ดนี้แล้ว"),
        ({"alternatives": "ไม่มีรหัสนี้"}, "ไม่พบรหัส"),
        ({"reorder_point": "-1"}, "จำนวนต้องไม่น้อยกว่า 0"),
        ({"name": ""}, "ชื่อ"),
    ]:
        answer = login(keeper).post(url("part_new"), lines(prefix="fits", **(PART | change)))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in page
        assert 'value="ตัว"' in page
    assert Part.objects.count() == 1


def test_a_stale_part_is_not_overwritten(login, keeper, shop):
    part = shop[0]
    data = lines(prefix="fits", **PART, version=part.version)
    services.keep_part(keeper, part.pk, values={"notes": "ใหม่"}, at=AT)
    answer = login(keeper).post(url("part_edit", part.pk), data)
    assert answer.status_code == 422
    assert "มีผู้แก้ไขอะไหล่นี้" in answer.content.decode()
    part.refresh_from_db()
    assert (part.code, part.notes, part.version) == ("LED-50", "ใหม่", 2)


def test_a_store_is_kept_and_not_closed_while_it_holds_anything(login, keeper, technician, shop):
    client = login(keeper)
    data = {
        "code": "B",
        "name": "รถสอง",
        "kind": "van",
        "keeper_id": technician.membership.pk,
        "is_active": "on",
    }
    assert client.post(url("store_new"), data).status_code == 302
    assert Store.objects.get(code="B").keeper == technician.membership
    assert client.post(url("store_new"), data).status_code == 422
    closed = {"code": "A", "name": "คลังกองช่าง", "kind": "depot"}
    answer = client.post(url("store_edit", shop[1].pk), closed)
    assert "ยังมีอะไหล่" in answer.content.decode()
    assert client.post(url("part_shelf", shop[0].pk, shop[1].pk), {"shelf": "ช-3"}).status_code == 302
    assert StockLevel.objects.get(part=shop[0], store=shop[1]).shelf == "ช-3"


def test_a_store_has_a_place_from_which_the_day_begins(login, keeper, technician, shop):
    client, depot = login(keeper), shop[1]
    given = {"code": "A", "name": "คลังกองช่าง", "kind": "depot", "is_active": "on"}
    assert find_depot(technician) is None
    assert "<place-picker" in client.get(url("store_new")).content.decode()
    assert (
        client.post(url("store_edit", depot.pk), given | {"lat": "13.7", "lng": "100.5"}).status_code == 302
    )
    assert find_depot(technician) == Depot("คลังกองช่าง", (100.5, 13.7))
    changed = AuditEntry.objects.filter(action="maintenance.store.changed").latest("at")
    assert changed.changes["point"] == [None, [100.5, 13.7]]
    page = client.get(url("store_edit", depot.pk)).content.decode()
    assert 'name="lat" value="13.7"' in page
    for bad in ({"lat": "13.7"}, {"lat": "13.7", "lng": "0"}, {"lat": "nan", "lng": "100.5"}):
        answer = client.post(url("store_edit", depot.pk), given | bad)
        assert answer.status_code == 422, bad
        assert "คลังกองช่าง" in answer.content.decode()
    assert client.post(url("store_edit", depot.pk), given).status_code == 302
    assert find_depot(technician) is None


# ── what moves ────────────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_of_several_lines_is_booked_once(login, keeper, shop):
    part, depot, van, _work = shop
    other = make_part("FUSE")
    data = lines(
        {"part": "LED-50 หลอด LED-50", "quantity": "1,000.5", "unit_price": "๘๐๐.๕๐"},
        {"part": "", "quantity": "", "unit_price": ""},
        {"part": "FUSE", "quantity": "3", "unit_price": ""},
        store=van.pk,
        act=uuid4(),
        reference="ใบส่งของ 9",
    )
    client = login(keeper)
    assert client.post(url("stock_receive"), data).url == url("store", van.pk)
    assert client.post(url("stock_receive"), data).status_code == 302
    assert level_of(part, van)[0] == Decimal("1002.5")
    assert level_of(other, van) == (3, 0, 0)
    line = Movement.objects.get(part=part, reference="ใบส่งของ 9")
    assert line.value_delta_satang == 80_090_025
    assert depot.pk != van.pk


def test_a_wrong_line_stops_the_whole_delivery(login, keeper, shop):
    _part, _depot, van, _work = shop
    good = {"part": "LED-50", "quantity": "3", "unit_price": "800"}
    for wrong, words in [
        ({"part": "ไม่รู้จัก", "quantity": "1"}, "ไม่พบอะไหล่ที่มีรหัส"),
        ({"part": "LED-50", "quantity": "0"}, "จำนวนต้องมากกว่า 0"),
        ({"part": "LED-50", "quantity": "1.005"}, "ทศนิยมได้ไม่เกินสองตำแหน่ง"),
        ({"part": "LED-50", "quantity": ""}, "กรุณากรอกจำนวน"),
        ({"part": "", "quantity": "4"}, "กรุณาระบุอะไหล่"),
        ({"part": "LED-50", "quantity": "4", "unit_price": "-5"}, "กรุณาตรวจราคาต่อหน่วย"),
    ]:
        before = Movement.objects.count()
        answer = login(keeper).post(url("stock_receive"), lines(good, wrong, store=van.pk, act=uuid4()))
        assert answer.status_code == 422, wrong
        page = answer.content.decode()
        assert words in page
        assert 'value="800"' in page
        assert Movement.objects.count() == before
    answer = login(keeper).post(url("stock_receive"), lines(store=van.pk, act=uuid4()))
    assert "กรุณากรอกอย่างน้อยหนึ่งรายการ" in answer.content.decode()


def test_a_transfer_beyond_what_is_free_says_so_on_its_line(login, keeper, shop):
    part, depot, van, _work = shop
    client = login(keeper)
    data = lines({"part": "885001", "quantity": "4"}, store=depot.pk, to_store=van.pk, act=uuid4())
    answer = client.post(url("stock_transfer"), data)
    assert answer.status_code == 422
    assert "ให้ใช้ 3 อัน (จองไว้แล้ว 1) · ที่อื่นมี: รถช่างหนึ่ง 2" in answer.content.decode()
    same = lines({"part": "LED-50", "quantity": "1"}, store=depot.pk, to_store=depot.pk, act=uuid4())
    assert "กรุณาเลือกคลังปลายทางอื่น" in client.post(url("stock_transfer"), same).content.decode()
    data["lines-0-quantity"] = "3"
    assert client.post(url("stock_transfer"), data).status_code == 302
    assert (level_of(part, depot)[0], level_of(part, van)[0]) == (1, 5)


def test_one_part_is_issued_counted_and_written_off_from_its_page(login, keeper, shop):
    part, depot, _van, work = shop
    client = login(keeper)

    def send(kind, **data):
        return client.post(url("part_move", part.pk, kind), {"store": depot.pk, "act": uuid4(), **data})

    assert "เบิกไปใช้ทำอะไร" in send("issue", quantity="1").content.decode()
    assert "ไม่พบใบสั่งงานเลขที่นี้" in send("issue", quantity="1", work_order="99/2570").content.decode()
    assert send("issue", quantity="1", work_order=work.number).status_code == 302
    assert send("write_off", quantity="1", reason="แตกตอนยก").status_code == 302
    assert send("write_off", quantity="1", reason="").status_code == 422
    assert send("count", quantity="0.5", reason="").status_code == 302
    assert level_of(part, depot)[0] == Decimal("0.5")
    assert send("count", quantity="0.5").status_code == 302
    assert send("count", quantity="-1").status_code == 422


def test_a_count_shows_what_differs_before_it_is_booked(login, keeper, shop):
    part, depot, _van, work = shop
    move("release", part, depot, 1, work=work)
    level = StockLevel.objects.get(part=part, store=depot)
    client, act = login(keeper), uuid4()
    data = {"act": act, f"seen-{level.pk}": "4", f"counted-{level.pk}": "3"}
    page = client.post(url("store_count", depot.pk), {**data, "step": "show"}).content.decode()
    assert "ต่างจากบัญชี 1 รายการ" in page
    assert "-850.00 บาท" in page
    assert level_of(part, depot)[0] == 4
    assert client.post(url("store_count", depot.pk), {**data, "step": "book"}).status_code == 302
    assert level_of(part, depot)[0] == 3
    # Somebody takes one while another count goes on: that line must be counted again.
    move("issue", part, depot, 1, work=work)
    again = {"act": uuid4(), f"seen-{level.pk}": "3", f"counted-{level.pk}": "3", "step": "book"}
    answer = client.post(url("store_count", depot.pk), again, follow=True)
    assert "ระหว่างการนับ" in answer.content.decode()
    assert level_of(part, depot)[0] == 2
    for wrong, words in [("สอง", "กรอกจำนวนเป็นตัวเลข"), ("", "ยังไม่ได้กรอกจำนวน")]:
        answer = client.post(url("store_count", depot.pk), {**again, f"counted-{level.pk}": wrong})
        assert answer.status_code == 422
        assert words in answer.content.decode()


# ── scanning and files ────────────────────────────────────────────────────────────────────────────────


def test_a_scan_leads_to_the_part_or_says_that_there_is_none(login, keeper, technician, shop):
    part, _depot, _van, work = shop
    client = login(keeper)
    for code in ("885001", "LED-50", "led-50"):
        assert client.get(url("stock_scan", code=code)).url == url("part", part.pk)
    answer = client.get(url("stock_scan", code="999"))
    assert answer.status_code == 404
    assert url("part_new") + "?barcode=999" in answer.content.decode()
    assert client.get(url("stock_scan", code="885001", work=work.pk)).url == url(
        "work_parts", work.pk, q="LED-50"
    )
    # A technician who is not of the crew is led to the part alone.
    answer = login(technician).get(url("stock_scan", code="885001", work=work.pk))
    assert answer.url == url("part", part.pk)


def test_the_label_of_a_thing_leads_to_the_thing(login, keeper, shop):
    asset = make_asset(make_class(), number="6115-001-0001")
    assert login(keeper).get(url("stock_scan", code="6115-001-0001")).url == asset.get_absolute_url()


HEADS = ["รหัส", "ชื่ออะไหล่", "หน่วยนับ", "บาร์โค้ด", "จุดสั่งซื้อ", "ยอดยกมา", "คลัง", "ราคา/หน่วย", "ราคาต่อหน่วย", "ชั้นวาง"]


def sheet(*rows):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet()
    for number, row in enumerate([HEADS, *rows]):
        for place, value in enumerate(row):
            page.write(number, place, value)
    book.close()
    return SimpleUploadedFile("อะไหล่.xlsx", stream.getvalue())


def test_parts_come_from_a_sheet_after_a_look_at_every_row(login, keeper, shop):
    _part, depot, _van, _work = shop
    client = login(keeper)
    upload = sheet(
        ["FUSE-2", "ฟิวส์ 2 แอมป์", "ตัว", "111", 5, 20, "คลังกองช่าง", "", 12.5, "ข-1"],
        ["TAPE", "เทปพันสาย", "ม้วน", "", "", "", "", "", "", ""],
        ["LED-50", "หลอดชื่อใหม่", "", "", "", "", "", "", "", ""],
        ["LED-50", "หลอดชื่อใหม่", "", "", "", 3, "คลังกองช่าง", "", "", ""],
        ["", "ไม่มีรหัส", "", "", "", "", "", "", "", ""],
        ["BAD-1", "จำนวนผิด", "", "", "-1", 1.005, "คลังที่ไม่มี", "", "ฟรี", ""],
        ["BAD-2", "บาร์โค้ดซ้ำ", "", "885001", "", "", "", "", "", ""],
        ["TAPE", "ซ้ำในไฟล์", "", "", "", "", "", "", "", ""],
    )
    answer = client.post(url("parts_import"), {"file": upload}, follow=True)
    page = answer.content.decode()
    for words in (
        "ไม่ได้อ่านคอลัมน์: ราคา/หน่วย",
        "ไม่ได้กรอก",
        "ต้องไม่น้อยกว่า 0",
        "ทศนิยมเกินสองตำแหน่ง",
        "ไม่มีคลังนี้",
        "ไม่ใช่ตัวเลข",
        "อะไหล่อื่นใช้อยู่แล้ว",
        "ซ้ำกับแถวก่อนหน้าในไฟล์",
        "มีความเคลื่อนไหวในคลังนี้แล้ว",
        "นำเข้า 3 แถวที่ถูกต้อง",
    ):
        assert words in page, words
    assert Part.objects.count() == 1
    address = answer.request["PATH_INFO"]
    assert client.post(address).status_code == 302
    fuse = Part.objects.get(code="FUSE-2")
    assert (level_of(fuse, depot), fuse.reorder_point) == ((20, 0, 25_000), 5)
    assert StockLevel.objects.get(part=fuse).shelf == "ข-1"
    assert Part.objects.get(code="LED-50").name == "หลอดชื่อใหม่"
    assert set(Part.objects.values_list("code", flat=True)) == {"FUSE-2", "LED-50", "TAPE"}
    before = Movement.objects.count()
    assert client.post(address).status_code == 302
    assert Movement.objects.count() == before
    assert level_of(fuse, depot)[0] == 20


def test_a_file_that_is_no_table_of_parts_is_refused(login, keeper, shop):
    client = login(keeper)
    for upload in (
        SimpleUploadedFile("x.xlsx", b"nothing"),
        SimpleUploadedFile("x.csv", "ก,ข\n1,2\n".encode()),
    ):
        answer = client.post(url("parts_import"), {"file": upload})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert client.post(url("parts_import")).status_code == 422
    assert client.get(url("parts_import_form")).content.startswith(b"PK")
    assert client.get(url("parts_import_file", uuid4())).status_code == 404


def test_a_class_narrows_the_list_to_what_fits_it(login, keeper, shop):
    light, pump = make_class(), make_class("pump")
    fit(shop[0], model=AssetModel.objects.create(asset_class=light, name="LED 50"))
    client = login(keeper)
    assert "LED-50" in client.get(url("parts") + f"?class={light.pk}").content.decode()
    assert "LED-50" not in client.get(url("parts") + f"?class={pump.pk}").content.decode()
