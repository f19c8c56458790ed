"""หน้าจอใบสั่งงาน: works · colleague may · reader 403 · stranger 404 · GET refused on a write · bad id · bad input."""

import base64
import datetime as dt
import io
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.choices import PhotoKind, WorkSource, WorkState
from cddp.operations.maintenance.models import Contractor, WorkOrder
from cddp.operations.maintenance.services import changing, doing, moving
from cddp.operations.maintenance.tests.stock_makers import make_asset, make_class
from cddp.operations.maintenance.tests.work_makers import (
    AT,
    RESULT,
    TODAY,
    begun,
    checklist,
    done,
    opened,
    picture,
    planned,
)
from cddp.operations.maintenance.views.work_page import lasting
from cddp.registers.assets.choices import AssetState, Condition, Source
from cddp.registers.assets.models import Inspection, Outage
from cddp.registers.assets.services import outages
from tests.towns import make_user

LIST, NEW = "/maintenance/work/", "/maintenance/work/new/"
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")


@pytest.fixture
def chief(town):
    return make_user("chief", "director")


@pytest.fixture
def tech(town):
    return make_user("tech", "technician")


@pytest.fixture
def reader(town):
    return make_user("reader", "mayor")


@pytest.fixture
def foreigner(towns):
    with town_context(towns[1].pk):
        return make_user("foreigner", "director")


@pytest.fixture
def lamp(town):
    return make_asset(make_class(), number="055-60-0001", place="หน้าวัดป่าสัก")


def url(order, name="order", *more):
    return reverse(f"maintenance:work_{name}", args=[order.pk, *more])


def carried(order, **more):
    order.refresh_from_db()
    return {"version": order.version, "seen_at": timezone.now().isoformat(), **more}


def signed() -> str:
    drawn = Image.new("RGBA", (720, 240), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).line([(40, 200), (200, 60), (300, 180), (600, 80)], fill="navy", width=4)
    stream = io.BytesIO()
    drawn.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def cost(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(FRAME))


def words(response) -> str:
    return response.content.decode()


# ── the list ──────────────────────────────────────────────────────────────────────────────────────


def test_the_queues_hold_what_waits_late_first(login, chief, tech, lamp):
    late = opened(title="ซ่อมท่อแตก", due_on=timezone.localdate() - dt.timedelta(days=3))
    soon = opened(title="ทาสีรั้ว", due_on=timezone.localdate() + dt.timedelta(days=9))
    begun(title="ลอกท่อระบายน้ำ", lead=tech)
    done(title="เปลี่ยนหลอดไฟ", lead=tech, asset_id=lamp.pk)
    client = login(chief)
    page = words(client.get(LIST))
    assert page.index(late.title) < page.index(soon.title)
    assert "เกินกำหนด 3 วัน" in page
    assert "เปลี่ยนหลอดไฟ" not in page
    assert "เปลี่ยนหลอดไฟ" in words(client.get(f"{LIST}?queue=accept"))
    assert "ลอกท่อ" in words(client.get(f"{LIST}?queue=doing"))
    assert "ซ่อมท่อแตก" not in words(client.get(f"{LIST}?queue=all&late=0"))
    assert "เปลี่ยนหลอดไฟ" in words(client.get(f"{LIST}?queue=all&q=055-60-0001"))
    assert "ทาสีรั้ว" in words(client.get(f"{LIST}?queue=all&q={soon.number}"))
    assert "ทาสีรั้ว" not in words(client.get(f"{LIST}?queue=all&q={late.number}"))


def test_each_filter_narrows(login, chief, lamp):
    asked = opened(title="งานหนึ่งของทรัพย์สิน", asset_id=lamp.pk, priority="urgent", source=WorkSource.OUTAGE)
    opened(title="งานสองไม่มีทรัพย์สิน", kind="preventive")
    client = login(chief)
    for query in (
        f"class={lamp.asset_class_id}",
        "priority=urgent",
        "source=outage",
        "kind=corrective",
        "lead=none&priority=urgent",
        "contractor=none&priority=urgent",
        "area=none&priority=urgent",
        "division=none&priority=urgent",
    ):
        page = words(client.get(f"{LIST}?queue=all&{query}"))
        assert asked.title in page, query
        assert "งานสองไม่มีทรัพย์สิน" not in page, query


