"""ไฟล์ที่เก็บ: encrypted at rest, whole or not at all, stripped pictures, handed out only to those who may."""

import errno
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from PIL import Image

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.files import services
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.sealed import PIECE
from cddp.foundation.tenancy.current import town_context
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db
PERMISSION = "residents.import"


def store(content, name="ทะเบียน.csv", **how):
    return services.store_upload(io.BytesIO(content), name, permission=PERMISSION, **how)


def on_disk(file):
    with default_storage.open(file.storage_name, "rb") as raw:
        return raw.read()


def parts_left():
    folder = default_storage.path("")
    return [name for _root, _dirs, names in os.walk(folder) for name in names if name.endswith(".part")]


@pytest.mark.parametrize("size", [1, 1000, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_what_goes_in_comes_out_and_lies_encrypted(town, size):
    content = os.urandom(size)
    file = store(content)
    with services.open_stored(file) as stream:
        assert stream.read() == content
        stream.seek(size // 2)
        assert stream.read(10) == content[size // 2 : size // 2 + 10]
        stream.seek(-1, io.SEEK_END)
        assert stream.read() == content[-1:]
    assert file.size_bytes == size
    assert size < 100 or content[:100] not in on_disk(file)


def test_same_content_is_kept_once_and_each_upload_has_its_row(town):
    first, second = store(b"same"), store(b"same", "other.csv")
    assert first.storage_name == second.storage_name
    assert StoredFile.objects.count() == 2


def test_what_is_removed_leaves_the_disk_with_the_last_who_holds_it(town, django_capture_on_commit_callbacks):
    first, second = store(b"same"), store(b"same", "other.csv")
    name = first.storage_name
    for file, is_there in ((first, True), (second, False)):
        with django_capture_on_commit_callbacks(execute=True):
            services.remove_stored(file)
            assert default_storage.exists(name)
        assert default_storage.exists(name) is is_there
    assert not StoredFile.objects.exists()


def test_content_is_not_taken_from_an_upload_that_is_not_yet_certain(transactional_db, towns):
    uploaded, go_on = threading.Event(), threading.Event()
    with town_context(TOWN_ID):
        first = store(b"same")

    def in_town(act):
        try:
            with town_context(TOWN_ID):
                act()
        finally:
            connection.close()

    def upload():
        store(b"same", "other.csv")
        uploaded.set()
        go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        uploading = pool.submit(in_town, upload)
        uploaded.wait(20)
        removing = pool.submit(in_town, lambda: services.remove_stored(first))
        with pytest.raises(TimeoutError):
            removing.result(0.5)
        go_on.set()
        uploading.result(20)
        removing.result(20)
    assert default_storage.exists(first.storage_name)


def test_altered_or_shortened_file_is_noticed(town):
    file = store(os.urandom(2 * PIECE + 5))
    path = default_storage.path(file.storage_name)
    content = bytearray(on_disk(file))
    content[-20] ^= 1
    with open(path, "wb") as target:
        target.write(content)
    with services.open_stored(file) as stream, pytest.raises(InvalidTag):
        stream.read()


@pytest.mark.parametrize(("content", "limit", "code"), [(b"", 10, "empty"), (b"x" * 11, 10, "too_large")])
def test_refused_uploads_leave_nothing(town, content, limit, code):
    with pytest.raises(UnableToStoreFile) as refusal:
        store(content, limit_bytes=limit)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
    assert parts_left() == []


class BrokenStream(io.BytesIO):
    """The browser goes away in the middle."""

    def read(self, size=-1):
        if self.tell() > PIECE:
            raise ConnectionResetError
        return super().read(size)


def test_a_broken_upload_leaves_nothing(town):
    with pytest.raises(UnableToStoreFile):
        services.store_upload(BrokenStream(b"x" * 3 * PIECE), "a.csv", permission=PERMISSION)
    assert not StoredFile.objects.exists()
    assert parts_left() == []


def test_a_full_disk_is_said(town, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(services, "_write", full)
    with pytest.raises(UnableToStoreFile, match="เนื้อที่") as refusal:
        store(b"x")
    assert refusal.value.code == "no_space"


def photo(kind="JPEG"):
    picture = Image.new("RGB", (400, 200), "green")
    exif = picture.getexif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    target = io.BytesIO()
    picture.save(target, kind, exif=exif)
    target.seek(0)
    return target


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_drawn_anew_without_exif_and_upright(town, kind):
    file = services.store_image(photo(kind), "ภาพ.exe", permission=PERMISSION)
    assert b"SecretCamera" not in on_disk(file)
    with services.open_stored(file) as stream, Image.open(stream) as picture:
        assert picture.size == (200, 400)
        assert not picture.getexif()
    assert file.content_type == f"image/{kind.lower()}"
    assert not file.name.endswith(".exe")


@pytest.mark.parametrize("content", [b"not a picture", b"<svg onload=alert(1)>", b"GIF89a rubbish"])
def test_what_is_no_picture_is_refused(town, content):
    with pytest.raises(UnableToStoreFile) as refusal:
        services.store_image(io.BytesIO(content), "x.jpg", permission=PERMISSION)
    assert refusal.value.code == "not_an_image"


def test_download_is_whole_attached_and_recorded(login, registrar):
    file = store(b"a,b\n1,2\n")
    answer = login(registrar).get(reverse("files:download", args=[file.pk]))
    assert b"".join(answer.streaming_content) == b"a,b\n1,2\n"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.filter(action="files.file.downloaded", target_id=file.pk).exists()


def test_stranger_and_reader_without_the_permission_get_404(login, registrar, stranger, officer):
    file = store(b"secret")
    address = reverse("files:download", args=[file.pk])
    assert login(stranger).get(address).status_code == 404
    assert login(officer).get(address).status_code == 404


def test_visitor_is_sent_to_sign_in(client, town):
    file = store(b"secret")
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 302
