"""เขียนบันทึกการใช้งาน: add an entry in the same transaction as the act."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from cddp.foundation.audit.context import current_acting
from cddp.foundation.audit.models import AuditEntry

PURPOSE_LIMIT = 200

__all__ = ["changes_between", "prepare", "record", "record_looks"]


def record(
    action: str,
    target: models.Model | type[models.Model],
    *,
    target_id: UUID | None = None,
    changes: Mapping[str, Any] | None = None,
    purpose: str = "",
) -> AuditEntry:
    """Record one act ("residents.person.merged") on one row, or on a kind of rows.

    `changes` maps a field to [before, after]; never put an identity number in it.
    """
    entry = prepare(action, target, target_id=target_id, changes=changes, purpose=purpose)
    entry.save(force_insert=True)
    return entry


def prepare(
    action: str,
    target: models.Model | type[models.Model],
    *,
    target_id: UUID | None = None,
    changes: Mapping[str, Any] | None = None,
    purpose: str = "",
) -> AuditEntry:
    """Return the entry that `record` writes, unsaved: for who writes it in one round trip with what it is about."""
    who = current_acting()
    plain = DjangoJSONEncoder().encode(dict(changes or {}))
    return AuditEntry(
        action=action,
        actor_id=who.user_id,
        actor_label=who.label,
        target_kind=target._meta.label_lower,
        target_id=target_id or (target.pk if isinstance(target, models.Model) else None),
        changes=json.loads(plain),
        # Masking a number may make the words longer than they were typed.
        purpose=(purpose or who.purpose)[:PURPOSE_LIMIT],
        request_id=who.request_id,
        address=who.address or None,
    )


def record_looks(action: str, kind: type[models.Model], ids: Iterable[UUID], *, purpose: str = "") -> None:
    """Record that many rows were seen at once, such as a list of people: one entry each, one statement."""
    AuditEntry.objects.bulk_create(
        [prepare(action, kind, target_id=target_id, purpose=purpose) for target_id in ids]
    )


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return {field: [before, after]} for the fields that differ."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