def test_a_technician_sees_their_own_crews_work_only(login, tech, chief):
    mine, other = planned(title="งานของทีมฉัน", lead=tech), planned(title="งานของทีมอื่น")
    client = login(tech)
    page = words(client.get(f"{LIST}?queue=all"))
    assert mine.title in page
    assert other.title not in page
    assert client.get(url(mine)).status_code == 200
    assert client.get(url(other)).status_code == 404
    assert client.post(url(other, "start"), carried(other)).status_code == 404
    assert client.get(url(other, "paper")).status_code == 404


def test_the_list_costs_the_same_however_long_it_is(login, chief, tech, lamp):
    client = login(chief)
    planned(lead=tech, asset_id=lamp.pk)
    few = cost(client, f"{LIST}?queue=all")
    for _each in range(5):
        planned(lead=tech, asset_id=lamp.pk)
    assert cost(client, f"{LIST}?queue=all") <= few
    assert few <= 12


def test_the_list_goes_as_a_spreadsheet_to_who_may_have_it(login, chief, reader):
    order = opened(title="ซ่อมฝาท่อ")
    response = login(chief).get(f"{LIST}?queue=all&export=xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(response))).active.values)
    assert any(order.title in row for row in rows)
    assert login(reader).get(f"{LIST}?queue=all&export=xlsx").status_code in (302, 403, 404)


def test_many_are_approved_at_once_and_what_was_changed_is_said(login, chief):
    first, second = opened(title="งานหนึ่ง"), opened(title="งานสอง")
    client = login(chief)
    shown = client.post(LIST + "?queue=all", {"bulk": "approve", "selected": [first.pk, second.pk]})
    assert f"{first.pk}:1" in words(shown)
    assert f"{second.pk}:1" in words(shown)
    moving.cancel(None, second.pk, version=None, reason="ไม่ต้องทำ", at=AT)
    told = client.post(
        reverse("maintenance:work_bulk", args=["approve"]),
        {"order": [f"{first.pk}:1", f"{second.pk}:1", "x:y"], "note": ""},
    )
    assert "งานสอง" in words(told)
    first.refresh_from_db()
    assert first.state == WorkState.APPROVED


def test_many_are_planned_at_once(login, chief, tech):
    orders = [opened(title="งานหนึ่ง"), opened(title="งานสอง")]
    address = reverse("maintenance:work_bulk", args=["plan"])
    chosen = [f"{each.pk}:1" for each in orders]
    client = login(chief)
    assert client.post(address, {"order": chosen, "planned_on": "เมื่อไรก็ได้"}).status_code == 422
    lead = str(tech.membership.pk)
    assert (
        client.post(address, {"order": chosen, "planned_on": "27/11/2569", "lead": lead}).status_code == 302
    )
    assert set(WorkOrder.objects.values_list("state", "lead_id")) == {("planned", tech.membership.pk)}
    assert client.get(address).status_code == 405
    assert client.post(reverse("maintenance:work_bulk", args=["burn"]), {"order": chosen}).status_code == 404
    assert login(tech).post(address, {"order": chosen}).status_code == 403


# ── the page ──────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_first_what_is_next_and_by_whom(login, chief, tech, lamp):
    lamp.warranty_until = timezone.localdate() + dt.timedelta(days=40)
    lamp.supplier = "บริษัท แสงดี"
    lamp.save()
    order = planned(lead=tech, asset_id=lamp.pk, checklist_id=checklist("ตัดไฟก่อน").pk)
    page = words(login(chief).get(url(order)))
    assert "เข้าทำตามวันนัด" in page
    assert str(tech) in page
    assert "ยังอยู่ในประกัน ถึง" in page
    assert "บริษัท แสงดี" in page
    assert "ตัดไฟก่อน" in page
    assert 'id="parts-panel"' in page


def test_a_reader_looks_and_does_nothing(login, reader):
    order = opened()
    client = login(reader)
    page = words(client.get(url(order)))
    assert "บัญชีนี้ดูได้อย่างเดียว" in page
    assert client.post(url(order, "approve"), carried(order)).status_code == 403
    assert client.post(url(order, "start"), carried(order)).status_code == 403
    assert client.post(url(order, "cancel"), carried(order, reason="ไม่ต้องทำ")).status_code == 422
    assert client.get(NEW).status_code == 403
    assert client.get(reverse("maintenance:contractors")).status_code == 403
    order.refresh_from_db()
    assert order.state == WorkState.REQUESTED


def test_who_works_elsewhere_finds_nothing(login, town, foreigner):
    order = opened()
    client = login(foreigner)
    assert client.get(url(order)).status_code == 404
    assert client.get(url(order, "paper")).status_code == 404
    assert client.post(url(order, "approve"), carried(order)).status_code == 404
    assert client.get(reverse("maintenance:work_order", args=[uuid4()])).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(client, town):
    assert client.get(url(opened())).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "approve", "plan", "start", "await_parts", "resume", "finish", "accept", "send_back", "cancel", "edit",
        "contract", "time", "photo_add",
    ],
)  # fmt: skip
def test_no_write_is_done_by_looking(login, chief, name):
    assert login(chief).get(url(opened(), name)).status_code == 405


