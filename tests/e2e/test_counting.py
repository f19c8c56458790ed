"""การตรวจนับ: a label is read by the camera of a phone, counted with one tap; without a signal it waits and goes once."""

import json
import re
from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from tests.e2e.litany import examine
from tests.e2e.product import django, environment
from tests.e2e.visitor import ARGUMENTS, PHONE, Visitor

TECHNICIAN = "banklang-technician"
# What the browser says of the signal that is gone is no fault of ours.
GONE = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")

MAKE = """
import json
from django.utils import timezone
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.models import AssetClass
from cddp.registers.assets.services.counting import open_round
from cddp.registers.assets.services.registering import register_asset
town = Municipality.objects.get(slug="ban-klang")
with town_context(town.pk):
    at = timezone.now()
    kind, _made = AssetClass.objects.get_or_create(key="count-e2e", defaults={"name": "ของทดสอบนับ", "geometry": "none"})
    run = AssetClass.objects.get(pk=kind.pk).assets.count()
    things = [
        register_asset(None, asset_class_id=kind.pk, at=at,
            values={"name": name, "number": f"999-70-{run + place:04}", "place": "ห้องพัสดุ"})
        for place, name in enumerate(["เครื่องพิมพ์ทดสอบนับ", "กล้องทดสอบนับ"])
    ]
    take = open_round(None, name="ตรวจนับทดสอบ", fiscal_year=2569, asset_class_id=kind.pk, at=at)
    print("\\nmade", json.dumps([str(take.pk), *([str(each.pk), each.number] for each in things)]))
"""
READ = """
import json
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.models import StockTakeLine
with town_context(Municipality.objects.get(slug="ban-klang").pk):
    rows = StockTakeLine.objects.filter(stock_take="%s").exclude(result="").order_by("asset__number")
    print("\\nlines", json.dumps(list(rows.values_list("asset__number", "result", "note"))))
"""


def film(text: str, path: Path) -> None:
    """Write a film of a label held still, as raw frames that Chromium takes for its camera."""
    width, height, scale = 640, 480, 7
    matrix = segno.make_qr(text, error="m").matrix
    left, top = (width - len(matrix) * scale) // 2, (height - len(matrix) * scale) // 2
    grey = bytearray([235]) * (width * height)
    for row, line in enumerate(matrix):
        for column, bit in enumerate(line):
            for y in range(top + row * scale, top + (row + 1) * scale) if bit else ():
                start = y * width + left + column * scale
                grey[start : start + scale] = bytes([16]) * scale
    frame = b"FRAME\n" + bytes(grey) + bytes([128]) * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)


def in_town(product, script: str, word: str):
    printed = django(environment(product.data), "shell", "-v", "0", "-c", script)
    return json.loads(next(line for line in printed.splitlines() if line.startswith(word))[len(word) :])


@pytest.fixture
def camera(browser, product, tmp_path):
    """Give a phone whose camera sees the label of the first thing of a round."""
    take, first, second = in_town(product, MAKE, "made")
    film(f"{product.address}/a/{first[0]}/", tmp_path / "label.y4m")
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    fake.append(f"--use-file-for-fake-video-capture={tmp_path / 'label.y4m'}")
    seeing = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS + fake)
    visitor = Visitor(seeing, product.address, PHONE, {})
    yield visitor, take, first, second
    seeing.close()
    visitor.complaints[:] = [each for each in visitor.complaints if not any(word in each for word in GONE)]
    assert visitor.complaints == [], "the browser complained"


def test_labels_are_counted_by_phone_with_and_without_a_signal(camera, product):
    visitor, take, first, second = camera
    page = visitor.sign_in(TECHNICIAN)
    visitor.context.grant_permissions(["camera"], origin=product.address)
    here = f"/assets/counts/{take}/phone/"
    visitor.open(here)
    # The camera was allowed before, so it opens by itself and reads the label.
    card = page.locator("[data-card]")
    expect(card).to_be_visible()
    expect(card.locator("[data-name]")).to_have_text("เครื่องพิมพ์ทดสอบนับ")
    expect(card.locator("[data-facts]")).to_contain_text(first[1])
    assert examine(page) == []
    page.set_viewport_size(PHONE)
    visitor.keep_picture("count-scan")
    card.get_by_text("สภาพและหมายเหตุ").click()
    card.get_by_label("หมายเหตุ").fill("ฝาแตก")
    card.get_by_role("button", name="พบ ชำรุด").click()
    expect(card).to_be_hidden()
    left = page.locator("[data-progress]")
    expect(left).to_contain_text(re.compile("พบแล้ว 1"))
    expect(page.locator("[data-kept]")).to_be_visible()

    waits = page.locator("[data-outbox]")
    expect(waits).not_to_contain_text("รอส่ง")
    visitor.context.set_offline(True)
    page.get_by_label("หรือพิมพ์เลขครุภัณฑ์").fill(second[1])
    page.get_by_role("button", name="ค้นหา", exact=True).and_(page.locator("[data-find] button")).click()
    expect(card.locator("[data-name]")).to_have_text("กล้องทดสอบนับ")
    card.get_by_role("button", name="พบ ใช้งานได้").click()
    expect(waits).to_contain_text("รอส่ง 1 รายการ")
    page.goto(f"{visitor.address}{here}")
    expect(waits).to_contain_text("รอส่ง 1 รายการ")
    expect(left).to_contain_text(re.compile("พบแล้ว 2"))

    visitor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(waits).to_be_empty()
    assert in_town(product, READ % take, "lines") == [
        [first[1], "damaged", "ฝาแตก"],
        [second[1], "found", ""],
    ]
