"""แผนที่บนกระดาษ: one A3 sheet lying on its side, with title, scale, north and legend."""

import re

from playwright.sync_api import expect

REGISTRAR = "banklang-registrar"
A3_MM = (420, 297)
POINTS_PER_MM = 72 / 25.4


def test_map_fills_one_a3_sheet(at_desk):
    page = at_desk.be(REGISTRAR)
    at_desk.open("/map/")
    at_desk.wait_for_map()
    with at_desk.context.expect_page() as opened:
        page.get_by_role("button", name="พิมพ์ A3").click()
    sheet = opened.value
    sheet.wait_for_function("() => document.body.dataset.mapReady === 'true'", timeout=60_000)
    sheet.get_by_label("ชื่อแผนที่").fill("บ้านทั้งหมดของเทศบาล")
    expect(sheet.get_by_role("heading", level=1)).to_have_text("บ้านทั้งหมดของเทศบาล")
    expect(sheet.get_by_role("img", name="ทิศเหนือ")).to_be_visible()
    expect(sheet.locator("[data-map-print-scale]")).to_contain_text(re.compile("1 ?: ?[0-9,]+"))
    expect(sheet.locator("[data-map-print-legend] h3").first).to_be_visible()

    dots_per_inch = sheet.evaluate(
        "() => { const i = document.querySelector('img.map-image'); return i.naturalWidth / i.clientWidth * 96; }"
    )
    assert dots_per_inch >= 150
    pdf = sheet.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    assert len(boxes) == 1, f"{len(boxes)} sheets"
    size = [float(each) / POINTS_PER_MM for each in boxes[0]]
    assert all(abs(measured - meant) < 1 for measured, meant in zip(size, A3_MM, strict=True)), size