def test_the_page_costs_little(login, chief, tech, lamp):
    order = begun(lead=tech, asset_id=lamp.pk, checklist_id=checklist("ก", "ข").pk)
    for _each in range(3):
        doing.add_time(None, order.pk, minutes=10, on=TODAY, who="ช่าง", at=AT)
    assert cost(login(chief), url(order)) <= 26


def test_the_whole_way_on_the_screen(login, chief, tech):
    order = opened(checklist_id=checklist("ตัดไฟก่อน").pk)
    office = login(chief)
    office.post(url(order, "approve"), carried(order))
    plan = {"planned_on": "26/11/2569", "planned_from": "09.30", "planned_minutes": "90"}
    plan["lead"] = str(tech.membership.pk)
    assert office.post(url(order, "plan"), carried(order, **plan)).status_code == 302
    order.refresh_from_db()
    assert (order.planned_on, order.planned_from, order.planned_minutes) == (TODAY, dt.time(9, 30), 90)
    hand = login(tech)
    hand.post(url(order, "start"), carried(order))
    hand.post(url(order, "await_parts"), carried(order, note="ขั้วหลอด"))
    hand.post(url(order, "resume"), carried(order))
    assert hand.post(url(order, "finish"), carried(order, result=RESULT)).status_code == 422
    hand.post(url(order, "check", order.checks.get().pk), {"answer": "yes"})
    hand.post(url(order, "photo_add"), carried(order, kind=PhotoKind.BEFORE, photo=picture("before.jpg")))
    answer = hand.post(url(order, "finish"), carried(order, cause="ขั้วหลวม", photo=picture(exif=True)))
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cause) == (WorkState.DONE, "ขั้วหลวม")
    assert set(order.photos.values_list("kind", flat=True)) == {"before", "after"}
    office = login(chief)
    assert "พิมพ์ชื่อ" in words(office.post(url(order, "accept"), carried(order)))
    assert office.post(url(order, "accept"), carried(order, signature=signed())).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.accepted_by_label) == (WorkState.ACCEPTED, str(chief))
    drawn = b"".join(office.get(url(order, "signature")))
    assert Image.open(io.BytesIO(drawn)).size == (720, 240)
    assert office.get(url(order, "paper"))["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "ไม่ถึงหนึ่งนาที"), (59, "59 นาที"), (125, "2 ชั่วโมง 5 นาที"), (4_450, "3 วัน 2 ชั่วโมง"), (1_445, "1 วัน")],
)
def test_how_long_it_was_out_of_use(minutes, shown):
    assert lasting(dt.timedelta(minutes=minutes)) == shown


