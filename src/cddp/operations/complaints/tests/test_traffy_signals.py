"""Views and services: Traffy rings early, late, twice, in disorder and at the wrong door; the account's screens."""

import json
import logging
import random

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import (
    DispatchState,
    NoteKind,
    OddReason,
    RefusalReason,
    ReportState,
)
from cddp.operations.complaints.models import (
    Intake,
    NeedNote,
    OddRow,
    RefusedDelivery,
    Report,
    ReportStatus,
    TraffyAccount,
    TraffyOutgoing,
)
from cddp.operations.complaints.queries.traffy import find_account, password_of
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.services.moving import change_state
from cddp.operations.complaints.services.notes import add_note
from cddp.operations.complaints.services.traffy_signals import BODY_LIMIT_BYTES
from cddp.operations.complaints.tests.traffy_makers import (
    fake_traffy,
    need_of,
    open_account,
    poll,
    report_of,
    run_jobs,
    waiting_jobs,
)
from cddp.operations.complaints.views import traffy as views
from tests.fakes.traffy import PASSWORD, USER
from tests.towns import make_user

A, B = "2026-AAAAAA", "BBBBBB"


@pytest.fixture(autouse=True)
def no_old_counts(db):
    cache.clear()


@pytest.fixture
def fake(settings, town):
    with fake_traffy(settings) as fake:
        yield fake


@pytest.fixture
def admin(town):
    return make_user("admin", "town_admin")


@pytest.fixture
def officer(town):
    return make_user("clerk", "complaints_officer")


@pytest.fixture
def account(fake, admin):
    return open_account(admin)


@pytest.fixture
def ring(client, town, account):
    """Deliver signals at the town's door, as Traffy does: without a session, without a signature."""

    def deliver(*signals, key=None, slug=None):
        address = reverse("complaints:traffy_webhook", args=[slug or town.slug, key or account.webhook_key])
        answers = [
            client.generic(method, address, json.dumps(content), content_type="application/json")
            for method, content in signals
        ]
        return [answer.status_code for answer in answers]

    return deliver


def doorbell_jobs():
    return [name for name in waiting_jobs() if "traffy" in name]


# ── the doorbell ──────────────────────────────────────────────────────────────────────────────────────


def test_a_ring_has_its_ticket_read_and_what_it_says_itself_is_not_believed(fake, ring):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    ((method, told),) = fake.signals
    assert ring((method, told | {"description": "ข้อความปลอม", "latitude": 13.7})) == [200]
    assert Report.objects.count() == 0
    run_jobs(only="read_traffy_ticket")
    assert (report_of(A).description, report_of(A).point.y) == ("ไฟถนนดับ", 18.58)


def test_rings_before_after_and_twice_make_one_report_and_polls_add_nothing(fake, ring):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.staff_moves(A, "กำลังดำเนินการ", note="ช่างออกแล้ว")
    fake.citizen_reports("ท่อตัน", number=B)
    signals = fake.signals * 3
    random.Random(7).shuffle(signals)
    assert set(ring(*signals[:4])) == {200}
    run_jobs(only="traffy")
    poll()
    assert set(ring(*signals[4:])) == {200}
    run_jobs(only="traffy")
    assert poll().added == 0
    assert Report.objects.count() == Intake.objects.count() == 2
    assert report_of(A).state == ReportState.IN_PROGRESS
    assert ReportStatus.objects.filter(report=report_of(A)).count() <= 3


def test_many_rings_for_one_ticket_are_one_job(fake, ring):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.citizen_reports("ท่อตัน", number=B)
    ring(*fake.signals * 5)
    assert doorbell_jobs() == ["complaints.read_traffy_ticket"] * 2


def test_the_echo_of_our_own_change_is_no_reason_to_read_and_says_that_it_arrived(fake, ring, officer):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.signals.clear()
    fake.fail("get-issue", "http_500")
    need = need_of(A)
    change_state(
        officer,
        need.pk,
        version=need.version,
        state=ReportState.IN_PROGRESS,
        note="ช่างออกแล้ว",
        at=timezone.now(),
    )
    add_note(officer, need.pk, "ขอบคุณที่แจ้ง", kind=NoteKind.PUBLIC, at=timezone.now())
    run_jobs()
    assert TraffyOutgoing.objects.filter(body__awaits_sight=True).count() == 1
    assert [method for method, _told in fake.signals] == ["PATCH", "POST"]
    assert ring(*fake.signals) == [200, 200]
    assert doorbell_jobs() == []
    assert TraffyOutgoing.objects.filter(body__awaits_sight=True).count() == 0
    # The same words once more are somebody's own.
    ring(fake.signals[0])
    assert doorbell_jobs() == ["complaints.read_traffy_ticket"]


