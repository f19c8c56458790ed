"""เจ้าหน้าที่ทะเบียนบนแผนที่: colour by a fact, open a house, write a fact in two taps, take a selection to a list."""

import re

import pytest
from playwright.sync_api import expect

REGISTRAR = "banklang-registrar"
FACT = "สภาพบ้าน"


@pytest.fixture
def on_map(visitor):
    """A registrar before the map of the town, near enough to see single houses."""
    visitor.be(REGISTRAR)
    visitor.open("/map/")
    visitor.wait_for_map()
    visitor.look_closer("houses", 17)
    return visitor


def _tap(visitor, place) -> None:
    tap = visitor.page.touchscreen.tap if visitor.is_phone else visitor.page.mouse.click
    tap(place["x"], place["y"])


def _lonely(houses: list[dict]) -> dict:
    """Return the house that stands farthest from its next neighbour: a finger meets it alone."""
    return max(
        houses,
        key=lambda h: min(
            ((h["x"] - o["x"]) ** 2 + (h["y"] - o["y"]) ** 2 for o in houses if o is not h), default=0
        ),
    )


def _open_panel(visitor) -> None:
    handle = visitor.page.locator("[data-map-panel-toggle]")
    if handle.get_attribute("aria-expanded") == "false":
        handle.click()


def test_fact_in_two_taps(on_map):
    page = on_map.page
    _open_panel(on_map)
    colour = page.get_by_label(re.compile("ระบายสี.*บ้าน|บ้าน.*ระบายสี"))
    colour.select_option(label=FACT)
    page.wait_for_url(re.compile("colour"))
    if on_map.is_phone:
        page.locator("[data-map-panel-toggle]").click()
    on_map.wait_for_map()
    houses = on_map.drawn("houses")
    assert len(houses) > 5

    house = _lonely(houses)
    _tap(on_map, house)
    box = page.locator("[data-map-box]")
    expect(box.get_by_role("heading", level=2)).to_contain_text("บ้านเลขที่")
    box.get_by_role("link", name=FACT).click()
    box.get_by_role("button", name="ไม่ปลอดภัย").click()
    expect(box.locator(".quick-fact [role=status]")).to_contain_text(f"{FACT}: ไม่ปลอดภัย")
    page.wait_for_function(
        "id => document.querySelector('city-map').canvas.map.querySourceFeatures('houses', {sourceLayer: 'rows'})"
        ".some(each => each.properties.id === id && each.properties.class === 'unsafe')",
        arg=house["id"],
    )
    on_map.keep_picture("map-house")

    # The link to this view shows the same to a colleague.
    link = page.url
    if not on_map.is_phone:  # where the box covers the tools, people share the address
        page.get_by_role("button", name="คัดลอกลิงก์ของมุมมองนี้").click()
        expect(page.locator(".toast").last).to_contain_text("คัดลอก")
        link = page.evaluate("navigator.clipboard.readText()")
    assert f"pick=houses:{house['id']}" in link
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("[data-map-box]").get_by_role("heading", level=2)).to_contain_text("บ้านเลขที่")
    on_map.wait_for_map()
    if not on_map.is_phone:
        on_map.wait_until_drawn("houses", house["id"])
    page.locator("[data-map-box]").get_by_role("link", name="เปิดหน้ารายละเอียด").click()
    expect(page.locator("#facts .facts")).to_contain_text("ไม่ปลอดภัย")


def test_radius_becomes_a_list(on_map):
    page = on_map.page
    canvas = page.locator("city-map canvas.maplibregl-canvas").bounding_box()
    centre = {"x": canvas["x"] + canvas["width"] / 2, "y": canvas["y"] + canvas["height"] / 2}
    page.get_by_title("เลือกบริเวณ").click()
    page.get_by_role("button", name="วงกลมตามรัศมี").click()
    _tap(on_map, centre)
    _tap(on_map, {"x": centre["x"] + 110, "y": centre["y"]})
    inside = page.locator("[data-map-box] .map-inside", has_text="บ้าน").first
    number = on_map.count(inside.locator("strong").inner_text())
    assert number > 0
    page.locator("[data-map-box]").get_by_role("link", name="รายการ").first.click()
    expect(page.locator(".list-status strong")).to_contain_text(f"{number:,}")