def test_pictures_and_signature_are_on_the_paper(login, chief):
    order = done()
    doing.add_work_photo(None, order.pk, upload=picture(), kind="after", at=AT)
    client = login(chief)
    bare = client.get(url(order, "paper")).content
    client.post(url(order, "accept"), carried(order, signature=signed()))
    assert bare.count(b"/Subtype /Image") + 1 <= client.get(url(order, "paper")).content.count(
        b"/Subtype /Image"
    )
    assert bare.count(b"/Subtype /Image") >= 2  # the code and the picture


@pytest.mark.parametrize(
    "drawn",
    [
        "data:image/png;base64,AAAA",
        "data:text/html;base64,AAAA",
        "javascript:alert(1)",
        "data:image/png;base64,%%%",
    ],
)
def test_what_is_no_signature_is_refused(login, chief, drawn):
    order = done()
    assert login(chief).post(url(order, "accept"), carried(order, signature=drawn)).status_code == 422
    order.refresh_from_db()
    assert order.state == WorkState.DONE


def test_a_blank_signature_is_refused_and_a_typed_name_does(login, chief):
    order = done()
    stream = io.BytesIO()
    Image.new("RGBA", (720, 240), (0, 0, 0, 0)).save(stream, "PNG")
    blank = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
    client = login(chief)
    assert client.post(url(order, "accept"), carried(order, signature=blank)).status_code == 422
    assert client.post(url(order, "accept"), carried(order, signed_by="นายตรวจ ดี")).status_code == 302
    order.refresh_from_db()
    assert (order.accepted_by_label, order.signature) == ("นายตรวจ ดี", None)


def test_an_asset_is_named_afterwards_and_once_begun_not_another(login, chief):
    order = opened(title="ซ่อมไฟหน้าวัด")
    made = make_asset(make_class("lamp"), name="เสาไฟ", number="055-68-0084")
    form = {"title": order.title, "kind": "corrective", "priority": "normal"}
    client = login(chief)
    unknown = client.post(url(order, "edit"), carried(order, **form, asset="999"))
    assert unknown.status_code == 422
    assert "ไม่พบทรัพย์สินเลข “999”" in words(unknown)
    assert client.post(url(order, "edit"), carried(order, **form, asset="055-68-0084")).status_code == 302
    order.refresh_from_db()
    assert order.asset_id == made.pk
    assert "055680084" in order.search_text
    make_asset(made.asset_class, name="เสาไฟ", number="055-68-0085")
    WorkOrder.objects.filter(pk=order.pk).update(state="in_progress")
    other = client.post(url(order, "edit"), carried(order, **form, asset="055-68-0085"))
    assert other.status_code == 422
    assert "งานเริ่มแล้ว จึงเปลี่ยนทรัพย์สินไม่ได้" in words(other)


def test_a_year_that_was_mistyped_is_refused(login, chief):
    order = opened()
    for day, status in (("1/1/2560", 422), ("1/1/2590", 422), ("today", 302)):
        typed = timezone.localdate().isoformat() if day == "today" else day
        answer = login(chief).post(url(order, "plan"), carried(order, planned_on=typed))
        assert answer.status_code == status
    assert "ตรวจวันและปี พ.ศ." in words(
        login(chief).post(url(order, "plan"), carried(order, planned_on="1/1/2560"))
    )


def test_the_day_of_a_new_order_is_judged_too(login, chief):
    new = {"title": "ซ่อมไฟหน้าวัด", "kind": "corrective", "priority": "normal", "planned_on": "1/1/2560"}
    refused = login(chief).post(NEW, new)
    assert refused.status_code == 422
    assert "ตรวจวันและปี พ.ศ." in words(refused)
    assert not WorkOrder.objects.exists()


