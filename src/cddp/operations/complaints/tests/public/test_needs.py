"""เรื่องที่แจ้งแล้ว: everybody sees the list, the map and the page of a problem; of the private ones nothing."""

import datetime as dt
import json

import pytest
from django.core.cache import caches
from django.utils import timezone

from cddp.operations.complaints.choices import PhotoKind, PhotoVisibility, ReportState
from cddp.operations.complaints.models import Need, Photo, Report
from cddp.operations.complaints.queries import public
from cddp.operations.complaints.rules.classifying import Suggestion
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.services.photos import add_photo
from cddp.operations.complaints.tests.needs import NOW, category, tell
from cddp.operations.complaints.tests.public.citizens import NEEDS, photo
from cddp.registers.residents.models import Area
from tests.towns import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered(town):
    category()
    caches["local"].clear()


def need(text="ไฟทางดับหน้าวัดป่าสัก", **more):
    return Need.objects.get(pk=tell(text, **more).need_id)


def looked_at(found):
    Need.objects.filter(pk=found.pk).update(state=ReportState.IN_PROGRESS)
    found.refresh_from_db()
    return found


def page_of(client, found):
    return client.get(f"{NEEDS}{found.number}/")


def spots(client, query=""):
    answer = client.get(f"{NEEDS}spots.json{query}")
    return json.loads(answer.content)["features"]


def test_the_page_of_a_problem(client, town):
    found = need(at=NOW)
    tell("ไฟดับสองดวง", at=NOW + dt.timedelta(days=40), joins_need_id=found.pk, phone="0891234567")
    looked_at(found)
    page = page_of(client, found).content.decode()
    for words in (
        "ไฟทางดับหน้าวัดป่าสัก",
        "กำลังดำเนินการ",
        "2 คน",
        "26 พ.ย. 2569",
        "ยังไม่ได้นัดวัน",
        found.number,
        "ไฟฟ้าแสงสว่าง",
    ):
        assert words in page
    assert "ไฟดับสองดวง" not in page  # only the first voice's words stand there


def test_until_somebody_has_looked_only_the_kind_is_told(client, town):
    page = page_of(client, need("คนชื่อดังขายของเถื่อนหน้าวัด")).content.decode()
    assert "คนชื่อดัง" not in page
    assert "ไฟฟ้าแสงสว่าง" in page


def test_about_people_in_need_neither_words_nor_place(client, town):
    found = looked_at(need("ยายอยู่คนเดียวไม่มีข้าวกิน", key="help"))
    page = page_of(client, found).content.decode()
    assert "ยาย" not in page
    assert "city-map" not in page
    assert spots(client) == []


@pytest.mark.parametrize("change", [{"is_private": True}, {"is_hidden": True}, {"reports_count": 0}])
def test_what_is_not_public_is_not_there(client, town, change):
    found = looked_at(need())
    Need.objects.filter(pk=found.pk).update(**change)
    assert page_of(client, found).status_code == 404
    assert found.number not in client.get(NEEDS).content.decode()
    assert spots(client) == []


def test_private_families_are_not_there(client, town):
    found = need("เจ้าหน้าที่เรียกเงิน", key="integrity")
    assert page_of(client, found).status_code == 404
    assert found.number not in client.get(NEEDS).content.decode()


def test_a_problem_of_another_town_is_not_there(client, town):
    found = need()
    assert client.get(f"/t/neighbour/needs/{found.number}/").status_code == 404


def test_old_numbers_lead_on_after_merges(client, town):
    officer = make_user("officer", "complaints_officer")
    first, second, third = (need(f"ไฟดับจุดที่ {place}", east_m=place * 3_000) for place in (1, 2, 3))
    merge_needs(officer, first.pk, second.pk, version=second.version, at=timezone.now())
    third.refresh_from_db()
    merge_needs(officer, second.pk, third.pk, version=third.version, at=timezone.now())
    answer = page_of(client, first)
    assert answer.status_code == 302
    assert answer["Location"] == f"{NEEDS}{third.number}/"


def test_places_are_rounded(client, town):
    found = need(east_m=17)
    exact = found.shape.x, found.shape.y
    (feature,) = spots(client)
    shown = feature["geometry"]["coordinates"]
    assert shown != list(exact)
    assert abs(shown[0] - exact[0]) <= public.GRID_DEGREES
    assert abs(shown[1] - exact[1]) <= public.GRID_DEGREES
    # Every place of one square is shown at the same point.
    same = need("ไฟอีกดวง", east_m=19)
    assert public.rounded_spot(same.shape) == tuple(shown) == public.rounded_spot(found.shape)
    page = page_of(client, found).content.decode()
    assert f"{exact[0]:.6f}"[:9] not in page


def test_spots_say_no_more_than_they_must(client, town):
    looked_at(need("ไฟดับหน้าบ้าน โทร 0812345678"))
    (feature,) = spots(client)
    assert set(feature) == {"type", "geometry", "properties"}
    assert set(feature["properties"]) == {"n", "t", "s", "v"}
    assert "0812345678" not in json.dumps(feature)


