"""ประชาชนของการทดสอบ: somebody with a browser and no account."""

import io
import re
from uuid import uuid4

import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from cddp.operations.complaints.tests.needs import PLACE

SLUG = "test-town"
FORM = f"/t/{SLUG}/report/"
NEEDS = f"/t/{SLUG}/needs/"
FOLLOW = f"/t/{SLUG}/follow/"


def photo(name="IMG_0001.jpg", size=(800, 600), colour="green"):
    """Return a photo as a browser sends it, with the place it was taken at in its EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG", exif=exif.tobytes())
    return named(target.getvalue(), name)


def named(content, name):
    """Return bytes as an upload of this name."""
    file = io.BytesIO(content)
    file.name = name
    return file


def opened(client: Client, address: str = FORM) -> dict[str, str]:
    """Open the form as a person does, and return its hidden fields."""
    page = client.get(address).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def send(client: Client, text: str = "ไฟทางดับหน้าวัดป่าสัก มืดมาก", *, wait_s: int = 30, **fields):
    """Fill the form in, take one's time, and send it."""
    hidden = opened(client)
    values = {"text": text, "client_id": str(uuid4()), "opened": hidden["opened"]} | fields
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=wait_s), tick=True):
        return client.post(FORM, {key: value for key, value in values.items() if value is not None})


def here(east: float = 0.0) -> dict[str, str]:
    """Return the fields of a place."""
    return {"lng": f"{PLACE[0] + east:.6f}", "lat": f"{PLACE[1]:.6f}"}


def code_of(answer) -> str:
    """Return the follow code from the address of a receipt."""
    found = re.search(r"/follow/([0-9A-Z-]+)/receipt/", answer["Location"])
    assert found, answer["Location"]
    return found[1]
