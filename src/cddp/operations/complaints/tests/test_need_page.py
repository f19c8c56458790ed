"""The page of a problem and each act on it: the litany, and that nobody's words are lost."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.accounts.models import Division
from cddp.operations.complaints.choices import NoteKind, Outcome, Priority, ReportState
from cddp.operations.complaints.models import (
    Agency,
    MessageTemplate,
    Need,
    NeedNote,
    RoutingRule,
    ServiceLevel,
)
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.services.moving import change_state
from cddp.operations.complaints.services.notes import add_note
from cddp.operations.complaints.tests.needs import category, tell
from cddp.operations.complaints.tests.staff import cost, sent, told
from tests.towns import make_user

ACTS = {
    "accept": {},
    "step": {"state": "in_progress"},
    "close": {"outcome": "done", "words": "เปลี่ยนหลอดไฟแล้ว"},
    "reopen": {"note": "ยังดับอยู่"},
    "pause": {"reason": "รออะไหล่"},
    "resume": {},
    "assign": {},
    "category": {},
    "priority": {"priority": "urgent"},
    "title": {"title": "ไฟถนน"},
    "hidden": {"is_hidden": "1"},
    "message": {"body": "กำลังไป"},
    "internal": {"body": "โทรหาการไฟฟ้า"},
    "photo": {},
}
TRIAGE = {"category", "priority", "title", "hidden"}


@pytest.fixture
def need(triager):
    return told(phone="0812345678")


def at(need: Need, act: str) -> str:
    return reverse(f"complaints:need_{act}", args=[need.pk])


def page(client, need: Need) -> str:
    return client.get(need.get_absolute_url()).content.decode()


# ── looking ───────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_what_to_do_and_what_was_said(login, triager, need):
    content = page(login(triager), need)
    for words in (
        "ขั้นต่อไป",
        "รับเรื่อง",
        "ไฟทางดับหน้าวัดป่าสัก มืดมาก",
        "1 ราย ตั้งแต่",
        "บันทึกภายใน ผู้แจ้งไม่เห็น",
        need.number,
    ):
        assert words in content
    assert "0812345678" not in content


def test_a_colleague_sees_it_and_a_reader_cannot_act(login, colleague, reader, need):
    assert "ขั้นต่อไป" in page(login(colleague), need)
    content = page(login(reader), need)
    assert "บัญชีนี้ดูได้อย่างเดียว" in content
    assert '<form class="card compose-out"' not in content


def test_a_stranger_and_an_unknown_id_are_not_found(login, foreigner, triager, need):
    assert login(foreigner).get(need.get_absolute_url()).status_code == 404
    assert login(triager).get(reverse("complaints:need", args=[uuid4()])).status_code == 404


def test_a_private_problem_is_not_there_for_who_may_not_see_it(login, triager, town):
    need = told("นายช่างเรียกรับเงิน", key="integrity")
    assert need.is_private
    assert login(triager).get(need.get_absolute_url()).status_code == 404
    assert login(make_user("clerk", "clerk")).get(need.get_absolute_url()).status_code == 200


def test_a_problem_that_was_merged_leads_on(login, triager, need):
    other = told("ไฟดับอีกดวง", east_m=200)
    merge_needs(triager, other.pk, need.pk, version=None, at=timezone.now())
    response = login(triager).get(other.get_absolute_url(), follow=True)
    assert response.redirect_chain == [(need.get_absolute_url(), 302)]
    assert "รวมอยู่ในเรื่องนี้แล้ว" in response.content.decode()


def test_near_problems_are_suggested_with_the_reason(login, triager, need):
    other = told("ไฟทางดับหน้าวัดป่าสัก มืดมาก", east_m=5, at=timezone.now() - dt.timedelta(days=90))
    content = page(login(triager), need)
    assert "อาจเป็นเรื่องเดียวกัน" in content
    assert f"{reverse('complaints:compare')}?a={need.pk}&amp;b={other.pk}" in content


def test_the_category_is_suggested_with_the_reason(login, triager):
    need = told("ไฟทางดับทั้งซอย มืดมาก", key="")
    content = page(login(triager), need)
    assert "น่าจะเป็น" in content
    assert str(category("lighting").pk) in content


def test_templates_are_filled_in_from_the_problem(login, triager, need):
    MessageTemplate.objects.create(name="รับเรื่องแล้ว", body="เรื่อง {number} อยู่ระหว่างตรวจสอบ")
    assert f"เรื่อง {need.number} อยู่ระหว่างตรวจสอบ" in page(login(triager), need)


def test_the_printed_page_holds_it_all(login, triager, need):
    response = login(triager).get(f"{need.get_absolute_url()}?print=1")
    assert response.status_code == 200
    assert "ไฟทางดับหน้าวัดป่าสัก" in response.content.decode()


def test_internal_notes_and_messages_are_told_apart(login, triager, need):
    add_note(triager, need.pk, "รอการไฟฟ้า", kind=NoteKind.INTERNAL, at=timezone.now())
    add_note(triager, need.pk, "จะซ่อมวันพรุ่งนี้", kind=NoteKind.PUBLIC, at=timezone.now())
    content = page(login(triager), need)
    assert "moment-internal" in content
    assert "moment-message" in content


def test_the_price_of_the_page_does_not_grow(login, triager, need):
    client = login(triager)
    prices = []
    for count in (3, 30):
        for number in range(count):
            tell(
                f"ไฟดับ {number}",
                joins_need_id=need.pk,
                at=timezone.now(),
                phone=f"08111{count:02d}{number:03d}",
            )
            add_note(triager, need.pk, f"บันทึก {number}", kind=NoteKind.INTERNAL, at=timezone.now())
        prices.append(cost(client, need.get_absolute_url()))
    assert prices[0] == prices[1]
    assert prices[1] <= 16


# ── acting ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_for_who_may_and_only_by_post(login, triager, reader, foreigner, need, act):
    data = sent(need, **ACTS[act])
    assert login(triager).get(at(need, act)).status_code == 405
    assert login(triager).post(reverse(f"complaints:need_{act}", args=[uuid4()]), data).status_code == 404
    assert login(reader).post(at(need, act), data).status_code == 403
    assert login(foreigner).post(at(need, act), data).status_code == 404
    technician = login(make_user("technician", "technician"))
    assert (technician.post(at(need, act), data).status_code == 403) == (act in TRIAGE | {"assign"})


def test_taking_up_sets_category_division_and_promise(login, triager, need):
    ServiceLevel.objects.create(category=None, priority=Priority.NORMAL, working_days=5)
    division = Division.objects.create(code="works", name="กองช่าง")
    chosen = category("road")
    response = login(triager).post(
        at(need, "accept"), sent(need, category=chosen.pk, division=division.pk, note="ขอบคุณที่แจ้ง")
    )
    assert response.status_code == 302
    need.refresh_from_db()
    assert (need.state, need.category_id, need.division_id) == (ReportState.TRIAGED, chosen.pk, division.pk)
    assert need.promised_at == need.due_at
    assert "ขอบคุณที่แจ้ง" in page(login(triager), need)


def test_taking_up_with_the_division_that_the_category_brings(login, triager, need):
    works = Division.objects.create(code="works", name="กองช่าง")
    chosen = category("road")
    RoutingRule.objects.create(order=1, category=chosen, division=works)
    for division in (works.pk, ""):
        Need.objects.filter(pk=need.pk).update(state="received", division=None, category=None)
        need.refresh_from_db()
        answer = login(triager).post(at(need, "accept"), sent(need, category=chosen.pk, division=division))
        assert answer.status_code == 302
        need.refresh_from_db()
        assert (need.state, need.division_id) == (ReportState.TRIAGED, works.pk)


def test_the_day_that_is_read_is_the_day_that_is_promised(login, triager, need):
    ServiceLevel.objects.create(category=None, priority=Priority.NORMAL, working_days=15)
    ServiceLevel.objects.create(category=category(), priority=Priority.NORMAL, working_days=3)
    Need.objects.filter(pk=need.pk).update(category=None)
    need.refresh_from_db()
    client = login(triager)
    shown = client.get(need.get_absolute_url()).context
    proposed = shown["forms"]["accept"].initial["category"]
    assert proposed == category().pk
    client.post(at(need, "accept"), sent(need, category=proposed))
    need.refresh_from_db()
    assert need.promised_at == shown["taken_up"].due_at


def test_a_step_says_where_it_was_forwarded(login, triager, need):
    Agency.objects.create(name="การไฟฟ้าส่วนภูมิภาค")
    client = login(triager)
    refused = client.post(at(need, "step"), sent(need, state="forwarded", note="ข้อความที่พิมพ์ไว้"))
    assert refused.status_code == 422
    assert "กรุณาระบุหน่วยงานที่ส่งต่อ" in refused.content.decode()
    assert "ข้อความที่พิมพ์ไว้" in refused.content.decode()
    client.post(at(need, "step"), sent(need, state="forwarded", agency="การไฟฟ้าส่วนภูมิภาค"))
    need.refresh_from_db()
    assert (need.state, need.agency) == (ReportState.FORWARDED, "การไฟฟ้าส่วนภูมิภาค")


def test_closing_needs_words_or_a_picture_and_keeps_what_was_typed(login, triager, need):
    client = login(triager)
    refused = client.post(at(need, "close"), sent(need, outcome="done", words="สั้น"))
    assert refused.status_code == 422
    assert "อย่างน้อย 10 ตัวอักษร" in refused.content.decode()
    assert ">\nสั้น</textarea>" in refused.content.decode()
    assert (
        client.post(at(need, "close"), sent(need, outcome="done", words="เปลี่ยนหลอดไฟใหม่แล้ว")).status_code
        == 302
    )
    need.refresh_from_db()
    assert (need.outcome, need.is_open) == (Outcome.DONE, False)
    assert "เปลี่ยนหลอดไฟใหม่แล้ว" in page(client, need)
    client.post(at(need, "reopen"), sent(need, note="ดับอีกแล้ว"))
    need.refresh_from_db()
    assert (need.state, need.came_back_count) == (ReportState.RECEIVED, 1)


def test_a_picture_alone_closes_and_stays_when_the_closing_fails(login, triager, need, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = login(triager)
    refused = client.post(at(need, "close"), {**sent(need, outcome="not_ours"), "photo": picture()})
    assert refused.status_code == 422
    assert need.photos.count() == 1
    client.post(at(need, "close"), sent(need, outcome="done"))
    need.refresh_from_db()
    assert need.outcome == Outcome.DONE


def test_a_file_that_is_no_picture_is_refused_in_words(login, triager, need):
    response = login(triager).post(at(need, "photo"), {**sent(need), "photo": upload(b"%PDF-1.7 x", "a.jpg")})
    assert response.status_code == 422
    assert "ไม่ใช่รูปถ่าย" in response.content.decode()


def test_the_clock_stands_and_goes_on(login, triager, need):
    Need.objects.filter(pk=need.pk).update(due_at=timezone.now() + dt.timedelta(days=5))
    client = login(triager)
    client.post(at(need, "pause"), sent(need, reason="รออะไหล่"))
    need.refresh_from_db()
    assert need.paused_at is not None
    assert "รออะไหล่" in page(client, need)
    client.post(at(need, "resume"), sent(need))
    need.refresh_from_db()
    assert need.paused_at is None


def test_what_it_is_and_whose_it_is(login, triager, need):
    division = Division.objects.create(code="works", name="กองช่าง")
    client = login(triager)
    client.post(at(need, "assign"), sent(need, division=division.pk, assignee="", reason="งานไฟฟ้า"))
    client.post(at(need, "category"), sent(need, category=category("road").pk))
    client.post(at(need, "priority"), sent(need, priority="urgent"))
    client.post(at(need, "title"), sent(need, title="ไฟถนนหน้าวัด"))
    client.post(at(need, "hidden"), sent(need, is_hidden="1"))
    need.refresh_from_db()
    assert (need.division_id, need.category.key, need.priority, need.title, need.is_hidden) == (
        division.pk, "road", Priority.URGENT, "ไฟถนนหน้าวัด", True,
    )  # fmt: skip
    content = page(client, need)
    for words in ("มอบหมายให้ กองช่าง", "เปลี่ยนความเร่งด่วนเป็น ด่วน", "เปลี่ยนหัวเรื่องจาก", "ซ่อนจากหน้าสาธารณะ"):
        assert words in content
    client.post(at(need, "hidden"), sent(need, is_hidden=""))
    need.refresh_from_db()
    assert not need.is_hidden


def test_a_category_that_hides_it_from_the_officer_leads_to_the_list(login, triager, need):
    response = login(triager).post(at(need, "category"), sent(need, category=category("integrity").pk))
    assert response.url == reverse("complaints:inbox")


def test_words_to_the_reporters_and_questions(login, triager, need):
    client = login(triager)
    client.post(at(need, "message"), sent(need, body="ช่างไปแล้ว"))
    client.post(at(need, "message"), sent(need, body="เสาเลขที่เท่าไร", is_question="on"))
    client.post(at(need, "internal"), sent(need, body="โทรตามแล้ว"))
    assert [note.kind for note in NeedNote.objects.order_by("pk")] == ["public", "question", "internal"]
    assert client.post(at(need, "message"), sent(need, body=" ")).status_code == 422


@pytest.mark.parametrize("posted", [{"version": "x"}, {}, {"version": "1", "seen_at": "เมื่อวาน"}])
def test_nonsense_in_hidden_fields_does_no_harm(login, triager, need, posted):
    response = login(triager).post(at(need, "priority"), {**posted, "priority": "urgent"})
    assert response.status_code in (302, 422)


# ── two at once ───────────────────────────────────────────────────────────────────────────────────


def test_the_second_of_two_sees_what_changed_and_loses_nothing(login, triager, colleague, need):
    data = sent(need, outcome="done", words="เปลี่ยนหลอดไฟใหม่ทั้งสองดวง")
    change_state(
        colleague, need.pk, version=need.version, state="in_progress", note="ช่างออกไปแล้ว", at=timezone.now()
    )
    client = login(triager)
    response = client.post(at(need, "close"), data)
    assert response.status_code == 409
    content = response.content.decode()
    for words in ("มีผู้แก้ไขเรื่องนี้", "กำลังดำเนินการ", "ช่างออกไปแล้ว", "เปลี่ยนหลอดไฟใหม่ทั้งสองดวง", "บันทึกต่อ"):
        assert words in content
    need.refresh_from_db()
    assert need.state == ReportState.IN_PROGRESS
    form = response.context["forms"]["close"]
    assert client.post(at(need, "close"), {**data, "version": form["version"].value()}).status_code == 302
    need.refresh_from_db()
    assert need.outcome == Outcome.DONE


def test_what_was_seen_is_not_told_as_new(login, triager, colleague, need):
    client = login(triager)
    client.post(at(need, "priority"), sent(need, priority="urgent"))
    shown = client.get(need.get_absolute_url()).context["forms"]["close"]
    data = {
        **shown.initial,
        "version": shown["version"].value(),
        "outcome": "cannot",
        "words": "ไม่มีงบประมาณในปีนี้",
    }
    need.refresh_from_db()
    change_state(colleague, need.pk, version=need.version, state="follow_up", at=timezone.now())
    response = client.post(at(need, "close"), {k: v for k, v in data.items() if v is not None})
    assert [moment.kind for moment in response.context["changes"]] == ["status"]


def test_taking_up_in_three_steps_is_all_or_nothing(login, triager, need):
    """The category goes in first; when the last step fails, nothing of it stays."""
    change_state(triager, need.pk, version=need.version, state="in_progress", at=timezone.now())
    Need.objects.filter(pk=need.pk).update(state=ReportState.FINISHED)
    before = need.category_id
    response = login(triager).post(at(need, "accept"), sent(need, category=category("road").pk))
    assert response.status_code == 422
    need.refresh_from_db()
    assert need.category_id == before


def picture():
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(target, "JPEG")
    return upload(target.getvalue(), "after.jpg")


def upload(content: bytes, name: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)