def test_spots_are_kept_until_they_change(client, town):
    need()
    first = client.get(f"{NEEDS}spots.json")
    again = client.get(f"{NEEDS}spots.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    caches["local"].clear()
    need("ท่อตัน", key="drain", east_m=900)
    fresh = client.get(f"{NEEDS}spots.json", headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200
    assert fresh["Cache-Control"] == "public, max-age=60"


def test_no_more_spots_than_a_phone_can_draw(client, town, monkeypatch):
    monkeypatch.setattr(public, "MOST_SPOTS", 2)
    for place in range(3):
        need(f"ไฟดับ {place}", east_m=place * 2_000)
    assert len(spots(client)) == 2


def test_the_list_is_filtered_and_goes_on(client, town, monkeypatch):
    Area.objects.create(code="m4", number=4, name="บ้านป่าสัก")
    monkeypatch.setattr(public, "PAGE_ROWS", 2)
    found = [
        need(f"ไฟดับ {place}", east_m=place * 2_000, at=NOW + dt.timedelta(minutes=place))
        for place in range(5)
    ]
    Need.objects.filter(pk=found[0].pk).update(state=ReportState.FINISHED, is_open=False, area_code="m4")
    seen, address = [], NEEDS
    while address:
        page = client.get(address).content.decode()
        seen += [each.number for each in found if f"{NEEDS}{each.number}/" in page]
        _before, sign, rest = page.partition('rel="next" href="')
        address = rest.partition('"')[0].replace("&amp;", "&") if sign else ""
    assert sorted(seen) == sorted(each.number for each in found)
    closed = client.get(f"{NEEDS}?state=closed").content.decode()
    assert found[0].number in closed
    assert found[1].number not in closed
    assert found[0].number in client.get(f"{NEEDS}?area=m4").content.decode()
    assert "ไม่มีเรื่องที่ตรงกับตัวกรอง" in client.get(f"{NEEDS}?category=drain").content.decode()
    assert len(spots(client, "?state=closed")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "?before=x",
        "?before=2026-01-01_1",
        "?state=%00",
        "?category=" + "x" * 999,
        "?before=2026-13-45T00:00:00+00:00_x",
    ],
)
def test_bad_questions_are_borne(client, town, query):
    assert client.get(f"{NEEDS}{query}").status_code == 200


def test_photos_only_after_somebody_let_them_out(client, town):
    found = looked_at(need())
    report = Report.objects.get()
    kept = add_photo(need=found, report=report, stream=photo(), name="x.jpg", kind=PhotoKind.BEFORE, at=NOW)
    address = f"{NEEDS}{found.number}/photos/{kept.pk}/"
    for more in ("", "preview/"):
        assert client.get(address + more).status_code == 404
    assert str(kept.pk) not in page_of(client, found).content.decode()
    Photo.objects.update(visibility=PhotoVisibility.PUBLISHED)
    for more in ("", "preview/"):
        answer = client.get(address + more)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "public, max-age=86400, immutable"
        assert b"SecretCamera" not in b"".join(answer.streaming_content)
    assert str(kept.pk) in page_of(client, found).content.decode()
    other = looked_at(need("ที่อื่น", east_m=4_000))
    assert client.get(f"{NEEDS}{other.number}/photos/{kept.pk}/").status_code == 404
    Need.objects.filter(pk=found.pk).update(is_hidden=True)
    assert client.get(address).status_code == 404


def test_the_map_is_drawn_from_outlines_alone(client, town):
    answer = client.get(f"{NEEDS}map.json")
    config = json.loads(answer.content)
    assert config["layers"] == []
    assert config["isOpen"] is True
    assert {entry["value"] for entry in config["legend"]} == set(ReportState.values)


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_asks_the_same_whatever_its_length(client, town, count, django_assert_max_num_queries):
    for place in range(count):
        need(f"ไฟดับ {place}", east_m=place * 2_000)
    client.get(NEEDS)
    with django_assert_max_num_queries(15):
        assert client.get(NEEDS).status_code == 200


class TestUnsorted:
    """What came without a category and nobody has looked at: it may be anything."""

    def test_it_is_listed_only_when_somebody_has_sorted_it(self, client, town):
        found = need("ไฟทางดับหน้าวัด", key="")
        assert found.number not in client.get(NEEDS).content.decode()
        assert spots(client) == []
        assert page_of(client, found).status_code == 200  # whoever was given its number may see it
        looked_at(found)
        assert found.number in client.get(NEEDS).content.decode()

    def test_words_that_may_be_private_keep_it_back(self, client, town, monkeypatch):
        doubtful = [Suggestion("road", 0.6, ()), Suggestion("integrity", 0.2, ())]
        monkeypatch.setattr(public, "suggest_categories", lambda text: doubtful)
        found = need("เก็บเงินแล้วไม่ทำถนน", key="")
        assert page_of(client, found).status_code == 404
        assert public.list_public_by_id([found.pk]) == {}
        looked_at(found)
        assert page_of(client, found).status_code == 200

    def test_its_kind_is_guessed_where_the_words_are_clear(self, client, town, monkeypatch):
        monkeypatch.setattr(public, "suggest_categories", lambda text: [Suggestion("lighting", 0.9, ())])
        found = need("ไฟบ้านนายแดงดับ", key="")
        page = page_of(client, found).content.decode()
        assert "ไฟฟ้าแสงสว่าง" in page
        assert "แดง" not in page


def test_unknown_categories_and_places_are_nothing(client, town):
    need()
    assert spots(client, "?category=nothing") == []
    assert spots(client, "?area=nothing") == []
