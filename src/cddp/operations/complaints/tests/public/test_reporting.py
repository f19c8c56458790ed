"""แจ้งเรื่องทางเว็บ: without account, map or script; nothing typed is lost; a double sending is one report."""

from uuid import uuid4

import pytest
from django.core.cache import caches

from cddp.foundation.tenancy.models import TownSetting
from cddp.operations.complaints.choices import Channel, LinkMethod
from cddp.operations.complaints.models import Intake, Need, NeedLink, Photo, Report, Reporter
from cddp.operations.complaints.rules.classifying import Suggestion
from cddp.operations.complaints.services.voices import open_contact
from cddp.operations.complaints.tests.needs import PLACE, category, tell
from cddp.operations.complaints.tests.public.citizens import FORM, code_of, here, named, opened, photo, send
from cddp.operations.complaints.views.public import likeness, limits
from cddp.registers.residents.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted(town):
    category()
    caches["default"].clear()
    caches["local"].clear()
    yield
    caches["default"].clear()


def test_words_alone_are_enough(client):
    answer = send(client)
    assert answer.status_code == 303
    report = Report.objects.get()
    assert report.channel == Channel.WEB
    assert report.description == "ไฟทางดับหน้าวัดป่าสัก มืดมาก"
    assert report.follow_code == code_of(answer)
    assert not Reporter.objects.exists()
    page = client.get(answer["Location"]).content.decode()
    assert report.number in page
    assert report.follow_code in page
    assert 'src="data:image/png;base64,' in page


def test_everything_somebody_may_say_is_kept(client):
    Area.objects.create(code="m4", number=4, name="บ้านป่าสัก")
    answer = send(
        client,
        **here(),
        category=str(category().pk),
        area="m4",
        landmark="หน้าวัด",
        told_before="yes",
        name="สมชาย ใจดี",
        phone="081-234 5678",
        consent="on",
        photos=[photo(), photo(colour="red")],
    )
    assert answer.status_code == 303, answer.content.decode()
    report = Report.objects.get()
    assert (round(report.point.x, 4), round(report.point.y, 4)) == PLACE
    assert report.address == "หน้าวัด หมู่ 4 บ้านป่าสัก"
    assert report.told_before is True
    assert report.category.key == "lighting"
    contact = open_contact(Reporter.objects.get())
    assert (contact.name, contact.phone) == ("สมชาย ใจดี", "0812345678")
    assert Photo.objects.filter(report=report).count() == 2
    assert "0812345678" not in str(Intake.objects.get().payload)
    assert "สมชาย" not in str(Intake.objects.get().payload)


def test_sent_twice_is_one_report_with_its_photos_once(client):
    same = {"client_id": str(uuid4())}
    first = send(client, **same, photos=[photo()])
    second = send(client, **same, photos=[photo(), photo(colour="blue")])
    assert code_of(first) == code_of(second)
    assert Report.objects.count() == 1
    assert Photo.objects.count() == 2  # the second sending brought one that was not there


def test_an_old_id_with_other_words_is_another_report(client):
    # "Back" after sending shows the old form; what is written then must not be taken for what was sent before.
    same = {"client_id": str(uuid4())}
    send(client, **same)
    send(client, "ท่อระบายน้ำตันหน้าตลาด", **same)
    assert Report.objects.count() == 2


