"""รูปจากคน: what a phone takes is kept clean and upright; what is no picture is named; nothing eats the machine."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFile, PngImagePlugin
from pillow_heif import from_pillow

from cddp.foundation.files import pictures, services
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.picture_names import name_of_stranger
from cddp.foundation.files.responses import respond_with_picture

pytestmark = pytest.mark.django_db
PERMISSION = "complaints.view"
SECRET = b"SecretCamera"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(size=(400, 200), mode="RGB"):
    """Left half red, right half blue: shows whether it was turned."""
    picture = Image.new("RGB", size, RED)
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return picture.convert(mode)


def notes(turned=1):
    """EXIF as a phone writes it: maker, orientation, and the place of the house."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x0112] = turned
    exif[0x8825] = {1: "N", 2: (18.0, 34.0, 12.3), 3: "E", 4: (99.0, 0.0, 30.5)}
    return exif.tobytes()


def saved(picture, kind, **how):
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()


def heic(turned=1):
    file = from_pillow(scene())
    target = io.BytesIO()
    file.save(target, quality=60, exif=notes(turned))
    return target.getvalue()


def taken(content, name="IMG_0001.jpg", **how):
    return services.store_photo(io.BytesIO(content), name, permission=PERMISSION, **how)


def opened(file):
    with services.open_stored(file) as stream:
        content = stream.read()
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture, content


def near(seen, wanted):
    return all(abs(a - b) < 40 for a, b in zip(seen, wanted, strict=True))


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretCamera</x:xmpmeta>'


def png_with_text():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(scene(), "PNG", pnginfo=text, exif=notes())


def two_frames(kind):
    second = Image.new("RGB", (400, 200), "yellow")
    return saved(scene(), kind, save_all=True, append_images=[second])


CLEAN = {
    "jpeg": lambda: saved(scene(), "JPEG", exif=notes(), comment=SECRET, xmp=XMP, icc_profile=SECRET * 30),
    "progressive": lambda: saved(scene(), "JPEG", exif=notes(), progressive=True),
    "heic": heic,
    "png": png_with_text,
    "webp": lambda: saved(scene(), "WEBP", exif=notes(), xmp=XMP),
    "mpo": lambda: two_frames("MPO"),
    "animated webp": lambda: two_frames("WEBP"),
    "animated png": lambda: two_frames("PNG"),
    "cmyk": lambda: saved(scene(mode="CMYK"), "JPEG"),
    "palette": lambda: saved(scene(mode="P"), "PNG"),
    "html behind": lambda: saved(scene(), "JPEG") + b"<html><script>SecretCamera</script>",
    "notes garbled": lambda: saved(scene(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + SECRET),
}


@pytest.mark.parametrize("what", CLEAN)
def test_a_photo_becomes_two_clean_jpegs(town, what):
    photo = taken(CLEAN[what](), "บ้านนายบุญมี.HEIC")
    for file, longest in ((photo.file, 400), (photo.preview, 400)):
        picture, content = opened(file)
        assert (picture.format, picture.mode, file.content_type) == ("JPEG", "RGB", "image/jpeg")
        assert max(picture.size) == longest
        assert getattr(picture, "n_frames", 1) == 1
        assert not picture.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "mp"} & set(picture.info)
        assert SECRET not in content
        assert near(picture.getpixel((50, 100)), RED)
        assert near(picture.getpixel((350, 100)), BLUE)
        assert file.name.endswith(".jpg")


def test_photos_lie_encrypted(town):
    photo = taken(saved(scene(), "JPEG"))
    for file in photo:
        with default_storage.open(file.storage_name) as raw:
            assert not raw.read().startswith(b"\xff\xd8")


def zipped_behind_a_picture():
    archive = io.BytesIO(saved(scene(), "JPEG"))
    archive.seek(0, io.SEEK_END)
    with zipfile.ZipFile(archive, "a") as members:
        members.writestr("evil.html", SECRET.decode())
    assert zipfile.is_zipfile(io.BytesIO(archive.getvalue()))
    return archive.getvalue()


def test_an_archive_behind_a_picture_is_gone(town):
    _picture, content = opened(taken(zipped_behind_a_picture()).file)
    assert not zipfile.is_zipfile(io.BytesIO(content))


@pytest.mark.parametrize("make", [lambda turned: saved(scene(), "JPEG", exif=notes(turned)), heic])
@pytest.mark.parametrize(("turned", "first"), [(6, RED), (8, BLUE)])
def test_orientation_is_applied(town, make, turned, first):
    # A phone held upright writes its rows sideways: 6 is a quarter to the right, 8 to the left.
    picture, _content = opened(taken(make(turned)).file)
    assert picture.size == (200, 400)
    assert near(picture.getpixel((100, 50)), first)


def test_preview_is_light(town):
    noise = Image.effect_noise((3000, 2000), 60).convert("RGB")
    photo = taken(saved(noise, "JPEG", quality=90))
    assert opened(photo.file)[0].size == (2560, 1707)
    assert opened(photo.preview)[0].size == (480, 320)
    assert photo.preview.size_bytes < 60_000


def test_transparent_points_become_white(town):
    palette = Image.new("P", (40, 20), 0)
    palette.putpalette([10, 200, 10, 200, 30, 30])
    content = saved(palette, "PNG", transparency=0)
    assert opened(taken(content).file)[0].getpixel((5, 5)) == (255, 255, 255)
    kept = services.store_image(io.BytesIO(content), "ตรา.png", permission=PERMISSION)
    assert opened(kept)[0].convert("RGBA").getpixel((5, 5))[3] == 0


