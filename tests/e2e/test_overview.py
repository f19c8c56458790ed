"""นายกเทศมนตรีถามว่าเมืองเป็นอย่างไร: a number leads to its rows and to the map."""

import re

from playwright.sync_api import expect

MAYOR = "banklang-mayor"


def test_mayor_follows_a_number(visitor):
    page = visitor.sign_in(MAYOR)
    visitor.open("/overview/")
    expect(page.get_by_role("heading", level=1)).to_have_text("ภาพรวมเมือง")
    tile = page.locator(".tile", has=page.get_by_role("link", name=re.compile("^รายการ"))).first
    number = visitor.count(tile.locator(".tile-number").inner_text())
    assert number > 0
    visitor.keep_picture("overview")

    tile.get_by_role("link", name=re.compile("^รายการ")).click()
    expect(page.locator(".list-status strong")).to_contain_text(f"{number:,}")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("ภาพรวมเมือง")

    page.locator(".tile").get_by_role("link", name=re.compile("^แผนที่")).first.click()
    page.wait_for_url(re.compile(r"/map/\?"))
    visitor.wait_for_map()


def test_mayor_chooses_area_and_day(visitor):
    page = visitor.be(MAYOR)
    visitor.open("/overview/")
    areas = page.locator("form.overview-scope select option")
    assert areas.count() > 2
    page.locator("form.overview-scope select").select_option(index=2)
    page.get_by_role("button", name="แสดง", exact=True).click()
    page.wait_for_url(re.compile("area="))
    expect(page.locator(".page-question")).to_contain_text(areas.nth(2).inner_text().strip())
    chart = page.locator("city-chart").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator("canvas, svg").first).to_be_visible()
