"""Classes, their blanks, useful lives and models: who may, what is refused, what a town begins with."""

import datetime as dt
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.errors import UnableToAct
from cddp.registers.assets.forms.settings import FAMILIES, ICONS
from cddp.registers.assets.models import AssetAttribute, AssetClass, AssetModel, DepreciationRate
from cddp.registers.assets.rules.options import read_options
from cddp.registers.assets.services.setting_up import _written, set_up_classes
from cddp.registers.assets.services.settings import save_class
from cddp.registers.assets.tests.samples import lamp, lamps
from tests.towns import NEIGHBOUR_ID, make_user

RATE = {"effective_from": "1/10/2569", "life_years": "5", "residual_satang": "1", "source": "ก"}


@pytest.fixture
def admin(town: Municipality) -> User:
    return make_user("ผู้ดูแล", "town_admin")


@pytest.fixture
def keeper(town: Municipality) -> User:
    return make_user("พัสดุ", "asset_officer")


def url(name: str, *args) -> str:
    return reverse(f"assets:{name}", args=args)


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def test_a_town_begins_with_classes_and_keeps_its_own(town):
    made = set_up_classes()
    assert made == AssetClass.objects.count() == len(_written()["classes"])
    lights = AssetClass.objects.get(key="street-light")
    assert (lights.is_lamp, lights.families) == (True, ["light", "safety"])
    assert list(lights.attributes.values_list("key", flat=True))[:2] == ["watts", "lamp_type"]
    assert not DepreciationRate.objects.filter(asset_class__key="land").exists()
    lights.name = "โคมไฟ"
    lights.save(update_fields=["name"])
    lights.attributes.all().delete()
    assert set_up_classes() == 0
    assert AssetClass.objects.get(key="street-light").name == "โคมไฟ"
    assert not lights.attributes.exists()


def test_the_reference_speaks_words_that_others_know():
    # Complaints stands above us, so it is asked by name.
    known = set(dict(apps.get_model("complaints", "Category")._meta.get_field("family").choices))
    families = {value for entry in _written()["classes"] for value in entry["families"]}
    assert families <= known
    assert {value for value, _label in FAMILIES} <= known
    assert {entry["icon"] for entry in _written()["classes"]} <= {name for name, _label in ICONS}
    keys = [entry["key"] for entry in _written()["classes"]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "name", ["classes", "class", "class_new", "class_edit", "attribute_new", "rate_new", "model_new"]
)
def test_only_who_configures_comes_in(login, admin, keeper, towns, name):
    args = [] if name in {"classes", "class_new"} else [lamps().pk]
    assert login(admin).get(url(name, *args)).status_code == 200
    assert login(keeper).get(url(name, *args)).status_code == 403
    if args:
        assert login(admin).get(url(name, uuid4())).status_code == 404
        with town_context(NEIGHBOUR_ID):
            foreigner = make_user("ต่างเมือง", "town_admin")
        assert login(foreigner).get(url(name, *args)).status_code == 404


def test_a_class_gets_blanks_lives_and_models(login, admin):
    client = login(admin)
    sent = {"name": "ตู้ควบคุมไฟ", "geometry": "point", "icon": "plug", "colour": "#112233", "order": "5",
            "families": ["light"], "is_active": "on", "inspect_every_months": "6"}  # fmt: skip
    answer = client.post(url("class_new"), sent)
    made = AssetClass.objects.get(name="ตู้ควบคุมไฟ")
    assert answer.url == url("class", made.pk)
    client.post(url("attribute_new", made.pk), {"name": "เฟส", "kind": "choice", "options": "หนึ่งเฟส\nสามเฟส",
                                                "order": "1", "is_active": "on"})  # fmt: skip
    blank = AssetAttribute.objects.get(asset_class=made)
    assert blank.options == [["o1", "หนึ่งเฟส"], ["o2", "สามเฟส"]]
    client.post(url("rate_new", made.pk), {"effective_from": "1/10/2569", "life_years": "8", "residual_satang": "1",
                                           "source": "ประกาศ 1/2570"})  # fmt: skip
    rate = DepreciationRate.objects.get(asset_class=made)
    assert (rate.effective_from, rate.residual_satang) == (dt.date(2026, 10, 1), 100)
    client.post(url("model_new", made.pk), {"maker": "ก", "name": "ข 3", "is_active": "on"})
    assert AssetModel.objects.get(asset_class=made).maker == "ก"
    page = text_of(client.get(url("class", made.pk)))
    for words in ("เฟส", "สามเฟส", "ประกาศ 1/2570", "ก ข 3", "1 ต.ค. 2569"):
        assert words in page
    client.post(url("rate_remove", made.pk, rate.pk))
    assert not made.rates.exists()
    assert client.get(url("rate_remove", made.pk, uuid4())).status_code == 405
    assert client.post(url("rate_remove", made.pk, uuid4())).status_code == 404


