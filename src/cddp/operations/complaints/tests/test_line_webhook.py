"""The door for LINE: nothing without a signature, everything once, acknowledged when it is kept."""

import json
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.notify.models import LineAccount
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import RefusalReason, Signature
from cddp.operations.complaints.models import Intake, LineContact, RefusedDelivery
from cddp.operations.complaints.services.line_contacts import user_id_of
from cddp.operations.complaints.tests.line_talks import post, waiting, webhook, work
from cddp.operations.complaints.views import line_webhook
from tests.fakes.line_people import Person, again, body_of, deliver, sign
from tests.shared import shared_path


@pytest.fixture
def someone(line):
    return Person(Random(11), line)


def refused() -> dict[str, int]:
    return {row.reason: row.count for row in RefusedDelivery.objects.all()}


def test_a_signed_delivery_is_kept_and_read_by_a_job(client, town, line, line_account, someone):
    post(client, town, line, someone.text("ไฟดับ"), someone.photo())
    assert Intake.objects.count() == 2
    assert set(Intake.objects.values_list("signature", flat=True)) == {Signature.VALID}
    [job] = waiting("complaints.read_line")
    contact = LineContact.objects.get()
    assert job.args == {"contact_id": str(contact.pk), "municipality_id": town.pk}
    assert user_id_of(contact) == someone.user_id


def test_who_wrote_stands_nowhere_in_the_clear(client, town, line, line_account, someone):
    post(client, town, line, someone.text("ไฟดับ"))
    intake, contact = Intake.objects.get(), LineContact.objects.get()
    assert someone.user_id not in json.dumps(intake.payload)
    assert bytes(intake.sender_hash) == bytes(contact.contact_hash)
    assert someone.user_id.encode() not in bytes(contact.user_sealed)
    assert someone.user_id not in str(list(ProcrastinateJob.objects.values_list("args", flat=True)))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, RefusalReason.NO_SIGNATURE),
        ("", RefusalReason.NO_SIGNATURE),
        ("c29tZXRoaW5n", RefusalReason.BAD_SIGNATURE),
        ("not base64 ไทย".encode().decode("latin-1"), RefusalReason.BAD_SIGNATURE),
    ],
)
def test_without_the_right_signature_nothing_is_read(
    client, town, line, line_account, someone, header, reason, monkeypatch
):
    monkeypatch.setattr(line_webhook, "read_events", lambda raw: pytest.fail("parsed"))
    headers = {} if header is None else {"x-line-signature": header}
    raw = body_of([someone.text("ไฟดับ")])
    for _each in range(3):
        answer = client.post(webhook(town), raw, content_type="application/json", headers=headers)
        assert answer.status_code == 401
    assert refused() == {reason: 3}
    assert (Intake.objects.count(), waiting()) == (0, [])


def test_a_signature_of_other_bytes_does_not_do(client, town, line, line_account, someone):
    raw = body_of([someone.text("ไฟดับ")])
    escaped = json.dumps(json.loads(raw)).encode()
    answer = client.post(
        webhook(town),
        escaped,
        content_type="application/json",
        headers={"x-line-signature": sign(line.channel_secret, raw)},
    )
    assert answer.status_code == 401
    assert Intake.objects.count() == 0


def test_one_towns_secret_opens_no_other_towns_door(client, towns, town, line, line_account, someone):
    answer = deliver(client, webhook(towns[1]), line, [someone.text("ไฟดับ")])
    assert answer.status_code == 404
    with town_context(towns[1].pk):
        assert refused() == {RefusalReason.UNKNOWN_SENDER: 1}
    assert Intake.objects.count() == 0


def test_without_a_working_account_the_door_is_shut(client, town, line, line_account, someone):
    LineAccount.objects.update(is_active=False)
    assert deliver(client, webhook(town), line, [someone.text("ไฟดับ")]).status_code == 404
    assert deliver(client, reverse("complaints:line_webhook", args=["nowhere"]), line, []).status_code == 404
    assert client.get(webhook(town)).status_code == 405


