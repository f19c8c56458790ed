"""LINE จากหน้าจอ: the administrator connects the account, a talk becomes a report, and who was not told is listed.

LINE itself is never called: the events bear no reply token, and the account is switched off before anything is pushed.
"""

import re
import urllib.request
from random import Random

from playwright.sync_api import expect

from tests.e2e.litany import examine
from tests.fakes.line_people import Person, body_of, sign

ADMIN = "banklang-town-admin"
SECRET = "secret-of-the-journey-2569"
WORDS = "ไฟถนนดับหน้าศาลาประชาคม มืดมากตอนค่ำ"


def _deliver(visitor, person: Person) -> int:
    for event in person.events:
        event.pop("replyToken", None)
    raw = body_of(person.events)
    call = urllib.request.Request(
        f"{visitor.address}/line/webhook/ban-klang/",
        raw,
        {"Content-Type": "application/json", "X-Line-Signature": sign(SECRET, raw)},
    )
    with urllib.request.urlopen(call) as answer:
        return answer.status


def _save(page, *, active: bool) -> None:
    page.get_by_label("เปิดใช้งาน").set_checked(active)
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.get_by_text("บันทึกแล้ว ทดสอบการเชื่อมต่อ")).to_be_visible()


def test_from_the_account_to_those_who_were_not_told(at_desk):
    page = at_desk.be(ADMIN)
    at_desk.open("/complaints/settings/line/")
    expect(page.get_by_text("เริ่มต้นอย่างไร")).to_be_visible()
    assert examine(page) == []
    page.get_by_label("Channel ID").fill("1650000000")
    page.get_by_label("Channel secret").fill(SECRET)
    page.get_by_label("Channel access token").fill("token-of-the-journey-2569")
    _save(page, active=True)
    expect(page.locator("code.token")).to_contain_text("/line/webhook/ban-klang/")
    expect(page.get_by_text("300 จาก 300 ข้อความ")).to_be_visible()
    assert SECRET not in page.content()
    at_desk.keep_picture("line-settings")
    assert examine(page) == []

    person = Person(Random(9), at_ms=1_795_680_000_000)
    person.text(WORDS)
    person.location(18.5803, 99.0075, title="ศาลาประชาคม")
    person.text("ยืนยัน")
    assert _deliver(at_desk, person) == 200
    number = _wait_for_report(at_desk)

    at_desk.open("/complaints/settings/line/")
    _save(page, active=False)
    _accept(at_desk, number)
    page = at_desk.page
    for _look in range(30):
        at_desk.open("/complaints/line/")
        if page.get_by_role("link", name=number).count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_role("link", name=number)).to_be_visible()
    expect(page.get_by_text("ยังไม่ได้ตั้งค่าบัญชี LINE หรือปิดใช้งานอยู่")).to_be_visible()
    at_desk.keep_picture("line-untold")
    assert examine(page) == []
    slips = page.request.get(f"{at_desk.address}/complaints/line/slips/")
    assert slips.headers["content-type"] == "application/pdf"
    page.get_by_role("button", name="แจ้งทางอื่นแล้ว").first.click()
    expect(page.get_by_text("แจ้งผลถึงทุกคนแล้ว")).to_be_visible()


def _wait_for_report(visitor) -> str:
    page = visitor.page
    for _look in range(40):
        visitor.open("/complaints/reports/?q=มืดมากตอนค่ำ")
        link = page.locator("#list-results td.cell-first a").first
        if link.count():
            link.click()
            expect(page.get_by_text(WORDS).first).to_be_visible()
            return re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())[0]
        page.wait_for_timeout(500)
    raise AssertionError("no report was made")


def _accept(visitor, number: str) -> None:
    page = visitor.page
    visitor.open("/complaints/reports/?q=มืดมากตอนค่ำ")
    page.locator("#list-results td.cell-first a").first.click()
    page.locator("main a[href*='/complaints/needs/']").first.click()
    page.get_by_role("button", name="รับเรื่อง").click()
    expect(page.get_by_text("รับเรื่องแล้ว ผู้แจ้งจะได้รับแจ้ง")).to_be_visible()
