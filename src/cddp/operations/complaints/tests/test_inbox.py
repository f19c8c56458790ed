"""The inbox: queues, order, filters, many at once, files, and what it costs at any size."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cddp.foundation.accounts.models import Division
from cddp.operations.complaints.choices import Outcome, ReportState
from cddp.operations.complaints.models import NEVER, Need
from cddp.operations.complaints.queries.needs import ALL, list_needs, search_needs
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.tests.needs import category
from cddp.operations.complaints.tests.staff import cost, told
from tests.architecture.plan_reading import nodes, plan_of_rows, uses_index
from tests.towns import make_user

INBOX = "/complaints/"
DAY = dt.timedelta(days=1)


@pytest.fixture
def works(town):
    return Division.objects.create(code="works", name="กองช่าง")


@pytest.fixture
def needs(triager, works):
    """Late of the division; mine; nobody's without a deadline."""
    late, mine, lone = (
        told("ถนนเป็นหลุม", key="road"),
        told("ไฟดับ", east_m=300),
        told("ต้นไม้ล้ม", key="tree", east_m=600),
    )
    now = timezone.now()
    Need.objects.filter(pk=late.pk).update(division=works, due_at=now - 3 * DAY)
    Need.objects.filter(pk=mine.pk).update(assignee=triager.membership, due_at=now + 2 * DAY)
    return late, mine, lone


def shown(response) -> list[str]:
    return [row.object.title for row in response.context["list"].rows]


def test_the_queue_with_work_in_it_comes_up_by_itself(login, triager, colleague, needs, works):
    assert shown(login(triager).get(INBOX)) == ["ไฟดับ"]
    colleague.membership.division = works
    colleague.membership.save(update_fields=["division"])
    assert shown(login(colleague).get(INBOX)) == ["ถนนเป็นหลุม"]
    assert shown(login(make_user("third", "complaints_officer")).get(INBOX)) == [
        "ถนนเป็นหลุม",
        "ไฟดับ",
        "ต้นไม้ล้ม",
    ]


def test_the_latest_comes_first_and_says_so_in_words(login, triager, needs):
    response = login(triager).get(f"{INBOX}?queue=all")
    assert shown(response) == ["ถนนเป็นหลุม", "ไฟดับ", "ต้นไม้ล้ม"]
    content = response.content.decode()
    for words in ("เกินกำหนด 3 วัน", "อีก 2 วัน", "1 ราย ตั้งแต่", "กองช่าง", "เกินกำหนด 1 เรื่อง"):
        assert words in content


@pytest.mark.parametrize("queue", ["mine", "division", "all"])
def test_a_list_that_nothing_narrows_says_what_its_queue_counts(login, triager, needs, queue):
    close_need(triager, needs[1].pk, version=None, outcome="done", words="ซ่อมไฟแล้ว", at=timezone.now())
    merge_needs(triager, needs[2].pk, needs[0].pk, version=None, at=timezone.now())
    response = login(triager).get(f"{INBOX}?queue={queue}")
    bound = response.context["list"]
    assert bound.count_words == f"{bound.count} เรื่อง"
    assert bound.count == len(shown(response))


@pytest.mark.parametrize("typed", ["q=%20", "q=%00", "state=", "state=bogus", "state=done", "late=1", ""])
def test_the_number_is_that_of_what_is_shown(login, triager, needs, typed):
    close_need(triager, needs[1].pk, version=None, outcome="done", words="ซ่อมไฟแล้ว", at=timezone.now())
    response = login(triager).get(f"{INBOX}?queue=all&{typed}")
    assert response.context["list"].count_words == f"{len(shown(response))} เรื่อง"


