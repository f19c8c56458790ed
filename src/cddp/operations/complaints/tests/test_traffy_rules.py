"""Rules: what answers and signals of Traffy say, how our states are named there, how far a quota goes."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.choices import OddReason, ReportState, TraffyFault
from cddp.operations.complaints.rules.traffy import brings_no_news, read_ticket
from cddp.operations.complaints.rules.traffy_exchange import (
    is_ticket_number,
    list_in,
    one_in,
    read_answer,
    read_token,
    row_of_issue,
)
from cddp.operations.complaints.rules.traffy_quota import Meter, duration_to_ask, gap_between_polls, resets_at
from cddp.operations.complaints.rules.traffy_signals import (
    SignalKind,
    fingerprint_of_forward,
    fingerprint_of_signal,
    fingerprint_of_state,
    fingerprint_of_words,
    read_signal,
)
from cddp.operations.complaints.rules.traffy_writing import (
    Standing,
    TraffyStatus,
    choose_status,
    is_to_be_told,
    own_states_of,
    read_statuses,
)
from cddp.operations.complaints.rules.versions import OwnMove, StateVerdict, judge_state
from tests.fakes.traffy import OTHER_ORG, OWN_ORG
from tests.fakes.traffy_tickets import BANGKOK, BUCKET, STATUSES, FakeTicket, status_named
from tests.shared import shared_path

NOW = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
OFFICES = {OWN_ORG: "เทศบาลทดสอบ", OTHER_ORG: "การไฟฟ้าทดสอบ"}


def sample(name):
    return shared_path("data", "traffy", "exchange-api", name).read_bytes()


def ticket(**fields):
    at = dt.datetime(2026, 11, 25, 9, 30, 0, 5)
    return FakeTicket("2026-AAAAAA", "ไฟดับ", at=at, org_ids=[OWN_ORG, OTHER_ORG], **fields)


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_published_answers_are_read():
    listed = read_answer(sample("get-issues_v2_response.json"))
    assert (listed.fault, listed.count, listed.credit_balance, listed.says_credit) == (None, 4367, None, True)
    (row,) = list_in(listed)
    found = read_ticket(row, now=NOW)
    assert (found.number, found.state) == ("2026-B9WGC7", ReportState.FORWARDED)
    assert found.updated_at == dt.datetime(2026, 9, 9, 7, 38, 19, 663501, tzinfo=dt.UTC)
    expired = read_answer(sample("error_expired.json"))
    assert (expired.fault, expired.credit_balance) == (TraffyFault.TOKEN_REFUSED, 820)
    statuses = read_statuses(list_in(read_answer(sample("get-status-list_v2_response.json"))))
    assert [(each.name, each.org_status_id) for each in statuses] == [
        ("รอรับเรื่อง", None),
        ("กำลังดำเนินการ", 15),
    ]


def test_the_published_single_ticket_reads_as_a_ticket():
    issue = one_in(read_answer(sample("get-issue_v1_response.json")))
    found = read_ticket(row_of_issue(issue, org_ids=["151"]), now=NOW)
    assert (found.number, found.state, found.state_label) == (
        "2026-GYDHMT",
        ReportState.IN_PROGRESS,
        "กำลังดำเนินการ",
    )
    assert (found.point.longitude, found.point.latitude) == (100.60131, 14.077774)
    assert (found.note, found.oddities, found.after_photo_urls) == ("ทดสอบ", (), ())


def test_one_ticket_says_the_same_from_the_list_and_alone():
    one = ticket()
    one.move(
        status_named(list(STATUSES), "เสร็จสิ้น"),
        one.at + dt.timedelta(days=1),
        OWN_ORG,
        "เทศบาลทดสอบ",
        "ซ่อมแล้ว",
        1,
    )
    listed = read_ticket(one.as_row(OFFICES), now=NOW)
    alone = read_ticket(row_of_issue(one.as_issue(OFFICES), org_ids=["151"]), now=NOW)
    same = {
        "number",
        "description",
        "state",
        "state_label",
        "point",
        "address",
        "organisation",
        "requested_at",
    }
    same |= {"updated_at", "rating", "photo_urls", "after_photo_urls", "category_labels"}
    for name in sorted(same):
        assert getattr(listed, name) == getattr(alone, name), name
    assert (listed.note, alone.note) == ("", "ซ่อมแล้ว")
    assert alone.after_photo_urls == (f"{BUCKET}attachment/2026-11/after-1.jpeg",)


def test_the_state_of_one_ticket_is_its_own_then_our_offices_then_the_last_step():
    issue = ticket().as_issue(OFFICES)
    issue["orgs"][0] |= {"status": "ศึกษาปัญหา"}
    issue["orgs"][1] |= {"status": "เสร็จสิ้น"}
    assert row_of_issue(issue | {"status_th_latest": "ติดตามเรื่อง"}, org_ids=["151"])["status"] == "ติดตามเรื่อง"
    issue["status_th_latest"] = None
    assert row_of_issue(issue, org_ids=["151"])["status"] == "ศึกษาปัญหา"
    assert row_of_issue(issue, org_ids=["1302"])["status"] == "เสร็จสิ้น"
    bare = {"ticket_id": "2026-AAAAAA", "status_type": "finish", "orgs": None, "timeline": "เสีย"}
    assert read_ticket(row_of_issue(bare, org_ids=[]), now=NOW).state is ReportState.FINISHED


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"status": "success", "results": []}, None),
        ({"status": 200, "message": "OK"}, None),
        ({"status": True, "results": []}, None),
        ({"results": [{"ticket_id": 1}]}, None),
        ({"status": "warning", "message": "Almost running out of API usage quota", "results": []}, None),
        ({"status": "fail", "message": "Almost running out of API usage quota", "results": []}, None),
        (
            {"status": "fail", "message": "Running out of API usage quota | โควต้าหมด"},
            TraffyFault.QUOTA_USED_UP,
        ),
        ({"status": "FAIL", "message": "ERR 1 - Invalid token"}, TraffyFault.TOKEN_REFUSED),
        ({"status": "fail", "message": "Token นี้หมดอายุแล้ว"}, TraffyFault.TOKEN_REFUSED),
        ({"status": "fail", "message": "Invalid user or pass"}, TraffyFault.WRONG_PASSWORD),
        ({"status": "fail", "message": "You have no write permission"}, TraffyFault.NOT_ALLOWED),
        ({"status": "fail", "message": "ไม่พบข้อมูล"}, TraffyFault.NO_SUCH_TICKET),
        ({"status": "fail", "message": "File not found"}, TraffyFault.FILE_NOT_FOUND),
        ({"status": "fail", "message": None}, TraffyFault.REFUSED),
        ({"status": "error"}, TraffyFault.REFUSED),
        ({"message": "OK"}, TraffyFault.WRONG_SHAPE),
    ],
)
def test_each_answer_is_done_or_one_fault(content, fault):
    assert read_answer(json.dumps(content).encode()).fault is fault


def test_what_stands_before_the_json_is_cut_off_and_named():
    warning = '<b>Warning</b>: array {"a": 1} to string in <b>x.php</b><br />\n'
    answer = read_answer((warning + '{"status":200,"results":[]}').encode())
    assert (answer.fault, list_in(answer)) == (None, [])
    assert answer.oddities[0].reason is OddReason.NOISY_ANSWER


def test_personal_numbers_in_a_message_are_masked():
    answer = read_answer('{"status":"fail","message":"โทร 081-234-5678 ไม่ถูกต้อง"}'.encode())
    assert "234" not in answer.message


@pytest.mark.parametrize(
    ("written", "credit"), [(820, 820), ("820", 820), (None, None), (-1, None), ("?", None)]
)
def test_credit_is_a_number_or_uncounted(written, credit):
    answer = read_answer(json.dumps({"status": "success", "credit_balance": written}).encode())
    assert answer.credit_balance == credit


def test_a_token_without_a_readable_end_is_good_for_an_hour():
    answer = read_answer(b'{"status":"success","results":[{"token":"a.b.c","expire_timestamp":"soon"}]}')
    token = read_token(answer, now=NOW)
    assert (token.words, token.until) == ("a.b.c", NOW + dt.timedelta(hours=1))
    assert "a.b.c" not in f"{token!r} {token}"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
def test_no_body_breaks_the_reader(body):
    answer = read_answer(body)
    assert answer.fault is not None or answer.results is not None or b"status" in body


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["orgs", "timeline", "status_th_latest", "photo", "ticket_id"]), anything)
)
def test_no_single_ticket_breaks_the_reader(issue):
    assert read_ticket(row_of_issue(issue, org_ids=["151"]), now=NOW).state in ReportState


@pytest.mark.parametrize(
    ("changes", "is_news"),
    [
        ({}, False),
        ({"note": None, "photo_after": BUCKET, "organization": "เทศบาลทดสอบ", "address": "อื่น"}, False),
        ({"type": "ถนน"}, False),
        ({"note": "ซ่อมเสร็จ"}, True),
        ({"type": "ถนน,ไฟฟ้า,ท่อ"}, True),
        ({"organization": "เทศบาลทดสอบ, การไฟฟ้าทดสอบ"}, True),
        ({"photo_after": [f"{BUCKET}b.jpg"]}, True),
        ({"description": "ไฟดับสองต้น"}, True),
        ({"status": "รับเรื่อง"}, True),
        ({"star": 5}, True),
        ({"last_activity": "2026-11-25 12:00:00"}, True),
    ],
)
def test_less_than_is_known_is_no_news_and_more_is(changes, is_news):
    known = ticket().as_row(OFFICES) | {
        "note": "ช่างออกแล้ว",
        "type": "ถนน,ไฟฟ้า",
        "organization": "เทศบาลทดสอบ",
        "photo_after": [f"{BUCKET}a.jpg"],
    }
    found = read_ticket(known | changes, now=NOW)
    assert brings_no_news(found, known=read_ticket(known, now=NOW)) is not is_news


# ── signals ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_three_published_signals_are_told_apart():
    new = read_signal("POST", sample("webhook_new_issue_POST.json"))
    moved = read_signal("PATCH", sample("webhook_status_PATCH.json"))
    talk = read_signal("POST", sample("webhook_comment_POST.json"))
    assert (new.kind, new.number) == (SignalKind.NEW_ISSUE, "2026-ABCDEF")
    assert (moved.kind, moved.label, moved.words) == (
        SignalKind.STATUS,
        "เสร็จสิ้น",
        "ได้ทำการแก้ไขเรียบร้อยแล้วครับ",
    )
    assert moved.at == dt.datetime(2026, 8, 31, 4, 30, tzinfo=dt.UTC)
    assert (talk.kind, talk.words, talk.message_id, talk.sender_org_id) == (
        SignalKind.CHAT,
        "test",
        "2115334",
        "151",
    )
    assert not talk.is_from_reporter


def signal(method="POST", **content):
    return read_signal(method, json.dumps({"ticket_id": "2026-ABCDEF"} | content).encode())


@pytest.mark.parametrize("event", ["chat", "rating", "comment", "chat_staff_only"])
def test_talk_is_known_by_its_event(event):
    assert signal(event=event, comment="คำ").kind.value == event


def test_only_a_chat_without_an_office_comes_from_the_reporter():
    assert signal(event="chat", comment="ยังไม่ซ่อม", sender_org_id=None).is_from_reporter
    assert not signal(event="chat", comment="ซ่อมแล้ว", sender_org_id=151).is_from_reporter
    assert not signal(event="chat_staff_only", comment="คำ", sender_org_id=None).is_from_reporter


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b'"x"', b"{", b'{"ticket_id": "../../etc"}', b'{"ticket_id": null}', b"\xff"],
)
def test_what_names_no_ticket_is_strange(body):
    assert read_signal("POST", body).kind is SignalKind.STRANGE


def test_an_event_of_tomorrow_is_strange_but_names_its_ticket():
    found = signal(event="merged")
    assert (found.kind, found.number) == (SignalKind.STRANGE, "2026-ABCDEF")


@given(
    st.sampled_from(["POST", "PATCH", "DELETE"]), st.dictionaries(st.text(max_size=12), anything) | anything
)
def test_no_signal_breaks_the_reader(method, content):
    try:
        body = json.dumps(content).encode()
    except ValueError:
        return
    assert read_signal(method, body).kind in SignalKind


@pytest.mark.parametrize("number", ["2022-KLUE7M", "KLUE7M", "2026-9AAAAA"])
def test_both_forms_of_numbers_are_known(number):
    assert is_ticket_number(number)


@pytest.mark.parametrize("number", ["", "2022-KLUE7M1", "klue7m", "2022KLUE7M", "KLUE7M\n", "hash-12345678"])
def test_what_has_neither_form_is_no_number(number):
    assert not is_ticket_number(number)


def test_our_own_change_is_known_again_from_every_side():
    ours = fingerprint_of_state("2026-ABCDEF", "ไม่เกี่ยวข้อง/ยกเลิก")
    assert fingerprint_of_signal(signal("PATCH", status="ไม่เกี่ยวข้อง / ยกเลิก", note="อะไรก็ตาม")) == ours
    assert fingerprint_of_state("2026-abcdef ", "ไม่เกี่ยวข้อง/ยกเลิก") == ours
    assert fingerprint_of_state("2026-ABCDEG", "ไม่เกี่ยวข้อง/ยกเลิก") != ours
    words = fingerprint_of_words("2026-ABCDEF", "ซ่อมแล้ว\nขอบคุณ")
    assert fingerprint_of_signal(signal(event="chat", comment="ซ่อมแล้ว  ขอบคุณ", sender_org_id=151)) == words
    assert fingerprint_of_signal(signal(event="chat", comment="ซ่อมแล้ว ขอบคุณ", sender_org_id=None)) is None
    assert fingerprint_of_signal(signal(description="ใหม่")) is None
    assert fingerprint_of_forward("X", ["2", "1"]) == fingerprint_of_forward("X", ["1", "2"])


# ── writing back ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (ReportState.RECEIVED, "รอรับเรื่อง"),
        (ReportState.TRIAGED, "รับเรื่อง"),
        (ReportState.IN_PROGRESS, "กำลังดำเนินการ"),
        (ReportState.FORWARDED, "ส่งต่อ"),
        (ReportState.FOLLOW_UP, "ติดตามเรื่อง"),
        (ReportState.FINISHED, "เสร็จสิ้น"),
        (ReportState.IRRELEVANT, "ไม่เกี่ยวข้อง"),
    ],
)
def test_each_state_has_its_name_in_a_full_list(state, name):
    assert choose_status(state, read_statuses(STATUSES)).name == name


def own(name, kind, *, order=1):
    return TraffyStatus(name, kind, 2, 99, order)


def test_a_list_with_names_of_its_own_is_read_by_type():
    statuses = (
        own("ช่างออกตรวจ", "inprogress", order=9),
        own("รอคิวช่าง", "inprogress"),
        own("ปิดงาน", "finish"),
    )
    assert choose_status(ReportState.IN_PROGRESS, statuses).name == "รอคิวช่าง"
    assert choose_status(ReportState.TRIAGED, statuses).name == "รอคิวช่าง"
    assert choose_status(ReportState.FINISHED, statuses).name == "ปิดงาน"


def test_an_end_that_the_office_does_not_have_is_not_replaced_by_another():
    statuses = (own("กำลังดำเนินการ", "inprogress"),)
    assert choose_status(ReportState.FINISHED, statuses) is None
    assert choose_status(ReportState.IRRELEVANT, statuses) is None
    assert choose_status(ReportState.FORWARDED, statuses).name == "กำลังดำเนินการ"


def test_statuses_are_kept_and_read_back_the_same():
    statuses = read_statuses([*STATUSES, None, {"status": ""}, {"status": "ปิดใช้", "is_active": False}])
    assert len(statuses) == len(STATUSES)
    assert read_statuses([each.as_json() for each in statuses]) == statuses


def test_the_list_says_what_own_names_mean():
    states = own_states_of((own("ปิดงาน แล้ว", "finish"), own("เสร็จสิ้น", "inprogress"), own("?", "")))
    assert states == {"ปิดงานแล้ว": ReportState.FINISHED, "เสร็จสิ้น": ReportState.FINISHED}


OPEN, DONE = ReportState.IN_PROGRESS, ReportState.FINISHED


@pytest.mark.parametrize(
    ("wanted", "there", "is_ours", "has_note", "reopens", "told"),
    [
        (OPEN, ReportState.RECEIVED, False, False, False, True),
        (OPEN, OPEN, False, False, False, False),
        (OPEN, OPEN, False, True, False, True),
        (OPEN, DONE, True, True, False, False),
        (OPEN, DONE, False, True, True, False),
        (OPEN, DONE, True, False, True, True),
        (DONE, DONE, False, False, False, False),
        (ReportState.IRRELEVANT, DONE, False, False, False, True),
        (OPEN, None, False, False, False, True),
    ],
)
def test_what_traffy_must_hear(wanted, there, is_ours, has_note, reopens, told):
    standing = Standing(there, "", is_ours=is_ours)
    assert is_to_be_told(wanted, standing, has_note=has_note, reopens=reopens) is told


@pytest.mark.parametrize(
    ("label", "state", "own_move", "minutes", "verdict"),
    [
        ("ก", DONE, None, 0, StateVerdict.NOT_MOVED),
        ("ข", OPEN, None, 0, StateVerdict.AGREES),
        ("ข", DONE, None, 0, StateVerdict.TAKEN),
        ("ข", DONE, OwnMove(None), 0, StateVerdict.OURS_WAITS),
        ("ข", DONE, OwnMove(NOW), -1, StateVerdict.OVERTAKEN),
        ("ข", DONE, OwnMove(NOW), 1, StateVerdict.TAKEN),
        ("ข", DONE, OwnMove(NOW), None, StateVerdict.TAKEN),
    ],
)
def test_the_latest_change_of_a_state_wins(label, state, own_move, minutes, verdict):
    moved_at = None if minutes is None else NOW + dt.timedelta(minutes=minutes)
    judged = judge_state(state, label, moved_at, known_label="ก", our_state=OPEN, own_move=own_move)
    assert judged is verdict


# ── quota ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (dt.datetime(2026, 11, 26, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, tzinfo=BANGKOK)),
        (dt.datetime(2026, 12, 31, 16, 59, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=BANGKOK)),
        (dt.datetime(2026, 12, 31, 17, 1, tzinfo=dt.UTC), dt.datetime(2027, 2, 1, tzinfo=BANGKOK)),
    ],
)
def test_the_quota_begins_anew_on_the_first_in_bangkok(now, first):
    assert resets_at(now) == first


def test_polls_are_spread_so_that_the_calls_last_until_the_first():
    now = dt.datetime(2026, 11, 1, tzinfo=BANGKOK)
    assert gap_between_polls(Meter(credit=None), now) == dt.timedelta(minutes=10)
    assert gap_between_polls(Meter(credit=50_000), now) == dt.timedelta(minutes=10)
    assert gap_between_polls(Meter(credit=1000), now) == dt.timedelta(days=30) / 750
    assert gap_between_polls(Meter(credit=0), now) == dt.timedelta(hours=6)


@given(st.integers(1, 6000), st.integers(0, 29 * 24 * 60))
def test_at_the_pace_it_gives_a_quota_lasts(credit, minutes):
    now = dt.datetime(2026, 11, 1, tzinfo=BANGKOK) + dt.timedelta(minutes=minutes)
    polls = (resets_at(now) - now) / gap_between_polls(Meter(credit=credit), now)
    assert polls <= max(credit, (resets_at(now) - now) / dt.timedelta(hours=6))


@pytest.mark.parametrize(
    ("since", "asked"),
    [(None, "all"), (0.2, "today"), (21, "today"), (23, "3days"), (69, "3days"), (71, "all"), (900, "all")],
)
def test_the_span_reaches_back_to_the_last_poll(since, asked):
    last = None if since is None else NOW - dt.timedelta(hours=since)
    assert duration_to_ask(last, NOW) == asked
