"""Services of the register: rights, stale versions, each refusal, what is written beside the row."""

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.gis.geos import LineString, Point
from django.http import Http404

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, Disposal, EventKind, Source
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToAct, UnableToChangeAsset
from cddp.registers.assets.models import Asset, AssetModel
from cddp.registers.assets.queries.finding import find_by_code, list_near, search
from cddp.registers.assets.services.outages import begin_outage
from cddp.registers.assets.services.registering import (
    change_asset,
    dispose_asset,
    register_asset,
    restore_asset,
    set_shape,
)
from cddp.registers.assets.tests.samples import NOW, lamp, lamps, line, point, roads, village
from tests.towns import make_user


@pytest.fixture
def keeper(town: Municipality) -> User:
    return make_user("พัสดุ", "asset_officer")


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


def refusal(act, *given, **named) -> UnableToChangeAsset:
    with pytest.raises(UnableToChangeAsset) as told:
        act(*given, **named)
    return told.value


def register(keeper: User, **values) -> Asset:
    return register_asset(keeper, asset_class_id=lamps().pk, values={"name": "ไฟถนน"} | values, at=NOW)


def test_a_thing_comes_into_the_register_with_its_place_and_its_first_line_of_life(keeper):
    village()
    asset = register(
        keeper,
        number=" ๔๑๖-๖๕-๐๐๐๑ ",
        shape=point(),
        attributes={"watts": "1๕0", "lamp_type": "แอลอีดี", "has_meter": "มี", "lit_on": "1/10/2565"},
        cost_satang=1_250_000,
    )
    asset.refresh_from_db()
    assert asset.number == "416-65-0001"
    assert asset.attributes == {"watts": 150, "lamp_type": "led", "has_meter": True, "lit_on": "2022-10-01"}
    assert (asset.area_code, asset.length_m, asset.version) == ("51010101", None, 1)
    event = asset.events.get()
    assert (event.kind, event.by_label) == (EventKind.REGISTERED, str(keeper))
    assert AuditEntry.objects.filter(action="assets.asset.registered", target_id=asset.pk).count() == 1


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": "  "}, "name", "name"),
        ({"name": "ย" * 201}, "name", "too_long"),
        ({"attributes": {"watts": "สว่าง"}}, "attr.watts", "number"),
        ({"attributes": {"watts": "inf"}}, "attr.watts", "number"),
        ({"attributes": {"lamp_type": "เทียน"}}, "attr.lamp_type", "choice"),
        ({"attributes": {"has_meter": "อาจจะ"}}, "attr.has_meter", "boolean"),
        ({"attributes": {"lit_on": "31/2/2565"}}, "attr.lit_on", "date"),
        ({"shape": line(0, 50)}, "shape", "kind"),
        ({"shape": Point(0, 0, srid=4326)}, "shape", "outside"),
        ({"shape": Point(18.58, 99.0, srid=4326)}, "shape", "outside"),
        ({"cost_satang": -1}, "cost_satang", "money"),
        ({"life_years": 0}, "life_years", "years"),
        ({"acquired_on": dt.date(2026, 11, 27)}, "acquired_on", "too_late"),
        (
            {"acquired_on": dt.date(2026, 1, 2), "warranty_until": dt.date(2026, 1, 1)},
            "warranty_until",
            "order",
        ),
        ({"state": AssetState.BROKEN}, "state", "state"),
        ({"division_id": uuid4()}, "division", "gone"),
        ({"parent_id": uuid4()}, "parent", "gone"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_blank(keeper, values, field, code):
    told = refusal(register, keeper, **values)
    assert (told.field, told.code) == (field, code)
    assert not Asset.objects.exists()


def test_a_required_blank_is_asked_for(keeper):
    lamps().attributes.filter(key="watts").update(is_required=True)
    assert refusal(register, keeper).field == "attr.watts"
    assert register(keeper, attributes={"watts": 0}).attributes == {"watts": 0}


def test_two_things_never_bear_one_number(keeper):
    register(keeper, number="416-65-0001")
    told = refusal(register, keeper, number="416-65-0001")
    assert (told.field, told.code) == ("number", "number_taken")
    register(keeper, number="")
    assert register(keeper, number="").number == ""


def test_who_may_not_is_refused_and_strangers_find_nothing(keeper, reader, town, towns):
    asset = register(keeper)
    for act in (
        register,
        lambda by: change_asset(by, asset.pk, version=1, values={"name": "อื่น"}, at=NOW),
        lambda by: set_shape(by, asset.pk, version=1, shape=point(), at=NOW),
        lambda by: _dispose(by, asset),
        lambda by: restore_asset(by, asset.pk, version=1, at=NOW),
    ):
        with pytest.raises(UnableToAct):
            act(reader)
    with pytest.raises(Http404):
        change_asset(keeper, uuid4(), version=1, values={"name": "อื่น"}, at=NOW)


def test_a_change_keeps_what_it_does_not_name_and_says_what_was_before(keeper):
    asset = register(keeper, number="A-1", attributes={"watts": 50, "lamp_type": "hps"}, place="หน้าวัด")
    changed = change_asset(
        keeper,
        asset.pk,
        version=1,
        values={"number": "B-1", "attributes": {"watts": 30, "lamp_type": ""}, "holder": keeper.membership},
        at=NOW,
    )
    changed.refresh_from_db()
    assert (changed.number, changed.former_number, changed.place) == ("B-1", "A-1", "หน้าวัด")
    assert (changed.attributes, changed.version) == ({"watts": 30}, 2)
    kinds = {event.kind: event.changes for event in changed.events.all()}
    assert kinds[EventKind.CHANGED]["attr.watts"] == [50, 30]
    assert kinds[EventKind.CHANGED]["number"] == ["A-1", "B-1"]
    assert kinds[EventKind.HANDED_OVER] == {"holder_id": [None, str(keeper.membership.pk)]}
    again = change_asset(keeper, asset.pk, version=2, values={"number": "B-1"}, at=NOW)
    assert again.version == 2


def test_a_stale_page_overwrites_nothing(keeper):
    asset = register(keeper)
    change_asset(keeper, asset.pk, version=1, values={"name": "ใหม่"}, at=NOW)
    with pytest.raises(AssetChangedMeanwhile):
        change_asset(keeper, asset.pk, version=1, values={"name": "เก่า"}, at=NOW)
    with pytest.raises(AssetChangedMeanwhile):
        set_shape(keeper, asset.pk, version=1, shape=point(), at=NOW)
    with pytest.raises(AssetChangedMeanwhile):
        _dispose(keeper, asset)
    assert change_asset(keeper, asset.pk, version=None, values={"name": "ล่าสุด"}, at=NOW).version == 3


def test_a_state_is_chosen_only_where_it_may_be(keeper):
    asset = register(keeper)
    stored = change_asset(keeper, asset.pk, version=1, values={"state": AssetState.STORED}, at=NOW)
    assert stored.events.get(kind=EventKind.STATE).changes == {"state": ["in_use", "stored"]}
    begin_outage(None, asset.pk, source=Source.OFFICER, from_at=NOW)
    told = refusal(change_asset, keeper, asset.pk, version=2, values={"state": AssetState.IN_USE}, at=NOW)
    assert (told.field, told.code) == ("state", "out")
    gone = change_asset(keeper, asset.pk, version=2, values={"state": AssetState.MISSING}, at=NOW)
    assert (gone.state, gone.outages.open().count()) == (AssetState.MISSING, 0)


def test_nothing_is_a_part_of_itself(keeper):
    mast = register(keeper, name="เสา")
    arm = register(keeper, name="กิ่ง", parent=mast)
    bulb = register(keeper, name="หลอด", parent=arm)
    assert refusal(change_asset, keeper, mast.pk, version=1, values={"parent": bulb}, at=NOW).code == "circle"
    assert refusal(change_asset, keeper, mast.pk, version=1, values={"parent": mast}, at=NOW).code == "circle"


def test_a_model_is_of_its_own_class(keeper):
    model = AssetModel.objects.create(asset_class=roads(), name="ก")
    assert refusal(register, keeper, model=model).code == "other_class"


def test_a_point_moves_and_a_line_gets_its_length(keeper):
    village("51010101", 1), village("51010102", 2, east_m=300)
    asset = register(keeper, shape=point())
    moved = set_shape(keeper, asset.pk, version=1, shape=point(300), at=NOW)
    assert (moved.area_code, moved.events.last().kind) == ("51010102", EventKind.MOVED)
    assert set_shape(keeper, asset.pk, version=2, shape=point(300), at=NOW).version == 2
    road = register_asset(keeper, asset_class_id=roads().pk, values={"name": "ถนน"}, at=NOW)
    drawn = set_shape(keeper, road.pk, version=1, shape=line(-50, 350), at=NOW)
    assert drawn.length_m == pytest.approx(400, rel=0.01)
    # 150 m lie in the first village, 100 in the second
    assert (drawn.area_code, drawn.events.last().kind) == ("51010101", EventKind.RESHAPED)
    assert refusal(
        set_shape, keeper, road.pk, version=2, shape=LineString((99, 18), (99, 18), srid=4326), at=NOW
    ).code == "unsound"  # fmt: skip


def _dispose(by, asset, **changes):
    usual = {"disposal": Disposal.SALE, "disposed_on": NOW.date(), "disposal_satang": 0, "version": 1}
    return dispose_asset(by, asset.pk, disposal_number="ที่ 12/2570", words="เก่ามาก", at=NOW, **usual | changes)


def test_a_thing_leaves_the_register_and_comes_back(keeper):
    asset = register(keeper, acquired_on=dt.date(2026, 1, 1))
    begin_outage(None, asset.pk, source=Source.OFFICER, from_at=NOW)
    gone = _dispose(keeper, asset, disposal_satang=50_000)
    assert (gone.state, gone.disposal, gone.disposal_satang) == ("disposed", "sale", 50_000)
    assert gone.outages.open().count() == 0
    assert gone.events.get(kind=EventKind.DISPOSED).words == "เก่ามาก"
    assert not Asset.objects.kept().exists()
    assert refusal(change_asset, keeper, asset.pk, version=2, values={"name": "ก"}, at=NOW).code == "disposed"
    assert refusal(_dispose, keeper, asset, version=2).code == "disposed"
    back = restore_asset(keeper, asset.pk, version=2, words="ผิดชิ้น", at=NOW)
    assert (back.state, back.disposed_on, back.disposal) == ("in_use", None, "")
    assert refusal(restore_asset, keeper, asset.pk, version=3, at=NOW).code == "not_disposed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"disposal": "burning"}, "disposal"),
        ({"disposed_on": dt.date(2026, 11, 27)}, "disposed_on"),
        ({"disposed_on": dt.date(2025, 12, 31)}, "disposed_on"),
        ({"disposal_satang": -1}, "disposal_satang"),
        ({"disposal_satang": None}, "disposal_satang"),
    ],
)
def test_a_disposal_says_what_it_lacks(keeper, changes, field):
    asset = register(keeper, acquired_on=dt.date(2026, 1, 1))
    assert refusal(_dispose, keeper, asset, **changes).field == field


