"""ทรัพย์สินของเรื่อง: which thing it is about, two voices of one lamp, and when the lamp is dark."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import LinkMethod
from cddp.operations.complaints.errors import NeedChangedMeanwhile, UnableToChangeNeed
from cddp.operations.complaints.models import Need, NeedLink
from cddp.operations.complaints.queries.candidates import find_candidates
from cddp.operations.complaints.queries.timeline import list_timeline
from cddp.operations.complaints.queries.works import list_needs_of_asset
from cddp.operations.complaints.services.assigning import set_asset, set_category
from cddp.operations.complaints.services.linking import merge_needs, split_report, undo_act
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.tests.needs import NOW, category, point, tell
from cddp.operations.complaints.tests.works import lamp, open_for, road, tell_news
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Outage
from cddp.registers.assets.services.outages import end_outage

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def need(triager):
    return Need.objects.get(pk=tell(phone="0812345678").need_id)


def about(user, need, asset, *, at=NOW + HOUR):
    return set_asset(user, need.pk, version=None, asset_id=asset.pk if asset else None, at=at)


def close(user, need, *, outcome="done", at=NOW + 2 * HOUR):
    close_need(
        user, need.pk, version=None, outcome=outcome, words="เปลี่ยนหลอดไฟให้แล้วครับ", agency="กฟภ.", at=at
    )
    tell_news()


# ── which thing ───────────────────────────────────────────────────────────────────────────────────


def test_the_officer_says_which_lamp_and_history_tells_of_it(triager, need):
    one = lamp()
    found = about(triager, need, one)
    assert (found.asset_id, found.version) == (one.pk, need.version + 1)
    assert "416-48-0001" in list_timeline(found)[0].title
    about(triager, need, None, at=NOW + 2 * HOUR)
    need.refresh_from_db()
    assert need.asset_id is None


def test_a_problem_without_a_place_stands_where_the_thing_stands(triager):
    nowhere = Need.objects.get(pk=tell(point=None).need_id)
    about(triager, nowhere, lamp(place="หน้าวัดป่าสัก"))
    nowhere.refresh_from_db()
    assert nowhere.shape.equals(point())
    assert nowhere.address == "หน้าวัดป่าสัก"


def test_work_that_was_opened_before_knows_the_thing_too(triager, need):
    order = open_for(triager, need)
    assert order.asset_id is None
    asset = lamp()
    about(triager, need, asset)
    order.refresh_from_db()
    assert (order.asset_id, order.shape.coords) == (asset.pk, need.shape.coords)
    about(triager, need, lamp("416-48-0002"), at=NOW + 2 * HOUR)
    order.refresh_from_db()
    assert order.asset_id == asset.pk


def test_the_refusals(triager, reader, need, towns):
    gone = lamp(state=AssetState.DISPOSED, disposed_on=NOW.date())
    with pytest.raises(UnableToChangeNeed) as refusal:
        about(triager, need, gone)
    assert refusal.value.code == "disposed"
    with pytest.raises(UnableToChangeNeed) as refusal:
        about(reader, need, lamp("2"))
    assert refusal.value.code == "forbidden"
    with pytest.raises(UnableToChangeNeed) as refusal:
        about(triager, need, None)
    assert refusal.value.code == "unchanged"
    with pytest.raises(NeedChangedMeanwhile):
        set_asset(triager, need.pk, version=99, asset_id=None, at=NOW)
    with pytest.raises(Http404):
        set_asset(triager, need.pk, version=None, asset_id=uuid4(), at=NOW)
    with town_context(towns[1].pk):
        foreign = lamp("ต่างเมือง")
    with pytest.raises(Http404):
        about(triager, need, foreign)


def test_an_asset_knows_its_problems(triager, need):
    one = lamp()
    about(triager, need, one)
    private = tell("นายช่างเรียกรับเงิน", key="integrity")
    Need.objects.filter(pk=private.need_id).update(asset=one)
    assert list_needs_of_asset(triager, one.pk) == [need]


# ── two voices of one lamp ────────────────────────────────────────────────────────────────────────


def test_one_thing_is_the_strongest_reason_however_the_words_differ(triager, need):
    one = lamp()
    about(triager, need, one)
    found = find_candidates(
        point(180), "light", "ช่วยด้วยค่ะ", category_id=None, radius_m=40, at=NOW + HOUR, asset_id=one.pk
    )
    assert [(each.need_id, each.score) for each in found] == [(need.pk, 1.0)]
    assert "ทรัพย์สินชิ้นเดียวกัน" in found[0].words


def test_a_voice_that_names_the_lamp_joins_by_itself_and_costs_no_more(triager, need):
    one = lamp()
    about(triager, need, one)
    with CaptureQueriesContext(connection) as seen:
        later = tell("มืดมากค่ะ กลัวโจร", east_m=60, at=NOW + 9 * HOUR, asset_id=one.pk)
    assert later.need_id == need.pk
    assert NeedLink.objects.get(report=later.report).method == LinkMethod.AUTO
    whole = ";\n".join(each["sql"] for each in seen.captured_queries).split(";\n")
    assert len([each for each in whole if "SAVEPOINT" not in each and "categor" not in each[:60]]) <= 15


def test_another_kind_of_work_on_the_lamp_is_only_suggested(triager, need):
    one = lamp()
    about(triager, need, one)
    paint = tell("เสาเป็นสนิม ขยะเต็มโคนเสา", key="cleanliness", at=NOW + HOUR, asset_id=one.pk)
    assert paint.need_id != need.pk
    assert need.pk in {each.need_id for each in paint.candidates}


def test_a_road_is_long(triager):
    one = road()
    first = Need.objects.get(pk=tell("หลุมลึกหน้าตลาด", key="road").need_id)
    about(triager, first, one)
    other = tell("ฝาท่อแตกท้ายหมู่บ้าน", key="road", east_m=1_500, at=NOW + HOUR, asset_id=one.pk)
    assert (other.need_id == first.pk, other.candidates) == (False, ())


def test_after_two_months_a_voice_of_the_same_lamp_is_asked_about(triager, need):
    one = lamp()
    about(triager, need, one)
    late = tell("ดับอีกแล้ว", at=NOW + dt.timedelta(days=70), asset_id=one.pk)
    assert late.need_id != need.pk
    assert late.candidates[0].need_id == need.pk


# ── dark and lit ──────────────────────────────────────────────────────────────────────────────────


def test_a_lamp_is_dark_since_the_first_voice_and_lit_when_it_is_done(triager, need):
    one = lamp()
    about(triager, need, one)
    outage = Outage.objects.get()
    one.refresh_from_db()
    assert (outage.from_at, outage.source, outage.reference) == (NOW, "complaint", str(need.pk))
    assert one.state == AssetState.BROKEN
    close(triager, need)
    outage.refresh_from_db()
    one.refresh_from_db()
    assert outage.until_at is not None
    assert one.state == AssetState.IN_USE


def test_what_is_not_done_stays_dark(triager, need):
    about(triager, need, lamp())
    close(triager, need, outcome="cannot")
    assert Outage.objects.open().count() == 1


def test_a_lamp_that_is_told_of_again_is_dark_again_from_then_on(triager, need):
    about(triager, need, lamp())
    close(triager, need)
    back = NOW + dt.timedelta(days=3)
    reopen_need(triager, need.pk, note="ดับอีกแล้ว", at=back)
    tell_news()
    again = Outage.objects.open().get()
    assert again.from_at > NOW + 2 * HOUR


def test_the_wrong_lamp_is_lit_and_the_right_one_dark(triager, need):
    wrong, right = lamp("1"), lamp("2", east_m=30)
    about(triager, need, wrong)
    about(triager, need, right, at=NOW + 2 * HOUR)
    assert Outage.objects.open().get().asset_id == right.pk
    about(triager, need, None, at=NOW + 3 * HOUR)
    assert not Outage.objects.open().exists()


def test_only_lamps_and_only_matters_of_light(triager, need):
    one = lamp()
    set_category(triager, need.pk, version=None, category_id=category("cleanliness").pk, at=NOW)
    about(triager, need, one)
    assert not Outage.objects.exists()
    set_category(triager, need.pk, version=None, category_id=category("lighting").pk, at=NOW + 2 * HOUR)
    assert Outage.objects.open().get().asset_id == one.pk


def test_what_an_officer_said_to_be_dark_is_not_lit_by_a_problem(triager, need):
    from cddp.registers.assets.services.outages import begin_outage

    one = lamp()
    begin_outage(None, one.pk, source="officer", from_at=NOW - HOUR)
    about(triager, need, one)
    close(triager, need)
    assert Outage.objects.open().get().source == "officer"
    assert end_outage(None, one.pk, at=NOW + 3 * HOUR) is not None


# ── merging and splitting ─────────────────────────────────────────────────────────────────────────


def test_the_thing_goes_along_with_the_last_voice_and_comes_back(triager, need):
    one = lamp()
    about(triager, need, one)
    other = Need.objects.get(pk=tell("ไฟดับตรงนี้", east_m=300, at=NOW + HOUR).need_id)
    act = merge_needs(triager, need.pk, other.pk, version=None, at=NOW + 2 * HOUR)
    other.refresh_from_db()
    assert other.asset_id == one.pk
    close(triager, other, at=NOW + 3 * HOUR)
    assert not Outage.objects.open().exists()
    undo_act(triager, act, at=NOW + 4 * HOUR)
    need.refresh_from_db()
    other.refresh_from_db()
    assert (need.asset_id, other.asset_id, need.is_open) == (one.pk, None, True)
    assert Outage.objects.open().get().reference == str(need.pk)


def test_a_voice_that_is_split_off_does_not_take_the_thing(triager, need):
    about(triager, need, lamp())
    second = tell("ไฟดับ", joins_need_id=need.pk, at=NOW + HOUR)
    own = split_report(triager, second.report.pk, at=NOW + 2 * HOUR)
    own.refresh_from_db()
    assert own.asset_id is None
