"""งานของช่างวันนี้: on a phone; opened, worked on and finished without a signal, sent once when it is back."""

import json

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.litany import examine
from tests.e2e.product import django, environment

TECHNICIAN = "banklang-technician"
TITLE = "เปลี่ยนหลอดไฟหน้าวัด (ทดสอบออฟไลน์)"
# What the browser says of the signal that is gone is no fault of ours.
GONE = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest", "Failed to fetch")

IN_TOWN = """
import datetime as dt, json
from django.contrib.gis.geos import Point
from django.utils import timezone
from cddp.foundation.accounts.models import Membership
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.maintenance.models import *
from cddp.operations.maintenance.services import moving, opening
town = Municipality.objects.get(slug="ban-klang")
with town_context(town.pk):
    who = Membership.objects.get(user__username="%(technician)s", municipality=town)
"""
PLAN = """
    checklist, _made = Checklist.objects.get_or_create(name="ตรวจโคมไฟ (ทดสอบ)")
    for order, words in enumerate(["ตัดไฟก่อนทำงาน", "ทดสอบติดดับ"]):
        ChecklistItem.objects.get_or_create(checklist=checklist, words=words, order=order, is_required=True)
    places = [(99.0526, 18.5743), (99.0561, 18.5790), (99.0490, 18.5720), (99.0600, 18.5700)]
    titles = ["%(title)s", "ซ่อมฝาท่อแตก", "ล้างปั๊มน้ำ", "ตัดกิ่งไม้พาดสาย"]
    for title, place in zip(titles, places):
        work = opening.open_work(None, title=title, place="บ้านกลาง", shape=Point(*place, srid=4326),
            lead_id=who.pk, planned_on=timezone.localdate(), checklist_id=checklist.pk, at=timezone.now())
        print("\\nwork", work.pk)
"""
LOOK = """
    work = WorkOrder.objects.get(pk="%(pk)s")
    print("\\nfound", json.dumps({"state": work.state, "result": work.result,
        "answers": list(work.checks.values_list("answer", flat=True)),
        "photos": work.photos.count(), "minutes": sum(work.times.values_list("minutes", flat=True)),
        "acts": SentAct.objects.filter(work_order_id=work.pk).count()}))
"""


def in_town(product, script: str, **values) -> list[str]:
    """Run a piece in the town and return the words of its lines that begin with `work` or `found`."""
    written = (IN_TOWN + script) % {"technician": TECHNICIAN, "title": TITLE, **values}
    lines = django(environment(product.data), "shell", "-v", "0", "-c", written).splitlines()
    return [line.split(" ", 1)[1] for line in lines if line.startswith(("work ", "found "))]


@pytest.fixture(scope="module")
def work(product) -> str:
    return in_town(product, PLAN)[0]


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "after.jpg"
    Image.effect_noise((1600, 1200), 30).convert("RGB").save(path, quality=80)
    return path


def test_a_day_without_a_signal_arrives_once(at_phone, product, work, photo):
    page = at_phone.be(TECHNICIAN)
    at_phone.open("/maintenance/today/")
    here = page.locator(f'.day-stop a[href$="/{work}/"]')
    here.wait_for()
    examine(page)
    at_phone.keep_picture("round-today")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the pages are looked after by the worker
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    stop = f"{at_phone.address}/maintenance/today/{work}/"
    page.wait_for_function(KEPT, arg=stop)

    at_phone.context.set_offline(True)
    here.click()
    page.get_by_role("heading", name=TITLE).wait_for()
    page.get_by_role("button", name="เริ่มงาน").click()
    expect(page.locator(".outbox summary")).to_have_text("รอส่ง 1 รายการ")
    for words in ("ตัดไฟก่อนทำงาน", "ทดสอบติดดับ"):
        page.get_by_label(words).check()
    page.get_by_text("ถ่ายรูปหลังทำ").click()
    page.set_input_files("#photo-after", photo)
    expect(page.locator(".photo-list li")).to_have_count(1)
    page.get_by_role("button", name="เก็บรูปหลังทำ").click()
    page.get_by_label("ใช้เวลา (นาที)").fill("40")
    page.get_by_role("button", name="ลงเวลา").click()
    expect(page.locator(".outbox summary")).to_have_text("รอส่ง 5 รายการ")
    page.get_by_label("ทำอะไรไปแล้ว").fill("เปลี่ยนหลอด LED 50 วัตต์ 1 หลอด ไฟติดปกติ")
    page.get_by_role("button", name="ทำเสร็จแล้ว").click()
    expect(page.locator(".outbox summary")).to_have_text("รอส่ง 6 รายการ")
    at_phone.keep_picture("round-offline")
    page.reload()  # the phone was put away meanwhile: all that was done is still there
    expect(page.locator(".outbox summary")).to_have_text("รอส่ง 6 รายการ")
    expect(page.get_by_label("ตัดไฟก่อนทำงาน")).to_be_checked()
    assert json.loads(in_town(product, LOOK, pk=work)[0])["acts"] == 0

    at_phone.context.set_offline(False)
    expect(page.locator(".outbox summary")).to_have_count(0, timeout=40_000)
    expect(page.locator("#stop-head")).to_contain_text("ทำเสร็จ รอตรวจรับ")
    found = json.loads(in_town(product, LOOK, pk=work)[0])
    assert found["result"].startswith("เปลี่ยนหลอด LED")
    assert {key: found[key] for key in ("state", "answers", "photos", "minutes", "acts")} == {
        "state": "done",
        "answers": ["yes", "yes"],
        "photos": 1,
        "minutes": 40,
        "acts": 6,
    }
    at_phone.complaints[:] = [each for each in at_phone.complaints if not any(word in each for word in GONE)]


def test_a_refused_act_says_why_and_loses_nothing_and_sign_out_clears_the_day(at_phone, product):
    other = in_town(product, PLAN)[1]
    page = at_phone.sign_in(TECHNICIAN)
    at_phone.open(f"/maintenance/today/{other}/")
    page.get_by_role("button", name="เริ่มงาน").click()
    expect(page.locator("#stop-head")).to_contain_text("กำลังทำ")
    page.get_by_label("ทำอะไรไปแล้ว").fill("เปลี่ยนฝาท่อใหม่แล้ว")
    page.get_by_role("button", name="ทำเสร็จแล้ว").click()
    expect(page.locator(".outbox-reason")).to_contain_text("ยังตรวจไม่ครบ")
    at_phone.keep_picture("round-refused")
    page.get_by_role("button", name="นำกลับไปแก้").click()
    expect(page.get_by_label("ทำอะไรไปแล้ว")).to_have_value("เปลี่ยนฝาท่อใหม่แล้ว")
    expect(page.locator(".outbox summary")).to_have_count(0)

    page.wait_for_function(KEPT, arg=page.url)
    page.evaluate("() => document.querySelector('form[action*=\"/accounts/logout\"]').requestSubmit()")
    page.wait_for_url(lambda address: "/maintenance/" not in address)
    page.wait_for_function("async () => !(await caches.keys()).some(each => each.startsWith('cddp-day:'))")


KEPT = """async address => {
  for (const name of await caches.keys())
    if (name.startsWith('cddp-day:') && await (await caches.open(name)).match(address)) return true;
  return false;
}"""
