"""ปัญหาที่อาจเป็นเรื่องเดียวกัน: who is found, who never is, and by which index."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.queries import candidates
from cddp.operations.complaints.queries.candidates import find_candidates
from cddp.operations.complaints.services.categories import set_up_categories
from cddp.operations.complaints.services.receiving import Receipt
from cddp.operations.complaints.tests.needs import METRE, NOW, PLACE, category, point, tell
from tests.architecture.plan_reading import filters_whole_table, plan_of, uses_index
from tests.towns import make_town

DAY = dt.timedelta(days=1)


def ask(text: str = "หลอดไฟเสียตรงปากซอย", *, key: str | None = "lighting", east_m: float = 0, **more):
    kind = category(key) if key else None
    return find_candidates(
        more.pop("shape", point(east_m)),
        kind.family if kind else None,
        text,
        category_id=kind.pk if kind else None,
        radius_m=kind.radius_m if kind else 40,
        at=more.pop("at", NOW + DAY),
        **more,
    )


def needs_of(found) -> list[object]:
    return [each.need_id for each in found]


def test_the_likeliest_comes_first_and_says_why(town):
    far = tell("ไฟทางดับหน้าวัด", east_m=12, phone="0810000001")
    near = tell("หลอดไฟเสียตรงปากซอย มืดมาก", east_m=3, phone="0810000002", at=NOW - DAY)
    found = ask()
    assert needs_of(found) == [near.need_id, far.need_id]
    assert found[0].distance_m == 3
    assert found[0].words[:2] == ("ห่าง 3 เมตร", "ประเภทเดียวกัน")
    assert any(word.startswith("ข้อความคล้ายกัน") for word in found[0].words)


def test_metres_are_metres_on_the_ground(town):
    tell(east_m=0)
    assert [each.distance_m for each in ask(east_m=10)] == [10]
    assert [each.distance_m for each in ask(shape=point(0, 10))] == [10]


def test_beyond_the_reach_of_the_category_nothing_is_found(town):
    tell(east_m=0)
    assert ask(east_m=24) == []  # a lamp reaches 15 m, and half as much again is looked at


def test_another_kind_of_work_is_found_only_by_the_same_words(town):
    same = tell("รถเข็นถูกล่ามไว้กับต้นไม้หน้าปั๊มน้ำมัน ขวางทางเดิน", key="tree", east_m=2)
    tell("ต้นหูกวางใหญ่ กิ่งแห้งจะหักลงหลังคา", key="tree", east_m=4)
    found = ask("รถเข็นถูกล่ามไว้กับต้นไม้หน้าปั๊มน้ำมัน ขวางทางเดินมาก", key="obstruction")
    assert needs_of(found) == [same.need_id]
    assert "กลุ่มเรื่องเดียวกัน" not in found[0].words


def test_without_a_family_every_family_is_asked_once(town):
    lamp, hole = tell(east_m=1), tell("ถนนเป็นหลุม", key="road", east_m=2)
    assert set(needs_of(ask("มีปัญหาตรงนี้", key=None))) == {lamp.need_id, hole.need_id}


def test_a_cited_report_is_found_wherever_it_lies(town):
    first = tell(east_m=900)
    found = ask(f"ติดตามเรื่องเดิม {first.report.number.lower()} ยังไม่มีใครมา")
    assert needs_of(found) == [first.need_id]
    assert found[0].score == 1
    assert found[0].words[0] == "ผู้แจ้งอ้างเลขที่ของเรื่องนี้"
    need = Need.objects.get(pk=first.need_id)
    assert needs_of(ask(f"เรื่อง {need.number}", shape=None)) == [first.need_id]
    assert ask("เรื่อง ZZZZ-ZZZZ", shape=None) == []


def test_a_cited_and_near_problem_is_named_once(town):
    first = tell(east_m=0)
    assert needs_of(ask(f"เรื่อง {first.report.number} ไฟทางดับหน้าวัดป่าสัก")) == [first.need_id]


def test_whoever_cites_joins(town):
    first = tell("ท่อแตกหน้าโรงเรียน น้ำนองถนน", key="water-supply", east_m=300)
    second = tell(f"ตามเรื่อง {first.report.number} ค่ะ", key="", at=NOW + DAY)
    assert second.need_id == first.need_id


@pytest.mark.parametrize("hides", ["private", "empty", "long_closed", "left_out"])
def test_who_is_never_found(town, hides):
    first: Receipt = tell()
    need = Need.objects.filter(pk=first.need_id)
    if hides == "private":
        need.update(is_private=True)
    elif hides == "empty":
        need.update(reports_count=0)
    elif hides == "long_closed":
        need.update(is_open=False, state="finished", finished_at=NOW - 400 * DAY)
    without = [first.need_id] if hides == "left_out" else []
    assert ask(without=without) == []
    if hides in ("private", "empty"):
        assert ask(f"เรื่อง {first.report.number}", without=without) == []


def test_another_town_is_not_asked(towns):
    with town_context(towns[0].pk):
        first = tell()
    with town_context(towns[1].pk):
        assert ask(f"เรื่อง {first.report.number}") == []


def test_what_contradicts_is_shown_but_does_not_join(town):
    tell("เสาไฟหมายเลข 4 ดับ หน้าวัดป่าสัก มืดมาก")
    second = tell("เสาไฟหมายเลข 6 ดับ หน้าวัดป่าสัก มืดมาก", at=NOW + DAY)
    assert Need.objects.count() == 2
    assert "ระบุหมายเลขหรือฝั่งไม่ตรงกัน" in second.candidates[0].words


# ── the plan ──────────────────────────────────────────────────────────────────────────────────────

TOWN_ID, OTHER_ID = 990_011, 990_012
NEEDS_OF_A_TOWN = 8_000

NEEDS = """
INSERT INTO complaints_need (id, municipality_id, number, title, category_id, family, is_private, is_hidden, shape,
    address, area_code, state, outcome, outcome_words, agency, is_open, state_since, priority, opened_at, updated_at,
    due_at, escalation_level, reports_count, voices, unnamed, households, channels, months, last_told_at,
    came_back_count, rating_count, rating_sum, photos_waiting, version, search_text, created_at)
