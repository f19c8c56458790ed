"""เอกสารของทรัพย์สิน: contract, hand-over note, warranty, manual."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import store_upload
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.assets import policies
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.models import AssetDocument
from cddp.registers.assets.services.holding import label_of, lock_asset

PERMISSION: Final = "assets.change"
LARGEST_BYTES: Final = 40 * 2**20
MOST_DOCUMENTS: Final = 100


@transaction.atomic
def add_document(
    by: User | None, asset_id: UUID, *, upload: "UploadedFile[Any]", title: str = "", at: dt.datetime
) -> AssetDocument:
    """Keep one paper; without a title it bears the file's name."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    if asset.documents.filter(removed_at=None).count() >= MOST_DOCUMENTS:
        raise UnableToChangeAsset(
            _("ทรัพย์สินนี้มีเอกสารครบ %(most)s ฉบับแล้ว") % {"most": MOST_DOCUMENTS}, code="too_many_documents"
        )
    stored = store_upload(
        upload.file or upload,
        upload.name or "ไฟล์",
        permission="assets.view",
        limit_bytes=LARGEST_BYTES,
        by=by.pk if by is not None else None,
    )
    paper = AssetDocument(
        asset=asset,
        title=(normalise_line(title) or stored.name)[:200],
        file=stored,
        by_label=label_of(by),
        created_at=at,
    )
    paper.save(force_insert=True)
    audit.record("assets.document.added", paper, changes={"asset": [None, asset.pk]})
    return paper


@transaction.atomic
def remove_document(by: User | None, asset_id: UUID, document_id: UUID, *, at: dt.datetime) -> AssetDocument:
    """Put a paper out of sight; the same again changes nothing."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    paper = asset.documents.filter(pk=document_id).first()
    if paper is None:
        raise Http404
    if paper.removed_at is None:
        paper.removed_at = at
        paper.save(update_fields=["removed_at"])
        audit.record("assets.document.removed", paper)
    return paper