def test_sixteen_bits_of_grey_are_seen_right(town):
    grey = Image.new("I;16", (40, 20), 0x8000)
    picture, _content = opened(taken(saved(grey, "PNG")).file)
    assert abs(picture.convert("L").getpixel((5, 5)) - 128) < 3


def png_claiming(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def many_empty_passes():
    """A small file whose decoding would take very long: a progressive JPEG with a thousand scans."""
    plain = saved(scene((64, 64)), "JPEG", progressive=True)
    start = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[start:-2] * 1000 + b"\xff\xd9"


REFUSED = {
    "pdf": (b"%PDF-1.7\n" + b"x" * 500, "not_an_image", "ไฟล์นี้เป็น PDF ไม่ใช่รูป"),
    "pdf behind blanks": (b"\n\n  %PDF-1.4 ...", "not_an_image", "PDF"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "not_an_image", "หน้าเว็บ"),
    "svg": (b'<svg xmlns="x" onload="alert(1)">', "not_an_image", "SVG"),
    "zip": (b"PK\x03\x04" + b"\x00" * 60, "not_an_image", "ไฟล์บีบอัด"),
    "video": (b"\x00\x00\x00\x18ftypisom" + b"\x00" * 60, "not_an_image", "วิดีโอ"),
    "gif": (saved(scene(), "GIF"), "not_an_image", "GIF"),
    "tiff": (saved(scene(), "TIFF"), "not_an_image", "TIFF"),
    "bmp": (saved(scene(), "BMP"), "not_an_image", "BMP"),
    "words": ("ถนนพังมานานแล้ว".encode() * 40, "not_an_image", "ไฟล์ข้อความ"),
    "nothing": (b"", "empty", "ว่างเปล่า"),
    "rubbish": (bytes(range(256)) * 8, "not_an_image", "ไม่รู้จัก"),
    "cut off": (saved(scene((800, 800)), "JPEG", quality=95)[:3000], "broken_image", "มาไม่ครบ"),
    "cut off png": (png_with_text()[:200], "broken_image", "มาไม่ครบ"),
    "cut off heic": (heic()[:700], "broken_image", "มาไม่ครบ"),
    "only a beginning": (b"\xff\xd8\xff\xe0", "broken_image", "เสียหาย"),
    "bomb": (png_claiming(30_000, 30_000), "too_many_pixels", "ใหญ่เกินไป"),
    "bomb below Pillow's own limit": (png_claiming(10_000, 6_000), "too_many_pixels", "ย่อรูป"),
    "large webp": (saved(Image.new("RGB", (8200, 2000)), "WEBP", method=0), "too_many_pixels", "16 ล้านจุด"),
    "empty passes": (many_empty_passes(), "too_many_passes", "ซับซ้อนผิดปกติ"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("store", [services.store_photo, services.store_image])
def test_what_is_no_sound_picture_is_named_and_leaves_nothing(town, what, store):
    content, code, words = REFUSED[what]
    with pytest.raises(UnableToStoreFile, match=words) as refusal:
        store(io.BytesIO(content), "photo.jpg", permission=PERMISSION)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()


def test_a_photo_beyond_the_limit_is_refused_while_it_is_read(town):
    with pytest.raises(UnableToStoreFile, match="ย่อรูป") as refusal:
        taken(b"\xff\xd8\xff" + b"x" * 2_000_000, limit_bytes=2**20)
    assert refusal.value.code == "too_large"


def test_a_cut_inside_a_thai_letter_is_still_text():
    assert name_of_stranger(("ก" * 400).encode()[:1024]) == "ไฟล์ข้อความ"


def test_large_photo_is_never_whole_in_memory(monkeypatch):
    """A JPEG of 48 million points is decoded at half its size: at most 12 million points stand in memory."""
    sizes = []
    plain = pictures._plain
    monkeypatch.setattr(pictures, "_plain", lambda picture: sizes.append(picture.size) or plain(picture))
    content = saved(Image.new("RGB", (8064, 6048), "gray"), "JPEG")
    picture, _kind = pictures.draw_anew(io.BytesIO(content))
    assert sizes == [(4032, 3024)]
    assert picture.size == (2560, 1920)


def test_progressive_jpeg_of_the_same_size_is_refused_above_its_own_limit(monkeypatch):
    # Stands in memory whole: its limit is the lower one.
    monkeypatch.setattr(pictures, "LARGEST_PIXELS", 50_000)
    assert pictures.draw_anew(io.BytesIO(saved(scene(), "JPEG")))
    with pytest.raises(UnableToStoreFile):
        pictures.draw_anew(io.BytesIO(saved(scene(), "JPEG", progressive=True)))


class TestAnswers:
    def test_staff_may_not_keep_it(self, town):
        file = taken(saved(scene(), "JPEG"), "นายบุญมี 0812345678.jpg").file
        answer = respond_with_picture(file, public=False)
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("inline")

    def test_public_may_keep_it_and_learn_no_name(self, town):
        file = taken(saved(scene(), "JPEG"), "boonmee-0812345678.jpg").file
        answer = respond_with_picture(file, public=True)
        assert answer["Cache-Control"] == "public, max-age=86400, immutable"
        assert "0812345678" not in str(answer.headers)
        assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))

    def test_a_paper_is_no_picture(self, town):
        from django.http import Http404

        paper = services.store_upload(io.BytesIO(b"%PDF-1.7"), "x.jpg", permission=PERMISSION)
        with pytest.raises(Http404):
            respond_with_picture(paper, public=True)


def test_half_a_picture_is_refused_also_after_a_page_was_printed(town, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    half = saved(scene((800, 800)), "JPEG", quality=95)[:3000]
    with pytest.raises(UnableToStoreFile) as refusal:
        services.store_photo(io.BytesIO(half), "half.jpg", permission="complaints.view")
    assert refusal.value.code == "broken_image"
