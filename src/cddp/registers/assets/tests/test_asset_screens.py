"""Screens of the register: works · colleague may · stranger 404 · reader 403 · GET refused on a write · bad id · bad
input keeps what was typed."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.models import Asset, AssetModel, Inspection
from cddp.registers.assets.services.inspecting import inspect
from cddp.registers.assets.services.outages import begin_outage
from cddp.registers.assets.services.registering import change_asset
from cddp.registers.assets.tests.samples import lamp, lamps, picture, point, roads, village
from tests.towns import NEIGHBOUR_ID, make_user

FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")
LIST = "/assets/"


@pytest.fixture
def keeper(town: Municipality) -> User:
    return make_user("พัสดุ", "asset_officer")


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


@pytest.fixture
def foreigner(towns) -> User:
    with town_context(NEIGHBOUR_ID):
        return make_user("ต่างเมือง", "asset_officer")


def of(asset: Asset, name: str) -> str:
    return reverse(f"assets:{name}", args=[asset.pk])


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer
    return answer.content.decode()


def cost(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(FRAME))


# ── the list ──────────────────────────────────────────────────────────────────────────────────────


def test_the_list_leads_to_the_labels_of_a_whole_class(login, reader):
    lamp("A-1")
    client = login(reader)
    assert f'href="{reverse("assets:labels")}"' in text_of(client.get(LIST))
    address = reverse("assets:labels", query={"class": lamps().pk})
    assert f'href="{address}"' in text_of(client.get(f"{LIST}?class={lamps().pk}"))
    assert f'value="{lamps().pk}" selected' in text_of(client.get(address))


def test_the_list_narrows_by_what_people_ask(login, keeper):
    village()
    today = timezone.localdate()
    division = Division.objects.create(code="works", name="กองช่าง")
    lit = lamp("A-1", division=division, cost_satang=500_000, warranty_until=today + dt.timedelta(days=20))
    dark = lamp("A-2", name="ไฟหน้าตลาด", shape=point(900), place="ตลาดสด")
    bare = lamp("A-3", name="ไม่มีที่", shape=None, state=AssetState.STORED)
    begin_outage(None, dark.pk, source=Source.OFFICER, from_at=timezone.now())
    inspect(None, lit.pk, inspection_id=uuid4(), condition=2, on=today, at=timezone.now())
    lamps().__class__.objects.filter(pk=lamps().pk).update(inspect_every_months=12)
    client = login(keeper)
    for query, found in (
        ("", {lit, dark, bare}),
        ("?q=ตลาด", {dark}),
        (f"?class={lamps().pk}", {lit, dark, bare}),
        ("?out=1", {dark}),
        ("?state=stored", {bare}),
        ("?condition=2", {lit}),
        ("?condition=none", {dark, bare}),
        (f"?division={division.pk}&division=none", {lit, dark, bare}),
        (f"?division={division.pk}", {lit}),
        ("?area=51010101", {lit}),
        ("?area=none", {dark, bare}),
        ("?due=1", {dark, bare}),
        ("?due=0", {lit}),
        ("?warranty=ending", {lit}),
        ("?warranty=over", set()),
        ("?placed=0", {bare}),
        ("?cost_min=5000&cost_max=5000", {lit}),
        ("?sort=-condition", {lit, dark, bare}),
    ):
        answer = client.get(LIST + query)
        assert answer.status_code == 200
        assert {row.object for row in answer.context["list"].rows} == found, query


def test_what_is_gone_shows_only_when_asked_for(login, keeper):
    gone = lamp("A-9")
    Asset.objects.filter(pk=gone.pk).update(state=AssetState.DISPOSED, disposed_on=timezone.localdate())
    client = login(keeper)
    assert client.get(LIST).context["list"].rows == []
    for query in ("?state=disposed", "?q=A-9"):
        assert [row.object for row in client.get(LIST + query).context["list"].rows] == [gone]


def test_the_list_costs_the_same_with_three_rows_and_with_thirty(login, keeper):
    for number in range(3):
        lamp(f"A-{number}")
    client = login(keeper)
    few = cost(client, LIST)
    for number in range(3, 30):
        lamp(f"A-{number}", division=Division.objects.get_or_create(code="a", name="ก")[0])
    assert cost(client, LIST) == few <= 13  # of which the frame of every page takes five


def test_a_file_of_the_list_is_for_who_may_take_it_away(login, keeper, reader):
    lamp("416-65-0001", cost_satang=123_456)
    answer = login(keeper).get(LIST + "?export=csv")
    assert "416-65-0001" in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert login(reader).get(LIST + "?export=xlsx").status_code == 403


# ── the page ──────────────────────────────────────────────────────────────────────────────────────


def test_the_page_answers_what_it_is_and_whether_it_works(login, keeper, reader):
    asset = lamp(
        "416-65-0001", attributes={"watts": 150, "lamp_type": "led"}, cost_satang=1_250_000, place="หน้าวัด"
    )
    change_asset(keeper, asset.pk, version=1, values={"holder": keeper.membership}, at=timezone.now())
    begin_outage(None, asset.pk, source=Source.SENSOR, words="ไม่มีกระแส", from_at=timezone.now())
    inspect(keeper, asset.pk, inspection_id=uuid4(), condition=4, on=timezone.localdate(), notes="โคมร้าว",
            photos=[picture()], at=timezone.now())  # fmt: skip
    page = text_of(login(reader).get(asset.get_absolute_url()))
    for words in ("416-65-0001", "150 วัตต์", "แอลอีดี", "12,500.00 บาท", "หน้าวัด", "ไม่มีกระแส", "โคมร้าว", "4 แย่",
                  "ชำรุด", "เปลี่ยนผู้ดูแล", str(keeper)):  # fmt: skip
        assert words in page, words
    assert "บันทึกว่ากลับมาใช้ได้" not in page
    assert reverse("assets:asset_edit", args=[asset.pk]) not in page
    full = text_of(login(keeper).get(asset.get_absolute_url()))
    assert reverse("assets:outage_end", args=[asset.pk]) in full


def test_the_page_costs_the_same_however_long_the_life(login, keeper):
    asset = lamp()
    client = login(keeper)
    for number in range(2):
        inspect(None, asset.pk, inspection_id=uuid4(), condition=2, on=timezone.localdate(), photos=[picture()],
                at=timezone.now())  # fmt: skip
        change_asset(None, asset.pk, version=None, values={"notes": f"{number}"}, at=timezone.now())
    few = cost(client, asset.get_absolute_url())
    for number in range(6):
        inspect(None, asset.pk, inspection_id=uuid4(), condition=2, on=timezone.localdate(), photos=[picture()],
                at=timezone.now())  # fmt: skip
        change_asset(None, asset.pk, version=None, values={"notes": f"ข{number}"}, at=timezone.now())
    assert cost(client, asset.get_absolute_url()) == few


@pytest.mark.parametrize(
    "name", ["asset", "asset_edit", "asset_inspect", "asset_dispose"],
)  # fmt: skip
def test_strangers_and_wrong_ids_get_nothing(login, keeper, foreigner, name):
    asset = lamp()
    assert login(foreigner).get(of(asset, name)).status_code == 404
    assert login(keeper).get(reverse(f"assets:{name}", args=[uuid4()])).status_code == 404
    assert login(keeper).get(of(asset, name)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "asset_edit",
        "asset_inspect",
        "asset_dispose",
        "outage_begin",
        "outage_end",
        "asset_restore",
        "document_add",
    ],
)
def test_readers_write_nothing(login, reader, name):
    asset = lamp()
    assert login(reader).post(of(asset, name)).status_code == 403
    asset.refresh_from_db()
    assert asset.version == 1


@pytest.mark.parametrize(
    "name", ["outage_begin", "outage_end", "asset_restore", "photos_add", "document_add"]
)
def test_a_write_is_not_got(login, keeper, name):
    assert login(keeper).get(of(lamp(), name)).status_code == 405


# ── forms ─────────────────────────────────────────────────────────────────────────────────────────


def typed(**changes) -> dict[str, str]:
    usual = {
        "name": "ไฟถนนใหม่", "number": "416-70-0001", "state": "in_use", "acquisition": "purchase",
        "funding": "revenue", "cost_satang": "12,500.50", "acquired_on": "1/10/2568", "attr.watts": "๑๕๐",
        "attr.lamp_type": "led", "attr.has_meter": "true", "attr.lit_on": "2/10/2568",
    }  # fmt: skip
    return usual | changes


def test_a_lamp_is_registered_by_its_form(login, keeper):
    client = login(keeper)
    assert lamps().name in text_of(client.get("/assets/new/"))
    mast = lamp("เสา-1")
    url = f"/assets/new/?class={lamps().key}"
    assert "กำลังไฟ (วัตต์)" in text_of(client.get(url))
    answer = client.post(url, typed(lat="18.58", lng="99.0", parent="เสา-1"))
    asset = Asset.objects.get(number="416-70-0001")
    assert answer.url == asset.get_absolute_url()
    assert asset.attributes == {"watts": 150, "lamp_type": "led", "has_meter": True, "lit_on": "2025-10-02"}
    assert (asset.cost_satang, asset.parent, asset.shape.coords) == (1_250_050, mast, (99.0, 18.58))


def test_a_road_goes_on_to_be_drawn(login, keeper):
    answer = login(keeper).post(f"/assets/new/?class={roads().key}", typed(number=""))
    assert answer.url == reverse("assets:asset_shape", args=[Asset.objects.get().pk])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "ชื่อ"),
        ({"attr.watts": "สว่างมาก"}, "กำลังไฟ ต้องเป็นตัวเลข"),
        ({"attr.lit_on": "31/2/2568"}, "วันที่เปิดใช้"),
        ({"cost_satang": "แพง"}, "กรุณาใส่จำนวนเงิน"),
        ({"parent": "ไม่มี-1"}, "ไม่พบทรัพย์สิน"),
        ({"number": "A-1"}, "เป็นของ"),
        ({"lat": "18.58", "lng": ""}, "ตำแหน่งไม่ครบ"),
        ({"lat": "1", "lng": "1"}, "นอกประเทศไทย"),
    ],
)
def test_bad_input_is_named_and_stays(login, keeper, changes, words):
    lamp("A-1")
    page = text_of(login(keeper).post(f"/assets/new/?class={lamps().key}", typed(**changes)), 422)
    assert words in page
    assert "12,500.50" in page or "แพง" in page
    assert Asset.objects.count() == 1


def test_a_change_is_saved_and_a_stale_page_keeps_what_was_typed(login, keeper):
    AssetModel.objects.create(asset_class=lamps(), maker="ก", name="ข")
    asset = lamp("A-1", attributes={"watts": 50})
    client = login(keeper)
    assert 'value="50"' in text_of(client.get(of(asset, "asset_edit")))
    client.post(of(asset, "asset_edit"), typed(version="1"))
    asset.refresh_from_db()
    assert (asset.name, asset.number, asset.former_number, asset.version) == (
        "ไฟถนนใหม่", "416-70-0001", "", 2
    )  # fmt: skip
    page = text_of(client.post(of(asset, "asset_edit"), typed(version="1", name="ของฉัน")), 409)
    for part in ('value="ของฉัน"', 'name="version" value="2"', "บันทึกทับ"):
        assert part in page
    assert client.post(of(asset, "asset_edit"), typed(version="2", name="ของฉัน")).status_code == 302
    # A page without a version is stale as well.
    assert client.post(of(asset, "asset_edit"), typed(name="ลอย")).status_code == 409


def test_what_is_broken_is_edited_without_touching_its_state(login, keeper):
    asset = lamp("A-1")
    begin_outage(None, asset.pk, source=Source.OFFICER, from_at=timezone.now())
    client = login(keeper)
    assert 'name="state"' not in text_of(client.get(of(asset, "asset_edit")))
    client.post(of(asset, "asset_edit"), typed(version="1"))
    asset.refresh_from_db()
    assert (asset.name, asset.state) == ("ไฟถนนใหม่", AssetState.BROKEN)


def test_a_look_by_phone_is_one_tap_and_once(login, keeper):
    asset = lamp()
    client = login(keeper)
    form = client.get(of(asset, "asset_inspect")).context["form"]
    sent = {
        "inspection_id": form.initial["inspection_id"],
        "condition": "4",
        "on": "26/11/2568",
        "notes": "ร้าว",
    }
    for _twice in range(2):
        answer = client.post(of(asset, "asset_inspect"), sent | {"photos": picture()})
        assert answer.url == asset.get_absolute_url()
    look = Inspection.objects.get()
    assert (look.condition, look.notes, asset.photos.count()) == (4, "ร้าว", 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"condition": ""}, "กรุณาเลือกสภาพ"),
        ({"condition": "9"}, "condition"),
        ({"on": "26/11/2599"}, "วันที่ต้องไม่เกิน"),
        ({"inspection_id": "x"}, "หน้านี้เก่าเกินไป"),
    ],
)
def test_a_bad_look_keeps_its_words(login, keeper, changes, words):
    sent = {"inspection_id": str(uuid4()), "condition": "4", "on": "26/11/2568", "notes": "ร้าวมาก"}
    page = text_of(login(keeper).post(of(lamp(), "asset_inspect"), sent | changes), 422)
    assert words in page
    assert "ร้าวมาก" in page
    assert not Inspection.objects.exists()


def test_a_file_that_is_no_picture_refuses_the_look(login, keeper):
    sent = {"inspection_id": str(uuid4()), "condition": "4", "on": "26/11/2568", "notes": "ร้าวมาก"}
    bad = SimpleUploadedFile("a.jpg", b"nothing")
    page = text_of(login(keeper).post(of(lamp(), "asset_inspect"), sent | {"photos": bad}), 422)
    assert "ร้าวมาก" in page
    assert not Inspection.objects.exists()


def test_out_of_order_and_back(login, keeper):
    asset = lamp()
    client = login(keeper)
    client.post(of(asset, "outage_begin"), {"words": "ดับ", "since": "1/11/2568"})
    outage = asset.outages.get()
    assert (outage.words, timezone.localtime(outage.from_at).date()) == ("ดับ", dt.date(2025, 11, 1))
    assert "ใช้การไม่ได้มาแล้ว" in text_of(client.get(asset.get_absolute_url()))
    client.post(of(asset, "outage_end"))
    client.post(of(asset, "outage_end"))
    asset.refresh_from_db()
    assert asset.state == AssetState.IN_USE
    page = text_of(client.post(of(asset, "outage_begin"), {"words": "ดับอีก", "since": "ไม่รู้"}), 422)
    assert "ดับอีก" in page


def test_a_disposal_and_its_undoing(login, keeper):
    asset = lamp()
    client = login(keeper)
    page = text_of(client.post(of(asset, "asset_dispose"), {"version": "1", "words": "เก่ามาก"}), 422)
    assert "เก่ามาก" in page
    sent = {"disposal": "sale", "disposed_on": "1/11/2568", "disposal_number": "ลพ 1/2568", "words": "เก่า"}
    assert (
        client.post(of(asset, "asset_dispose"), sent | {"version": "7", "disposal_satang": "0"}).status_code
        == 409
    )
    assert "ราคาที่จำหน่ายได้" in text_of(client.post(of(asset, "asset_dispose"), sent | {"version": "1"}), 422)
    assert (
        client.post(of(asset, "asset_dispose"), sent | {"version": "1", "disposal_satang": "500"}).status_code
        == 302
    )
    asset.refresh_from_db()
    assert (asset.state, asset.disposal_satang) == (AssetState.DISPOSED, 50_000)
    assert "ลพ 1/2568" in text_of(client.get(asset.get_absolute_url()))
    assert client.get(of(asset, "asset_inspect")).status_code == 404
    assert client.get(of(asset, "asset_dispose")).status_code == 302
    assert client.post(of(asset, "asset_restore"), {"version": "2", "words": ""}).status_code == 422
    assert client.post(of(asset, "asset_restore"), {"version": "2", "words": "ผิดชิ้น"}).status_code == 302
    asset.refresh_from_db()
    assert asset.state == AssetState.IN_USE


def test_pictures_and_papers_are_added_shown_and_taken_out(login, keeper, reader, foreigner):
    asset = lamp()
    client = login(keeper)
    client.post(of(asset, "photos_add"), {"photos": [picture("red"), picture("blue")]})
    assert asset.photos.count() == 2
    client.post(of(asset, "photos_add"), {"photos": SimpleUploadedFile("a.jpg", b"nothing")})
    client.post(of(asset, "photos_add"))
    assert asset.photos.count() == 2
    photo = asset.photos.first()
    assert login(reader).get(reverse("assets:photo_preview", args=[photo.pk]))["Content-Type"] == "image/jpeg"
    assert login(foreigner).get(reverse("assets:photo", args=[photo.pk])).status_code == 404
    assert login(reader).post(of(asset, "photos_add"), {"photos": picture()}).status_code == 403
    assert asset.photos.count() == 2
    client = login(keeper)
    client.post(reverse("assets:photo_remove", args=[asset.pk, photo.pk]))
    assert client.get(reverse("assets:photo", args=[photo.pk])).status_code == 404
    paper = SimpleUploadedFile("สัญญา.pdf", b"%PDF-1.7 x")
    client.post(of(asset, "document_add"), {"title": "สัญญาซื้อ", "file": paper})
    kept = asset.documents.get()
    assert "สัญญาซื้อ" in text_of(client.get(asset.get_absolute_url()))
    assert client.get(reverse("files:download", args=[kept.file_id])).status_code == 200
    assert "กรุณาเลือกไฟล์" in text_of(client.post(of(asset, "document_add"), {"title": "ก"}), 422)
    client.post(reverse("assets:document_remove", args=[asset.pk, kept.pk]))
    assert "สัญญาซื้อ" not in text_of(client.get(asset.get_absolute_url()))
