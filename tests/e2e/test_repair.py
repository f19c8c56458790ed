"""จากไฟดับถึงไฟติด: a citizen tells of a dark lamp; it is repaired with a part from store, and the reporters hear of it."""

import json
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.litany import examine
from tests.e2e.product import django, environment
from tests.e2e.visitor import DESK, PHONE

TOWN = "/t/ban-klang"
OFFICER, DIRECTOR, TECHNICIAN = "banklang-complaints-officer", "banklang-director", "banklang-technician"
HERE = {"latitude": 18.58114, "longitude": 99.04431, "accuracy": 8}
LAMP = "416-48-7001"
TOLD = "ไฟดับหน้าศาลากลางบ้าน มืดมากค่ะ กลัวอุบัติเหตุ"
RESULT = "เปลี่ยนหลอด LED 50 วัตต์ 1 หลอด ทดสอบแล้วติดดี"
QUICKEST_MS = 3_200

IN_TOWN = """
import json
from decimal import Decimal
from uuid import uuid4
from django.contrib.gis.geos import Point
from django.utils import timezone
from cddp.foundation.accounts.models import Membership
from cddp.foundation.notify.models import Message
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.models import Category, Need
from cddp.operations.complaints.services.receiving import Incoming, receive
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.maintenance.models import Part, PartFit, Store, StockLevel
from cddp.operations.maintenance.services import stock
from cddp.registers.assets.models import Asset, AssetClass, AssetModel
from cddp.registers.assets.services.registering import register_asset
town = Municipality.objects.get(slug="ban-klang")
with town_context(town.pk):
    now = timezone.now()
"""
PREPARE = """
    lamps = AssetClass.objects.filter(is_lamp=True).order_by("order").first()
    led, _new = AssetModel.objects.get_or_create(asset_class=lamps, maker="ฟิลิปส์", name="LED 50 W")
    register_asset(None, asset_class_id=lamps.pk, at=now, values={"number": "%(lamp)s", "model_id": led.pk,
        "name": "โคมไฟหน้าศาลากลางบ้าน", "place": "ศาลากลางบ้าน", "shape": Point(%(lng)s, %(lat)s, srid=4326)})
    part = Part.objects.create(code="LED-50W", name="หลอด LED 50 วัตต์", unit="หลอด", search_text="led-50w")
    PartFit.objects.create(part=part, model=led)
    depot = Store.objects.create(code="E2E", name="คลังกองช่าง")
    stock.receive(None, part_id=part.pk, store_id=depot.pk, quantity=Decimal(4), unit_satang=32000, act=uuid4(), at=now)
    who = Membership.objects.get(user__username="%(technician)s", municipality=town)
    print("\\nfound", json.dumps({"technician": str(who.pk)}))
"""
# A second voice, by LINE: whoever told there is pushed a message at the end.
BY_LINE = """
    light = Category.objects.filter(family="light").order_by("order").first()
    told = receive(Incoming(channel="line", external_id="e2e-%(lamp)s", payload={}, description="ไฟดับหน้าศาลากลางบ้านค่ะ มืดมาก",
        requested_at=now, received_at=now, category_id=light.pk, point=Point(%(lng)s, %(lat)s, srid=4326),
        contact=Contact(line_user_id="U" + "7" * 32), joins_need_id="%(need)s"))
    print("\\nfound", json.dumps({"joined": str(told.need_id)}))
"""
LOOK = """
    need = Need.objects.get(pk="%(need)s")
    lamp = Asset.objects.get(number="%(lamp)s")
    level = StockLevel.objects.get(part__code="LED-50W")
    messages = Message.objects.filter(once_key__startswith="done:%(need)s")
    print("\\nfound", json.dumps({"state": need.state, "words": need.outcome_words, "photos": need.photos_waiting,
        "lamp": lamp.state, "outages": lamp.outages.filter(until_at=None).count(), "on_hand": str(level.on_hand),
        "reserved": str(level.reserved), "messages": messages.count()}))
"""


def in_town(product, script: str, **values) -> dict:
    """Run a piece in the town and return what it found."""
    known = {
        "lamp": LAMP,
        "technician": TECHNICIAN,
        "lng": HERE["longitude"],
        "lat": HERE["latitude"],
        **values,
    }
    lines = django(
        environment(product.data), "shell", "-v", "0", "-c", (IN_TOWN + script) % known
    ).splitlines()
    return next((json.loads(line[6:]) for line in lines if line.startswith("found ")), {})


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "after.jpg"
    Image.effect_noise((1600, 1200), 30).convert("RGB").save(path, quality=80)
    return path


def tell(at_phone) -> str:
    """Tell of the dark lamp, as a citizen; return where one follows what becomes of it."""
    at_phone.context.grant_permissions(["geolocation"])
    at_phone.context.set_geolocation(HERE)
    page = at_phone.open(f"{TOWN}/report/")
    page.locator("photo-input .photo-list").wait_for(state="attached")
    page.locator("place-picker [data-act=map]").wait_for()
    page.get_by_label("เป็นเรื่องประเภทไหน").select_option(label="ไฟฟ้าแสงสว่าง")
    page.get_by_label("เกิดอะไรขึ้น").fill(TOLD)
    page.get_by_role("button", name="ใช้ตำแหน่งของฉัน").click()
    expect(page.locator("[data-place-status]")).to_contain_text("ปักตำแหน่งแล้ว")
    at_phone.keep_picture("repair-told")
    page.wait_for_timeout(QUICKEST_MS)
    page.get_by_role("button", name="ส่งเรื่อง").click()
    page.wait_for_url(re.compile("/receipt/"))
    return str(page.get_by_role("link", name="ไปหน้าติดตาม").get_attribute("href"))