@pytest.mark.parametrize(
    ("name", "sent", "words"),
    [
        ("class_new", {"name": ""}, "ชื่อประเภท"),
        ("class_new", {"name": "ก", "colour": "แดง"}, "เลือกสี"),
        ("attribute_new", {"name": "ก", "kind": "choice", "options": "", "order": "1"}, "ตัวเลือกอย่างน้อยหนึ่งข้อ"),
        ("attribute_new", {"name": "ก", "kind": "choice", "options": "ก\nก", "order": "1"}, "ซ้ำกัน"),
        ("rate_new", {"effective_from": "1/10/2560", "life_years": "0"}, "อายุการใช้งาน"),
        ("rate_new", RATE | {"residual_satang": "-1"}, "ไม่ติดลบ"),
        ("rate_new", RATE, "อยู่แล้ว"),
        ("model_new", {"maker": "ก", "name": "ข"}, "มีรุ่นนี้อยู่แล้ว"),
    ],
)  # fmt: skip
def test_bad_settings_are_named_and_kept(login, admin, name, sent, words):
    kind = lamps()
    DepreciationRate.objects.create(asset_class=kind, effective_from=dt.date(2026, 10, 1), life_years=8)
    AssetModel.objects.create(asset_class=kind, maker="ก", name="ข")
    args = [] if name == "class_new" else [kind.pk]
    assert words in text_of(login(admin).post(url(name, *args), sent), 422)


def test_what_assets_hold_stays_readable(login, admin):
    lamp(attributes={"watts": 50, "lamp_type": "led"})
    kind = lamps()
    client = login(admin)
    same = {"name": "ก", "order": "1", "is_active": "on"}
    watts = kind.attributes.get(key="watts")
    page = text_of(client.post(url("attribute_edit", kind.pk, watts.pk), same | {"kind": "date"}), 422)
    assert "เปลี่ยนชนิดไม่ได้" in page
    lamp_type = kind.attributes.get(key="lamp_type")
    edit = url("attribute_edit", kind.pk, lamp_type.pk)
    assert "ลบไม่ได้" in text_of(client.post(edit, same | {"kind": "choice", "options": "โซเดียม"}), 422)
    assert client.post(edit, same | {"kind": "choice", "options": "แอลอีดีใหม่\nโซเดียม"}).status_code == 302
    lamp_type.refresh_from_db()
    assert lamp_type.options == [["led", "แอลอีดีใหม่"], ["hps", "โซเดียม"]]
    sent = {"name": "ไฟ", "geometry": "line", "icon": "lightbulb", "colour": "#112233", "order": "5"}
    assert "เปลี่ยนรูปร่างไม่ได้" in text_of(client.post(url("class_edit", kind.pk), sent), 422)


def test_the_service_refuses_whoever_may_not(keeper):
    with pytest.raises(UnableToAct):
        save_class(keeper, None, {"name": "ก"})


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("ก\nข", [["a", "ก"], ["b", "ข"]]),
        ("ข\nก", [["b", "ข"], ["a", "ก"]]),
        ("ก\nใหม่", [["a", "ก"], ["b", "ใหม่"]]),
        ("ก\nข\nค", [["a", "ก"], ["b", "ข"], ["o1", "ค"]]),
        ("ก", [["a", "ก"]]),
        (" \n ก ", [["a", "ก"]]),
    ],
)
def test_options_keep_their_values(text, options):
    assert read_options(text, [["a", "ก"], ["b", "ข"]]) == options
