"""ทำงานโดยไม่แตะเมาส์: sign in, find, open, mend and look at the map with keys alone."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.visitor import DEMO_PASSWORD

REGISTRAR = "banklang-registrar"
MOST_STOPS = 80
# The ring may lie on the thing itself, or on the box drawn round it.
_RING = """() => {
  if (document.activeElement === document.body) return '';
  for (let each = document.activeElement, up = 0; each && up < 4; each = each.parentElement, up++) {
    const style = getComputedStyle(each);
    if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) return '';
    if (up < 2 && style.boxShadow !== 'none') return '';
  }
  return document.activeElement.outerHTML.slice(0, 160);
}"""


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; at every stop one must see where one is."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert (unseen := page.evaluate(_RING)) == "", f"no ring round {unseen}"
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} stops, and not at {target}")


def _write(page: Page, target: Locator, text: str) -> None:
    _tab_to(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_the_whole_way_by_keys(at_desk):
    page = at_desk.open("/accounts/login/")
    page.evaluate("() => document.activeElement.blur()")
    _write(page, page.locator("[name=login]"), REGISTRAR)
    _write(page, page.locator("[name=password]"), DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/"))

    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()
    page.keyboard.type("หมู่ 1")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    house = page.locator("main a[href*='/residents/houses/']").first
    expect(house).to_be_visible()
    _tab_to(page, house)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("บ้านเลขที่")

    _tab_to(page, page.locator("main").get_by_role("link", name="แก้ไข").first)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/edit/"))
    _write(page, page.get_by_label("ถนน"), "ถนนแป้นพิมพ์")
    _tab_to(page, page.get_by_role("button", name="บันทึก").first)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/residents/houses/[^/]+/$"))
    expect(page.locator("main dl.facts").last).to_contain_text("ถนนแป้นพิมพ์")


def test_map_by_keys(at_desk):
    page = at_desk.be(REGISTRAR)
    at_desk.open("/map/")
    at_desk.wait_for_map()
    _tab_to(page, page.locator("canvas.maplibregl-canvas"))
    before = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => location.href !== before", arg=before)
    zoom = page.evaluate("() => document.querySelector('city-map').canvas.map.getZoom()")
    page.keyboard.press("+")
    page.wait_for_function(
        "zoom => document.querySelector('city-map').canvas.map.getZoom() > zoom + 0.5", arg=zoom
    )
    # A circle is drawn by keys too: its middle, a step aside, and what is inside is counted.
    at_desk.look_closer("houses", 17)
    tool = page.get_by_title("เลือกบริเวณ")
    _tab_to(page, tool)
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("button", name="วงกลมตามรัศมี"))
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    middle = page.evaluate("() => document.querySelector('city-map').canvas.map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "middle => { const { map } = document.querySelector('city-map').canvas;"
        " return map.getCenter().lng > middle && !map.isMoving(); }",
        arg=middle,
    )
    page.keyboard.press("Space")
    expect(page.locator("[data-map-box] .map-inside").first).to_contain_text("บ้าน")