def test_the_queue_stays_while_one_filters(login, triager, needs):
    content = login(triager).get(f"{INBOX}?queue=all&state=received").content.decode()
    assert '<input type="hidden" name="queue" value="all" form="list-form">' in content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("late=1", ["ถนนเป็นหลุม"]),
        ("late=0", ["ไฟดับ", "ต้นไม้ล้ม"]),
        ("family=light", ["ไฟดับ"]),
        ("division=none", ["ไฟดับ", "ต้นไม้ล้ม"]),
        ("channel=web", ["ถนนเป็นหลุม", "ไฟดับ", "ต้นไม้ล้ม"]),
        ("channel=line", []),
        ("priority=urgent", []),
        ("back=1", []),
        ("photos=1", []),
        ("q=ต้นไม", ["ต้นไม้ล้ม"]),
        ("q=ถนน หลุม", ["ถนนเป็นหลุม"]),
        ("state=finished", []),
        ("opened_from=1/1/2560", ["ถนนเป็นหลุม", "ไฟดับ", "ต้นไม้ล้ม"]),
    ],
)
def test_it_is_searched_and_filtered(login, triager, needs, query, found):
    assert shown(login(triager).get(f"{INBOX}?queue=all&{query}")) == found


def test_a_problem_is_found_by_any_number_of_it(login, triager, needs):
    client = login(triager)
    number = needs[0].number
    report = needs[0].reports.get().number
    for text in (number, number.lower(), number.removeprefix("N-"), report, report.replace("-", "")):
        assert shown(client.get(f"{INBOX}?queue=all", {"q": text, "queue": "all"})) == ["ถนนเป็นหลุม"], text


def test_closed_ones_come_by_the_filter_or_the_search(login, triager, needs):
    close_need(triager, needs[0].pk, version=None, outcome="done", words="ซ่อมถนนเรียบร้อย", at=timezone.now())
    client = login(triager)
    assert "ถนนเป็นหลุม" not in shown(client.get(f"{INBOX}?queue=all"))
    assert shown(client.get(f"{INBOX}?queue=all&state=finished&state=irrelevant")) == ["ถนนเป็นหลุม"]
    assert shown(client.get(f"{INBOX}?queue=all&q=ถนน")) == ["ถนนเป็นหลุม"]
    reopen_need(triager, needs[0].pk, note="ยังเป็นหลุม", at=timezone.now())
    assert shown(client.get(f"{INBOX}?queue=all&back=1")) == ["ถนนเป็นหลุม"]


def test_a_private_problem_is_in_no_list_of_who_may_not_see_it(login, triager, town):
    told("นายช่างเรียกเงิน", key="integrity")
    assert shown(login(triager).get(f"{INBOX}?queue=all")) == []
    clerk = login(make_user("clerk", "clerk"))
    assert shown(clerk.get(f"{INBOX}?queue=all&private=1")) == ["นายช่างเรียกเงิน"]
    assert "private" not in {each.key for each in login(triager).get(INBOX).context["list"].page.filters}


def test_a_stranger_sees_nothing_and_outsiders_are_refused(login, foreigner, needs):
    assert shown(login(foreigner).get(f"{INBOX}?queue=all")) == []
    assert login(make_user("outsider", "volunteer")).get(INBOX).status_code == 403


