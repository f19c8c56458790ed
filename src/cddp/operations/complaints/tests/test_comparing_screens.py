"""Compare, merge, split, undo on screens."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cddp.operations.complaints.choices import LinkMethod
from cddp.operations.complaints.models import Need, NeedLink
from cddp.operations.complaints.tests.staff import cost, told

COMPARE = "/complaints/compare/"


@pytest.fixture
def pair(triager):
    return told("ไฟดับหน้าวัด", phone="0811111111"), told("เสาไฟไม่ติดข้างโรงเรียน", east_m=60, phone="0822222222")


def address(one: Need, two: Need) -> str:
    return f"{COMPARE}?a={one.pk}&b={two.pk}"


def versions(*needs: Need) -> dict[str, object]:
    return {f"version_{need.pk}": need.version for need in needs}


def test_two_stand_side_by_side_and_the_older_takes_the_other_in(login, triager, pair):
    response = login(triager).get(address(*reversed(pair)))
    content = response.content.decode()
    for words in ("ไฟดับหน้าวัด", "เสาไฟไม่ติดข้างโรงเรียน", "ห่างกัน 60 เมตร"):
        assert words in content
    assert response.context["into"] == str(pair[0].pk)


def test_they_become_one_and_two_again(login, triager, pair):
    client = login(triager)
    response = client.post(address(*pair), {"into": str(pair[0].pk), **versions(*pair)}, follow=True)
    content = response.content.decode()
    link = NeedLink.objects.get()
    assert reverse("complaints:undo", args=[link.act]) in content
    assert response.redirect_chain[0][0] == f"{pair[0].get_absolute_url()}?act={link.act}"
    client.post(reverse("complaints:undo", args=[link.act]))
    assert [Need.objects.get(pk=need.pk).reports_count for need in pair] == [1, 1]
    again = client.post(reverse("complaints:undo", args=[link.act]), follow=True)
    assert "ยกเลิกไปแล้ว" in again.content.decode()


def test_the_other_way_round(login, triager, pair):
    login(triager).post(address(*pair), {"into": str(pair[1].pk), **versions(*pair)})
    assert Need.objects.get(pk=pair[1].pk).reports_count == 2


def test_a_suggestion_that_was_followed_is_written_down_as_such(login, triager):
    one = told("ไฟทางดับหน้าวัดป่าสัก มืดมาก", at=timezone.now() - dt.timedelta(days=90))
    two = told("ไฟทางดับหน้าวัดป่าสัก มืดมาก", east_m=5)
    assert one.pk != two.pk
    login(triager).post(address(one, two), {"into": str(one.pk), **versions(one, two)})
    link = NeedLink.objects.get()
    assert link.method == LinkMethod.SUGGESTED
    assert link.reason_words


@pytest.mark.parametrize("version", ["0", "x", ""])
def test_an_old_page_is_shown_anew(login, triager, pair, version):
    data = {"into": str(pair[0].pk), f"version_{pair[0].pk}": version}
    response = login(triager).post(address(*pair), data)
    assert response.status_code == 409
    assert "มีผู้แก้ไขเรื่องนี้" in response.content.decode()
    assert NeedLink.objects.count() == 0


def test_the_litany_of_comparing(login, triager, reader, foreigner, pair):
    client = login(triager)
    for bad in ("", "?a=x", f"?a={uuid4()}", f"?a={pair[0].pk}&b={uuid4()}", f"?a={pair[0].pk}&b=x"):
        assert client.get(f"{COMPARE}{bad}").status_code == 404, bad
    assert client.get(address(pair[0], pair[0])).status_code == 302
    assert login(reader).get(address(*pair)).status_code == 403
    assert login(foreigner).get(address(*pair)).status_code == 404


def test_the_other_one_is_looked_for(login, triager, pair):
    client = login(triager)
    empty = client.get(f"{COMPARE}?a={pair[0].pk}")
    assert empty.status_code == 200
    found = client.get(f"{COMPARE}?a={pair[0].pk}&q=เสาไฟ").content.decode()
    assert f"b={pair[1].pk}" in found
    assert f"b={pair[0].pk}" not in found
    assert "ไม่พบเรื่อง" in client.get(f"{COMPARE}?a={pair[0].pk}&q=ไม่มีคำนี้").content.decode()


def test_one_voice_is_taken_out_and_put_back(login, triager, reader, foreigner, pair):
    client = login(triager)
    client.post(address(*pair), {"into": str(pair[0].pk), **versions(*pair)})
    report = Need.objects.get(pk=pair[0].pk).reports.order_by("requested_at").last()
    url = reverse("complaints:split", args=[report.pk])
    assert login(reader).post(url).status_code == 403
    assert login(foreigner).post(url).status_code == 404
    client = login(triager)
    assert client.get(url).status_code == 405
    response = client.post(url)
    report.refresh_from_db()
    act = NeedLink.objects.filter(method=LinkMethod.SPLIT).get().act
    assert response.url == f"{report.need.get_absolute_url()}?act={act}"
    assert "เลิกทำ" in client.get(response.url).content.decode()
    client.post(reverse("complaints:undo", args=[act]))
    report.refresh_from_db()
    assert report.need_id == pair[0].pk


def test_the_only_voice_stays(login, triager, pair):
    report = pair[0].reports.get()
    response = login(triager).post(reverse("complaints:split", args=[report.pk]), follow=True)
    assert response.redirect_chain == [(pair[0].get_absolute_url(), 302)]
    report.refresh_from_db()
    assert report.need_id == pair[0].pk


def test_undoing_is_for_who_may(login, triager, reader, foreigner, pair):
    client = login(triager)
    client.post(address(*pair), {"into": str(pair[0].pk), **versions(*pair)})
    url = reverse("complaints:undo", args=[NeedLink.objects.get().act])
    assert client.get(url).status_code == 405
    assert client.post(reverse("complaints:undo", args=[uuid4()])).status_code == 404
    assert login(reader).post(url).status_code == 403
    assert login(foreigner).post(url).status_code == 404
    assert NeedLink.objects.get().undone_at is None


def test_the_price_of_comparing_does_not_grow(login, triager, pair):
    client = login(triager)
    few = cost(client, address(*pair))
    for number in range(10):
        told(f"แจ้งซ้ำ {number}", joins_need_id=pair[0].pk)
    assert cost(client, address(*pair)) == few
