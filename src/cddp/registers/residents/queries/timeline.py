"""ลำดับเหตุการณ์: changes, stays and statements about one row as one line of time, newest first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.audit.models import AuditEntry
from cddp.registers.residents.choices import EndReason, FactSource
from cddp.registers.residents.models import Fact, HouseholdMembership

WORDS: dict[str, Any] = {
    "residents.house.made": _("เพิ่มบ้านในทะเบียน"),
    "residents.house.changed": _("แก้ไขข้อมูลบ้าน"),
    "residents.house.point_set": _("ปักตำแหน่งบ้าน"),
    "residents.house.ended": _("จำหน่ายบ้าน"),
    "residents.house.merged": _("รวมบ้านที่ซ้ำ"),
    "residents.house.unmerged": _("แยกบ้านที่เคยรวม"),
    "residents.house.absorbed": _("ถูกรวมเข้ากับบ้านอื่น"),
    "residents.house.released": _("แยกกลับเป็นรายการเดิม"),
    "residents.person.made": _("เพิ่มบุคคลในทะเบียน"),
    "residents.person.changed": _("แก้ไขข้อมูลบุคคล"),
    "residents.person.citizen_id_set": _("บันทึกเลขประจำตัวประชาชน"),
    "residents.person.citizen_id_cleared": _("ลบเลขประจำตัวประชาชน"),
    "residents.person.citizen_id_revealed": _("เปิดดูเลขประจำตัวประชาชน"),
    "residents.person.moved_in": _("ย้ายเข้า"),
    "residents.person.moved_out": _("ย้ายออก"),
    "residents.person.died": _("บันทึกการเสียชีวิต"),
    "residents.person.merged": _("รวมบุคคลที่ซ้ำ"),
    "residents.person.unmerged": _("แยกบุคคลที่เคยรวม"),
    "residents.person.absorbed": _("ถูกรวมเข้ากับบุคคลอื่น"),
    "residents.person.released": _("แยกกลับเป็นรายการเดิม"),
    "residents.household.made": _("เพิ่มครัวเรือน"),
    "residents.household.merged": _("รวมครัวเรือน"),
    "residents.household.unmerged": _("แยกครัวเรือน"),
}
"""Acts that are shown; looks are for the auditor, statements and moves come from their own rows."""
FROM_OWN_ROWS = frozenset({"residents.person.moved_in", "residents.person.moved_out"})
HIDDEN_FIELDS = frozenset({"absorbed", "merged_into", "citizen_id_is_valid"})


@dataclass(frozen=True)
class Moment:
    """เหตุการณ์หนึ่ง: `at` is aware; `is_day` when only the day is known; `parts` are lines of detail."""

    at: dt.datetime
    title: Any
    parts: Sequence[str] = ()
    by: str = ""
    icon: str = "history"
    is_day: bool = False
    is_withdrawn: bool = False


def list_moments(
    entries: Iterable[AuditEntry],
    stays: Iterable[HouseholdMembership] = (),
    statements: Iterable[Fact] = (),
    *,
    labels: dict[str, str] | None = None,
    limit: int = 60,
) -> list[Moment]:
    """Merge the three into one line, newest first. `labels` names fields ("number": "บ้านเลขที่")."""
    moments = [_of_entry(entry, labels or {}) for entry in entries if entry.action in WORDS]
    moments = [each for each in moments if each is not None]
    for stay in stays:
        moments += _of_stay(stay)
    moments += [_of_statement(fact) for fact in statements]
    found = [each for each in moments if each is not None]
    return sorted(found, key=lambda each: each.at, reverse=True)[:limit]


def _of_entry(entry: AuditEntry, labels: dict[str, str]) -> Moment | None:
    if entry.action in FROM_OWN_ROWS:
        return None
    parts = [
        f"{labels[name]}: {_shown(change[0])} → {_shown(change[1])}"
        for name, change in entry.changes.items()
        if name in labels and name not in HIDDEN_FIELDS and isinstance(change, list) and len(change) == 2
    ]
    if entry.purpose:
        parts.append(f"เหตุผล: {entry.purpose}")
    return Moment(entry.at, WORDS[entry.action], parts, entry.actor_label, "pencil")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    return "–" if value in (None, "") else str(value)


def _of_stay(stay: HouseholdMembership) -> list[Moment]:
    where = f"บ้านเลขที่ {stay.household.house}"
    kind = stay.get_kind_display()
    moments = []
    if stay.started_on:
        moments.append(Moment(_day(stay.started_on), f"{kind}: เข้า {where}", icon="log-in", is_day=True))
    if stay.ended_on:
        reason = f"เหตุ: {EndReason(stay.end_reason).label}"
        moments.append(
            Moment(_day(stay.ended_on), f"{kind}: ออกจาก {where}", [reason], icon="log-out", is_day=True)
        )
    return moments


def _day(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _of_statement(fact: Fact) -> Moment:
    if fact.withdraws_id is not None:
        note = [fact.note] if fact.note else []
        return Moment(fact.observed_at, f"ถอนข้อเท็จจริง: {fact.fact_type.name}", note, icon="undo-2")
    text = getattr(fact, "text", "")
    parts = [f"ที่มา: {FactSource(fact.source).label}", *([fact.note] if fact.note else [])]
    withdrawn = bool(getattr(fact, "is_withdrawn", False))
    return Moment(
        fact.observed_at, f"{fact.fact_type.name}: {text}", parts, icon="tag", is_withdrawn=withdrawn
    )
