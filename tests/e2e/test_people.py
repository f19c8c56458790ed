"""หาคนหนึ่งคน: found although misspelt, opened for a purpose, the number shown once, all of it in the audit trail."""

import re

from playwright.sync_api import expect

REGISTRAR = "banklang-registrar"
ADMIN = "banklang-town-admin"
MASKED = re.compile(r"^\s*\d-\d{4}-x{5}-\d\d-\d\s*$")


def _misspelt(name: str) -> str:
    """Return the name as somebody writes it who only heard it: one letter doubled."""
    return name[:2] + name[1] + name[2:]


def test_person_is_found_seen_and_recorded(visitor, colleague):
    page = visitor.sign_in(REGISTRAR)
    visitor.keep_picture("desk")
    visitor.open("/residents/people/")
    row = page.locator("#list-results tbody tr").first
    full_name = row.locator("td.cell-first").inner_text().strip()
    given, family = full_name.split()[-2:]
    given = re.sub("^(เด็กชาย|เด็กหญิง|นางสาว|นาง|นาย)", "", given)

    visitor.open("/residents/")
    page.get_by_role("searchbox", name=re.compile("บ้านเลขที่")).fill(f"{_misspelt(given)} {family}")
    found = page.locator("#found").get_by_role("link", name=re.compile(f"{given} {family}")).first
    expect(found).to_be_visible()
    visitor.keep_picture("search")
    found.click()

    page.get_by_label("ให้บริการประชาชนที่มาติดต่อ").check()
    page.get_by_label("รายละเอียด").fill("ขอหนังสือรับรองการอยู่อาศัย")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(given)
    number = page.locator("#citizen-id")
    expect(number).to_have_text(MASKED)
    visitor.keep_picture("person")

    page.get_by_text("เปิดดูเลข", exact=True).click()
    page.get_by_label("ต้องใช้เลขเพื่ออะไร").fill("กรอกหนังสือรับรองตามคำขอ")
    page.get_by_role("button", name="แสดงเลขครั้งเดียว").click()
    expect(number).to_contain_text(re.compile(r"(\d[ -]?){13}"))
    page.reload()
    expect(number).to_have_text(MASKED)

    trail = colleague.be(ADMIN)
    colleague.open("/administration/audit/")
    expect(trail.locator("#list-results")).to_contain_text("กรอกหนังสือรับรองตามคำขอ")
    expect(trail.locator("#list-results")).to_contain_text("ขอหนังสือรับรองการอยู่อาศัย")


def test_neighbour_town_is_closed(visitor, colleague):
    page = colleague.be(REGISTRAR)
    colleague.open("/residents/houses/")
    address = page.locator("#list-results td.cell-first a").first.get_attribute("href")
    stranger = visitor.sign_in("kokha-registrar")
    answer = stranger.goto(f"{visitor.address}{address}")
    assert answer
    assert answer.status == 404
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("ไม่พบ")
    assert "บ้านเลขที่" not in stranger.locator("main").inner_text()
