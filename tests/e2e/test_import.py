"""นำเข้าทะเบียนราษฎร: a dirty workbook, seen column by column, tried, imported, counted to the row, and undone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.litany import examine
from tests.e2e.visitor import DESK, PHONE
from tests.samples.registry import write_samples

REGISTRAR = "banklang-registrar"
HOUSEHOLDS = 60
WORK_MS = 60_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Give a workbook as it really comes, and the truth about its rows."""
    folder = tmp_path_factory.mktemp("registry")
    truths = write_samples(folder, households=HOUSEHOLDS)
    path = (folder / "first.xlsx").rename(folder / "บัญชีรายชื่อในทะเบียนบ้าน มิ.ย. 2569.xlsx")
    return path, truths["first.xlsx"]


def _counted(visitor) -> dict[str, int]:
    tiles = visitor.page.get_by_label("ผลรายแถว").locator(".tile")
    expect(tiles).to_have_count(8, timeout=WORK_MS)
    return {
        tile.locator(".tile-label").inner_text().strip(): visitor.count(
            tile.locator(".tile-number").inner_text()
        )
        for tile in tiles.all()
    }


def test_registry_in_and_out_again(at_desk, sample):
    path, truth = sample
    page = at_desk.be(REGISTRAR)
    at_desk.open("/residents/imports/new/")
    wrong = examine(page)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="ส่งไฟล์และดูตัวอย่าง").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("แต่ละคอลัมน์คืออะไร")
    names = page.locator("main table tbody tr td.cell-first")
    assert "เลขประจำตัวประชาชน" in names.first.inner_text()
    wrong += examine(page)
    page.get_by_role("button", name=re.compile("ตรวจสอบทุกแถว")).click()

    tried = _counted(at_desk)
    assert sum(tried.values()) - tried["ไม่พบในไฟล์"] == truth.total
    # What cannot be taken, and why, stands below, with the way to mend it.
    assert tried["นำเข้าไม่ได้"] + tried["ไม่แน่ชัดว่าเป็นใคร"] > 0
    assert page.locator("main table tbody tr").count() > 3
    at_desk.keep_picture("import", PHONE, DESK)
    page.get_by_role("heading", name="สิ่งที่พบในไฟล์").evaluate("each => each.scrollIntoView()")
    at_desk.keep_picture("import-errors")
    wrong += examine(page)
    page.get_by_label("ผลรายแถว").get_by_role("link", name=re.compile("นำเข้าไม่ได้")).click()
    expect(page.locator(".list-status strong")).to_contain_text(f"{tried['นำเข้าไม่ได้']:,}")
    wrong += examine(page)
    page.go_back()

    with page.expect_download() as rejected:
        page.get_by_role("link", name=re.compile("แถวที่ต้องแก้")).click()
    assert rejected.value.suggested_filename.endswith(".xlsx")

    page.get_by_role("button", name=re.compile("นำเข้าแถวที่ถูกต้อง")).click()
    expect(page.locator("main .badge").first).to_have_text(re.compile("นำเข้าแล้ว"), timeout=WORK_MS)
    assert _counted(at_desk) == tried

    page.get_by_role("link", name="ย้อนกลับทั้งชุด").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ย้อนการนำเข้าทั้งชุด")
    wrong += examine(page)
    page.get_by_role("button", name="ย้อนกลับ").click()
    page.locator("dialog[open]").get_by_role("button", name="ย้อนกลับ").click()
    expect(page.locator("main .badge").first).to_have_text(re.compile("ย้อน"), timeout=WORK_MS)
    assert wrong == []


def test_file_that_is_none_is_refused_politely(visitor, tmp_path):
    page = visitor.be(REGISTRAR)
    path = tmp_path / "ทะเบียน.xlsx"
    path.write_bytes(b"PK\x03\x04 this is no workbook")
    visitor.open("/residents/imports/new/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="ส่งไฟล์และดูตัวอย่าง").click()
    expect(page.get_by_role("alert").first).to_contain_text("ไฟล์")