def test_an_echo_tells_that_words_arrived_of_which_nobody_was_sure(fake, ring, officer):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.signals.clear()
    fake.fail("comment", "done_then_500")
    add_note(officer, need_of(A).pk, "ขอบคุณที่แจ้ง", kind=NoteKind.PUBLIC, at=timezone.now())
    run_jobs()
    assert TraffyOutgoing.objects.get().state == DispatchState.QUEUED
    ring(*fake.signals)
    row = TraffyOutgoing.objects.get()
    assert (row.state, row.last_problem) == (DispatchState.SENT, "")
    run_jobs()
    assert fake.tickets[A].comments == ["ขอบคุณที่แจ้ง"]


def test_words_of_the_reporter_reach_the_problem_once_whatever_the_order(fake, ring, officer):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.citizen_chats(A, "ดับมาสามวันแล้ว")
    new, chat = fake.signals
    ring(chat, new, chat)
    run_jobs(only="read_traffy_ticket")
    assert NeedNote.objects.count() == 0
    adopt_lone_reports()
    ring(chat)
    run_jobs()
    (note,) = NeedNote.objects.all()
    assert (note.kind, note.body, note.report) == (NoteKind.ANSWER, "ดับมาสามวันแล้ว", report_of(A))
    kept = Intake.objects.get(external_id__startswith="chat-")
    assert set(kept.payload) == {"ticket_id", "event", "comment"}
    assert fake.tickets[A].comments == []


def test_words_of_other_offices_and_of_staff_among_themselves_are_left_alone(fake, ring):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    signal = fake.tickets[A].as_chat_signal("คุยกันเอง", timezone.now(), org=(1302, "การไฟฟ้า"))
    ring(("POST", signal), ("POST", signal | {"event": "chat_staff_only", "sender_org_id": None}))
    assert doorbell_jobs() == []
    ring(("POST", signal | {"event": "rating", "comment": "5"}))
    assert doorbell_jobs() == ["complaints.read_traffy_ticket"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"ticket_id": "; DROP TABLE"}', b"\xff\xfe", b'"\\ud800"']
)
def test_a_ring_that_names_no_ticket_is_answered_and_listed(client, town, account, body):
    address = reverse("complaints:traffy_webhook", args=[town.slug, account.webhook_key])
    assert client.generic("POST", address, body, content_type="application/json").status_code == 200
    assert OddRow.objects.get().reason == OddReason.STRANGE_SIGNAL
    assert doorbell_jobs() == []


def test_other_forms_of_bodies_break_nothing(client, town, account):
    address = reverse("complaints:traffy_webhook", args=[town.slug, account.webhook_key])
    assert client.post(address, {"ticket_id": A}).status_code == 200
    urlencoded = "application/x-www-form-urlencoded"
    assert client.generic("POST", address, f"ticket_id={A}", content_type=urlencoded).status_code == 200
    assert client.get(address).status_code == 405


def test_too_much_is_counted_and_not_read(client, town, account, ring, monkeypatch):
    address = reverse("complaints:traffy_webhook", args=[town.slug, account.webhook_key])
    large = b'{"ticket_id": "' + b"x" * BODY_LIMIT_BYTES + b'"}'
    assert client.generic("POST", address, large, content_type="application/json").status_code == 200
    monkeypatch.setattr(views, "SIGNALS_A_MINUTE", 3)
    ring(*[("POST", {"ticket_id": f"AAAA{n:02d}"}) for n in range(6)])
    assert len(doorbell_jobs()) in (2, 3, 4)  # the minute may have turned in between
    counted = dict(RefusedDelivery.objects.values_list("reason", "count"))
    assert counted[RefusalReason.TOO_LARGE] == 1
    assert counted[RefusalReason.TOO_MANY] >= 2


