"""รับรูปจากประชาชน: each photo that is one is kept; of each that is none is told why, and the report stands."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cddp.foundation.files.upload_handlers import refusal_of
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.forms.public import MOST_PHOTOS
from cddp.operations.complaints.models import Report
from cddp.operations.complaints.services.photos import add_photo

TELLING = "complaints.photos"
TOLD_S = 3600


def keep_photos(request: HttpRequest, report: Report, *, at: dt.datetime) -> list[str]:
    """Keep the photos of the request with the report; return a sentence for each that could not be kept."""
    sent = request.FILES.getlist("photos")
    troubles = [_keep(file, report, place, at=at) for place, file in enumerate(sent[:MOST_PHOTOS], start=1)]
    if len(sent) > MOST_PHOTOS:
        troubles.append(_("เก็บ %(most)s รูปแรก รูปที่เหลือส่งเพิ่มได้ในหน้าติดตาม") % {"most": MOST_PHOTOS})
    dropped = refusal_of(request)
    if dropped is not None:
        troubles.append(dropped.message)
    return [trouble for trouble in troubles if trouble]


def _keep(file: Any, report: Report, place: int, *, at: dt.datetime) -> str:
    if report.need is None:
        return _("เรื่องนี้กำลังจัดเข้าหมวด กรุณาส่งรูปอีกครั้งในอีกครู่หนึ่ง")
    try:
        with transaction.atomic():
            add_photo(
                need=report.need,
                report=report,
                stream=file,
                name=f"photo-{place}.jpg",  # what people call their photos is their own business
                by_label=str(_("ผู้แจ้ง")),
                source_id=_fingerprint(file),
                at=at,
            )
    except UnableTo as refusal:
        return _("รูปที่ %(place)s: %(words)s") % {"place": place, "words": refusal.message}
    return ""


def _fingerprint(file: Any) -> str:
    """Return by what the same photo is known when the form is sent a second time."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return f"web:{digest.hexdigest()[:32]}"


def sealed_troubles(troubles: Sequence[str]) -> dict[str, str]:
    """Return the sentences as a parameter of the next page's address, which nobody else can write."""
    return {"photos": signing.dumps(list(troubles), salt=TELLING, compress=True)} if troubles else {}


def read_troubles(request: HttpRequest) -> list[str]:
    """Return the sentences that the page before sealed, for an hour."""
    try:
        told: Any = signing.loads(request.GET.get("photos", ""), salt=TELLING, max_age=TOLD_S)
    except signing.BadSignature:
        return []
    return [str(each) for each in told]
