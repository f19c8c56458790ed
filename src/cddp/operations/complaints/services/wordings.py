"""ข้อความสำเร็จรูปและหน่วยงานอื่น: the words a town answers with, and whose matter it is when it is not the town's."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.values.errors import UnableToChangeStale
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.models import Agency, MessageTemplate
from cddp.operations.complaints.rules.wording import list_strangers
from cddp.operations.complaints.services.settings_rows import write_row


def keep_template(
    user: User, pk: UUID | None, *, name: str, body: str, is_active: bool = True, version: int | None = None
) -> MessageTemplate:
    """Make a wording, or change the `version` that the person saw. Raises UnableToConfigure, UnableToChangeStale."""
    row: MessageTemplate = _locked(MessageTemplate, pk)
    if pk is not None and version is not None and row.version != version:
        raise UnableToChangeStale(_("มีผู้แก้ไขข้อความนี้ระหว่างที่ท่านเปิดหน้าอยู่ กรุณาตรวจแล้วบันทึกอีกครั้ง"))
    if strangers := list_strangers(body):
        words = ", ".join(f"{{{each}}}" for each in strangers)
        raise UnableToConfigure(
            _("ไม่รู้จักช่องว่าง %(words)s") % {"words": words}, field="body", code="placeholder"
        )
    values: dict[str, Any] = {
        "name": normalise_line(name)[:120],
        "body": normalise(body),
        "is_active": is_active,
    }
    _refuse_taken(MessageTemplate, row, values["name"])
    write_row(user, row, values | {"version": row.version + (pk is not None)}, kind="message_template")
    return row


def keep_agency(user: User, pk: UUID | None, *, name: str, **others: Any) -> Agency:
    """Add an agency, or change it. Raises UnableToConfigure for a name that is taken."""
    row: Agency = _locked(Agency, pk)
    values: dict[str, Any] = {"name": normalise_line(name)[:200], **others}
    _refuse_taken(Agency, row, values["name"])
    write_row(user, row, values, kind="agency")
    return row


def set_in_use(
    user: User, kind: type[MessageTemplate] | type[Agency], pk: UUID, *, is_active: bool
) -> MessageTemplate | Agency:
    """Stop offering a wording or an agency, or offer it again."""
    row: MessageTemplate | Agency = _locked(kind, pk)
    values: Mapping[str, Any] = {"is_active": is_active}
    write_row(user, row, values, kind="agency" if kind is Agency else "message_template")
    return row


def _locked(kind: Any, pk: UUID | None) -> Any:
    return kind() if pk is None else get_object_or_404(kind.objects.select_for_update(), pk=pk)


def _refuse_taken(kind: type[models.Model], row: models.Model, name: str) -> None:
    if kind._default_manager.filter(name=name).exclude(pk=row.pk).exists():
        raise UnableToConfigure(_("มีชื่อนี้แล้ว"), field="name", code="taken")
