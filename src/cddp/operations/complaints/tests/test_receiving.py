"""รับเรื่อง: once, whole, counted by people, and told to nobody who need not know."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cddp.foundation.accounts.models import Division
from cddp.foundation.audit.models import AuditEntry
from cddp.operations.complaints.choices import Channel, LinkMethod, ReportState
from cddp.operations.complaints.errors import UnableToTakeReport
from cddp.operations.complaints.models import (
    Intake,
    Need,
    NeedLink,
    NeedStatus,
    Report,
    Reporter,
    RoutingRule,
    ServiceLevel,
)
from cddp.operations.complaints.services.voices import Contact, open_contact
from cddp.operations.complaints.tests.needs import NOW, category, tell


@pytest.fixture(autouse=True)
def _town(town):
    category()


def test_a_first_voice_opens_a_problem():
    receipt = tell(phone="081-234-5678")
    need = Need.objects.get()
    assert receipt.is_new
    assert receipt.need_id == need.pk
    assert (need.state, need.is_open, need.voices, need.unnamed) == (ReportState.RECEIVED, True, 1, 0)
    assert need.title == "ไฟทางดับหน้าวัดป่าสัก มืดมาก"
    assert NeedStatus.objects.get().state == ReportState.RECEIVED
    assert Report.objects.get().follow_code
    assert AuditEntry.objects.filter(action="complaints.report.received").count() == 1


def test_the_same_message_again_is_the_same_report():
    first = tell(external_id="abc")
    again = tell(external_id="abc", text="ข้อความที่ส่งซ้ำ")
    assert not again.is_new
    assert again.report.pk == first.report.pk
    assert Report.objects.count() == Intake.objects.count() == Need.objects.count() == 1


def test_who_spoke_stands_apart_and_sealed():
    tell(contact=Contact(name="ยายคำแสน ใจงาม", phone="0812345678"))
    reporter = Reporter.objects.get()
    assert "ยายคำแสน".encode() not in bytes(reporter.name_sealed)
    assert open_contact(reporter) == Contact(name="ยายคำแสน ใจงาม", phone="0812345678")
    assert "0812345678" not in str(Intake.objects.get().payload)


def test_one_person_who_tells_twice_is_one_voice():
    first = tell(phone="081 234 5678")
    tell(phone="+66812345678", joins_need_id=first.need_id)
    tell(phone="0899999999", joins_need_id=first.need_id, channel=Channel.LINE)
    tell(joins_need_id=first.need_id)
    need = Need.objects.get()
    assert (need.reports_count, need.voices, need.unnamed, need.channels) == (4, 2, 1, 2)


def test_a_near_and_like_report_joins_by_itself_and_says_why():
    first = tell()
    second = tell("ไฟทางดับหน้าวัดป่าสัก มืดมากครับ", east_m=4, at=NOW + dt.timedelta(days=2))
    assert second.need_id == first.need_id
    link = NeedLink.objects.get()
    assert link.method == LinkMethod.AUTO
    assert any("เมตร" in words for words in link.reason_words)


@pytest.mark.parametrize(
    "change",
    [
        {"east_m": 60},
        {"key": "road", "text": "ถนนหน้าวัดป่าสักเป็นหลุม"},
        {"text": "ขอให้ติดเสาไฟเพิ่มตรงทางเข้าสวนลำไยหลังโรงเรียน", "east_m": 10},
        {"at": NOW + dt.timedelta(days=200)},
    ],
)
def test_what_is_far_other_or_long_ago_does_not_join_by_itself(change):
    tell()
    tell(**change)
    assert Need.objects.count() == 2


def test_private_matters_are_never_joined_nor_suggested():
    one = tell("เจ้าหน้าที่เรียกรับเงิน", key="integrity")
    two = tell("เจ้าหน้าที่เรียกรับเงิน", key="integrity")
    assert one.need_id != two.need_id
    assert two.candidates == ()
    asked = tell("เจ้าหน้าที่เรียกรับเงิน", key="integrity", joins_need_id=one.need_id)
    assert asked.need_id not in (one.need_id, two.need_id)
    assert set(Report.objects.values_list("is_private", flat=True)) == {True}


def test_a_candidate_that_does_not_join_is_suggested():
    first = tell()
    second = tell("หลอดไฟติด ๆ ดับ ๆ ตรงหน้าวัด", east_m=8)
    assert second.need_id != first.need_id
    assert [each.need_id for each in second.candidates] == [first.need_id]


def test_the_first_rule_that_holds_routes_and_promises():
    works = Division.objects.create(code="works", name="กองช่าง")
    health = Division.objects.create(code="health", name="กองสาธารณสุข")
    RoutingRule.objects.create(order=1, family="water", division=health)
    RoutingRule.objects.create(order=2, category=category(), division=works, priority="urgent")
    RoutingRule.objects.create(order=3, division=health)
    ServiceLevel.objects.create(category=None, priority="urgent", working_days=10)
    ServiceLevel.objects.create(category=category(), priority="urgent", working_days=3)
    need = Need.objects.get(pk=tell().need_id)
    assert (need.division, need.priority) == (works, "urgent")
    # Thursday 26 November + 3 working days = Tuesday 1 December.
    assert need.due_at.astimezone(dt.timezone(dt.timedelta(hours=7))).strftime("%d %H:%M") == "01 16:30"


def test_without_place_or_category_it_is_taken_all_the_same():
    need = Need.objects.get(pk=tell("", key="", point=None).need_id)
    assert need.shape is None
    assert need.category is None


def test_signs_that_no_database_holds_are_shown_or_dropped_never_fatal():
    receipt = tell("น้ำท่วม\x00\ud800 🌊\u200b หน้าบ้าน", key="flood")
    assert "🌊" in Report.objects.get(pk=receipt.report.pk).description


def test_a_hundred_thousand_signs_are_refused_in_words_and_nothing_is_kept():
    with pytest.raises(UnableToTakeReport) as refusal:
        tell("ก" * 100_000)
    assert "100,000" in refusal.value.message
    assert Intake.objects.count() == 0


def test_a_new_voice_brings_a_closed_problem_back():
    first = tell()
    Need.objects.update(state=ReportState.FINISHED, is_open=False, finished_at=NOW, outcome="done")
    Report.objects.update(state=ReportState.FINISHED, finished_at=NOW)
    later = NOW + dt.timedelta(days=12)
    tell(joins_need_id=first.need_id, at=later)
    need = Need.objects.get()
    assert (need.state, need.is_open, need.came_back_count, need.outcome) == ("received", True, 1, "")
    assert NeedStatus.objects.filter(came_back=True).count() == 1
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.RECEIVED}


def test_a_join_to_an_absorbed_problem_goes_where_that_went():
    kept, gone = tell(), tell(east_m=500)
    Need.objects.filter(pk=gone.need_id).update(merged_into=kept.need_id)
    assert tell(joins_need_id=gone.need_id, east_m=500).need_id == kept.need_id


@pytest.mark.parametrize("joins", [False, True])
def test_what_taking_a_report_costs(joins):
    first = tell(phone="0812345678")
    tell(east_m=900)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        tell("ถนนพัง", phone="0898765432", east_m=2000, joins_need_id=first.need_id if joins else None)
    # Several rows may go in one round trip: each statement counts.
    whole = ";\n".join(each["sql"] for each in seen.captured_queries).split(";\n")
    spent = [each for each in whole if "SAVEPOINT" not in each and "categor" not in each[:60]]
    assert len(spent) <= 14
