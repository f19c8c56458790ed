"""ติดตามเรื่อง: by the code alone; guessing is slow; the page leaks nothing of the code and nothing of others."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.utils import timezone

from cddp.operations.complaints.choices import NoteKind, Outcome, PhotoVisibility, ReportState
from cddp.operations.complaints.models import Need, NeedNote, Photo, Report, Reporter
from cddp.operations.complaints.rules.numbers import new_follow_code
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.services.moving import change_state, close_need
from cddp.operations.complaints.services.notes import add_note
from cddp.operations.complaints.tests.needs import category, tell
from cddp.operations.complaints.tests.public.citizens import FOLLOW, code_of, named, photo, send
from tests.towns import make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def nothing_counted(town):
    category()
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def worker(town):
    return make_user("head", "complaints_officer")


@pytest.fixture
def report(town):
    return Report.objects.get(pk=tell(phone="0812345678", at=timezone.now()).report.pk)


def page_of(client, report, more=""):
    return client.get(f"{FOLLOW}{report.follow_code}/{more}")


def need_of(report):
    return Need.objects.get(pk=report.need_id)


def close(worker, report, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้วทั้งสองดวง"):
    need = need_of(report)
    return close_need(worker, need.pk, version=need.version, outcome=outcome, words=words, at=timezone.now())


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "no dashes"])
def test_the_code_is_read_however_it_is_typed(client, report, written):
    code = report.follow_code
    typed = {"lower": code.lower(), "no dashes": code.replace("-", "")}.get(written, written.format(code))
    answer = client.post(FOLLOW, {"code": typed})
    assert answer.status_code == 303
    assert answer["Location"] == f"{FOLLOW}{code}/"


def test_a_wrong_code_says_so_and_ten_are_enough(client, report):
    for _attempt in range(10):
        answer = client.post(FOLLOW, {"code": new_follow_code()})
        assert answer.status_code == 422
        assert "ไม่พบรหัสนี้" in answer.content.decode()
    assert client.post(FOLLOW, {"code": report.follow_code}).status_code == 429
    assert page_of(client, report).status_code == 429


def test_guessing_in_the_address_counts_too(client, report):
    for _attempt in range(10):
        assert client.get(f"{FOLLOW}{new_follow_code()}/").status_code == 404
    assert client.get(f"{FOLLOW}{new_follow_code()}/").status_code == 429


def test_a_slip_is_no_guess(client, report):
    for _attempt in range(20):
        assert client.post(FOLLOW, {"code": "K7QM"}).status_code == 422
    assert page_of(client, report).status_code == 200


@pytest.mark.parametrize("more", ["", "receipt/"])
def test_nobody_keeps_the_page_and_no_link_tells_the_code(client, report, more):
    answer = page_of(client, report, more)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "noindex" in answer.content.decode()


def test_a_code_of_another_town_opens_nothing(client, report):
    assert client.get(f"/t/neighbour/follow/{report.follow_code}/").status_code == 404


def test_what_becomes_of_it_is_told_in_plain_words(client, report, worker):
    need = need_of(report)
    change_state(
        worker,
        need.pk,
        version=need.version,
        state=ReportState.IN_PROGRESS,
        note="ช่างไปแล้ว",
        reason="เรื่องภายใน",
        at=timezone.now(),
    )
    add_note(worker, need.pk, "ต้องใช้งบกลาง", kind=NoteKind.INTERNAL, at=timezone.now())
    add_note(worker, need.pk, "จะเปลี่ยนพรุ่งนี้", kind=NoteKind.PUBLIC, at=timezone.now())
    page = page_of(client, report).content.decode()
    for words in ("กำลังลงมือทำ", "ช่างไปแล้ว", "จะเปลี่ยนพรุ่งนี้", report.description):
        assert words in page
    for words in ("ต้องใช้งบกลาง", "เรื่องภายใน", str(worker)):
        assert words not in page


def test_messages_to_another_voice_are_not_ours(client, report, worker):
    other = tell("ไฟดับเหมือนกัน", at=timezone.now(), joins_need_id=report.need_id).report
    add_note(worker, report.need_id, "ถึงคนอื่น", kind=NoteKind.PUBLIC, report_id=other.pk, at=timezone.now())
    page = page_of(client, report).content.decode()
    assert "ถึงคนอื่น" not in page
    assert "ไฟดับเหมือนกัน" not in page
    assert "2 คน" in page


def test_after_a_merge_the_code_leads_on(client, report, worker):
    into = need_of(tell("ไฟเสียทั้งซอย", east_m=3_000, at=timezone.now()).report)
    merge_needs(worker, report.need_id, into.pk, version=into.version, at=timezone.now())
    into.refresh_from_db()
    change_state(
        worker,
        into.pk,
        version=into.version,
        state=ReportState.IN_PROGRESS,
        note="รวมทำทีเดียว",
        at=timezone.now(),
    )
    assert "รวมทำทีเดียว" in page_of(client, report).content.decode()


def test_a_question_is_answered_with_a_photo(client, report, worker):
    add_note(
        worker, report.need_id, "เสาต้นไหน", kind=NoteKind.QUESTION, report_id=report.pk, at=timezone.now()
    )
    assert "เสาต้นไหน" in page_of(client, report).content.decode()
    answer = client.post(f"{FOLLOW}{report.follow_code}/answer/", {"words": "ต้นที่สาม", "photos": [photo()]})
    assert answer.status_code == 303
    assert NeedNote.objects.get(kind=NoteKind.ANSWER).body == "ต้นที่สาม"
    assert Photo.objects.get().report_id == report.pk
    page = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert "ส่งข้อความถึงเจ้าหน้าที่แล้ว" in page
    assert "เพิ่มข้อความหรือรูป" in page  # nothing is asked any more


def test_nothing_is_asked_once_it_is_over(client, report, worker):
    add_note(
        worker, report.need_id, "เสาต้นไหน", kind=NoteKind.QUESTION, report_id=report.pk, at=timezone.now()
    )
    close_need(worker, report.need_id, version=None, outcome="done", words="เปลี่ยนหลอดแล้ว", at=timezone.now())
    page = page_of(client, report).content.decode()
    assert "เจ้าหน้าที่ถามว่า" not in page
    assert "เพิ่มข้อความหรือรูป" in page


def test_a_photo_alone_is_enough_and_a_bad_one_is_named(client, report):
    answer = client.post(
        f"{FOLLOW}{report.follow_code}/answer/", {"photos": [photo(), named(b"PK\x03\x04xx", "a.jpg")]}
    )
    assert answer.status_code == 303
    assert "ไฟล์บีบอัด" in client.get(answer["Location"].partition("#")[0]).content.decode()
    assert not NeedNote.objects.exists()


@pytest.mark.parametrize(("words", "said"), [("", "เขียนข้อความก่อน"), ("ก" * 5_000, "รับได้ไม่เกิน 4,000")])
def test_words_that_cannot_be_taken_stay(client, report, words, said):
    answer = client.post(f"{FOLLOW}{report.follow_code}/answer/", {"words": words})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert words in page


def test_stars_when_done_and_not_before(client, report, worker):
    address = f"{FOLLOW}{report.follow_code}/stars/"
    refused = client.post(address, {"stars": "5"})
    assert refused.status_code == 422
    assert "ให้คะแนนได้เมื่อเรื่องเสร็จแล้ว" in refused.content.decode()
    close(worker, report)
    assert "เปลี่ยนหลอดไฟแล้วทั้งสองดวง" in page_of(client, report).content.decode()
    assert client.post(address, {"stars": "6"}).status_code == 422
    assert client.post(address, {"stars": "4"}).status_code == 303
    assert need_of(report).rating == 4


def test_not_done_yet_opens_it_again_with_words_and_photo(client, report, worker):
    close(worker, report)
    address = f"{FOLLOW}{report.follow_code}/reopen/"
    assert client.post(address, {"again-words": ""}).status_code == 422
    answer = client.post(address, {"again-words": "ยังดับอยู่หนึ่งดวง", "photos": [photo()]})
    assert answer.status_code == 303
    need = need_of(report)
    assert (need.is_open, need.came_back_count) == (True, 1)
    assert Photo.objects.count() == 1
    page = page_of(client, report).content.decode()
    assert "ยังดับอยู่หนึ่งดวง" in page
    assert "เปิดเรื่องขึ้นใหม่" in page


def test_what_is_open_cannot_be_opened_again(client, report):
    answer = client.post(f"{FOLLOW}{report.follow_code}/reopen/", {"again-words": "ยังไม่เสร็จ"})
    assert answer.status_code == 422
    assert "ยังไม่เสร็จ" in answer.content.decode()


def test_a_promise_is_shown_and_so_is_its_breaking(client, report):
    Need.objects.filter(pk=report.need_id).update(promised_at=timezone.now() - dt.timedelta(days=2))
    page = page_of(client, report).content.decode()
    assert "นัดเสร็จ" in page
    assert "เลยกำหนดแล้ว" in page


def test_one_takes_back_who_one_is_and_one_s_photos(client, town):
    code = code_of(send(client, name="สมชาย", phone="0812345678", consent="on", photos=[photo()]))
    address = f"{FOLLOW}{code}/"
    assert "ขอลบข้อมูลของฉัน" in client.get(address).content.decode()
    assert client.post(f"{address}take-back/", {"photos": "1"}).status_code == 303
    reporter, kept = Reporter.objects.get(), Photo.objects.get()
    assert (reporter.name_sealed, reporter.phone_sealed) == (None, None)
    assert reporter.forgotten_at is not None
    assert (kept.file_id, kept.visibility) == (None, PhotoVisibility.WITHHELD)
    assert "ขอลบข้อมูลของฉัน" not in client.get(address).content.decode()
    assert client.post(f"{address}take-back/", {"photos": "1"}).status_code == 303  # again changes nothing


def test_own_photos_are_shown_to_their_sender_alone(client, report):
    client.post(f"{FOLLOW}{report.follow_code}/answer/", {"photos": [photo()]})
    other = tell("เรื่องอื่น", east_m=5_000, at=timezone.now()).report
    mine = Photo.objects.get()
    answer = client.get(f"{FOLLOW}{report.follow_code}/photos/{mine.pk}/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert client.get(f"{FOLLOW}{other.follow_code}/photos/{mine.pk}/").status_code == 404


@pytest.mark.parametrize("act", ["answer", "stars", "reopen", "take-back"])
def test_acts_are_posts_with_a_code(client, report, act):
    assert client.get(f"{FOLLOW}{report.follow_code}/{act}/").status_code == 405
    assert client.post(f"{FOLLOW}{new_follow_code()}/{act}/").status_code == 404
