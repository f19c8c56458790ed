"""การตรวจนับ: rights, scope, what counts once, what is older, what closing does; and what it refuses."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.http import Http404

from cddp.foundation.accounts.models import Division, User
from cddp.registers.assets.choices import AssetState, Disposal, EventKind, Source, StockTakeResult
from cddp.registers.assets.errors import UnableToAct, UnableToCount
from cddp.registers.assets.models import Asset, AssetClass, Inspection, StockTake
from cddp.registers.assets.queries.counting import Progress, progress_by_class, progress_of, rows_for_phone
from cddp.registers.assets.services.counting import Sighting, close_round, open_round, sight, sight_code
from cddp.registers.assets.services.disposing import dispose_asset
from cddp.registers.assets.services.outages import begin_outage
from cddp.registers.assets.tests.samples import NOW, lamp, lamps, roads
from tests.towns import make_user

FOUND, DAMAGED, MISSING = StockTakeResult.FOUND, StockTakeResult.DAMAGED, StockTakeResult.MISSING
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def keeper(town) -> User:
    return make_user("พัสดุ", "asset_officer")


@pytest.fixture
def member(town) -> User:
    return make_user("กรรมการ", "technician")


def begin(by: User | None, **values) -> StockTake:
    return open_round(by, **({"name": "ตรวจนับประจำปี 2569", "fiscal_year": 2569, "at": NOW} | values))


def seen(result: str = FOUND, *, key: UUID | None = None, at: dt.datetime | None = None, **more) -> Sighting:
    return Sighting(key or uuid4(), result, seen_at=at, **more)


def refused(act, *given, **named) -> str:
    with pytest.raises(UnableToCount) as told:
        act(*given, **named)
    return told.value.code


def test_a_round_holds_what_the_town_has_of_its_scope(keeper):
    division = Division.objects.create(name="กองช่าง")
    mine, other = lamp("1", division_id=division.pk), lamp("2")
    gone = lamp("3")
    dispose_asset(None, gone.pk, version=None, disposal=Disposal.WRITE_OFF, disposed_on=NOW.date(), at=NOW)
    road = Asset.objects.create(asset_class=roads(), name="ถนน")
    everything = begin(keeper, committee="นายหนึ่ง\n\n นางสอง ")
    assert set(everything.lines.values_list("asset_id", flat=True)) == {mine.pk, other.pk, road.pk}
    assert everything.members == ["นายหนึ่ง", "นางสอง"]
    of_class = begin(keeper, asset_class_id=lamps().pk)
    assert set(of_class.lines.values_list("asset_id", flat=True)) == {mine.pk, other.pk}
    of_division = begin(keeper, division_id=division.pk)
    assert of_division.lines.get().asset_id == mine.pk


@pytest.mark.parametrize(
    ("values", "code"),
    [({"name": " "}, "name"), ({"asset_class_id": uuid4()}, "class"), ({"division_id": uuid4()}, "division")],
)
def test_a_round_without_sense_is_refused(keeper, values, code):
    lamp("1")
    assert refused(begin, keeper, **values) == code
    assert not StockTake.objects.exists()


def test_a_round_of_nothing_is_refused(keeper):
    empty = AssetClass.objects.create(key="empty", name="ว่าง")
    assert refused(begin, keeper, asset_class_id=empty.pk) == "empty"
    assert not StockTake.objects.exists()


def test_who_may(keeper, member, town):
    reader = make_user("ผู้ดู", "officer")
    asset, take = lamp("1"), begin(None)
    for who in (reader, member):
        with pytest.raises(UnableToAct):
            begin(who)
        with pytest.raises(UnableToAct):
            close_round(who, take.pk, mark_missing=False, at=NOW)
    with pytest.raises(UnableToAct):
        sight(reader, take.pk, asset.pk, seen(), at=NOW)
    with pytest.raises(Http404):
        sight(member, uuid4(), asset.pk, seen(), at=NOW)
    with pytest.raises(Http404):
        sight(member, take.pk, uuid4(), seen(), at=NOW)
    assert sight(member, take.pk, asset.pk, seen(), at=NOW).by_label == str(member)


def test_the_same_sighting_sent_twice_counts_once(member):
    asset, take = lamp("1"), begin(None)
    first = seen(DAMAGED, condition=4, note="ฝาครอบแตก", at=NOW)
    for _again in range(2):
        line = sight(member, take.pk, asset.pk, first, at=NOW + HOUR)
        assert (line.result, line.condition, line.note) == (DAMAGED, 4, "ฝาครอบแตก")
    assert asset.events.filter(kind=EventKind.COUNTED).count() == 1
    look = Inspection.objects.get()
    assert (look.source, look.condition) == (Source.COUNT, 4)
    asset.refresh_from_db()
    assert asset.condition == 4
    other = lamp("2")
    assert refused(sight, member, take.pk, other.pk, first, at=NOW) == "other_asset"


def test_a_later_sighting_replaces_an_earlier_one_and_never_the_other_way_round(member):
    asset, take = lamp("1"), begin(None)
    sight(member, take.pk, asset.pk, seen(FOUND, at=NOW + HOUR), at=NOW + 2 * HOUR)
    line = sight(member, take.pk, asset.pk, seen(MISSING, at=NOW + HOUR / 2), at=NOW + 2 * HOUR)
    line.refresh_from_db()
    assert line.result == FOUND
    sight(member, take.pk, asset.pk, seen(DAMAGED, at=NOW + 2 * HOUR), at=NOW + 3 * HOUR)
    line.refresh_from_db()
    assert line.result == DAMAGED
    assert asset.events.filter(kind=EventKind.COUNTED).count() == 3


def test_a_clock_that_runs_ahead_is_not_believed(member):
    asset, take = lamp("1"), begin(None)
    line = sight(member, take.pk, asset.pk, seen(at=NOW + dt.timedelta(days=3)), at=NOW)
    assert line.seen_at == NOW


def test_a_label_a_number_and_a_former_number_find_the_thing(member):
    asset, take = lamp("416-65-0001", former_number="เก่า-1"), begin(None)
    for code in (f"https://example.test/a/{asset.pk}/", "๔๑๖-๖๕-๐๐๐๑", "เก่า-1"):
        assert sight_code(member, take.pk, code, seen(), at=NOW).asset_id == asset.pk
    assert refused(sight_code, member, take.pk, "ไม่มี", seen(), at=NOW) == "unknown"


def test_refusals_name_their_reason(keeper, member):
    asset, road = lamp("1"), Asset.objects.create(asset_class=roads(), name="ถนน")
    take = begin(None, asset_class_id=lamps().pk)
    assert refused(sight, member, take.pk, road.pk, seen(), at=NOW) == "scope"
    assert refused(sight, member, take.pk, asset.pk, seen("lost"), at=NOW) == "result"
    assert refused(sight, member, take.pk, asset.pk, seen(condition=9), at=NOW) == "condition"
    late = lamp("2")
    assert sight(member, take.pk, late.pk, seen(), at=NOW).result == FOUND
    dispose_asset(None, late.pk, version=None, disposal=Disposal.WRITE_OFF, disposed_on=NOW.date(), at=NOW)
    assert refused(sight, member, take.pk, late.pk, seen(), at=NOW) == "disposed"
    close_round(keeper, take.pk, mark_missing=False, at=NOW + HOUR)
    assert refused(sight, member, take.pk, asset.pk, seen(), at=NOW + HOUR) == "closed"
    assert refused(close_round, keeper, take.pk, mark_missing=False, at=NOW + HOUR) == "closed"


def test_what_was_sent_in_time_is_answered_the_same_after_closing(keeper, member):
    asset, take = lamp("1"), begin(None)
    act = seen(at=NOW)
    sight(member, take.pk, asset.pk, act, at=NOW)
    close_round(keeper, take.pk, mark_missing=False, at=NOW + HOUR)
    assert sight(member, take.pk, asset.pk, act, at=NOW + HOUR).result == FOUND


def test_closing_says_missing_in_the_register_only_when_the_officer_says_so(keeper, member):
    found, lost, broken = lamp("1"), lamp("2"), lamp("3")
    begin_outage(None, broken.pk, source=Source.OFFICER, from_at=NOW)
    for says in (False, True):
        take = begin(keeper)
        sight(member, take.pk, found.pk, seen(), at=NOW)
        close_round(keeper, take.pk, mark_missing=says, at=NOW + HOUR)
        assert progress_of([take.pk])[take.pk] == Progress({FOUND: 1, MISSING: 2})
        lost.refresh_from_db()
        assert (lost.state == AssetState.MISSING) is says
    broken.refresh_from_db()
    found.refresh_from_db()
    assert (broken.state, found.state) == (AssetState.MISSING, AssetState.IN_USE)
    assert not broken.outages.open().exists()
    assert lost.events.filter(kind=EventKind.STATE).count() == 1
    assert lost.version == 2


def test_what_was_missing_is_in_use_again_when_it_is_found(keeper, member):
    asset = lamp("1")
    close_round(keeper, begin(keeper).pk, mark_missing=True, at=NOW)
    sight(member, begin(keeper).pk, asset.pk, seen(), at=NOW)
    asset.refresh_from_db()
    assert asset.state == AssetState.IN_USE


def test_what_was_disposed_of_meanwhile_leaves_the_list(keeper):
    asset, _other = lamp("1"), lamp("2")
    take = begin(keeper)
    dispose_asset(None, asset.pk, version=None, disposal=Disposal.WRITE_OFF, disposed_on=NOW.date(), at=NOW)
    close_round(keeper, take.pk, mark_missing=False, at=NOW)
    assert progress_of([take.pk])[take.pk].total == 1


def test_progress_and_the_phone_see_the_same(keeper, member):
    asset = lamp("1", former_number="เก่า", place="หน้าวัด")
    Asset.objects.create(asset_class=roads(), name="ถนน")
    take = begin(keeper)
    sight(member, take.pk, asset.pk, seen(), at=NOW)
    assert [(name, each.found, each.left) for name, each in progress_by_class(take)] == [
        ("ถนนทดสอบ", 0, 1),
        ("ไฟถนนทดสอบ", 1, 0),
    ]
    rows, is_whole = rows_for_phone(take)
    assert is_whole
    assert [str(asset.pk), "1", "เก่า", asset.name, "ไฟถนนทดสอบ", "หน้าวัด", "found"] in rows
    progress = progress_of([take.pk])[take.pk]
    assert (progress.total, progress.found, progress.left, progress.percent) == (2, 1, 1, 50)
