"""Gateway: the client against a Traffy of our own, with each fault that the real one is known for."""

import datetime as dt
import logging
import traceback

import pytest

from cddp.operations.complaints.choices import OddReason, TraffyFault
from cddp.operations.complaints.errors import UnableToTalkToTraffy
from cddp.operations.complaints.gateways import traffy as wire
from cddp.operations.complaints.gateways.traffy import TraffyClient
from cddp.operations.complaints.rules.traffy_exchange import Token
from cddp.operations.complaints.rules.traffy_quota import Meter
from tests.fakes.traffy import OTHER_ORG, OWN_ORG, PASSWORD, USER, running_traffy
from tests.fakes.traffy_tickets import BANGKOK


@pytest.fixture
def fake(settings):
    with running_traffy() as fake:
        settings.TRAFFY_API_URL = fake.url
        settings.TRAFFY_TIMEOUT_S = 5
        yield fake


def client(fake, **changes):
    asked = {
        "user": USER,
        "password": PASSWORD,
        "org_ids": [str(OWN_ORG)],
        "now": dt.datetime.now(dt.UTC),
    } | changes
    return TraffyClient(**asked)


def fault_of(call, *args, **kwargs):
    with pytest.raises(UnableToTalkToTraffy) as refusal:
        call(*args, **kwargs)
    return refusal.value.fault


def test_it_signs_in_once_and_lists_what_moved_today(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.citizen_reports("ท่อตัน", number="BBBBBB").last_activity -= dt.timedelta(days=2)
    with client(fake) as traffy:
        listing = traffy.list_issues()
        assert [row.row["ticket_id"] for row in listing.rows] == ["2026-AAAAAA"]
        assert listing.oddities == ()
        assert len(traffy.list_issues("3days").rows) == 2
        assert (fake.tokens_given, traffy.meter.calls) == (1, 3)
    assert [each["org_id"] for each in fake.asked("get-issues")] == ["151", "151"]


@pytest.mark.parametrize("as_list", [False, True])
def test_the_token_stands_in_an_object_or_in_a_list_and_ends_by_bangkok_time(fake, as_list):
    fake.auth_as_list = as_list
    with client(fake) as traffy:
        traffy.sign_in()
        in_a_day = dt.datetime.now(dt.UTC) + dt.timedelta(hours=24)
        assert abs(traffy.token.until - in_a_day) < dt.timedelta(minutes=1)
        assert traffy.meter.limit == 1000


def test_a_token_that_is_kept_is_used_again_and_one_about_to_end_is_not(fake):
    with client(fake) as traffy:
        traffy.list_issues()
        kept = traffy.token
    with client(fake, token=kept) as traffy:
        traffy.list_issues()
    assert fake.tokens_given == 1
    old = Token(kept.words, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20))
    with client(fake, token=old) as traffy:
        traffy.list_issues()
    assert fake.tokens_given == 2


def test_a_token_that_ends_in_the_middle_is_renewed_once(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    with client(fake) as traffy:
        traffy.list_issues()
        fake.expire_tokens()
        assert traffy.get_issue("2026-AAAAAA")[0]["status_th_latest"] == "รอรับเรื่อง"
        assert fake.tokens_given == 2
        fake.fail("get-issues", "invalid_token", times=2)
        assert fault_of(traffy.list_issues) is TraffyFault.TOKEN_REFUSED
        assert (fake.tokens_given, len(fake.asked("get-issues"))) == (3, 3)


@pytest.mark.parametrize("kind", ["http_401", "expired", "invalid_token"])
def test_each_way_of_refusing_a_token_is_known(fake, kind):
    with client(fake) as traffy:
        fake.fail("get-issues", kind)
        traffy.list_issues()
    assert fake.tokens_given == 2


@pytest.mark.parametrize("status", ["success", 200, "200", "warning"])
def test_success_has_several_names(fake, status):
    fake.success = status
    with client(fake) as traffy:
        assert traffy.list_issues().rows == []


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("fail", TraffyFault.REFUSED),
        ("http_403", TraffyFault.NOT_ALLOWED),
        ("http_404", TraffyFault.FILE_NOT_FOUND),
        ("http_429", TraffyFault.TOO_MANY),
        ("http_500", TraffyFault.SERVER_ERROR),
        ("http_502", TraffyFault.SERVER_ERROR),
        ("html", TraffyFault.NOT_JSON),
        ("nothing", TraffyFault.NOT_JSON),
        ("cut", TraffyFault.NOT_JSON),
        ("file_not_found", TraffyFault.FILE_NOT_FOUND),
        ("drop", TraffyFault.SERVER_ERROR),
        ("null_results", TraffyFault.WRONG_SHAPE),
        ("odd_results", TraffyFault.WRONG_SHAPE),
    ],
)
def test_each_failure_is_one_of_the_known_ones_and_is_not_tried_again_here(fake, kind, fault):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.fail("get-issues", kind)
    with client(fake) as traffy:
        assert fault_of(traffy.list_issues) is fault
        assert len(fake.asked("get-issues")) == 1
        assert len(traffy.list_issues().rows) == 1


