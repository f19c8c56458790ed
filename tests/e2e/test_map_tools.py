"""เครื่องมือของแผนที่: filter, pick by keys, select, measure, print; without WebGL; and what the page weighs."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.litany import AXE, GRAVE
from tests.e2e.visitor import Visitor

REGISTRAR = "banklang-registrar"
OFFICER = "banklang-officer"
HEAVIEST_KB = 800

_GO_TO = """([x, y, aside]) => {
  const map = document.querySelector('city-map').canvas.map;
  const frame = map.getCanvas().getBoundingClientRect();
  map.jumpTo({center: map.unproject([x - frame.left, y - frame.top]), zoom: 18});
  map.panBy([aside, 0], {animate: false});
}"""
_WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(each => [each.name, each.encodedBodySize])"""


@pytest.fixture
def on_map(at_desk) -> Visitor:
    at_desk.be(REGISTRAR)
    at_desk.open("/map/")
    at_desk.wait_for_map()
    return at_desk


def _zoom_to_a_house(visitor: Visitor) -> dict:
    """Go to the street of a house; return the house as it is drawn there."""
    house = visitor.drawn("houses")[0]
    # On a desk the panel lies over the left of the map.
    visitor.page.evaluate(_GO_TO, [house["x"], house["y"], 0 if visitor.is_phone else -160])
    visitor.wait_for_map()
    return next(each for each in visitor.drawn("houses") if each["id"] == house["id"])


def test_houses_are_coloured_by_a_fact_and_the_link_keeps_it(on_map):
    page = on_map.page
    page.select_option("select.map-colour", "fact:elderly_in_house")
    expect(page.locator(".map-legend").first).to_contain_text("ยังไม่มีข้อมูล")
    on_map.wait_for_map()
    assert len({each["colour"] for each in on_map.drawn("houses")}) > 1
    assert "colour.houses=fact:elderly_in_house" in page.url
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    on_map.wait_for_map()
    expect(page.locator("select.map-colour").first).to_have_value("fact:elderly_in_house")


def test_a_layer_is_filtered_and_hidden(on_map):
    page = on_map.page
    before = len(on_map.drawn("houses"))
    page.locator(".map-filter summary").first.click()
    page.locator(".map-filter-field label").first.click()
    expect(page.locator(".map-filter summary").first).to_contain_text("(1)")
    on_map.wait_for_map()
    assert 0 < len(on_map.drawn("houses")) < before
    page.locator(".map-layer-head", has_text="บ้าน").first.click()
    on_map.wait_for_map()
    assert on_map.drawn("houses") == []


def test_a_house_is_picked_and_let_go(on_map):
    page = on_map.page
    house = _zoom_to_a_house(on_map)
    page.mouse.click(house["x"], house["y"])
    expect(page.locator("#map-box-title")).to_have_text(f"บ้านเลขที่ {house['properties']['number']}")
    assert f"pick=houses:{house['id']}" in page.url
    page.keyboard.press("Escape")
    expect(page.locator(".map-box")).to_be_hidden()
    assert "pick=" not in page.url


def test_a_house_is_picked_by_keys_alone(on_map):
    page = on_map.page
    _zoom_to_a_house(on_map)
    page.locator("[data-map-inview] summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-inview-rows button").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#map-box-title")).to_contain_text("บ้านเลขที่")


def test_houses_in_a_circle_are_counted_listed_and_taken_away(on_map):
    page = on_map.page
    house = _zoom_to_a_house(on_map)
    x, y = house["x"], house["y"]
    page.locator("summary.map-tool").first.click()
    page.click("[data-map-tool=select-radius]")
    page.mouse.click(x, y)
    page.mouse.move(x + 60, y + 60)
    expect(page.locator(".map-hint strong")).to_contain_text("รัศมี")
    page.mouse.click(x + 180, y + 90)
    count = page.locator(".map-inside strong")
    expect(count).to_be_visible()
    number = on_map.count(count.inner_text())
    assert number > 0
    with page.expect_download() as download:
        page.click(".map-box a:has-text('XLSX')")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.click(".map-box a.button-primary")
    expect(page.locator("main")).to_contain_text(f"{number:,} รายการ")


def test_an_area_is_measured_by_keys(on_map):
    page = on_map.page
    page.locator("summary.map-tool").nth(1).click()
    page.click("[data-map-tool=measure-area]")
    for arrow in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(" ")
        page.keyboard.press(arrow)
        on_map.wait_for_map()
    page.keyboard.press("Enter")
    expect(page.locator(".map-hint strong")).to_have_text(re.compile(r"พื้นที่ .*ไร่"))


def test_without_webgl_the_lists_are_offered(at_desk):
    at_desk.be(REGISTRAR)
    at_desk.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    at_desk.open("/map/")
    notice = at_desk.page.locator(".map-notice")
    expect(notice).to_contain_text("WebGL")
    expect(notice.locator("a").first).to_be_visible()


def test_the_map_page_is_light_enough(at_desk):
    at_desk.be(OFFICER)
    at_desk.open("/map/")
    at_desk.wait_for_map()
    weights = dict(at_desk.page.evaluate(_WEIGHT))
    assert any("worker" in name for name in weights), "the map's worker is part of its weight"
    heaviest = sorted(weights.items(), key=lambda each: -each[1])[:6]
    assert sum(weights.values()) / 1024 <= HEAVIEST_KB, heaviest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_on_the_map(visitor, scheme):
    visitor.be(REGISTRAR)
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.open("/map/")
    visitor.wait_for_map()
    if visitor.is_phone:
        visitor.page.click("[data-map-panel-toggle]")
    found = AXE.run(visitor.page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in GRAVE] == []


def test_the_box_does_not_cover_the_house(visitor):
    visitor.be(REGISTRAR)
    visitor.open("/map/")
    visitor.wait_for_map()
    house = _zoom_to_a_house(visitor)
    visitor.page.mouse.click(house["x"], house["y"])
    expect(visitor.page.locator("#map-box-title")).to_be_visible()
    visitor.wait_until_drawn("houses", house["id"])
