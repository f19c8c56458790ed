"""The account's screen and the list of those who were not told: each for whom it is, and nothing of it leaks."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.extension_points import waiting_items
from cddp.foundation.notify.models import LineAccount, Message, MessageState, MessageTrouble
from cddp.foundation.notify.queries import channel_secret_of
from cddp.foundation.notify.services import send_line
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import RefusalReason
from cddp.operations.complaints.services.refusals import count_refusal
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.complaints.tests.line_talks import work
from cddp.operations.complaints.tests.needs import tell
from tests.fakes.line_fixtures import connect
from tests.towns import make_user

SETTINGS, CHECK = reverse("complaints:line_settings"), reverse("complaints:line_check")
UNTOLD, SLIPS = reverse("complaints:line_untold"), reverse("complaints:line_slips")
ALL_AGAIN = reverse("complaints:line_all_again")
WHO = "U" + "a" * 32
GIVEN = {
    "channel_id": "1650000000",
    "channel_secret": "s" * 32,
    "access_token": "t" * 172,
    "basic_id": "@testtown",
    "monthly_limit": "300",
    "is_active": "on",
}


@pytest.fixture
def admin(town):
    return make_user("line_admin", "town_admin")


@pytest.fixture
def clerk(town):
    return make_user("clerk", "complaints_officer")


def undelivered(**changes) -> Message:
    """Make a report told by LINE, and a message about it that did not arrive."""
    report = tell(contact=Contact(line_user_id=WHO), **changes).report
    words = [{"type": "text", "text": f"เรื่องของท่านแล้วเสร็จ\nเลขที่ {report.number}"}]
    return send_line(WHO, words, milestone="done", reference=report.number, is_blocked=True)


# ── the account ───────────────────────────────────────────────────────────────────────────────────


def test_the_administrator_sets_the_account_up_and_tries_it(login, admin, line, town):
    client = login(admin)
    page = client.get(SETTINGS)
    assert page.status_code == 200
    assert f"/line/webhook/{town.slug}/" in page.content.decode()
    given = GIVEN | {"access_token": line.access_token, "channel_id": "๑๖๕๐๐๐๐๐๐๐"}
    assert client.post(SETTINGS, given).status_code == 302
    line.quota, line.used = 300, 20
    page = client.post(CHECK, follow=True).content.decode()
    assert "ยังส่งแจ้งผลได้อีก 280 ข้อความ" in page
    assert "280 จาก 300 ข้อความ" in page
    assert LineAccount.objects.get().channel_id == "1650000000"


def test_secrets_are_written_and_never_read_back(login, admin, line):
    client = login(admin)
    client.post(SETTINGS, GIVEN)
    page = client.get(SETTINGS).content.decode()
    assert "s" * 32 not in page
    assert "t" * 172 not in page
    kept = GIVEN | {"channel_secret": "", "access_token": "", "monthly_limit": "1000"}
    assert client.post(SETTINGS, kept).status_code == 302
    account = LineAccount.objects.get()
    assert (account.monthly_limit, channel_secret_of(account)) == (1000, "s" * 32)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"channel_id": "abc"}, "ตัวเลขล้วน"),
        ({"channel_secret": ""}, ""),
        ({"access_token": "มีภาษาไทย"}, "อักขระแปลกปลอม"),
        ({"monthly_limit": "-5"}, ""),
        ({"monthly_limit": "มาก"}, ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_blank_and_what_was_typed_stays(login, admin, change, words):
    page = login(admin).post(SETTINGS, GIVEN | change)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "@testtown" in page.content.decode()
    assert LineAccount.objects.count() == 0


def test_line_that_refuses_the_token_is_told_in_words(login, admin, line):
    connect(line)
    line.access_token = "changed at LINE"
    page = login(admin).post(CHECK, follow=True).content.decode()
    assert "LINE ไม่ยอมรับรหัสของบัญชีนี้" in page


def test_without_an_account_there_is_nothing_to_try(login, admin):
    assert login(admin).post(CHECK).status_code == 404


def test_what_was_refused_at_the_door_is_counted_for_the_administrator(login, admin, line):
    now = timezone.now()
    for _each in range(3):
        count_refusal("line", RefusalReason.BAD_SIGNATURE, at=now)
    count_refusal("line", RefusalReason.BAD_SIGNATURE, at=now - dt.timedelta(hours=2))
    count_refusal("line", RefusalReason.TOO_LARGE, at=now - dt.timedelta(days=30))
    page = login(admin).get(SETTINGS).content.decode()
    assert "ลายเซ็นไม่ถูกต้อง" in page
    assert "4 ครั้ง" in page
    assert "ใหญ่เกินกำหนด" not in page


# ── those who were not told ───────────────────────────────────────────────────────────────────────


def test_the_list_says_who_was_not_told_and_why(login, clerk, line_account):
    message = undelivered()
    page = login(clerk).get(UNTOLD).content.decode()
    assert message.reference in page
    assert "ปิดกั้นหรือเลิกติดตาม" in page
    assert WHO not in page
    [waiting] = [item for item in waiting_items if item.key == "complaints.line_untold"]
    assert waiting.count(clerk).count() == 1


def test_one_is_sent_again_or_told_another_way(login, clerk, line, line_account):
    first, second = undelivered(), undelivered(text="ถนนพังหน้าตลาด", key="road", east_m=900)
    client = login(clerk)
    assert client.post(reverse("complaints:line_again", args=[first.pk])).status_code == 302
    work()
    assert client.post(reverse("complaints:line_settle", args=[second.pk])).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (MessageState.SENT, MessageState.SETTLED)
    assert [sent.to for sent in line.pushes] == [WHO]
    assert "แจ้งผลถึงทุกคนแล้ว" in client.get(UNTOLD).content.decode()
    assert client.post(reverse("complaints:line_again", args=[first.pk])).status_code == 404
    assert AuditEntry.objects.filter(action="notify.message.settled").count() == 1


def test_all_are_sent_again_as_far_as_the_month_goes(login, clerk, line, town):
    connect(line, monthly_limit=2)
    made = [undelivered(text=f"เรื่องที่ {number}", east_m=400 * number) for number in range(4)]
    Message.objects.update(trouble=MessageTrouble.MONTHLY_LIMIT)
    Message.objects.filter(pk=made[0].pk).update(trouble=MessageTrouble.BLOCKED)
    client = login(clerk)
    assert "2 ข้อความ" in client.post(ALL_AGAIN, follow=True).content.decode()
    work()
    sent = set(Message.objects.filter(state=MessageState.SENT).values_list("pk", flat=True))
    assert sent == {made[1].pk, made[2].pk}
    assert "ยังส่งไม่ได้" in client.post(ALL_AGAIN, follow=True).content.decode()
    page = client.get(UNTOLD).content.decode()
    assert "โควตาข้อความของเดือนนี้หมดแล้ว" in page
    with time_machine.travel(timezone.now() + dt.timedelta(days=32)):
        client = login(clerk)
        client.post(ALL_AGAIN)
        work()
    made[3].refresh_from_db()
    assert made[3].state == MessageState.SENT


def test_slips_are_paper_to_hand_over(login, clerk, line_account):
    client = login(clerk)
    assert client.get(SLIPS).status_code == 404
    undelivered()
    answer = client.get(SLIPS)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert AuditEntry.objects.filter(action="complaints.line_slips.exported").count() == 1


def test_of_private_matters_only_those_see_who_may(login, clerk, line_account):
    message = undelivered(text="เจ้าหน้าที่เรียกรับเงิน", key="integrity")
    assert message.reference not in login(clerk).get(UNTOLD).content.decode()
    assert login(clerk).get(SLIPS).status_code == 404
    assert login(clerk).post(reverse("complaints:line_again", args=[message.pk])).status_code == 404


@pytest.mark.parametrize("route", ["line_again", "line_settle"])
def test_strangers_find_nothing_and_bad_ids_are_no_fault(login, towns, town, line_account, clerk, route):
    message = undelivered()
    with town_context(towns[1].pk):
        stranger = make_user("far_clerk", "complaints_officer")
    assert login(stranger).post(reverse(f"complaints:{route}", args=[message.pk])).status_code == 404
    assert message.reference not in login(stranger).get(UNTOLD).content.decode()
    assert login(clerk).post(reverse(f"complaints:{route}", args=[uuid4()])).status_code == 404
    assert login(clerk).get(reverse(f"complaints:{route}", args=[message.pk])).status_code == 405
    message.refresh_from_db()
    assert message.state == MessageState.UNDELIVERABLE


def test_each_screen_is_for_its_people(login, client, officer, clerk, line_account):
    for address in (SETTINGS, UNTOLD, SLIPS):
        assert client.get(address).status_code == 302
    assert login(clerk).get(SETTINGS).status_code == 403
    assert login(clerk).post(CHECK).status_code == 403
    assert login(clerk).get(ALL_AGAIN).status_code == 405
    for address in (SETTINGS, UNTOLD, SLIPS):
        assert login(officer).get(address).status_code == 403


def test_the_list_costs_the_same_with_three_rows_and_with_thirty(login, clerk, line_account):
    client = login(clerk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(UNTOLD).status_code == 200
        return len(seen)

    for number in range(3):
        undelivered(text=f"เรื่องที่ {number}", east_m=400 * number)
    client.get(UNTOLD)
    few = cost()
    for number in range(3, 30):
        undelivered(text=f"เรื่องที่ {number}", east_m=400 * number)
    assert cost() == few