def test_a_wrong_password_an_answer_without_token_and_a_dead_host_are_told_apart(fake, settings):
    with client(fake, password="ผิด") as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.WRONG_PASSWORD
    fake.fail("get-auth", "no_token")
    with client(fake) as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.WRONG_SHAPE
    for address in ("http://127.0.0.1:1", "ที่อยู่ผิด", "ftp://127.0.0.1"):
        settings.TRAFFY_API_URL = address
        with client(fake) as traffy:
            assert fault_of(traffy.list_issues) is TraffyFault.UNREACHABLE


def test_a_slow_answer_is_given_up(fake, settings):
    settings.TRAFFY_TIMEOUT_S = 0.3
    fake.fail("get-issues", "slow", seconds=1)
    with client(fake) as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.TIMED_OUT


def test_an_endless_answer_is_cut_off(fake, monkeypatch):
    fake.citizen_reports("ยาวมาก " * 100, number="2026-AAAAAA")
    monkeypatch.setattr(wire, "ANSWER_LIMIT_BYTES", 1000)
    with client(fake) as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.TOO_LARGE


def test_a_php_warning_before_the_json_is_read_over_and_reported(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.fail("get-issues", "php_warning")
    fake.fail("get-issues", "bom")
    with client(fake) as traffy:
        listing = traffy.list_issues()
        assert len(listing.rows) == 1
        (odd,) = listing.oddities
        assert odd.reason is OddReason.NOISY_ANSWER
        assert "Undefined array key" in odd.value
        assert "<" not in odd.value
        assert traffy.list_issues().oddities == ()


def test_when_the_quota_is_used_up_nothing_more_is_asked_until_the_first(fake):
    now = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    fake.fail("get-issues", "quota")
    with client(fake, now=now) as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.QUOTA_USED_UP
        asked = len(fake.calls)
        assert fault_of(traffy.list_issues) is TraffyFault.QUOTA_USED_UP
        assert len(fake.calls) == asked
        meter = traffy.meter
    assert meter.exhausted_until == dt.datetime(2026, 12, 1, tzinfo=BANGKOK)
    assert meter.credit == 0
    with client(fake, meter=meter, now=dt.datetime(2026, 11, 30, 16, 59, tzinfo=dt.UTC)) as traffy:
        assert fault_of(traffy.list_issues) is TraffyFault.QUOTA_USED_UP
    with client(fake, meter=meter, now=dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)) as traffy:
        traffy.list_issues()
        assert traffy.meter.exhausted_until is None


