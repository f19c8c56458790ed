"""ประชาชนแจ้งเรื่อง: on a phone, with a photo, without an account; and without a signal."""

import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.e2e.litany import examine
from tests.e2e.visitor import DESK, PHONE

TOWN = "/t/ban-klang"
HERE = {"latitude": 18.5743, "longitude": 99.0526, "accuracy": 14}
KEPT = "เก็บไว้ในเครื่องนี้แล้ว จะส่งเมื่อมีสัญญาณ"
QUICKEST_MS = 3_200


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A photo as a phone takes it, 12 million points."""
    path = tmp_path_factory.mktemp("photo") / "IMG_0001.jpg"
    picture = Image.effect_noise((4000, 3000), 30).convert("RGB")
    ImageDraw.Draw(picture).rectangle((1200, 900, 2800, 2100), fill="gray")
    picture.save(path, quality=92)
    return path


def open_form(visitor) -> Page:
    page = visitor.open(f"{TOWN}/report/")
    page.locator("photo-input .photo-list").wait_for(state="attached")
    page.locator("place-picker [data-act=map]").wait_for()
    return page


def send(page: Page) -> None:
    page.wait_for_timeout(QUICKEST_MS)
    page.get_by_role("button", name="ส่งเรื่อง").click()


def test_from_the_town_s_page_to_the_receipt(visitor, photo):
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation(HERE)
    page = visitor.open(f"{TOWN}/")
    page.get_by_role("link", name="แจ้งเรื่อง", exact=True).click()
    page.locator("photo-input .photo-list").wait_for(state="attached")
    page.get_by_label("เกิดอะไรขึ้น").fill("ท่อระบายน้ำหน้าตลาดอุดตัน น้ำเอ่อขึ้นถนนทุกครั้งที่ฝนตก")
    page.set_input_files("#id_photos", photo)
    expect(page.locator(".photo-list li")).to_have_count(1)
    small = page.evaluate("() => document.querySelector('#id_photos').files[0].size")
    assert small < photo.stat().st_size / 4
    page.get_by_role("button", name="ใช้ตำแหน่งของฉัน").click()
    expect(page.locator("[data-place-status]")).to_contain_text("ปักตำแหน่งแล้ว")
    page.get_by_label("จุดสังเกต").fill("หน้าตลาดสด")
    visitor.keep_picture("citizen-report")
    send(page)
    page.wait_for_url(re.compile("/receipt/"))
    expect(page.get_by_role("img", name="คิวอาร์โค้ดไปหน้าติดตามเรื่องนี้")).to_be_visible()
    visitor.keep_picture("citizen-receipt")
    page.get_by_role("link", name="ไปหน้าติดตาม").click()
    expect(page.locator(".timeline li").first).to_be_visible()
    expect(page.locator("#own img")).to_have_count(1)
    page.locator("#id_words").fill("น้ำยังไม่ลด")
    page.get_by_role("button", name="ส่ง", exact=True).click()
    expect(page.get_by_text("ส่งข้อความถึงเจ้าหน้าที่แล้ว")).to_be_visible()
    visitor.keep_picture("citizen-follow")
    code = re.search(r"/follow/([0-9A-Z-]+)/", page.url)
    # Plain forms, sent by the browser itself from pages whose address nobody is told.
    visitor.open(f"{TOWN}/follow/")
    page.locator("#id_code").fill(code[1])
    page.get_by_role("button", name="ดูเรื่อง").click()
    page.wait_for_url(re.compile(r"/follow/[0-9A-Z-]+/$"))
    page.get_by_text("ขอลบข้อมูลของฉัน").click()
    page.get_by_label("ลบรูปที่ฉันส่งด้วย").check()
    page.get_by_role("button", name="ลบข้อมูลของฉัน").click()
    page.get_by_role("button", name="ลบ", exact=True).click()
    expect(page.locator("#own img")).to_have_count(0)


def test_what_is_known_is_shown_and_joined_by_one_tap(at_phone):
    at_phone.context.grant_permissions(["geolocation"])
    at_phone.context.set_geolocation({**HERE, "latitude": HERE["latitude"] + 0.02})
    for place in range(2):
        page = open_form(at_phone)
        page.get_by_label("เป็นเรื่องประเภทไหน").select_option(label="ไฟฟ้าแสงสว่าง")
        page.get_by_label("เกิดอะไรขึ้น").fill("ไฟทางดับทั้งแถวหน้าโรงเรียน")
        page.get_by_role("button", name="ใช้ตำแหน่งของฉัน").click()
        if place == 0:
            send(page)
            page.wait_for_url(re.compile("/receipt/"))
    joining = page.get_by_role("button", name="ใช่ ร่วมแจ้งเรื่องนี้").first
    joining.wait_for()
    at_phone.keep_picture("citizen-near")
    page.wait_for_timeout(QUICKEST_MS)
    joining.click()
    page.wait_for_url(re.compile("/receipt/"))
    expect(page.locator(".receipt")).to_contain_text("ผู้แจ้ง 2 คน")


def test_without_a_signal_it_waits_on_the_phone_and_arrives_once(at_phone):
    page = open_form(at_phone)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the page is looked after by its worker
    page.locator("photo-input .photo-list").wait_for(state="attached")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("[name=client_id]")).not_to_have_value("")
    page.wait_for_timeout(QUICKEST_MS)
    at_phone.context.set_offline(True)
    page.get_by_label("เกิดอะไรขึ้น").fill("สะพานไม้ข้ามลำเหมืองผุ")
    page.get_by_role("button", name="ส่งเรื่อง").click()
    expect(page.locator(".drafts")).to_contain_text(KEPT)
    page.goto(f"{at_phone.address}{TOWN}/report/")
    expect(page.locator(".drafts")).to_contain_text("สะพานไม้ข้ามลำเหมืองผุ")
    at_phone.keep_picture("citizen-offline")
    at_phone.context.set_offline(False)
    receipt = page.locator(".drafts").get_by_role("link", name="เปิดใบรับเรื่อง")
    receipt.wait_for(timeout=40_000)
    receipt.click()
    page.wait_for_url(re.compile("/receipt/"))
    # What the browser says of the signal that is gone is no fault of ours.
    gone = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    at_phone.complaints[:] = [each for each in at_phone.complaints if not any(word in each for word in gone)]


def test_what_was_typed_survives_the_page_and_is_deleted_on_wish(at_phone, photo):
    page = open_form(at_phone)
    page.get_by_label("เกิดอะไรขึ้น").fill("ร่างที่ยังไม่ส่ง")
    page.set_input_files("#id_photos", photo)
    expect(page.locator(".photo-list li")).to_have_count(1)
    page.get_by_role("button", name="ลบร่าง").wait_for()
    page.wait_for_timeout(900)
    page.reload()
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value("ร่างที่ยังไม่ส่ง")
    expect(page.locator(".photo-list li")).to_have_count(1)
    page.get_by_role("button", name="ลบร่าง").click()
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value("")
    page.reload()
    page.locator("photo-input .photo-list").wait_for(state="attached")
    expect(page.get_by_label("เกิดอะไรขึ้น")).to_have_value("")


def test_the_form_is_light(at_phone):
    """What travels for the form on a first visit, without the map."""
    carried = []

    def hear(answer):
        carried.append(answer)

    at_phone.page.on("response", hear)
    page = open_form(at_phone)
    page.wait_for_load_state("networkidle")
    sizes = {each.url.rpartition("/")[2]: each.request.sizes()["responseBodySize"] for each in carried}
    assert not [name for name in sizes if name.startswith("map-")]
    assert sum(sizes.values()) < 150_000, sizes


@pytest.mark.parametrize("address", ["/", "/report/", "/follow/", "/needs/"])
def test_public_screens_hold_the_litany(at_desk, address):
    at_desk.open(f"{TOWN}{address}")
    assert examine(at_desk.page) == []


def test_receipt_and_story_hold_the_litany(at_desk):
    page = open_form(at_desk)
    page.get_by_label("เป็นเรื่องประเภทไหน").select_option(label="ต้นไม้")
    page.get_by_label("เกิดอะไรขึ้น").fill("ต้นก้ามปูเอนจะล้มทับรั้ว")
    send(page)
    page.wait_for_url(re.compile("/receipt/"))
    assert examine(page) == []
    story = page.get_by_role("link", name="ต้นไม้").get_attribute("href")
    page.get_by_role("link", name="ไปหน้าติดตาม").click()
    page.wait_for_url(re.compile(r"/follow/[0-9A-Z-]+/$"))
    assert examine(page) == []
    at_desk.open(story)
    assert examine(page) == []
    at_desk.keep_picture("citizen-need", DESK, PHONE)


def test_the_map_of_everybody_leads_to_a_problem(at_desk):
    at_desk.context.grant_permissions(["geolocation"])
    at_desk.context.set_geolocation({**HERE, "latitude": HERE["latitude"] - 0.004})
    page = open_form(at_desk)
    page.get_by_label("เป็นเรื่องประเภทไหน").select_option(label="ถนน")
    page.get_by_label("เกิดอะไรขึ้น").fill("ถนนทรุดกลางแยก")
    page.get_by_role("button", name="ใช้ตำแหน่งของฉัน").click()
    expect(page.locator("[data-place-status]")).to_contain_text("ปักตำแหน่งแล้ว")
    send(page)
    page.wait_for_url(re.compile("/receipt/"))
    at_desk.open(f"{TOWN}/needs/?category=road")
    page.get_by_text("ดูบนแผนที่").click()
    at_desk.wait_for_map()
    page.wait_for_function(
        "() => document.querySelector('city-map').canvas.map.querySourceFeatures('spots').length > 0"
    )
    at_desk.keep_picture("citizen-map")
    at, kind = page.evaluate(_FIRST_SPOT)
    page.mouse.click(*at)
    if kind == "each":
        expect(page.locator(".map-card a").first).to_be_visible()


_FIRST_SPOT = """() => {
  const map = document.querySelector('city-map').canvas.map;
  const frame = map.getCanvas().getBoundingClientRect();
  const found = map.queryRenderedFeatures({layers: ['spots:each', 'spots:crowds']})[0];
  const at = map.project(found.geometry.coordinates);
  return [[frame.left + at.x, frame.top + at.y], found.layer.id.split(':')[1]];
}"""
