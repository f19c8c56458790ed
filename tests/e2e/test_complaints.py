"""เรื่องร้องเรียนจริงจากไฟล์: 300 real tickets in, counted to the row; the same file again adds nothing."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.shared import shared_path

# The real tickets are of Bangkok: the small town of the demo shows how foreign points are kept and listed.
OFFICER = "banklang-complaints-officer"
ROWS = 300


@pytest.fixture(scope="module")
def tickets(tmp_path_factory):
    path = tmp_path_factory.mktemp("traffy") / "tickets.ndjson"
    with gzip.open(shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz"), "rb") as source:
        path.write_bytes(b"".join(source.readline() for _line in range(ROWS)))
    return path


def _import(visitor, path) -> dict[str, int]:
    """Upload the file, wait until it is read; return the four numbers of the result."""
    page = visitor.page
    visitor.open("/complaints/imports/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="นำเข้า", exact=True).click()
    tiles = page.get_by_label("ผลการนำเข้า").locator(".tile")
    expect(tiles).to_have_count(4, timeout=60_000)
    return {
        tile.locator(".tile-label").inner_text().strip(): visitor.count(
            tile.locator(".tile-number").inner_text()
        )
        for tile in tiles.all()
    }


def test_real_tickets(at_desk, tickets):
    page = at_desk.be(OFFICER)
    first = _import(at_desk, tickets)
    assert first["แถวในไฟล์"] == ROWS
    assert 0 < first["เรื่องใหม่"] <= ROWS
    assert first["มีพิกัด"] <= ROWS
    # Every odd row has a reason that leads to it.
    assert bool(first["มีข้อสังเกต"]) == bool(page.locator("main table tbody tr").count())
    assert _import(at_desk, tickets)["เรื่องใหม่"] == 0


def test_inbox_filter_report_and_map(visitor, tickets):
    page = visitor.be(OFFICER)
    visitor.open("/complaints/?queue=all")
    expect(page.locator("#list-results td.cell-first a").first).to_be_visible()
    visitor.keep_picture("complaints")
    visitor.open("/complaints/reports/")
    everything = visitor.count(page.locator(".list-status strong").inner_text())
    state = page.locator(".list-filters details", has_text="สถานะ").first
    state.locator("summary").click()
    state.get_by_role("checkbox").first.check()
    state.get_by_role("button", name="แสดงผล").click()
    page.wait_for_url(re.compile(r"\?.*state="))
    expect(page.locator(".list-status")).to_contain_text("ที่ตรงกับเงื่อนไข")
    assert 0 < visitor.count(page.locator(".list-status strong").inner_text()) < everything

    visitor.open("/complaints/reports/?placed=1")
    page.locator("#list-results td.cell-first a").first.click()
    expect(page.locator("ol.timeline li").first).to_be_visible()
    page.get_by_role("link", name="ดูบนแผนที่").click()
    page.wait_for_url(re.compile("/map/"))
    visitor.wait_for_map()
    assert visitor.drawn("complaints")
