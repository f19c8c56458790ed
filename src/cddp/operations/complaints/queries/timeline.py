"""เส้นเวลาของปัญหา: all that happened to it, from every table that tells a part, by one statement."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.thai_dates import format_short, format_with_time
from cddp.operations.complaints.choices import LinkMethod, NoteKind, Outcome, Priority, ReportState
from cddp.operations.complaints.models import Need
from cddp.operations.maintenance.choices import STATE_LOOKS as WORK_LOOKS
from cddp.operations.maintenance.choices import WorkState

MOMENTS_SHOWN = 200

TIMELINE = """
WITH RECURSIVE kin AS (
  SELECT k.id FROM complaints_need k WHERE k.municipality_id = %(town)s AND k.id = %(need)s
  UNION
  SELECT k.id FROM complaints_need k JOIN kin ON k.merged_into_id = kin.id WHERE k.municipality_id = %(town)s
)
SELECT 'status' AS kind, s.at AS at, s.id AS id, s.by_label AS by,
       jsonb_build_object('state', s.state, 'outcome', s.outcome, 'note', s.note, 'reason', s.reason,
                          'agency', s.agency, 'came_back', s.came_back) AS told
FROM complaints_needstatus s WHERE s.municipality_id = %(town)s AND s.need_id = %(need)s
UNION ALL
SELECT 'note', n.at, n.id, n.by_label,
       jsonb_build_object('kind', n.kind, 'body', n.body, 'number', r.number)
FROM complaints_neednote n
LEFT JOIN complaints_report r ON r.municipality_id = n.municipality_id AND r.id = n.report_id
WHERE n.municipality_id = %(town)s AND n.need_id = %(need)s
UNION ALL
SELECT 'assignment', a.at, a.id, a.by_label,
       jsonb_build_object('division', d.name, 'assignee', coalesce(nullif(u.full_name, ''), u.username),
                          'reason', a.reason)
FROM complaints_needassignment a
LEFT JOIN accounts_division d ON d.municipality_id = a.municipality_id AND d.id = a.division_id
LEFT JOIN accounts_membership m ON m.municipality_id = a.municipality_id AND m.id = a.assignee_id
LEFT JOIN accounts_user u ON u.id = m.user_id
WHERE a.municipality_id = %(town)s AND a.need_id = %(need)s
UNION ALL
SELECT 'link', l.at, l.id, l.by_label,
       jsonb_build_object('act', l.act, 'method', l.method, 'number', r.number, 'reasons', l.reasons,
                          'arrives', l.need_id = %(need)s, 'from', f.number, 'into', t.number,
                          'undone_at', l.undone_at, 'undone_by', l.undone_by_label)
FROM complaints_needlink l
JOIN complaints_report r ON r.municipality_id = l.municipality_id AND r.id = l.report_id
JOIN complaints_need t ON t.municipality_id = l.municipality_id AND t.id = l.need_id
LEFT JOIN complaints_need f ON f.municipality_id = l.municipality_id AND f.id = l.from_need_id
WHERE l.municipality_id = %(town)s AND (l.need_id = %(need)s OR l.from_need_id = %(need)s)
UNION ALL
SELECT 'pause', p.from_at, p.id, p.by_label, jsonb_build_object('until', p.until_at, 'reason', p.reason)
FROM complaints_deadlinepause p WHERE p.municipality_id = %(town)s AND p.need_id = %(need)s
UNION ALL
SELECT 'escalation', e.at, e.id, '', jsonb_build_object('level', e.level, 'told', e.told)
FROM complaints_escalation e WHERE e.municipality_id = %(town)s AND e.need_id = %(need)s
UNION ALL
SELECT 'work', s.at, s.id, s.by_label,
       jsonb_build_object('number', o.number, 'state', s.state, 'note', s.note, 'order', o.id,
                          'planned_on', CASE WHEN s.state = 'planned' THEN o.planned_on END)
