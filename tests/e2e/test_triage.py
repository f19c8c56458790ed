"""เจ้าหน้าที่คัดกรอง: two citizens tell of one hole in the road; an officer takes it up, joins them, undoes, joins again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_citizen import open_form, send
from tests.e2e.visitor import DESK, PHONE

OFFICER, DIRECTOR = "banklang-complaints-officer", "banklang-director"
HERE = {"latitude": 18.5861, "longitude": 99.0478, "accuracy": 9}
FIRST = "ถนนหน้าศาลาประชาคมเป็นหลุมลึก รถจักรยานยนต์ล้มเมื่อคืน"
SECOND = "ขอให้ซ่อมผิวจราจรตรงทางเข้าหมู่บ้าน น้ำขังเป็นแอ่ง"


def tell(visitor, words: str, metres_north: float) -> None:
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({**HERE, "latitude": HERE["latitude"] + metres_north / 111_000})
    page = open_form(visitor)
    page.get_by_label("เป็นเรื่องประเภทไหน").select_option(label="ถนน")
    page.get_by_label("เกิดอะไรขึ้น").fill(words)
    page.get_by_role("button", name="ใช้ตำแหน่งของฉัน").click()
    expect(page.locator("[data-place-status]")).to_contain_text("ปักตำแหน่งแล้ว")
    send(page)
    page.wait_for_url(re.compile("/receipt/"))


def find(visitor, words: str) -> Page:
    """Look for a problem in the inbox by its words, and open its page."""
    page = visitor.open("/complaints/?queue=all")
    page.fill("#list-search", words)
    link = page.locator("#list-results td.cell-first a", has_text=words[:20]).first
    link.click()
    page.wait_for_url(re.compile("/complaints/needs/"))
    return page


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


def test_two_reports_become_one_problem(at_desk, told):
    tell(at_desk, FIRST, 0)
    tell(at_desk, SECOND, 12)
    at_desk.be(OFFICER)
    page = find(at_desk, FIRST)
    at_desk.keep_picture("triage", DESK, PHONE)
    page.locator("#next form").first.get_by_role("button", name="รับเรื่อง").click()
    expect(page.locator("#next").get_by_role("button", name="เริ่มดำเนินการ")).to_be_visible()

    page.locator("section[aria-labelledby=candidates-title] li", has_text=SECOND[:20]).get_by_role(
        "link", name="เทียบ / รวม"
    ).click()
    expect(page.locator(".compare section")).to_have_count(2)
    page.locator("city-map[aria-busy=false]").wait_for()
    at_desk.keep_picture("compare", DESK, PHONE)
    join = page.get_by_role("button", name="เป็นเรื่องเดียวกัน รวม")
    join.click()
    undo = page.get_by_role("status").get_by_role("button", name="เลิกทำ")
    expect(undo).to_be_visible()
    voices = page.locator("main")
    expect(voices).to_contain_text(SECOND)
    at_desk.keep_picture("joined", DESK, PHONE)
    told.append(page.url)

    undo.click()
    expect(page.locator("section[aria-labelledby=candidates-title]")).to_contain_text(SECOND[:20])
    page.locator("section[aria-labelledby=candidates-title] li", has_text=SECOND[:20]).get_by_role(
        "link", name="เทียบ / รวม"
    ).click()
    join.click()
    expect(undo).to_be_visible()


def test_director_sees_it_on_the_board(at_desk, told):
    page = at_desk.be(DIRECTOR)
    at_desk.open("/complaints/board/")
    expect(page.get_by_role("heading", name="อะไรช้า และอยู่ที่ใคร")).to_be_visible()
    page.locator("city-chart").first.wait_for()
    at_desk.keep_picture("board", DESK, PHONE)
    open_now = page.locator("table.board-table tbody tr").first.locator("td.numeric a").last
    number = at_desk.count(open_now.inner_text())
    open_now.click()
    page.wait_for_url(re.compile(r"/complaints/\?"))
    assert at_desk.count(page.locator(".list-status strong").inner_text()) == number