SELECT gen_random_uuid(), %(town)s, 'N-' || lpad(n::text, 8, '0'), '', c.id, c.family, false, false,
    ST_SetSRID(ST_MakePoint(99.0 + (n %% 100) * 0.0004, 18.55 + (n / 100) * 0.0004), 4326), '', '', 'received', '',
    '', '', true, now(), 'normal', now(), now(), '2999-01-01', 0, 1, 1, 0, 0, 1, 1, now(), 0, 0, 0, 0, 1, '', now()
FROM generate_series(1, %(rows)s) AS n
JOIN (SELECT id, family, row_number() OVER (ORDER BY key) AS place FROM complaints_category) c
    ON c.place = n %% 20 + 1"""
INTAKES = """
INSERT INTO complaints_intake (id, municipality_id, channel, external_id, payload, received_at, signature)
SELECT gen_random_uuid(), %(town)s, 'web', number, '{}', now(), 'none' FROM complaints_need"""
REPORTS = """
INSERT INTO complaints_report (id, municipality_id, intake_id, channel, number, need_id, is_private, follows_need,
    follow_code, description, category_labels, state, state_label, address, organisation, requested_at, updated_at,
    reopen_count, photo_urls, after_photo_urls, is_odd, content_hash, search_text, created_at)
SELECT gen_random_uuid(), %(town)s, i.id, 'web', n.number, n.id, false, true, '', 'ไฟทางดับ ' || n.number, '{}',
    'received', '', '', '', now(), now(), 0, '{}', '{}', false, '', '', now()
FROM complaints_need n JOIN complaints_intake i ON i.external_id = n.number"""


@pytest.fixture(scope="module")
def large_town(django_db_setup, django_db_blocker, program_role) -> Iterator[None]:
    """Two towns of thousands of problems, taken back at the end; the tests run in the first."""
    with django_db_blocker.unblock(), transaction.atomic():
        for town_id in (OTHER_ID, TOWN_ID):
            make_town(town_id, f"เมือง {town_id}", f"many-{town_id}")
            with town_context(town_id), connection.cursor() as cursor:
                set_up_categories()
                # The planner believes the tables empty, and would compare each problem with each envelope.
                cursor.execute("SET LOCAL enable_nestloop = off")
                for statement in (NEEDS, INTAKES, REPORTS):
                    cursor.execute(statement, {"town": town_id, "rows": NEEDS_OF_A_TOWN})
        with connection.cursor() as cursor:
            cursor.execute(
                "RESET enable_nestloop; SET ROLE cddp_owner; "
                "ANALYZE complaints_intake, complaints_need, complaints_report; SET ROLE cddp_app"
            )
        with town_context(TOWN_ID):
            yield
        transaction.set_rollback(True)


def values_at(text: str = "ไฟทางดับ"):
    place = point()
    place.x, place.y = 99.0 + 50 * 0.0004 + 5 * METRE, 18.55 + 40 * 0.0004
    return candidates._values(place, "light", text, reach_m=60, at=NOW, without=[])


@pytest.mark.django_db
def test_near_problems_are_found_by_their_index_under_row_level_security(large_town):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM complaints_need)")
        assert cursor.fetchone() == ("cddp_app", NEEDS_OF_A_TOWN)
    plan = plan_of(candidates.NEAR_WITH_VOICE, values_at())
    assert uses_index(plan, "need_near", "municipality_id")
    assert uses_index(plan, "need_near", "shape_3857")
    assert uses_index(plan, "report_need", "need_id")
    assert not filters_whole_table(plan, "complaints_need")
    assert not filters_whole_table(plan, "complaints_report")


@pytest.mark.django_db
def test_cited_problems_are_found_by_their_numbers(large_town):
    number = Report.objects.order_by("number").values_list("number", flat=True)[40]
    plan = plan_of(candidates.CITED_WITH_VOICE, values_at(f"เรื่อง {number}"))
    assert uses_index(plan, "report_number", "(number)::text = ANY")
    assert not filters_whole_table(plan, "complaints_need")
    assert not filters_whole_table(plan, "complaints_report")


@pytest.mark.django_db
def test_the_check_of_the_plan_is_itself_checked(large_town):
    """A look-up that computes on the column cannot use the index, and is seen."""
    leaky = candidates.NEAR_WITH_VOICE.replace("n.shape_3857 &&", "ST_Buffer(n.shape_3857, 0) &&")
    assert filters_whole_table(plan_of(leaky, values_at()), "complaints_need")


@pytest.mark.django_db
def test_the_place_is_in_the_middle_of_the_town(large_town):
    assert PLACE[0] == pytest.approx(99.0, abs=0.1)
    assert len(candidates._rows(candidates.NEAR_WITH_VOICE, values_at())) >= 1
