"""อ่านหน้าใบสั่งงาน: its timeline, its people, what a crew has on a day."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.maintenance.choices import STATE_LOOKS, MovementKind, WorkState
from cddp.operations.maintenance.models import WorkCrew, WorkOrder
from cddp.operations.maintenance.queries.work_choices import Choices

MOMENTS_SHOWN = 200

TIMELINE = """
SELECT 'status' AS kind, s.at AS at, s.id AS id, s.by_label AS by,
       jsonb_build_object('state', s.state, 'note', s.note) AS told
FROM maintenance_workstatus s WHERE s.municipality_id = %(town)s AND s.work_order_id = %(order)s
UNION ALL
SELECT 'movement', m.at, m.id, m.by_label,
       jsonb_build_object('kind', m.kind, 'quantity', m.quantity, 'part', p.name, 'unit', p.unit, 'store', t.name)
FROM maintenance_movement m
JOIN maintenance_part p ON p.municipality_id = m.municipality_id AND p.id = m.part_id
JOIN maintenance_store t ON t.municipality_id = m.municipality_id AND t.id = m.store_id
WHERE m.municipality_id = %(town)s AND m.work_order_id = %(order)s AND m.kind = ANY(%(moved)s)
UNION ALL
SELECT 'edit', x.at, x.id, x.actor_label, jsonb_build_object('action', x.action, 'changes', x.changes)
FROM audit_auditentry x
WHERE x.municipality_id = %(town)s AND x.target_id = %(order)s AND x.action = ANY(%(edits)s)
ORDER BY at DESC, id DESC LIMIT %(most)s
"""
MOVED = (MovementKind.ISSUE.value, MovementKind.RETURN.value)
EDITS = ("maintenance.work.changed", "maintenance.work.contracted")


@dataclass(frozen=True)
class Moment:
    """ช่วงเวลาหนึ่งของใบสั่งงาน."""

    at: dt.datetime
    by: str
    icon: str
    title: str
    body: str = ""


def list_timeline(order: WorkOrder) -> list[Moment]:
    """Return what happened to an order, newest first."""
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "order": order.pk,
        "moved": list(MOVED),
        "edits": list(EDITS),
        "most": MOMENTS_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE, values)
        rows = cursor.fetchall()
    return [READ[kind](at, by, _read(told)) for kind, at, _id, by, told in rows]


def changes_since(moments: Sequence[Moment], seen_at: dt.datetime | None) -> list[Moment]:
    """Return what happened after somebody opened the page, oldest first."""
    if seen_at is None:
        return list(moments[:1])
    return [moment for moment in moments if moment.at > seen_at][::-1]


def _read(told: Any) -> dict[str, Any]:
    # psycopg hands jsonb over as a dict, Django's connection as text.
    read: dict[str, Any] = json.loads(told) if isinstance(told, str) else told
    return read


def _status(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    state = WorkState(told["state"])
    return Moment(at, by, STATE_LOOKS[state][1], str(state.label), body=told["note"])


def _movement(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    quantity = Decimal(str(told["quantity"])).normalize()
    words = {
        "kind": MovementKind(told["kind"]).label,
        "part": told["part"],
        "many": f"{quantity:f}",
        "unit": told["unit"],
    }
    return Moment(at, by, "package", _("%(kind)s %(part)s %(many)s %(unit)s") % words, body=told["store"])


def _edit(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    title = _("บันทึกการจ้าง") if told["action"].endswith("contracted") else _("แก้ไขใบสั่งงาน")
    return Moment(at, by, "pencil", title)


READ = {"status": _status, "movement": _movement, "edit": _edit}


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def list_crew(order: WorkOrder) -> list[str]:
    """Return the names of who works on it beside the lead."""
    rows = WorkCrew.objects.filter(work_order=order).select_related("member__user")
    return sorted(str(each.member.user) for each in rows)


def crew_ids(order: WorkOrder) -> list[str]:
    """Return the memberships of the crew beside the lead, as a form takes them."""
    return [
        str(each) for each in WorkCrew.objects.filter(work_order=order).values_list("member_id", flat=True)
    ]


@dataclass
class Load:
    """งานในวันของช่างคนหนึ่ง."""

    name: str
    orders: list[WorkOrder] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(each.planned_minutes or 0 for each in self.orders)


def loads_on(user: User, on: dt.date, choices: Choices, *, without: UUID | None = None) -> list[Load]:
    """Return what each of those who do maintenance work has on a day; two statements."""
    rows = (
        WorkOrder.objects.visible_to(user)
        .open()
        .filter(planned_on=on)
        .only("number", "title", "place", "lead_id", "planned_from", "planned_minutes", "state")
        .order_by("planned_from", "requested_at")
    )
    orders = {each.pk: each for each in rows if each.pk != without}
    of_member: dict[UUID, list[WorkOrder]] = defaultdict(list)
    for order in orders.values():
        if order.lead_id:
            of_member[order.lead_id].append(order)
    for order_id, member_id in WorkCrew.objects.filter(work_order__in=list(orders)).values_list(
        "work_order_id", "member_id"
    ):
        of_member[member_id].append(orders[order_id])
    return [Load(each.name, of_member.get(each.id, [])) for each in choices.members]
