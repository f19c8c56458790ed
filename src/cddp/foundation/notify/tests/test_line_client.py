"""The client tells every answer of LINE apart, and never says whom it was about."""

import socket
import time
from uuid import uuid4

import pytest

from cddp.foundation.notify import line as client_module
from cddp.foundation.notify.errors import UnableToAskLine
from cddp.foundation.notify.line import LineClient, Outcome, verify_signature
from tests.fakes.line import MONTHLY, RATE, Fault
from tests.fakes.line_people import sign

TO = "U" + "a" * 32
HELLO = [{"type": "text", "text": "สวัสดี"}]


@pytest.fixture
def client(line):
    return LineClient(line.access_token)


@pytest.fixture
def unplugged(settings):
    """An address where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        settings.LINE_API_URL = settings.LINE_DATA_URL = f"http://127.0.0.1:{found.getsockname()[1]}"
        yield LineClient("token")


def test_a_push_is_accepted_and_the_same_key_again_is_a_success_that_sends_nothing(client, line):
    key = uuid4()
    assert client.push(TO, HELLO, key).outcome is Outcome.ACCEPTED
    repeated = client.push(TO, HELLO, key)
    assert repeated.outcome is Outcome.ALREADY_ACCEPTED
    assert repeated.is_accepted
    assert [(sent.to, sent.text, sent.retry_key) for sent in line.pushes] == [(TO, "สวัสดี", str(key))]


def test_an_answer_that_got_lost_is_made_good_by_the_key(client, line):
    key = uuid4()
    line.faults["push"].append(Fault(status=0, after=True))
    assert client.push(TO, HELLO, key).outcome is Outcome.UNREACHABLE
    assert client.push(TO, HELLO, key).outcome is Outcome.ALREADY_ACCEPTED
    assert len(line.pushes) == 1


@pytest.mark.parametrize(
    ("fault", "outcome", "again", "wait_s"),
    [
        (Fault(429, RATE, {"Retry-After": "7"}), Outcome.RATE_LIMITED, True, 7),
        (Fault(429, RATE, {"Retry-After": "99999"}), Outcome.RATE_LIMITED, True, 3600),
        (Fault(429, RATE, {"Retry-After": "soon"}), Outcome.RATE_LIMITED, True, None),
        (Fault(429, MONTHLY), Outcome.MONTHLY_LIMIT, False, None),
        (Fault(400, "Failed to send messages"), Outcome.REFUSED, False, None),
        (Fault(401, "Authentication failed"), Outcome.REFUSED, False, None),
        (Fault(403, "Not available for your account"), Outcome.REFUSED, False, None),
        (Fault(409, "conflict without a receipt"), Outcome.REFUSED, False, None),
        (Fault(302, "moved"), Outcome.REFUSED, False, None),
        (Fault(500), Outcome.UNREACHABLE, True, None),
        (Fault(503, headers={"Retry-After": "30"}), Outcome.UNREACHABLE, True, 30),
        (Fault(0), Outcome.UNREACHABLE, True, None),
    ],
)
def test_each_answer_has_its_outcome(client, line, fault, outcome, again, wait_s):
    line.faults["push"].append(fault)
    answer = client.push(TO, HELLO, uuid4())
    assert (answer.outcome, answer.may_try_again, answer.retry_after_s) == (outcome, again, wait_s)
    assert not answer.is_accepted


def test_nobody_is_waited_for_long(client, line, monkeypatch):
    monkeypatch.setattr(client_module, "ANSWER_S", 0.2)
    client_module._connections.cache_clear()
    line.faults["push"].append(Fault(hang_s=1.5))
    began = time.monotonic()
    answer = client.push(TO, HELLO, uuid4())
    client_module._connections.cache_clear()
    assert answer.outcome is Outcome.UNREACHABLE
    assert answer.reason == "ReadTimeout"
    assert time.monotonic() - began < 1.2


def test_a_host_that_is_not_there_is_unreachable(unplugged):
    assert unplugged.push(TO, HELLO, uuid4()).outcome is Outcome.UNREACHABLE
    assert unplugged.reply("token", HELLO).may_try_again
    for ask in (unplugged.get_quota, unplugged.get_consumption, lambda: unplugged.fetch_content("1")):
        with pytest.raises(UnableToAskLine) as refusal:
            ask()
        assert refusal.value.may_try_again


def test_a_reason_is_short_and_names_nobody(client, line):
    told = f"The user {TO} with telephone 081-234-5678 is unknown. " + "x" * 500
    line.faults["push"].append(Fault(400, told))
    reason = client.push(TO, HELLO, uuid4()).reason
    assert reason.startswith("400 The user … with telephone 081-xxx-5678")
    assert len(reason) <= 160


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"message": 5}', b"\xff\xfe", b"[" * 5000])
def test_an_answer_that_is_no_json_is_judged_by_its_status(client, line, body, monkeypatch):
    monkeypatch.setattr(line, "push", lambda *_given: (502, body, {"Content-Type": "text/html"}))
    assert client.push(TO, HELLO, uuid4()).outcome is Outcome.UNREACHABLE
    monkeypatch.setattr(line, "figures", lambda path: (200, body, {}))
    assert client.get_consumption() == 0


def test_a_reply_token_is_good_once_and_for_a_minute(client, line):
    line.give_token("first", TO)
    assert client.reply("first", HELLO).is_accepted
    assert client.reply("first", HELLO).outcome is Outcome.REFUSED
    line.give_token("late", TO)
    line.clock = lambda: time.time() + 61
    assert client.reply("late", HELLO).outcome is Outcome.REFUSED
    assert [sent.text for sent in line.replies] == ["สวัสดี"]


def test_never_more_than_five_messages(client, line):
    assert client.push(TO, HELLO * 7, uuid4()).is_accepted
    assert len(line.pushes[0].messages) == 5


def test_figures(client, line):
    line.quota, line.used = 500, 12
    assert (client.get_quota(), client.get_consumption()) == (500, 12)
    line.quota = None
    assert client.get_quota() is None
    assert client.get_bot_user_id() == line.destination
    line.access_token = "another"
    with pytest.raises(UnableToAskLine, match="ตรวจ Channel access token") as refusal:
        client.get_quota()
    assert refusal.value.code == "refused"


def test_dots_are_shown_in_steps_of_five_seconds(client, line):
    assert client.start_loading(TO, 13).is_accepted
    assert client.start_loading(TO, 1).is_accepted
    assert line.loadings == [TO, TO]


def test_content_is_fetched_whole_and_within_a_limit(client, line):
    line.contents["77"] = (b"\xff\xd8\xff" + b"x" * 100_000, "image/jpeg")
    content = client.fetch_content("77")
    assert content.stream.read() == line.contents["77"][0]
    assert (content.content_type, content.size_bytes) == ("image/jpeg", 100_003)
    with pytest.raises(UnableToAskLine) as refusal:
        client.fetch_content("77", limit_bytes=100_002)
    assert refusal.value.code == "too_large"
    assert not refusal.value.may_try_again


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [(404, "gone", False), (410, "gone", False), (202, "unreachable", True), (503, "unreachable", True)],
)
def test_content_that_does_not_come_says_why(client, line, status, code, again):
    line.contents["77"] = (b"x", "image/jpeg")
    line.faults["content"].append(Fault(status))
    with pytest.raises(UnableToAskLine) as refusal:
        client.fetch_content("77")
    assert (refusal.value.code, refusal.value.may_try_again) == (code, again)


def test_a_number_of_a_message_cannot_lead_elsewhere(client, line):
    with pytest.raises(UnableToAskLine):
        client.fetch_content("../../bot/info?x=")
    assert line.requests[-1][1].startswith("/v2/bot/message/..%2F..%2Fbot%2Finfo%3Fx%3D/content")


def test_signature_is_of_the_raw_bytes():
    raw = '{"events":[],"destination":"สวัสดี"}'.encode()
    good = sign("secret", raw)
    assert verify_signature("secret", raw, good)
    assert not verify_signature("secret", raw + b" ", good)
    assert not verify_signature("other", raw, good)
    assert not verify_signature("", raw, sign("", raw))
    for header in (None, "", "ไทย", good[:-2], good + "=", "\udcff"):
        assert not verify_signature("secret", raw, header)