def test_an_almost_used_up_quota_is_reported_and_the_rows_are_taken(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.credit = 7
    with client(fake) as traffy:
        listing = traffy.list_issues()
        assert len(listing.rows) == 1
        assert [odd.reason for odd in listing.oddities] == [OddReason.QUOTA_LOW]
        assert (traffy.meter.credit, traffy.meter.is_low) == (5, True)


def test_uncounted_calls_leave_no_credit(fake):
    with client(fake, meter=Meter(credit=3)) as traffy:
        traffy.list_issues()
        assert (traffy.meter.credit, traffy.meter.is_low) == (None, False)


def test_a_list_that_was_cut_is_reported(fake, monkeypatch):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAB")
    fake.fail("get-issues", "short")
    with client(fake) as traffy:
        assert [odd.value for odd in traffy.list_issues().oddities] == ["2 / 9"]
        monkeypatch.setattr(wire, "LIST_LIMIT", 2)
        assert [odd.reason for odd in traffy.list_issues().oddities] == [OddReason.CUT_ANSWER]


def test_a_list_with_gaps_and_rows_that_are_none_is_handed_on_whole(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    fake.fail("get-issues", "gaps")
    fake.fail("get-issues", "not_rows")
    with client(fake) as traffy:
        assert [row.number for row in traffy.list_issues().rows] == [1]
        rows = traffy.list_issues().rows
    assert [row.reason for row in rows] == [None, OddReason.NOT_A_TICKET, OddReason.NOT_A_TICKET, None]


def test_a_change_goes_out_with_its_words_and_pictures(fake):
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    with client(fake) as traffy:
        traffy.update_issue("2026-AAAAAA", issue_status_id=3, note="ซ่อมแล้ว", photos=[b"\xff\xd8jpeg"])
        traffy.update_issue("2026-AAAAAA", issue_status_id=2, org_status_id=16, note="รับแล้ว")
        traffy.update_issue("2026-AAAAAA", state_name="ติดตามเรื่อง", note="รองบ")
        traffy.comment("2026-AAAAAA", "ขอบคุณครับ")
        traffy.join_forward("2026-AAAAAA", [str(OTHER_ORG)], note="เสาของการไฟฟ้า")
        issue, _odd = traffy.get_issue("2026-AAAAAA")
    steps = [step["status"] for step in issue["timeline"]]
    assert steps == ["รอรับเรื่อง", "เสร็จสิ้น", "รับเรื่อง", "ติดตามเรื่อง", "ส่งต่อ(ใหม่)"]
    assert fake.asked("update-issue")[0]["photo_base64"] == ["/9hqcGVn"]
    assert "issue_status_id" not in fake.asked("update-issue")[1]
    assert fake.tickets["2026-AAAAAA"].comments == ["ขอบคุณครับ"]
    assert fake.asked("join-forward")[0]["destination_group"] == [OTHER_ORG]


def test_what_traffy_does_not_take_says_so(fake):
    with client(fake) as traffy:
        assert fault_of(traffy.get_issue, "2026-ZZZZZZ") is TraffyFault.NO_SUCH_TICKET
        assert fault_of(traffy.comment, "2026-ZZZZZZ", "คำ") is TraffyFault.NO_SUCH_TICKET
        fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
        with pytest.raises(UnableToTalkToTraffy) as refusal:
            traffy.update_issue("2026-AAAAAA", issue_status_id=3, note="")
        assert (refusal.value.fault, refusal.value.detail) == (
            TraffyFault.REFUSED,
            "[note] is not specified",
        )
        assert not refusal.value.may_pass


def test_lists_of_statuses_and_types_are_those_of_one_office(fake):
    fake.statuses[4]["is_active"] = False
    with client(fake, org_ids=["151", "1302"]) as traffy:
        statuses = traffy.list_statuses("151")
        assert [status.name for status in statuses][:3] == ["รอรับเรื่อง", "รับเรื่อง", "กำลังดำเนินการ"]
        assert "ติดตามเรื่อง" not in [status.name for status in statuses]
        assert statuses[1].org_status_id == 16
        assert [row["type"] for row in traffy.list_types("151")] == ["ถนน", "ไฟฟ้า"]
    assert fake.asked("get-status-list")[0] == {"org_id": "151"}


def test_a_new_ticket_gives_its_number_and_nothing_secret(fake):
    with client(fake) as traffy:
        found = traffy.new_issue(description="ทางเท้าทรุด", latitude=18.58, longitude=99.01)
    assert found in fake.tickets
    assert fake.asked("new-issue")[0]["org_id"] == "151"


def test_no_secret_stands_in_a_log_or_an_error(fake, caplog):
    caplog.set_level(logging.DEBUG)
    fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
    written = []
    with client(fake) as traffy:
        traffy.new_issue(description="ทางเท้าทรุด", latitude=18.58, longitude=99.01)
        token = traffy.token.words
        for kind in ("fail", "drop", "html", "http_500"):
            fake.fail("get-issues", kind)
        fake.fail("get-issues", "secret_in_message", message=f"bad {token} for {PASSWORD}")
        for _call in range(5):
            try:
                traffy.list_issues()
            except UnableToTalkToTraffy:
                written.append(traceback.format_exc())
        written.append(repr(traffy.token))
    assert len(written) == 6
    everything = "\n".join([caplog.text, *written])
    assert "bad … for …" in everything
    for secret in (PASSWORD, token, "ความลับของเรื่อง"):
        assert secret not in everything
