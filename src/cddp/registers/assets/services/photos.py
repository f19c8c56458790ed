"""รูปทรัพย์สิน: kept as drawn anew by `files`, without place or device."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import store_photo
from cddp.registers.assets import policies
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.models import AssetPhoto
from cddp.registers.assets.services.holding import label_of, lock_asset

MOST_PHOTOS: Final = 60
PERMISSION: Final = "assets.inspect"
FILE_PERMISSION: Final = "assets.view"


@transaction.atomic
def add_photo(
    by: User | None,
    asset_id: UUID,
    *,
    upload: "UploadedFile[Any]",
    inspection_id: UUID | None = None,
    at: dt.datetime,
) -> AssetPhoto:
    """Keep one picture of an asset. Raises UnableToStoreFile with words for who sent it."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    if asset.photos.filter(removed_at=None).count() >= MOST_PHOTOS:
        raise UnableToChangeAsset(
            _("ทรัพย์สินนี้มีรูปครบ %(most)s รูปแล้ว โปรดนำรูปเก่าออกก่อน") % {"most": MOST_PHOTOS},
            field="photos",
            code="too_many_photos",
        )
    stored = store_photo(
        upload, upload.name or "photo", permission=FILE_PERMISSION, by=by.pk if by is not None else None
    )
    photo = AssetPhoto(
        asset=asset,
        inspection_id=inspection_id,
        file=stored.file,
        preview=stored.preview,
        by_label=label_of(by),
        created_at=at,
    )
    photo.save(force_insert=True)
    audit.record("assets.photo.added", photo, changes={"asset": [None, asset.pk]})
    return photo


@transaction.atomic
def remove_photo(by: User | None, asset_id: UUID, photo_id: UUID, *, at: dt.datetime) -> AssetPhoto:
    """Put a picture out of sight; the same again changes nothing."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    photo = asset.photos.filter(pk=photo_id).first()
    if photo is None:
        raise Http404
    if photo.removed_at is None:
        photo.removed_at = at
        photo.save(update_fields=["removed_at"])
        audit.record("assets.photo.removed", photo)
    return photo