def test_a_stale_form_comes_back_with_the_difference(login, chief):
    order = opened(title="ซ่อมไฟหน้าวัด")
    form = {
        "title": "ซ่อมไฟหน้าวัดป่าสัก",
        "kind": "corrective",
        "priority": "urgent",
        "place": "หน้าวัด",
        "due_on": "",
        "description": "",
        "division": "",
    }
    seen = carried(order, **form)
    changing.change_work(chief, order.pk, version=None, values={"title": "ซ่อมไฟสองดวง"}, at=timezone.now())
    client = login(chief)
    stale = client.post(url(order, "edit"), seen)
    page = words(stale)
    assert stale.status_code == 409
    assert "ซ่อมไฟหน้าวัดป่าสัก" in page
    assert "ซ่อมไฟสองดวง" in page
    assert "แก้ไขใบสั่งงาน" in page
    order.refresh_from_db()
    assert order.title == "ซ่อมไฟสองดวง"
    again = seen | {"version": order.version}
    assert client.post(url(order, "edit"), again).status_code == 302
    order.refresh_from_db()
    assert (order.title, order.priority) == ("ซ่อมไฟหน้าวัดป่าสัก", "urgent")
    assert order.search_text.startswith(order.number)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("plan", {"planned_on": "31/2/2569"}),
        ("plan", {"planned_on": "26/11/2569", "lead": "nobody"}),
        ("plan", {"planned_on": "26/11/2569", "planned_minutes": "-5"}),
        ("cancel", {"reason": ""}),
        ("edit", {"title": "", "kind": "corrective", "priority": "normal"}),
        ("contract", {"contract_baht": "-5"}),
        ("contract", {"contract_baht": "100"}),
        ("time", {"minutes": "0", "on": "26/11/2569", "who": "ช่าง"}),
        ("time", {"minutes": "5", "on": "26/11/2600", "who": "ช่าง"}),
        ("photo_add", {"kind": "after"}),
    ],
)
def test_bad_input_is_said_and_changes_nothing(login, chief, name, given):
    order = opened()
    response = login(chief).post(url(order, name), carried(order, **given))
    assert response.status_code == 422
    order.refresh_from_db()
    assert (order.state, order.version) == (WorkState.REQUESTED, 1)


def test_what_was_typed_stays(login, chief):
    order = opened()
    response = login(chief).post(url(order, "plan"), carried(order, planned_on="31/2/2569", note="เอาบันไดไป"))
    assert "เอาบันไดไป" in words(response)
    assert "31/2/2569" in words(response)


def test_hours_contract_and_photos_are_kept_and_taken_back(login, chief):
    order = begun()
    firm = Contractor.objects.create(name="หจก. ช่างดี")
    client = login(chief)
    given = {"contractor": firm.pk, "contract_number": "จ.12/2570", "contract_baht": "1,500.50"}
    client.post(url(order, "contract"), carried(order, **given))
    member = chief.membership.pk
    client.post(
        url(order, "time"), carried(order, member=member, on="26/11/2569", minutes=60, hour_baht="80")
    )
    client.post(url(order, "photo_add"), carried(order, kind="after", photo=picture()))
    order.refresh_from_db()
    assert (order.contract_satang, order.labour_satang, order.cost_satang) == (150_050, 8_000, 158_050)
    photo, row = order.photos.get(), order.times.get()
    preview = reverse("maintenance:work_photo_preview", args=[photo.pk])
    assert client.get(preview).status_code == 200
    client.post(url(order, "photo_remove", photo.pk))
    client.post(url(order, "time_remove", row.pk))
    order.refresh_from_db()
    assert (order.labour_satang, client.get(preview).status_code) == (0, 404)
    assert client.post(url(order, "photo_remove", uuid4())).status_code == 404


