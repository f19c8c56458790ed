"""มาตรฐานเวลา: in how many working days each kind of problem is promised."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.models import ServiceLevel
from cddp.operations.complaints.policies import may_configure, refuse_unless
from cddp.operations.complaints.rules.deadlines import LONGEST_WORKING_DAYS

# Whose promise: a category (None for all that have none of their own) and an urgency.
Kind = tuple[UUID | None, str]


def set_promises(user: User, wanted: Mapping[Kind, int | None]) -> int:
    """Make the town's promises these (None: none of its own); return how many changed.

    They hold for problems that open from now on, and for those whose category or urgency is changed.
    """
    refuse_unless(may_configure(user))
    if any(days is not None and not 0 <= days <= LONGEST_WORKING_DAYS for days in wanted.values()):
        raise UnableToConfigure(_("จำนวนวันทำการต้องอยู่ระหว่าง 0 ถึง 365"), code="days")
    rows = {(row.category_id, row.priority): row for row in ServiceLevel.objects.select_for_update()}
    known = {kind: row.working_days for kind, row in rows.items()}
    changed = {kind: days for kind, days in wanted.items() if known.get(kind) != days}
    for kind, days in changed.items():
        _write(rows.get(kind), kind, days)
    if changed:
        audit.record(
            "complaints.service_levels.changed",
            ServiceLevel,
            changes={
                f"{category_id or 'default'}.{priority}": [known.get((category_id, priority)), days]
                for (category_id, priority), days in changed.items()
            },
        )
    return len(changed)


def _write(row: ServiceLevel | None, kind: Kind, days: int | None) -> None:
    category_id, priority = kind
    if row is None:
        if days is None:
            return
        ServiceLevel.objects.create(category_id=category_id, priority=priority, working_days=days)
    elif days is None:
        row.delete()
    else:
        row.working_days = days
        row.save(update_fields=["working_days"])