def test_at_the_wrong_door_nothing_is_heard(fake, ring, towns, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    (signal,) = fake.signals
    assert ring(signal, key="ผิด") == [404]
    assert ring(signal, slug="no-such-town") == [404]
    assert ring(signal, slug=towns[1].slug) == [404]
    TraffyAccount.objects.update(is_active=False)
    assert ring(signal) == [404]
    assert doorbell_jobs() == []
    assert RefusedDelivery.objects.get().count == 2
    with town_context(towns[1].pk):
        assert RefusedDelivery.objects.get().reason == RefusalReason.UNKNOWN_SENDER


def test_no_words_of_people_stand_in_jobs_or_logs(fake, ring, caplog):
    caplog.set_level(logging.DEBUG)
    fake.citizen_reports("โทรหาสมชาย", number=A)
    fake.citizen_chats(A, "โทรหาสมศรี")
    ring(*fake.signals)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        written = cursor.fetchone()[0] + caplog.text
    run_jobs()
    assert "สมชาย" not in written + caplog.text
    assert "สมศรี" not in written + caplog.text


# ── screens ───────────────────────────────────────────────────────────────────────────────────────────

SETTINGS = "/complaints/settings/traffy/"
FORM = {"username": USER, "password": PASSWORD, "org_ids": "๑๕๑, 1302", "is_active": "on"}


def test_an_administrator_sets_the_account_up_and_tries_it(fake, town, login, admin):
    page = login(admin)
    assert page.get(SETTINGS).status_code == 200
    assert page.post(SETTINGS, FORM).status_code == 302
    kept = find_account()
    assert (kept.username, kept.org_ids, password_of(kept)) == (USER, ["151", "1302"], PASSWORD)
    assert page.post(f"{SETTINGS}check/").status_code == 302
    kept = find_account()
    assert (len(kept.statuses), kept.token_sealed is not None, kept.last_problem) == (7, True, "")
    assert "complaints.poll_traffy" in waiting_jobs()
    shown = page.get(SETTINGS).content.decode()
    assert kept.webhook_key in shown
    assert PASSWORD not in shown
    written = str(list(AuditEntry.objects.values("action", "changes")))
    assert PASSWORD not in written
    assert "complaints.traffy_account.set" in written


def test_an_empty_password_keeps_the_one_on_record_and_another_account_forgets_the_token(
    town, login, admin, account
):
    page = login(admin)
    page.post(f"{SETTINGS}check/")
    assert find_account().token_sealed is not None
    page.post(SETTINGS, FORM | {"password": "", "org_ids": "151"})
    assert (password_of(find_account()), find_account().token_sealed is not None) == (PASSWORD, True)
    page.post(SETTINGS, FORM | {"password": "", "username": "another"})
    kept = find_account()
    assert (kept.token_sealed, kept.statuses, password_of(kept)) == (None, [], PASSWORD)


@pytest.mark.parametrize(
    "changes",
    [{"username": ""}, {"password": ""}, {"org_ids": ""}, {"org_ids": "เทศบาล"}, {"org_ids": "151; 1302"}],
)
def test_a_bad_form_keeps_what_was_typed_and_saves_nothing(town, login, admin, changes):
    answer = login(admin).post(SETTINGS, FORM | changes)
    assert answer.status_code == 422
    assert TraffyAccount.objects.count() == 0
    if "username" not in changes:
        assert f'value="{USER}"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_a_failed_try_says_why(fake, town, login, admin, account):
    fake.passwords[USER] = "เปลี่ยนแล้ว"
    answer = login(admin).post(f"{SETTINGS}check/", follow=True)
    assert "รหัสผ่านของ Traffy ไม่ถูกต้อง" in answer.content.decode()


def test_a_new_key_shuts_the_old_door(fake, login, admin, ring, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    old = account.webhook_key
    assert login(admin).post(f"{SETTINGS}key/").status_code == 302
    assert ring(*fake.signals, key=old) == [404]
    assert ring(*fake.signals, key=find_account().webhook_key) == [200]


def test_the_meter_the_last_problem_and_what_was_odd_are_shown(fake, login, admin, account):
    fake.credit = 9
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.fail("get-issues", "http_500")
    poll()
    shown = login(admin).get(SETTINGS).content.decode()
    for words in ("ระบบของ Traffy ขัดข้อง", "โควตาของต้นทางใกล้หมด", "อ่านจากต้นทางไม่สำเร็จ", "360 นาที"):
        assert words in shown


@pytest.mark.parametrize("address", [SETTINGS, "/complaints/traffy/"])
def test_who_may_not_is_refused(town, login, client, address):
    assert client.get(address).status_code == 302
    assert login(make_user("reader", "officer")).get(address).status_code == 403


@pytest.mark.parametrize("action", ["check", "key"])
def test_acts_are_not_done_by_looking(town, login, admin, account, action):
    page = login(admin)
    assert page.get(f"{SETTINGS}{action}/").status_code == 405
    assert login(make_user("reader", "officer")).post(f"{SETTINGS}{action}/").status_code == 403


def test_acts_without_an_account_say_what_to_do(town, login, admin):
    for action in ("check", "key"):
        answer = login(admin).post(f"{SETTINGS}{action}/", follow=True)
        assert "ยังไม่ได้บันทึกบัญชี Traffy" in answer.content.decode()


def test_what_did_not_arrive_is_listed_and_sent_again_by_hand(fake, login, officer, account, towns):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    need = need_of(A)
    fake.fail("update-issue", "fail", message="ระบบไม่รับ")
    change_state(officer, need.pk, version=need.version, state=ReportState.IN_PROGRESS, at=timezone.now())
    run_jobs()
    row = TraffyOutgoing.objects.get(state=DispatchState.FAILED)
    page = login(officer)
    shown = page.get("/complaints/traffy/").content.decode()
    assert (A in shown, "ระบบไม่รับ" in shown, "ส่งอีกครั้ง" in shown) == (True, True, True)
    assert page.get(f"/complaints/traffy/{row.pk}/again/").status_code == 405
    assert page.post(f"/complaints/traffy/{row.pk}/again/").status_code == 302
    run_jobs()
    assert fake.tickets[A].status["status"] == "กำลังดำเนินการ"
    assert "แจ้งกลับครบแล้ว" in page.get("/complaints/traffy/").content.decode()
    with town_context(towns[1].pk):
        stranger = make_user("stranger", "complaints_officer")
    assert login(stranger).post(f"/complaints/traffy/{row.pk}/again/").status_code == 404
