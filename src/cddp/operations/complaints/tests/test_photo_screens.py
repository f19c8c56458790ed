"""Pictures: who may see them, and who lets them out."""

import io
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cddp.operations.complaints.choices import PhotoVisibility
from cddp.operations.complaints.models import Need, Photo
from cddp.operations.complaints.services.photos import add_photo, forget_photo
from cddp.operations.complaints.tests.staff import cost, told

QUEUE = "/complaints/photos/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def add(need: Need, colour: str = "red") -> Photo:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "JPEG")
    stream.seek(0)
    return add_photo(need=need, report=need.reports.first(), stream=stream, name="a.jpg", at=timezone.now())


@pytest.fixture
def photos(triager):
    need = told("ไฟดับ")
    return [add(need, colour) for colour in ("red", "green", "blue")]


def of(photo: Photo, name: str) -> str:
    return reverse(f"complaints:{name}", args=[photo.pk])


@pytest.mark.parametrize("name", ["photo", "photo_preview"])
def test_a_picture_is_for_who_may_see_the_problem(login, triager, reader, foreigner, photos, name):
    response = login(reader).get(of(photos[0], name))
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size[0] <= 60
    assert login(foreigner).get(of(photos[0], name)).status_code == 404
    assert login(reader).get(reverse(f"complaints:{name}", args=[uuid4()])).status_code == 404
    assert login(reader).post(of(photos[0], name)).status_code == 405
    forget_photo(photos[0], at=timezone.now())
    assert login(reader).get(of(photos[0], name)).status_code == 404


def test_a_private_picture_is_not_there(login, triager):
    assert login(triager).get(of(add(told("เรียกเงิน", key="integrity")), "photo")).status_code == 404
    assert login(triager).get(QUEUE).context["photo"] is None


def test_the_queue_shows_one_at_a_time_and_goes_on(login, triager, photos):
    client = login(triager)
    response = client.get(QUEUE)
    assert (response.context["photo"], response.context["count"]) == (photos[0], 3)
    assert (response.context["before"], response.context["after"]) == (None, photos[1])
    second = client.get(f"{QUEUE}?photo={photos[1].pk}").context
    assert (second["before"], second["after"]) == (photos[0], photos[2])
    assert client.get(f"{QUEUE}?photo=x").context["photo"] == photos[0]
    assert (
        client.post(of(photos[1], "photo_decide"), {"decision": "publish"}).url
        == f"{QUEUE}?photo={photos[2].pk}"
    )
    client.post(of(photos[2], "photo_decide"), {"decision": "withhold"})
    client.post(of(photos[0], "photo_decide"), {"decision": "withhold"})
    assert [Photo.objects.get(pk=photo.pk).visibility for photo in photos] == [
        PhotoVisibility.WITHHELD, PhotoVisibility.PUBLISHED, PhotoVisibility.WITHHELD,
    ]  # fmt: skip
    assert "ไม่มีรูปที่รอตรวจ" in client.get(QUEUE).content.decode()


def test_keys_do_the_work(login, triager, photos):
    content = login(triager).get(f"{QUEUE}?photo={photos[1].pk}").content.decode()
    for key in ("p", "w", "j", "k"):
        assert f'data-key="{key}"' in content


def test_deciding_on_the_page_of_the_problem_comes_back_there(login, triager, photos):
    back = photos[0].need.get_absolute_url()
    client = login(triager)
    assert client.post(of(photos[0], "photo_decide"), {"decision": "publish", "next": back}).url == back
    foreign = {"decision": "publish", "next": "//evil.example/"}
    assert client.post(of(photos[1], "photo_decide"), foreign).url.startswith(QUEUE)


def test_the_litany_of_deciding(login, triager, reader, foreigner, photos):
    url = of(photos[0], "photo_decide")
    assert login(reader).get(QUEUE).status_code == 403
    assert login(reader).post(url, {"decision": "publish"}).status_code == 403
    assert login(foreigner).post(url, {"decision": "publish"}).status_code == 404
    client = login(triager)
    assert client.get(url).status_code == 405
    assert client.post(url, {"decision": "explode"}).status_code == 302
    assert Photo.objects.get(pk=photos[0].pk).visibility == PhotoVisibility.WAITING


def test_the_price_of_the_queue_does_not_grow(login, triager, photos):
    client = login(triager)
    few = cost(client, QUEUE)
    for _number in range(8):
        add(photos[0].need)
    assert cost(client, QUEUE) == few
