"""Counter and telephone: filed once, with help while typing, and a receipt only for who filed."""

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import Channel, LinkMethod
from cddp.operations.complaints.models import NeedLink, Report, Reporter
from cddp.operations.complaints.services.voices import open_contact
from cddp.operations.complaints.tests.needs import PLACE, category
from cddp.operations.complaints.tests.staff import told
from cddp.registers.residents.models import Area, House
from tests.towns import make_user

NEW, ADVICE, PLACES, CALLER = (
    "/complaints/new/", "/complaints/new/advice/", "/complaints/new/places/", "/complaints/new/caller/",
)  # fmt: skip


@pytest.fixture
def officer(town):
    """At the counter: files, and may do little else."""
    category()
    return make_user("counter", "officer")


def filled(**more) -> dict[str, object]:
    return {
        "client_id": str(uuid7()),
        "description": "ไฟทางดับหน้าวัดป่าสัก",
        "category": str(category("lighting").pk),
        "address": "หน้าวัดป่าสัก",
        "lat": f"{PLACE[1]}",
        "lng": f"{PLACE[0]}",
        "channel": "phone",
        "phone": "081-234 5678",
        "name": "ผู้แจ้ง สมมติ",
    } | more


def test_it_is_filed_while_one_talks(login, officer):
    client = login(officer)
    assert client.get(NEW).status_code == 200
    response = client.post(NEW, filled(told_before="on"))
    report = Report.objects.get()
    assert response.url == reverse("complaints:filed", args=[report.pk])
    assert (report.channel, report.told_before, report.address) == (Channel.PHONE, True, "หน้าวัดป่าสัก")
    assert report.point.coords == pytest.approx(PLACE)
    contact = open_contact(Reporter.objects.get())
    assert (contact.phone, contact.name) == ("0812345678", "ผู้แจ้ง สมมติ")
    assert Reporter.objects.get().filed_by == officer.pk


def test_words_alone_are_enough(login, officer):
    login(officer).post(NEW, {"client_id": str(uuid7()), "description": "น้ำไม่ไหล", "channel": "counter"})
    assert Report.objects.get().need is not None


def test_the_same_page_sent_twice_files_once(login, officer):
    client, data = login(officer), filled()
    first, second = client.post(NEW, data), client.post(NEW, data, follow=True)
    assert Report.objects.count() == 1
    assert second.redirect_chain[0][0] == first.url
    assert "บันทึกไว้แล้ว" in second.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"description": " "}, "กรุณาเขียนเรื่องที่แจ้ง"),
        ({"phone": "12"}, "เบอร์โทรศัพท์ไม่ครบ"),
        ({"lat": "1", "lng": "1"}, "อยู่นอกประเทศไทย"),
        ({"description": "ก" * 20_001}, "20000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(login, officer, wrong, words):
    response = login(officer).post(NEW, filled(**wrong))
    assert response.status_code == 422
    content = response.content.decode()
    assert words in content
    assert "ผู้แจ้ง สมมติ" in content
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"client_id": "x"}, {"category": "x"}, {"channel": "line"}, {"house": "x"}, {"joins": "x"}]
)
def test_forged_fields_are_refused(login, officer, wrong):
    assert login(officer).post(NEW, filled(**wrong)).status_code == 422
    assert Report.objects.count() == 0


def test_only_who_files_may_open_it(login, officer, reader):
    for url in (NEW, ADVICE):
        assert login(reader).post(url, filled()).status_code == 403
    assert login(officer).get(ADVICE).status_code == 405


def test_near_problems_are_named_and_can_be_joined(login, officer, triager):
    need = told("ไฟทางดับหน้าวัดป่าสัก มืดมาก", phone="0890000000", at=timezone.now() - dt.timedelta(days=90))
    client = login(officer)
    content = client.post(ADVICE, filled()).content.decode()
    assert "ใช่เรื่องนี้ ร่วมแจ้ง" in content
    assert str(need.pk) in content
    client.post(NEW, filled(joins=str(need.pk)))
    need.refresh_from_db()
    assert need.reports_count == 2
    assert NeedLink.objects.get().method == LinkMethod.CITIZEN


def test_a_problem_of_another_town_cannot_be_joined(login, officer, towns):
    login(officer).post(NEW, filled(joins=str(uuid4())))
    assert NeedLink.objects.count() == 0


def test_the_advice_says_what_the_category_means(login, officer):
    content = (
        login(officer)
        .post(ADVICE, {"description": "ไฟ", "category": str(category("lighting").pk)})
        .content.decode()
    )
    assert "ไฟฟ้าแสงสว่าง" in content
    assert "ส่งให้" in content


def test_half_a_form_is_no_fault(login, officer):
    assert login(officer).post(ADVICE, {"description": "", "lat": "x", "phone": "1"}).status_code == 200


def test_a_house_and_an_area_are_found_and_filled_in(login, officer, reader):
    area = Area.objects.create(
        code="01", number=1, name="สันกลาง", boundary=MultiPolygon(Polygon.from_bbox((99.0, 18.5, 99.1, 18.6)))
    )
    house = House.objects.create(
        house_code="51000000001", number="12/3", number_order=120003, area=area, search_text=".12/3 .หมู1",
        point=Point(99.01, 18.58, srid=4326),
    )  # fmt: skip
    client = login(officer)
    content = client.post(PLACES, {"place_text": "12/3 หมู่ 1"}).content.decode()
    assert str(house.pk) in content
    assert "18.580000" in content
    assert "หมู่ 1 สันกลาง" in client.post(PLACES, {"place_text": "สันกลาง"}).content.decode()
    assert client.post(PLACES, {"place_text": "ก"}).status_code == 200
    assert client.get(PLACES).status_code == 405
    assert login(make_user("technician", "technician")).post(PLACES, {"place_text": "12"}).status_code == 403


def test_a_known_caller_is_recognised_and_the_look_is_kept(login, triager, officer):
    need = told("ไฟดับ", phone="0812345678")
    client = login(triager)
    content = client.post(CALLER, {"phone": "081 234 5678"}).content.decode()
    assert "เคยแจ้ง 1 เรื่อง" in content
    assert need.reports.get().get_absolute_url() in content
    entry = AuditEntry.objects.get(action="complaints.reporter.recognised")
    assert entry.target_id == need.reports.get().pk
    assert "ยังไม่เคยแจ้ง" in client.post(CALLER, {"phone": "0899999999"}).content.decode()
    assert client.post(CALLER, {"phone": "x"}).content.decode().strip() == ""
    assert client.get(CALLER).status_code == 405
    assert login(officer).post(CALLER, {"phone": "0812345678"}).status_code == 403


def test_a_private_report_does_not_betray_its_caller(login, triager):
    told("นายช่างเรียกเงิน", key="integrity", phone="0812345678")
    assert "เคยแจ้ง" not in login(triager).post(CALLER, {"phone": "0812345678"}).content.decode().replace(
        "ยังไม่เคยแจ้ง", ""
    )


@pytest.mark.parametrize("paper", ["", "?paper=80", "?paper=a5", "?paper=a0"])
def test_the_receipt_is_for_who_filed_it(login, officer, triager, foreigner, paper):
    client = login(officer)
    client.post(NEW, filled())
    report = Report.objects.get()
    url = reverse("complaints:filed", args=[report.pk]) + paper
    content = client.get(url).content.decode()
    assert report.number in content
    assert report.follow_code in content
    assert "data:image/svg+xml" in content
    assert login(triager).get(url).status_code == 404
    assert login(foreigner).get(url).status_code == 404
    assert login(officer).get(reverse("complaints:filed", args=[uuid4()])).status_code == 404