class TestRefusals:
    def refused(self, answer, words, status=422):
        page = answer.content.decode()
        assert answer.status_code == status
        assert words in page
        assert not Report.objects.exists()
        return page

    def test_nothing_written(self, client):
        self.refused(send(client, "  \n "), "เขียนสั้น ๆ ว่าเกิดอะไรขึ้น")

    def test_a_hundred_thousand_letters_stay_in_the_form(self, client):
        text = "น้ำท่วมทุกปี " * 8_000
        page = self.refused(send(client, text), "รับได้ไม่เกิน 20,000")
        assert "103,999" in page
        assert page.count("น้ำท่วมทุกปี") >= 8_000

    def test_a_telephone_that_cannot_be_called_stays_in_the_form(self, client):
        page = self.refused(send(client, phone="12", consent="on"), "เบอร์โทรไม่ครบ")
        assert 'value="12"' in page

    def test_a_name_without_consent(self, client):
        page = self.refused(send(client, name="สมชาย"), "กดยินยอม")
        assert 'value="สมชาย"' in page

    def test_faster_than_a_person(self, client):
        page = self.refused(send(client, "ไฟดับ", wait_s=1), "รอสักครู่แล้วกดส่งอีกครั้ง")
        assert "ไฟดับ" in page

    def test_a_made_up_stamp(self, client):
        self.refused(send(client, opened="form:1wyzAB:made-up"), "กดส่งอีกครั้ง")

    def test_the_field_that_nobody_sees(self, client):
        self.refused(send(client, website="https://example.com"), "กดส่งอีกครั้ง")

    def test_an_id_of_a_category_that_is_not_there(self, client):
        self.refused(send(client, category=str(uuid4())), "เลือกประเภทจากรายการ")

    def test_too_many_from_one_network_are_told_whom_to_call(self, client, monkeypatch):
        TownSetting.objects.create(key="complaints.public_phone", value="053511013")
        monkeypatch.setattr(limits, "REPORTS", limits.Limit("report", 2, 3600))
        send(client, "หนึ่ง สอง สาม")
        send(client, "สี่ ห้า หก")
        answer = send(client, "เจ็ด แปด เก้า")
        page = answer.content.decode()
        assert answer.status_code == 429
        assert "เจ็ด แปด เก้า" in page
        assert "tel:053511013" in page
        assert Report.objects.count() == 2

    def test_a_flood_from_everywhere(self, client, monkeypatch):
        monkeypatch.setattr(limits, "MOST_OF_TOWN", 1)
        send(client, "หนึ่ง สอง สาม")
        send(client, "สี่ ห้า หก")
        answer = send(client, "เจ็ด แปด เก้า")
        assert answer.status_code == 429
        assert "เจ็ด แปด เก้า" in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "ไฟดับ 💡🔥 ทั้งซอย 👨‍👩‍👧",
        "น้ำ\x07\x08ท่วม\x1b[31m",
        "ถนน\u200bพัง\u202e",
        "<script>alert(1)</script> & 'คำพูด'",
    ],
)
def test_strange_signs_are_taken_and_shown_safely(client, text):
    answer = send(client, text)
    assert answer.status_code == 303
    report = Report.objects.get()
    assert not {"\x07", "\x08", "\x1b", "\u202e"} & set(report.description)
    page = client.get(f"/t/test-town/follow/{code_of(answer)}/").content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("lng", "lat", "placed"),
    [
        ("99.0075", "18.5803", True),
        ("18.5803", "99.0075", True),
        ("0", "0", False),
        ("x", "y", False),
        ("2.35", "48.85", False),
    ],
)
def test_a_place_that_cannot_be_is_no_reason_to_lose_the_report(client, lng, lat, placed):
    assert send(client, lng=lng, lat=lat).status_code == 303
    assert (Report.objects.get().point is not None) is placed


def test_a_file_that_is_no_photo_is_named_and_the_report_stands(client):
    answer = send(client, photos=[named(b"%PDF-1.7 ...", "photo.jpg"), photo(), named(b"", "leer.jpg")])
    assert answer.status_code == 303
    assert Photo.objects.count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "รูปที่ 1: ไฟล์นี้เป็น PDF ไม่ใช่รูปถ่าย" in page


def test_sentences_about_photos_cannot_be_made_up(client):
    answer = send(client)
    page = client.get(answer["Location"] + "?photos=WyJoYWNrZWQiXQ").content.decode()
    assert "เก็บบางรูปไม่ได้" not in page


def test_six_photos_are_five_and_a_sentence(client):
    colours = ["red", "green", "blue", "white", "black", "gray"]
    answer = send(client, photos=[photo(colour=each) for each in colours])
    assert Photo.objects.count() == 5
    assert "เก็บ 5 รูปแรก" in client.get(answer["Location"]).content.decode()