def test_too_large_a_body_is_refused_unread(client, town, line, line_account, someone):
    raw = body_of([someone.text("ก" * line_webhook.BODY_LIMIT_BYTES)])
    answer = client.post(
        webhook(town),
        raw,
        content_type="application/json",
        headers={"x-line-signature": sign(line.channel_secret, raw)},
    )
    assert answer.status_code == 413
    assert refused() == {RefusalReason.TOO_LARGE: 1}


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b'{"events": 5}', b"[" * 100_000])
def test_a_signed_body_that_is_no_delivery_is_counted_and_not_asked_for_again(
    client, town, line, line_account, raw
):
    answer = client.post(
        webhook(town),
        raw,
        content_type="application/json",
        headers={"x-line-signature": sign(line.channel_secret, raw)},
    )
    assert answer.status_code == 200
    assert refused() == {RefusalReason.UNREADABLE: 1}


def test_the_verify_button_of_the_console_is_answered(client, town, line, line_account):
    post(client, town, line)
    assert (Intake.objects.count(), refused()) == (0, {})


def test_every_kind_of_event_of_the_definition_is_taken(client, town, line, line_account):
    events = json.loads(shared_path("data", "line", "webhook_v3_28_events.json").read_bytes())["events"]
    for number, event in enumerate(events):
        event["webhookEventId"] = f"event-{number}"
    post(client, town, line, *events)
    assert Intake.objects.count() == len(events)
    assert LineContact.objects.count() == 1
    in_groups = Intake.objects.filter(sender_hash=None)
    assert in_groups.count() == sum(event["source"]["type"] != "user" for event in events)
    assert "Hello" not in str(list(in_groups.values_list("payload", flat=True)))
    work()


def test_the_same_event_again_changes_nothing_and_asks_for_no_job(client, town, line, line_account, someone):
    text = someone.text("ไฟดับ")
    post(client, town, line, text, text)
    work()
    post(client, town, line, again(text))
    assert (Intake.objects.count(), waiting()) == (1, [])


def test_one_waiting_job_a_person_is_enough(client, town, line, line_account, someone):
    other = Person(Random(12), line)
    for words in ("ไฟดับ", "หน้าวัด", "สามดวง"):
        post(client, town, line, someone.text(words), other.text(words))
    assert len(waiting("complaints.read_line")) == 2
    assert Intake.objects.count() == 6


def test_a_group_that_invites_is_told_to_write_in_private(client, town, line, line_account, someone):
    joined = someone.odd("join") | {"source": {"type": "group", "groupId": "C1"}}
    line.give_token(joined["replyToken"], "C1")
    said = someone.text("คุยกันในกลุ่ม") | {"source": {"type": "group", "groupId": "C1", "userId": "U1"}}
    post(client, town, line, joined, said)
    work()
    assert len(line.replies) == 1
    assert "แชตส่วนตัว" in line.told("C1")[0]
    assert LineContact.objects.count() == 0


def test_a_job_that_was_lost_is_made_up_for(client, town, line, line_account, someone):
    from cddp.operations.complaints.tasks import read_line_everywhere

    post(client, town, line, someone.text("ไฟดับ"))
    ProcrastinateJob.objects.all().delete()
    read_line_everywhere.func(timestamp=0)
    assert len(waiting("complaints.read_line")) == 1
    work()
    read_line_everywhere.func(timestamp=0)
    assert waiting() == []


def test_what_a_delivery_costs(client, town, line, line_account, someone):
    post(client, town, line, someone.text("ไฟดับ"))
    work()

    def cost(count: int) -> int:
        events = [someone.text(f"ข้อความ {number}") for number in range(count)]
        with CaptureQueriesContext(connection) as seen:
            post(client, town, line, *events)
        work()
        return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)

    assert cost(1) == cost(40) <= 10
