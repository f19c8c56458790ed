"""Inspections, outages, photos and papers: once each, by who may, the newest look on the asset."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from cddp.foundation.accounts.models import User
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.errors import UnableToAct, UnableToChangeAsset
from cddp.registers.assets.models import Asset, AssetPhoto, Inspection, Outage
from cddp.registers.assets.services import photos as photo_services
from cddp.registers.assets.services.documents import add_document, remove_document
from cddp.registers.assets.services.inspecting import inspect
from cddp.registers.assets.services.outages import begin_outage, correct_start, end_outage, resume_outage
from cddp.registers.assets.services.photos import add_photo, remove_photo
from cddp.registers.assets.services.registering import dispose_asset
from cddp.registers.assets.tests.samples import NOW, lamp, picture
from tests.towns import make_user

HOUR = dt.timedelta(hours=1)
TODAY = dt.date(2026, 11, 26)


@pytest.fixture
def technician(town: Municipality) -> User:
    return make_user("ช่าง", "technician")


@pytest.fixture
def keeper(town: Municipality) -> User:
    return make_user("พัสดุ", "asset_officer")


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


def look(by, asset, condition=3, on=TODAY, **more) -> Inspection:
    return inspect(by, asset.pk, condition=condition, on=on, at=more.pop("at", NOW),
                   inspection_id=more.pop("inspection_id", uuid4()), **more)  # fmt: skip


def test_the_newest_look_stands_on_the_asset(technician):
    asset = lamp()
    look(technician, asset, 4, notes="โคมร้าว")
    look(technician, asset, 1, on=TODAY - dt.timedelta(days=30))
    asset.refresh_from_db()
    assert (asset.condition, asset.inspected_on, asset.version) == (4, TODAY, 1)
    assert [each.condition for each in asset.inspections.all()] == [4, 1]


def test_the_same_look_sent_twice_is_one(technician):
    asset, key = lamp(), uuid4()
    first = look(technician, asset, 4, inspection_id=key, photos=[picture()])
    again = look(technician, asset, 2, inspection_id=key, photos=[picture()])
    assert (first.pk, again.condition, Inspection.objects.count(), AssetPhoto.objects.count()) == (
        key,
        4,
        1,
        1,
    )
    assert AssetPhoto.objects.get().inspection_id == key
    with pytest.raises(UnableToChangeAsset):
        look(technician, lamp(), inspection_id=key)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"condition": 0}, "condition"), ({"condition": 6}, "condition"), ({"on": dt.date(2026, 11, 27)}, "on")],
)
def test_a_look_that_cannot_be_is_refused(technician, changes, field):
    asset = lamp()
    with pytest.raises(UnableToChangeAsset) as told:
        look(technician, asset, **changes)
    assert told.value.field == field


def test_a_bad_picture_keeps_the_whole_look_out(technician):
    asset = lamp()
    with pytest.raises(UnableToStoreFile):
        look(technician, asset, photos=[picture(), SimpleUploadedFile("a.jpg", b"no picture")])
    assert not Inspection.objects.exists()
    assert not AssetPhoto.objects.exists()


def test_an_outage_begins_once_and_ends_once(technician):
    asset = lamp()
    first = begin_outage(technician, asset.pk, source=Source.OFFICER, words="ดับ", from_at=NOW)
    same = begin_outage(None, asset.pk, source=Source.SENSOR, reference="s-1", from_at=NOW + HOUR)
    assert same == first
    assert Asset.objects.get().state == AssetState.BROKEN
    assert list(Asset.objects.out()) == [asset]
    assert end_outage(None, asset.pk, reference="s-1", at=NOW + HOUR) is None
    ended = end_outage(technician, asset.pk, at=NOW + 2 * HOUR)
    assert (ended.until_at, ended.ended_by_label) == (NOW + 2 * HOUR, str(technician))
    assert Asset.objects.get().state == AssetState.IN_USE
    assert end_outage(technician, asset.pk, at=NOW) is None
    assert Outage.objects.count() == 1


def test_an_outage_never_ends_before_it_began(technician):
    asset = lamp()
    begin_outage(technician, asset.pk, source=Source.OFFICER, from_at=NOW)
    assert end_outage(technician, asset.pk, at=NOW - HOUR).until_at == NOW


def test_an_outage_that_had_not_ended_goes_on_as_the_same_one(technician, reader):
    asset = lamp()
    first = begin_outage(technician, asset.pk, source=Source.COMPLAINT, reference="need", from_at=NOW)
    end_outage(technician, asset.pk, at=NOW + HOUR)
    assert resume_outage(None, asset.pk, ended_at=NOW) is None
    with pytest.raises(UnableToAct):
        resume_outage(reader, asset.pk, ended_at=NOW + HOUR)
    again = resume_outage(None, asset.pk, ended_at=NOW + HOUR)
    assert (again, again.from_at, again.until_at, again.ended_by_label) == (first, NOW, None, "")
    assert Asset.objects.get().state == AssetState.BROKEN
    assert resume_outage(None, asset.pk, ended_at=NOW + HOUR) == first
    assert Outage.objects.count() == 1


def test_since_when_can_be_put_right_while_it_lasts(technician):
    outage = begin_outage(technician, lamp().pk, source=Source.OFFICER, from_at=NOW)
    assert correct_start(technician, outage.pk, from_at=NOW - HOUR, at=NOW).from_at == NOW - HOUR
    with pytest.raises(UnableToChangeAsset):
        correct_start(technician, outage.pk, from_at=NOW + HOUR, at=NOW)
    end_outage(technician, outage.asset_id, at=NOW)
    with pytest.raises(UnableToChangeAsset):
        correct_start(technician, outage.pk, from_at=NOW - HOUR, at=NOW)


def test_what_is_gone_is_neither_seen_nor_out(keeper):
    asset = lamp()
    dispose_asset(keeper, asset.pk, version=1, disposal="destruction", disposed_on=TODAY, at=NOW)
    with pytest.raises(UnableToChangeAsset):
        look(keeper, asset)
    with pytest.raises(UnableToChangeAsset):
        begin_outage(keeper, asset.pk, source=Source.OFFICER, from_at=NOW)


def test_pictures_and_papers_come_and_go(keeper, technician, monkeypatch):
    asset = lamp()
    photo = add_photo(technician, asset.pk, upload=picture(), at=NOW)
    paper = add_document(keeper, asset.pk, upload=SimpleUploadedFile("สัญญา.pdf", b"%PDF-1.7"), at=NOW)
    assert (photo.file.permission, paper.title, paper.file.is_encrypted) == ("assets.view", "สัญญา.pdf", True)
    assert remove_photo(technician, asset.pk, photo.pk, at=NOW).removed_at == NOW
    assert remove_photo(technician, asset.pk, photo.pk, at=NOW + HOUR).removed_at == NOW
    assert remove_document(keeper, asset.pk, paper.pk, at=NOW).removed_at == NOW
    with pytest.raises(Http404):
        remove_photo(technician, lamp().pk, photo.pk, at=NOW)
    monkeypatch.setattr(photo_services, "MOST_PHOTOS", 0)
    with pytest.raises(UnableToChangeAsset):
        add_photo(technician, asset.pk, upload=picture(), at=NOW)


def test_readers_write_nothing_and_strangers_see_nothing(reader, technician, stranger):
    asset = lamp()
    for act in (
        lambda by: look(by, asset),
        lambda by: begin_outage(by, asset.pk, source=Source.OFFICER, from_at=NOW),
        lambda by: end_outage(by, asset.pk, at=NOW),
        lambda by: add_photo(by, asset.pk, upload=picture(), at=NOW),
        lambda by: add_document(by, asset.pk, upload=picture(), at=NOW),
    ):
        for by in (reader, stranger):
            with pytest.raises(UnableToAct):
                act(by)
    with pytest.raises(UnableToAct):
        add_document(technician, asset.pk, upload=picture(), at=NOW)
    with pytest.raises(Http404):
        begin_outage(technician, uuid4(), source=Source.OFFICER, from_at=NOW)