FROM kin
JOIN complaints_needwork w ON w.municipality_id = %(town)s AND w.need_id = kin.id
JOIN maintenance_workorder o ON o.municipality_id = %(town)s AND o.id = w.work_order_id
JOIN maintenance_workstatus s ON s.municipality_id = %(town)s AND s.work_order_id = o.id
WHERE s.at >= w.at AND (w.undone_at IS NULL OR s.at < w.undone_at)
UNION ALL
SELECT 'edit', x.at, x.id, x.actor_label, jsonb_build_object('action', x.action, 'changes', x.changes)
FROM audit_auditentry x
WHERE x.municipality_id = %(town)s AND x.target_id = %(need)s AND x.action = ANY(%(edits)s)
ORDER BY at DESC, id DESC LIMIT %(most)s
"""
# What leaves no row of its own in the need's history; the trail of acts tells of it.
EDITS = {
    "complaints.need.categorised": "tag",
    "complaints.need.prioritised": "flag",
    "complaints.need.placed": "map-pin",
    "complaints.need.titled": "pencil",
    "complaints.need.hidden": "eye-off",
    "complaints.need.about": "package",
    "complaints.need.work_attached": "link",
    "complaints.need.work_detached": "undo-2",
}


@dataclass(frozen=True)
class Moment:
    """ช่วงเวลาหนึ่ง: `body` is read by the reporters, `inside` stays in the office; `act` can be undone."""

    kind: str
    at: dt.datetime
    by: str
    icon: str
    title: str
    body: str = ""
    inside: str = ""
    act: UUID | None = None
    undone: str = ""
    changed_at: dt.datetime | None = None

    @property
    def is_for_reporters(self) -> bool:
        return self.kind in ("message", "question") or bool(self.body and self.kind == "status")


def list_timeline(need: Need, names: Mapping[str, str] | None = None) -> list[Moment]:
    """Return what happened to a problem, newest first. `names` gives the names of categories by their id."""
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "need": need.pk,
        "edits": list(EDITS),
        "most": MOMENTS_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE, values)
        rows = cursor.fetchall()
    return _one_of_each_act(
        [_moment(kind, at, by, _read(told), names or {}) for kind, at, _id, by, told in rows]
    )


def changes_since(moments: list[Moment], seen_at: dt.datetime | None) -> list[Moment]:
    """Return what happened after somebody opened the page, oldest first."""
    if seen_at is None:
        return moments[:1]
    return [moment for moment in moments if (moment.changed_at or moment.at) > seen_at][::-1]


def _read(told: Any) -> dict[str, Any]:
    # psycopg hands jsonb over as a dict, Django's connection as text.
    read: dict[str, Any] = json.loads(told) if isinstance(told, str) else told
    return read


def _moment(kind: str, at: dt.datetime, by: str, told: dict[str, Any], names: Mapping[str, str]) -> Moment:
    if kind == "edit":
        return _edit(at, by, told, names)
    return READ[kind](at, by, told)


def _assignment(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    whom = " · ".join(part for part in (told["division"], told["assignee"]) if part)
    title = _("มอบหมายให้ %(whom)s") % {"whom": whom or "–"}
    return Moment("assignment", at, by, "user-check", title, inside=told["reason"])


def _pause(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    until = dt.datetime.fromisoformat(told["until"]) if told["until"] else None
    title = _("พักเวลา ถึง %(until)s") % {"until": format_with_time(until)} if until else _("พักเวลา")
    return Moment("pause", at, by, "pause", title, inside=told["reason"], changed_at=until)


def _escalation(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    title = _("เกินกำหนด แจ้งผู้บังคับบัญชาระดับ %(level)s") % {"level": told["level"]}
    return Moment("escalation", at, by, "megaphone", title, inside=told["told"])


def _status(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    words = str(Outcome(told["outcome"]).label if told["outcome"] else ReportState(told["state"]).label)
    title = _("กลับมาอีก: %(state)s") % {"state": words} if told["came_back"] else words
    if told["agency"] and told["state"] in (ReportState.FORWARDED, ReportState.IRRELEVANT):
        title = f"{title} → {told['agency']}"
    icon = "rotate-ccw" if told["came_back"] else "circle-check" if told["outcome"] else "arrow-right"
    return Moment("status", at, by, icon, title, body=told["note"], inside=told["reason"])


NOTES = {
    NoteKind.INTERNAL: ("internal", "lock"),
    NoteKind.PUBLIC: ("message", "send"),
    NoteKind.QUESTION: ("question", "circle-help"),
    NoteKind.ANSWER: ("answer", "message-square"),
}


def _note(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    kind = NoteKind(told["kind"])
    drawn, icon = NOTES[kind]
    title = f"{kind.label} ({told['number']})" if told["number"] else str(kind.label)
    if kind is NoteKind.INTERNAL:
        return Moment(drawn, at, by, icon, title, inside=told["body"])
    return Moment(drawn, at, by, icon, title, body=told["body"])


def _link(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    number = told["number"]
    if not told["arrives"]:
        title = _("%(number)s ย้ายไปที่ %(into)s") % {"number": number, "into": told["into"]}
    elif told["from"]:
        title = _("%(number)s ย้ายมาจาก %(from)s") % {"number": number, "from": told["from"]}
    else:
        title = _("%(number)s แจ้งเรื่องเดียวกัน") % {"number": number}
    why = [str(LinkMethod(told["method"]).label), *map(str, told["reasons"].get("words", []))]
    undone, undone_at = "", None
    if told["undone_at"]:
        undone_at = dt.datetime.fromisoformat(told["undone_at"])
        words = {"who": told["undone_by"] or "–", "when": format_with_time(undone_at)}
        undone = _("ยกเลิกแล้วโดย %(who)s %(when)s") % words
    icon = "split" if told["method"] == LinkMethod.SPLIT else "git-merge"
    return Moment(
        "link",
        at,
        by,
        icon,
        title,
        inside=" · ".join(why),
        act=UUID(str(told["act"])),
        undone=undone,
        changed_at=undone_at,
    )


def _edit(at: dt.datetime, by: str, told: dict[str, Any], names: Mapping[str, str]) -> Moment:
    changes, action = told["changes"], told["action"]
    before, after = next((changes[key] for key in _KEYS if key in changes), (None, None))
    match action:
        case "complaints.need.categorised":
            name = names.get(str(after), "") or _("ประเภทอื่น")
            title = _("เปลี่ยนประเภทเป็น %(name)s") % {"name": name}
        case "complaints.need.prioritised":
            title = _("เปลี่ยนความเร่งด่วนเป็น %(name)s") % {"name": Priority(after).label if after else "–"}
        case "complaints.need.placed":
            title = _("แก้ไขตำแหน่ง")
        case "complaints.need.titled":
            title = _("เปลี่ยนหัวเรื่องจาก “%(before)s”") % {"before": before or "–"}
        case "complaints.need.about":
            title = _("ทรัพย์สิน: %(name)s") % {"name": after} if after else _("เอาทรัพย์สินออก")
        case "complaints.need.work_attached":
            title = _("ผูกกับใบสั่งงาน %(number)s") % {"number": after}
        case "complaints.need.work_detached":
            title = _("เลิกผูกกับใบสั่งงาน %(number)s") % {"number": before}
        case _:
            title = _("ซ่อนจากหน้าสาธารณะ") if after else _("แสดงต่อสาธารณะ")
    return Moment("edit", at, by, EDITS[action], title)


def _work(at: dt.datetime, by: str, told: dict[str, Any]) -> Moment:
    state = WorkState(told["state"])
    title = _("ใบสั่งงาน %(number)s: %(state)s") % {"number": told["number"], "state": state.label}
    if told["planned_on"]:
        title = f"{title} {format_short(dt.date.fromisoformat(told['planned_on']))}"
    return Moment("work", at, by, WORK_LOOKS[state][1], title, inside=told["note"])


READ = {
    "status": _status,
    "note": _note,
    "assignment": _assignment,
    "link": _link,
    "pause": _pause,
    "escalation": _escalation,
    "work": _work,
}
_KEYS = ("category", "priority", "shape", "title", "is_hidden", "asset", "work_order")


def _one_of_each_act(moments: list[Moment]) -> list[Moment]:
    """Leave the way back to the first line of an act that moved several reports: one button undoes all of it."""
    seen: set[UUID] = set()
    kept = []
    for moment in moments:
        if moment.act is not None and moment.act in seen:
            kept.append(replace(moment, act=None))
            continue
        if moment.act is not None:
            seen.add(moment.act)
        kept.append(moment)
    return kept
