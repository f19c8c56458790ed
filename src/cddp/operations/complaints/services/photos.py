"""รูปของเรื่อง: kept as drawn anew by `files`, inside the office until somebody has looked for faces and plates."""

import datetime as dt
from typing import IO
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import store_photo
from cddp.operations.complaints.choices import PhotoKind, PhotoVisibility
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.models import Need, Photo, Report
from cddp.operations.complaints.policies import may_triage, refuse_unless

MOST_PHOTOS = 40
# Files' own address asks for this; complaints' addresses ask whether the person may see the problem.
FILE_PERMISSION = "complaints.view_private"


def add_photo(
    *,
    need: Need,
    report: Report | None,
    stream: IO[bytes],
    name: str,
    kind: str = PhotoKind.BEFORE,
    by: User | None = None,
    by_label: str = "",
    source_id: str = "",
    at: dt.datetime,
) -> Photo:
    """Keep one picture of a problem, once per source. Raises UnableToStoreFile with words for who sent it."""
    if source_id and report is not None:
        known = Photo.objects.filter(report=report, source_id=source_id).first()
        if known is not None:
            return known
    if need.photos.filter(forgotten_at=None).count() >= MOST_PHOTOS:
        raise UnableToChangeNeed(
            _("เรื่องนี้มีรูปครบ %(most)s รูปแล้ว") % {"most": MOST_PHOTOS}, code="too_many_photos"
        )
    stored = store_photo(stream, name, permission=FILE_PERMISSION, by=by.pk if by else None)
    photo = Photo(
        need=need,
        report=report,
        kind=kind,
        file=stored.file,
        preview=stored.preview,
        source_id=source_id,
        by_label=str(by) if by else by_label,
        created_at=at,
    )
    photo.save(force_insert=True)
    count_waiting(need.pk)
    audit.record("complaints.photo.added", photo, changes={"kind": [None, kind]})
    return photo


def publish_photo(user: User, photo_id: UUID, *, at: dt.datetime) -> Photo:
    """Let a picture out: an officer has seen that no face and no number plate can be known on it."""
    return _decide(user, photo_id, PhotoVisibility.PUBLISHED, at=at)


def withhold_photo(user: User, photo_id: UUID, *, at: dt.datetime) -> Photo:
    """Keep a picture inside, also one that was out before."""
    return _decide(user, photo_id, PhotoVisibility.WITHHELD, at=at)


def forget_photo(photo: Photo, *, at: dt.datetime) -> None:
    """Let a picture go because its sender took it back: it is no longer reachable by anybody."""
    photo.forgotten_at, photo.file, photo.preview = at, None, None
    photo.visibility = PhotoVisibility.WITHHELD
    photo.save(update_fields=["forgotten_at", "file", "preview", "visibility"])
    count_waiting(photo.need_id)
    audit.record("complaints.photo.forgotten", photo)


def _decide(user: User, photo_id: UUID, visibility: PhotoVisibility, *, at: dt.datetime) -> Photo:
    refuse_unless(may_triage(user))
    photo = get_object_or_404(Photo.objects.visible_to(user).select_for_update(of=("self",)), pk=photo_id)
    before, photo.visibility = photo.visibility, visibility.value
    photo.decided_at, photo.decided_by_label = at, str(user)
    photo.save(update_fields=["visibility", "decided_at", "decided_by_label"])
    count_waiting(photo.need_id)
    audit.record("complaints.photo.decided", photo, changes={"visibility": [before, visibility.value]})
    return photo


def count_waiting(need_id: UUID) -> None:
    """Count anew how many pictures of a problem nobody has looked at."""
    waiting = Photo.objects.filter(need_id=need_id, visibility=PhotoVisibility.WAITING, forgotten_at=None)
    Need.objects.filter(pk=need_id).update(photos_waiting=min(waiting.count(), 32_000))