def test_what_the_crew_has_that_day_is_shown(login, chief, tech):
    order, other = opened(), planned(lead=tech, title="ลอกท่อตลาด")
    page = words(login(chief).get(url(order, "crew_day"), {"planned_on": "26/11/2569"}))
    assert other.title in page
    assert other.title not in words(login(chief).get(url(order, "crew_day"), {"planned_on": "27/11/2569"}))
    assert login(chief).get(url(order, "crew_day"), {"planned_on": "\x00"}).status_code == 200


# ── opening ───────────────────────────────────────────────────────────────────────────────────────

GIVEN = {"title": "ซ่อมไฟหน้าวัด", "kind": "corrective", "priority": "normal"}


def test_an_officer_asks_and_a_chief_plans_at_once(login, chief, tech):
    officer = make_user("asker", "officer")
    login(officer).post(NEW, GIVEN | {"approve": "on", "lat": "18.58", "lng": "99.01"})
    asked = WorkOrder.objects.get()
    assert (asked.state, asked.shape.coords) == (WorkState.REQUESTED, (99.01, 18.58))
    given = GIVEN | {"approve": "on", "planned_on": "26/11/2569", "lead": str(tech.membership.pk)}
    assert login(chief).post(NEW, given).status_code == 302
    assert WorkOrder.objects.filter(state=WorkState.PLANNED, lead=tech.membership).count() == 1
    login(chief).post(NEW, GIVEN | {"approve": "on"})
    assert WorkOrder.objects.filter(state=WorkState.APPROVED).count() == 1


def test_a_new_order_knows_its_asset_and_why(login, chief, lamp):
    seen = Inspection.objects.create(
        asset=lamp, condition=Condition.VERY_POOR, on=TODAY, notes="เสาเอียง", at=timezone.now()
    )
    client = login(chief)
    page = words(client.get(f"{NEW}?inspection={seen.pk}"))
    assert "เสาเอียง" in page
    assert "หน้าวัดป่าสัก" in page
    client.post(f"{NEW}?inspection={seen.pk}", GIVEN)
    order = WorkOrder.objects.get()
    assert (order.asset_id, order.source, order.source_id) == (lamp.pk, "inspection", seen.pk)
    assert "ยังไม่จบ" in words(client.get(f"{NEW}?asset={lamp.pk}"))
    client.post(f"{NEW}?inspection={seen.pk}", GIVEN | {"approve": "on"})
    assert WorkOrder.objects.get().state == WorkState.REQUESTED
    assert client.get(f"{NEW}?inspection={uuid4()}").status_code == 404
    assert client.get(f"{NEW}?asset=nonsense").status_code == 200
    assert "ไม่พบทรัพย์สินนี้" in words(client.get(f"{NEW}?code=หาไม่เจอ"))


@pytest.mark.parametrize(
    "given", [{"title": ""}, {"kind": "burn"}, {"priority": ""}, {"due_on": "วันหน้า"}, {"lead": str(uuid4())}]
)
def test_a_new_order_with_bad_input_is_not_opened(login, chief, given):
    response = login(chief).post(NEW, GIVEN | given)
    assert response.status_code == 422
    assert not WorkOrder.objects.exists()


def test_the_asset_out_of_use_is_back_when_the_work_is_done(login, chief, lamp):
    order = planned(asset_id=lamp.pk)
    client = login(chief)
    client.post(url(order, "start"), carried(order, asset_out="on"))
    lamp.refresh_from_db()
    order.refresh_from_db()
    assert (lamp.state, order.down_until) == (AssetState.BROKEN, None)
    assert order.down_from is not None
    client.post(url(order, "finish"), carried(order, result=RESULT))
    lamp.refresh_from_db()
    order.refresh_from_db()
    assert lamp.state == AssetState.IN_USE
    assert order.down_until is not None
    assert not Outage.objects.open().exists()