def open_work(at_desk) -> str:
    """Find the problem, say which lamp it is, have work done for it; return the address of the problem."""
    page = at_desk.be(OFFICER)
    at_desk.open("/complaints/?queue=all&q=ศาลากลางบ้าน")
    page.locator("#list-results td.cell-first a").first.click()
    page.get_by_role("heading", name=TOLD).wait_for()
    lamp = page.get_by_role("button", name=re.compile(LAMP))
    expect(lamp).to_contain_text("ห่าง")
    at_desk.keep_picture("repair-need")
    lamp.click()
    expect(page.locator("#asset")).to_contain_text("ชำรุด")
    page.locator(".act summary", has_text="เปิดใบสั่งงาน").click()
    page.get_by_label("งานที่ต้องทำ").fill("เปลี่ยนหลอดไฟหน้าศาลากลางบ้าน")
    page.locator("form[action$='/work/']").get_by_role("button", name="เปิดใบสั่งงาน").click()
    expect(page.locator("#works")).to_contain_text("ขอซ่อม")
    examine(page)
    at_desk.keep_picture("repair-work-opened", DESK, PHONE)
    return page.url


def plan(director, need: str, technician: str) -> None:
    """Approve the work and give it to the technician for today."""
    page = director.be(DIRECTOR)
    page.goto(need)
    page.locator("#works a").first.click()
    page.get_by_role("button", name="อนุมัติ", exact=True).click()
    today = page.evaluate(
        "() => { const d = new Date(); return `${d.getDate()}/${d.getMonth() + 1}/${d.getFullYear() + 543}`; }"
    )
    form = page.locator("form[action$='/plan/']")
    form.get_by_label("วันที่", exact=False).first.fill(today)
    form.locator("[name=lead]").select_option(value=technician)
    form.get_by_role("button", name="บันทึกนัด").click()
    expect(page.locator("#next")).to_be_visible()
    expect(page.locator("main")).to_contain_text("นัดวันแล้ว")
    director.keep_picture("repair-planned")


def repair(at_phone, photo) -> None:
    """Do the work on the phone: begin, reserve and take the part that fits, take a picture, say what was done."""
    page = at_phone.be(TECHNICIAN)
    at_phone.open("/maintenance/today/")
    page.locator(".day-stop a", has_text="เปลี่ยนหลอดไฟหน้าศาลากลางบ้าน").first.click()
    page.get_by_role("button", name="เริ่มงาน").click()
    expect(page.locator("#stop-head")).to_contain_text("กำลังทำ")
    part = page.locator("#parts-panel article", has_text="หลอด LED 50 วัตต์")
    expect(part).to_contain_text("ใช้ได้")
    part.get_by_role("button", name="จอง", exact=True).click()
    expect(part.locator(".part-line-mine")).to_contain_text("จอง 1")
    at_phone.keep_picture("repair-part")
    part.get_by_role("button", name="เบิก", exact=True).click()
    expect(part.locator(".part-line-mine")).to_contain_text("เบิกแล้ว 1")
    page.get_by_text("ถ่ายรูปหลังทำ").click()
    page.set_input_files("#photo-after", photo)
    expect(page.locator("photo-input .photo-list li")).to_have_count(1)
    page.get_by_role("button", name="เก็บรูปหลังทำ").click()
    expect(page.locator("#stop-photos img")).to_have_count(1, timeout=40_000)
    page.get_by_label("ทำอะไรไปแล้ว").fill(RESULT)
    at_phone.keep_picture("repair-done")
    page.get_by_role("button", name="ทำเสร็จแล้ว").click()
    expect(page.locator("#stop-head")).to_contain_text("ทำเสร็จ", timeout=40_000)


def test_from_a_dark_lamp_to_a_lit_one(at_phone, at_desk, colleague, product, photo):
    technician = in_town(product, PREPARE)["technician"]
    follow = tell(at_phone)
    need = open_work(at_desk)
    pk = need.rstrip("/").split("/")[-1]
    assert in_town(product, BY_LINE, need=pk)["joined"] == pk
    dark = in_town(product, LOOK, need=pk)
    assert (dark["state"], dark["lamp"], dark["outages"], dark["messages"]) == ("in_progress", "broken", 1, 0)

    plan(colleague, need, technician)
    repair(at_phone, photo)

    page = at_desk.be(OFFICER)
    for _look in range(40):
        # Listeners are told by the worker, a moment later.
        page.goto(need)
        if page.get_by_text("เรื่องนี้จบแล้ว").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("#next")).to_contain_text(RESULT)
    expect(page.locator("#photos img")).to_have_count(1)
    at_desk.keep_picture("repair-finished", DESK, PHONE)

    lit = in_town(product, LOOK, need=pk)
    assert lit == {
        "state": "finished",
        "words": RESULT,
        "photos": 1,
        "lamp": "in_use",
        "outages": 0,
        "on_hand": "3.00",
        "reserved": "0.00",
        "messages": 1,
    }
    at_desk.open(f"/assets/?q={LAMP}")
    expect(page.locator("#list-results")).to_contain_text("ใช้งาน")
    page.locator("#list-results td.cell-first a").first.click()
    expect(page.locator("[data-panel='complaints.of_asset']")).to_contain_text("ศาลากลางบ้าน")
    at_desk.keep_picture("repair-lamp", DESK, PHONE)

    told = at_phone.open(follow if follow.startswith("/") else follow.replace(at_phone.address, ""))
    expect(told.locator("main")).to_contain_text(RESULT)
    at_phone.keep_picture("repair-answer")
