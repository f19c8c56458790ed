"""แถวของการตั้งค่า: write a row of the town's own tables, and record what differs."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.operations.complaints.policies import may_configure, refuse_unless


def write_row(user: User, row: models.Model, values: Mapping[str, Any], *, kind: str) -> dict[str, list[Any]]:
    """Save these values in a row, new or locked by the caller, and record the difference, which is returned."""
    refuse_unless(may_configure(user))
    is_new = row._state.adding
    before = {} if is_new else {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    changes = audit.changes_between(before, {name: getattr(row, name) for name in values})
    if is_new:
        row.save(force_insert=True)
        audit.record(f"complaints.{kind}.added", row, changes=changes)
    elif changes:
        row.save(update_fields=list(changes))
        audit.record(f"complaints.{kind}.changed", row, changes=changes)
    return changes


def remove_row(user: User, row: models.Model, *, kind: str, names: tuple[str, ...]) -> None:
    """Delete a row and record what it said."""
    refuse_unless(may_configure(user))
    audit.record(
        f"complaints.{kind}.removed", row, changes={name: [getattr(row, name), None] for name in names}
    )
    row.delete()