def test_an_outage_told_before_is_the_downtime_and_a_round_does_not_end_it(town, lamp):
    earlier = AT - dt.timedelta(days=2)
    outages.begin_outage(
        None, lamp.pk, source=Source.COMPLAINT, reference="need", words="ดับ", from_at=earlier
    )
    looked = planned(asset_id=lamp.pk, kind="inspection")
    moving.start(None, looked.pk, version=None, at=AT)
    looked = moving.finish(None, looked.pk, version=None, result=RESULT, at=AT)
    assert (looked.down_from, Outage.objects.open().count()) == (None, 1)
    repaired = done(asset_id=lamp.pk)
    assert (repaired.down_from, repaired.down_until) == (earlier, AT)
    assert not Outage.objects.open().exists()


def test_work_sent_back_leaves_its_asset_out_since_it_first_was(town, lamp):
    order = planned(asset_id=lamp.pk)
    moving.start(None, order.pk, version=None, asset_out=True, at=AT)
    later = [AT + dt.timedelta(hours=each) for each in range(1, 4)]
    moving.finish(None, order.pk, version=None, result=RESULT, at=later[0])
    order = moving.send_back(None, order.pk, version=None, reason="ไฟยังกะพริบ", at=later[1])
    lamp.refresh_from_db()
    assert (lamp.state, order.down_from, order.down_until) == (AssetState.BROKEN, AT, None)
    assert Outage.objects.get().until_at is None
    order = moving.finish(None, order.pk, version=None, result=RESULT, at=later[2])
    assert (Outage.objects.get().until_at, order.down_until) == (later[2], later[2])


def test_work_that_ended_no_outage_begins_none_when_it_is_sent_back(town, lamp):
    order = done(asset_id=lamp.pk)
    moving.send_back(None, order.pk, version=None, reason="ยังไม่สะอาด", at=AT)
    lamp.refresh_from_db()
    assert lamp.state == AssetState.IN_USE
    assert not Outage.objects.exists()


def test_cancelled_work_ends_only_its_own_outage(town, lamp):
    order = planned(asset_id=lamp.pk)
    moving.start(None, order.pk, version=None, asset_out=True, at=AT)
    order = moving.cancel(None, order.pk, version=None, reason="ทำไม่ได้วันนี้", at=AT)
    assert order.down_until == AT
    outages.begin_outage(None, lamp.pk, source=Source.COMPLAINT, words="ดับ", from_at=AT)
    second = planned(asset_id=lamp.pk)
    moving.start(None, second.pk, version=None, asset_out=True, at=AT)
    moving.cancel(None, second.pk, version=None, reason="ทำไม่ได้วันนี้", at=AT)
    assert Outage.objects.open().count() == 1


def test_who_finished_the_work_is_not_asked_to_accept_it(login, chief, town):
    order = done(chief)
    own = login(chief).get(url(order)).content.decode()
    assert url(order, "accept") not in own
    assert url(order, "send_back") in own
    assert (
        "ตรวจรับเองไม่ได้"
        in login(chief).post(url(order, "accept"), carried(order, signed_by="ก")).content.decode()
    )
    second = make_user("second", "director")
    assert url(order, "accept") in login(second).get(url(order)).content.decode()


# ── contractors ───────────────────────────────────────────────────────────────────────────────────


def test_contractors_are_kept(login, chief, foreigner):
    client, address = login(chief), reverse("maintenance:contractor_new")
    assert (
        client.post(address, {"name": "หจก. ช่างดี", "phone": "081-234-5678", "is_active": "on"}).status_code
        == 302
    )
    firm = Contractor.objects.get()
    assert firm.phone == "0812345678"
    assert client.post(address, {"name": "หจก. ช่างดี"}).status_code == 422
    assert client.post(address, {"name": "อื่น ๆ", "tax_number": "123"}).status_code == 422
    one = reverse("maintenance:contractor", args=[firm.pk])
    client.post(one, {"name": "หจก. ช่างเก่ง"})
    firm.refresh_from_db()
    assert (firm.name, firm.is_active) == ("หจก. ช่างเก่ง", False)
    assert "หจก. ช่างเก่ง" in words(client.get(reverse("maintenance:contractors")))
    assert login(foreigner).get(one).status_code == 404