def test_what_has_parts_stays(keeper):
    mast = register(keeper, name="เสา")
    register(keeper, name="กิ่ง", parent=mast)
    assert refusal(_dispose, keeper, mast).code == "has_parts"


def test_labels_numbers_and_old_numbers_find_a_thing(keeper):
    asset = register(keeper, number="416-65-0001", former_number="ก 12")
    for text in (f"https://town.example/a/{asset.pk}/", str(asset.pk), "๔๑๖-๖๕-๐๐๐๑", " ก 12 "):
        assert find_by_code(keeper, text) == asset
    assert find_by_code(keeper, f"/a/{uuid4()}/") is None
    assert find_by_code(keeper, "") is None
    assert find_by_code(make_user("อสม", "volunteer"), "ก 12") is None


def test_words_find_a_thing_by_name_place_number_and_attribute(keeper):
    asset = register(keeper, number="416-65-0001", place="ซอยร่มเย็น 3", attributes={"lamp_type": "led"})
    for text in ("ร่มเย็น", "ไฟถนน ซอย", "65-0001", "LED"):
        assert list(search(keeper, text)) == [asset]
    assert not search(keeper, "ร่มเย็น 9").exists()
    assert not search(keeper, " ").exists()


def test_the_nearest_of_the_right_classes_come_first(keeper, django_assert_max_num_queries):
    near, nearer, far = lamp(shape=point(30)), lamp(shape=point(10)), lamp(shape=point(200))
    register_asset(None, asset_class_id=roads().pk, values={"name": "ถนน", "shape": line(0, 5)}, at=NOW)
    with django_assert_max_num_queries(3):  # the town's zone, what it is (once), the assets
        found = list_near(point(), family="light", radius_m=100)
    assert [asset for asset, _ in found] == [nearer, near]
    assert [round(metres) for _, metres in found] == [10, 30]
    assert far.pk not in {asset.pk for asset, _ in found}
    assert len(list_near(point(), family="", radius_m=100)) == 3