def test_the_file_gives_the_day_of_the_deadline_and_not_how_far_it_is(login, triager, needs):
    # 20:00 UTC is already the next day in Thailand.
    Need.objects.filter(pk=needs[0].pk).update(due_at=dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC))
    Need.objects.filter(pk=needs[2].pk).update(due_at=NEVER)
    answer = login(triager).get(f"{INBOX}?queue=all&export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    heads, *rows = sheet.iter_rows(values_only=True)
    found = {row[0]: row[heads.index("กำหนดเสร็จ")] for row in rows}
    assert sheet.title == "เรื่องร้องเรียน"
    assert found["ถนนเป็นหลุม"] == dt.datetime(2026, 11, 23)
    assert found["ต้นไม้ล้ม"] is None
    content = b"".join(login(triager).get(f"{INBOX}?queue=all&export=csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert "23 พ.ย. 2569" in content
    assert "อีก" not in content


def test_the_file_holds_no_telephone(login, triager, reader, needs):
    Need.objects.filter(pk=needs[0].pk).update(title="ถนนพัง โทร 081-234-5678")
    content = b"".join(login(triager).get(f"{INBOX}?queue=all&export=csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert content.count("\r\n") == 4
    assert "234-5678" not in content
    assert login(reader).get(f"{INBOX}?queue=all&export=csv").status_code == 403


def test_the_price_does_not_grow(login, triager, town):
    client = login(triager)
    prices = []
    for count in (3, 30):
        for number in range(count):
            told(f"เรื่อง {number}", east_m=200 * number, key="tree")
        prices.append(cost(client, f"{INBOX}?queue=all"))
    assert prices[0] == prices[1]
    # Four are the shell's: session, person, membership, notices.
    assert prices[1] - 4 <= 8


# ── many at once ──────────────────────────────────────────────────────────────────────────────────


def chosen(action: str, *needs: Need) -> dict[str, object]:
    return {"bulk": action, "selected": [str(need.pk) for need in needs]}


def ticked(*needs: Need, **more) -> dict[str, object]:
    return {"need": [f"{need.pk}:{need.version}" for need in needs], **more}


def test_ticked_ones_are_shown_and_asked_about(login, triager, needs):
    response = login(triager).post(f"{INBOX}?queue=all", chosen("assign", *needs))
    assert response.status_code == 200
    assert "มอบหมายกอง" in response.content.decode()
    assert all(f"{need.pk}:{need.version}" in response.content.decode() for need in needs)


def test_two_to_merge_are_compared_and_one_is_too_few(login, triager, needs):
    client = login(triager)
    response = client.post(f"{INBOX}?queue=all", chosen("merge", *needs[:2]))
    assert response.url.startswith(reverse("complaints:compare"))
    assert client.post(f"{INBOX}?queue=all", chosen("merge", needs[0])).status_code == 422


def test_three_become_one(login, triager, needs):
    response = login(triager).post("/complaints/bulk/merge/", ticked(*needs, into=str(needs[1].pk)))
    assert response.status_code == 302
    needs[1].refresh_from_db()
    assert needs[1].reports_count == 3


def test_all_are_assigned(login, triager, needs, works):
    login(triager).post("/complaints/bulk/assign/", ticked(*needs[1:], division=str(works.pk), reason=""))
    assert Need.objects.filter(division=works).count() == 3


def test_good_ones_go_in_and_the_others_are_named_with_the_reason(login, triager, needs, works):
    response = login(triager).post(
        "/complaints/bulk/assign/", ticked(*needs, division=str(works.pk), reason="")
    )
    assert response.status_code == 200
    content = response.content.decode()
    assert "ทำแล้ว 2 เรื่อง" in content
    assert "ผู้รับผิดชอบเป็นคนเดิมอยู่แล้ว" in content
    assert Need.objects.filter(division=works).count() == 3


def test_what_changed_meanwhile_is_not_overwritten(login, triager, needs):
    data = ticked(*needs, state="in_progress", note="", agency="")
    Need.objects.filter(pk=needs[0].pk).update(version=99)
    content = login(triager).post("/complaints/bulk/state/", data).content.decode()
    assert "ทำแล้ว 2 เรื่อง" in content
    assert "มีผู้แก้ไขเรื่องนี้" in content
    assert Need.objects.filter(state=ReportState.IN_PROGRESS).count() == 2


def test_categories_and_ends_of_many(login, triager, needs):
    client = login(triager)
    client.post("/complaints/bulk/category/", ticked(*needs, category=str(category("sign").pk)))
    assert Need.objects.filter(category__key="sign").count() == 3
    fresh = [Need.objects.get(pk=need.pk) for need in needs]
    refused = client.post("/complaints/bulk/close/", ticked(*fresh, outcome="not_ours", words=""))
    assert refused.status_code == 422
    data = ticked(*fresh, outcome="not_ours", words="เป็นทางหลวงแผ่นดิน", agency="กรมทางหลวง")
    assert client.post("/complaints/bulk/close/", data).status_code == 302
    assert Need.objects.filter(outcome=Outcome.NOT_OURS, agency="กรมทางหลวง").count() == 3


def test_the_litany_of_bulk(login, triager, reader, foreigner, needs):
    data = ticked(*needs, category=str(category("sign").pk))
    assert login(reader).post("/complaints/bulk/category/", data).status_code == 403
    assert login(foreigner).post("/complaints/bulk/category/", data).status_code == 422
    client = login(triager)
    assert client.get("/complaints/bulk/category/").status_code == 405
    assert client.post("/complaints/bulk/explode/", data).status_code == 404
    assert client.post("/complaints/bulk/category/", {"need": ["x:y", "1"]}).status_code == 422
    typed = client.post("/complaints/bulk/close/", ticked(*needs, words="ข้อความที่พิมพ์ไว้"))
    assert typed.status_code == 422
    assert "ข้อความที่พิมพ์ไว้" in typed.content.decode()
    assert Need.objects.filter(is_open=True).count() == 3


# ── plans at 20,000 ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(needs):
    """Twenty thousand copies, a third of them open."""
    names = ", ".join(
        field.column
        for field in Need._meta.concrete_fields
        if not field.generated
        and field.column
        not in ("id", "number", "search_text", "due_at", "is_open", "state", "assignee_id", "division_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO complaints_need
                  (id, number, search_text, due_at, is_open, state, assignee_id, division_id, {names})
                SELECT gen_random_uuid(), 'X-' || g, md5(g::text) || 'ถนน' || md5((-g)::text),
                       now() + g * interval '1 minute', g %% 3 = 0,
                       CASE WHEN g %% 3 = 0 THEN 'received' ELSE 'finished' END,
                       CASE WHEN g %% 50 = 0 THEN %s::uuid END, CASE WHEN g %% 5 = 0 THEN %s::uuid END, {names}
                FROM complaints_need, generate_series(1, 20000) AS g WHERE id = %s""",
            [needs[1].assignee_id or Need.objects.get(pk=needs[1].pk).assignee_id,
             Need.objects.get(pk=needs[0].pk).division_id, needs[2].pk],
        )  # fmt: skip
        cursor.execute("SET ROLE cddp_owner; ANALYZE complaints_need; SET ROLE cddp_app")


@pytest.mark.parametrize(
    ("queue", "index"),
    [("mine", "need_assignee_due"), ("division", "need_division_due"), ("all", "need_due")],
)
def test_a_queue_is_read_in_order_from_its_index(triager, works, many, queue, index):
    triager.membership.division = works
    rows = list_needs(triager, queue).open().order_by("due_at", "pk")[:51]
    plan = plan_of_rows(rows)
    assert uses_index(plan, index, "municipality_id")
    assert not any(node["Node Type"].endswith("Sort") for node in nodes(plan))


@pytest.mark.parametrize("queue", ["mine", "division", "all"])
def test_a_queue_can_be_counted_from_its_index_alone(triager, works, many, queue):
    triager.membership.division = works
    with connection.cursor() as cursor:
        # Rows of this transaction are no page's that "all may see": the planner would not choose it by itself.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = plan_of_rows(list_needs(triager, queue).open().order_by().values("pk")[:10_001])
    assert {"Index Only Scan"} == {node["Node Type"] for node in nodes(plan) if "Scan" in node["Node Type"]}


def test_a_search_enters_by_its_letters(triager, many):
    plan = plan_of_rows(search_needs(list_needs(triager, ALL), "ถนนเป็นหลุม")[:51])
    assert uses_index(plan, "need_search", "search_text")