class TestLikeness:
    NEAR = f"{FORM}near/"

    def test_known_problems_are_shown_as_everybody_may_know_them(self, client):
        need = Need.objects.get(pk=tell("ไฟดับหน้าบ้านนายแดง 99/1 โทร 0812345678").need_id)
        page = client.post(
            self.NEAR, {"text": "ไฟดับ", "category": str(category().pk), **here()}
        ).content.decode()
        assert need.number in page
        assert "ไฟฟ้าแสงสว่าง" in page
        assert "ห่างไม่เกิน 25 เมตร" in page
        assert not {"0812345678", "99/1"} & set(page.split())
        assert "แดง" not in page  # nobody has looked at these words yet

    def test_without_a_category_all_families_are_looked_through(self, client):
        tell()
        page = client.post(self.NEAR, {"text": "ไฟทางดับ", **here()}).content.decode()
        assert "ใช่เรื่องนี้ไหม" in page

    def test_private_matters_show_nothing_and_say_so(self, client):
        tell("เจ้าหน้าที่เรียกเงิน", key="integrity")
        private = category("integrity")
        page = client.post(
            self.NEAR, {"text": "เรียกเงิน", "category": str(private.pk), **here()}
        ).content.decode()
        assert "ความลับ" in page
        assert "N-" not in page
        assert "N-" not in client.post(self.NEAR, {"text": "เรียกเงิน", **here()}).content.decode()

    def test_hidden_ones_are_not_shown(self, client):
        Need.objects.filter(pk=tell().need_id).update(is_hidden=True)
        assert "N-" not in client.post(self.NEAR, {"text": "ไฟดับ", **here()}).content.decode()

    def test_nothing_without_a_place(self, client):
        tell()
        assert "N-" not in client.post(self.NEAR, {"text": "ไฟดับ"}).content.decode()

    def test_rubbish_is_borne(self, client):
        assert client.post(self.NEAR, {"lat": "NaN", "lng": "inf", "category": "x"}).status_code == 200

    def test_looking_has_a_limit(self, client, monkeypatch):
        monkeypatch.setattr(limits, "LOOKS", limits.Limit("near", 1, 600))
        assert client.post(self.NEAR, here()).status_code == 200
        assert client.post(self.NEAR, here()).status_code == 204

    def test_one_tap_joins(self, client):
        need = Need.objects.get(pk=tell(phone="0891112222").need_id)
        answer = send(client, "", joins=need.number)
        assert answer.status_code == 303
        link = NeedLink.objects.get()
        assert (link.method, link.need_id) == (LinkMethod.CITIZEN, need.pk)
        need.refresh_from_db()
        assert need.reports_count == 2

    def test_one_cannot_join_what_one_may_not_know(self, client):
        need = Need.objects.get(pk=tell("เจ้าหน้าที่เรียกเงิน", key="integrity").need_id)
        assert send(client, "", joins=need.number).status_code == 422
        assert send(client, "เรื่องเดียวกัน", joins=need.number).status_code == 303
        assert not NeedLink.objects.filter(need=need).exists()

    def test_from_the_page_of_a_problem(self, client):
        need = Need.objects.get(pk=tell().need_id)
        page = client.get(f"{FORM}?join={need.number}").content.decode()
        assert f'name="joins" value="{need.number}"' in page


def test_the_form_s_worker_comes_from_below_the_form(client):
    answer = client.get(f"{FORM}worker.js")
    if answer.status_code == 404:
        pytest.skip("only where the front end was built")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    script = b"".join(answer.streaming_content)
    assert b"import" not in script.split(b"indexedDB")[0]  # stands alone: browsers differ in modules here


def test_no_such_town(client):
    for address in ("report/", "follow/", "needs/", "needs/spots.json", "needs/map.json", "report/worker.js"):
        assert client.get(f"/t/nowhere/{address}").status_code == 404


def test_a_get_changes_nothing_and_posts_go_where_they_belong(client):
    assert opened(client)["client_id"]
    assert client.get(f"{FORM}near/").status_code == 405
    assert client.post("/t/test-town/needs/").status_code == 405
    assert client.put(FORM).status_code == 405
    assert not Report.objects.exists()


class TestGuess:
    NEAR = f"{FORM}near/"

    @pytest.fixture(autouse=True)
    def sure(self, monkeypatch):
        """The words speak clearly for lamps."""
        sure = [Suggestion("lighting", 0.9, ("ไฟ",))]
        monkeypatch.setattr(likeness, "suggest_categories", lambda text: sure if "ไฟ" in text else [])

    def test_what_it_seems_to_be_is_offered_and_stays_taken(self, client):
        page = client.post(self.NEAR, {"text": "ไฟดับ"}).content.decode()
        assert "น่าจะเป็นเรื่อง" in page
        assert "checked" not in page
        taken = client.post(self.NEAR, {"text": "ไฟดับแล้ว", "guess": str(category().pk)}).content.decode()
        assert "checked" in taken

    def test_nothing_is_offered_where_somebody_chose(self, client):
        chosen = {"text": "ไฟดับ", "category": str(category("drain").pk)}
        assert "น่าจะเป็นเรื่อง" not in client.post(self.NEAR, chosen).content.decode()

    def test_unclear_words_offer_nothing(self, client, monkeypatch):
        monkeypatch.setattr(likeness, "suggest_categories", lambda text: [Suggestion("road", 0.3, ())])
        assert "น่าจะเป็นเรื่อง" not in client.post(self.NEAR, {"text": "ช่วยด้วย"}).content.decode()

    def test_one_tap_is_taken_over(self, client):
        send(client, guess=str(category().pk))
        assert Report.objects.get().category.key == "lighting"
