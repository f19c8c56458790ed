"""หน้าใบสั่งงาน: all that stands on it, with whichever form the person is filling in.

It is drawn in three cases: to look (200), to correct what was typed (422), and when somebody else was faster (409).
In the last two the form comes back as it was filled in, in its own place, above what has changed meanwhile.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.acts import ActForm
from cddp.foundation.ui.panels import panels_of
from cddp.operations.maintenance.choices import PhotoKind, WorkState
from cddp.operations.maintenance.forms import work as forms
from cddp.operations.maintenance.models import WorkOrder, WorkPhoto, WorkTime
from cddp.operations.maintenance.queries import work as queries
from cddp.operations.maintenance.queries.work_choices import Choices, list_choices
from cddp.operations.maintenance.queries.work_page import (
    Moment,
    changes_since,
    crew_ids,
    list_crew,
    list_timeline,
    loads_on,
)
from cddp.operations.maintenance.rules import work as rules
from cddp.operations.maintenance.rules.work import Step
from cddp.registers.assets.models import Asset, Outage

RIGHTS = ("view", "request", "plan", "work", "accept", "export")
FORMS: tuple[type[ActForm], ...] = (
    forms.ApproveForm,
    forms.PlanForm,
    forms.StartForm,
    forms.PartsForm,
    forms.ResumeForm,
    forms.FinishForm,
    forms.AcceptForm,
    forms.SendBackForm,
    forms.CancelForm,
    forms.TimeForm,
    forms.PhotoForm,
    forms.ContractForm,
    forms.EditForm,
)
# Which right each step asks for, and the step a person sees first in each state.
RIGHT_OF = {
    Step.APPROVE: "plan",
    Step.PLAN: "plan",
    Step.START: "work",
    Step.AWAIT_PARTS: "work",
    Step.RESUME: "work",
    Step.FINISH: "work",
    Step.ACCEPT: "accept",
    Step.SEND_BACK: "accept",
    Step.CANCEL: "plan",
}
FIRST = {
    WorkState.REQUESTED: (Step.APPROVE,),
    WorkState.APPROVED: (Step.PLAN, Step.START),
    WorkState.PLANNED: (Step.START,),
    WorkState.IN_PROGRESS: (Step.FINISH,),
    WorkState.AWAITING_PARTS: (Step.RESUME,),
    WorkState.DONE: (Step.ACCEPT,),
}


@dataclass(frozen=True)
class Thing:
    """ทรัพย์สินของงาน: the asset with what whoever goes there must know."""

    asset: Asset
    work: queries.AssetWork
    outage: Outage | None
    warranty_days: int | None
    may_see: bool

    @property
    def is_repeat(self) -> bool:
        return self.work.repeats > 1


def rights_of(user: User) -> dict[str, bool]:
    """Return which acts the person may do, for templates: {"plan": True, …}."""
    return {right: user.has_perm(f"maintenance.{right}") for right in RIGHTS}


def show_order(
    request: HttpRequest,
    order: WorkOrder,
    *,
    at: dt.datetime,
    bound: ActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; `bound` is the form that was sent and is to be looked at again."""
    user = user_of(request)
    can, today = rights_of(user), timezone.localdate(at)
    choices, moments, photos = list_choices(), list_timeline(order), _photos(order)
    checks = list(order.checks.all())
    steps = _steps(order, can, user)
    values = {
        "order": order,
        "work_order": order,
        "can": can,
        "today": today,
        "due": queries.due_of(order, today),
        "steps": steps,
        "first": next((step for step in FIRST.get(WorkState(order.state), ()) if step in steps), None),
        "next_words": _next_words(order),
        "crew": list_crew(order),
        "area": choices.area_names().get(order.area_code, ""),
        "thing": _thing(user, order, at),
        "checks": checks,
        "checks_left": sum(each.is_required and not each.answer for each in checks),
        "may_answer": can["work"] and order.state in rules.OPEN_TO_ANSWERS,
        "may_record": can["work"] and order.state in rules.OPEN_TO_RECORDS,
        "may_edit": can["plan"] and order.is_open,
        "times": _times(order),
        "photo_groups": [
            (kind.label, [each for each in photos if each.kind == kind.value]) for kind in PhotoKind
        ],
        "moments": moments,
        "place": place_of(order),
        "down_words": lasting((order.down_until or at) - order.down_from) if order.down_from else "",
        "loads": loads_on(user, order.planned_on or today, choices, without=order.pk)
        if Step.PLAN in steps
        else [],
        "loads_on": order.planned_on or today,
        "source_url": source_url_of(order),
        "panels": panels_of(request, "maintenance.work_order", order),
        "breadcrumbs": [(_("ใบสั่งงาน"), reverse("maintenance:work_orders")), (order.number, "")],
        "bound": bound,
        # Of a step that is no longer offered the form is not drawn: its refusal is told above the others.
        "stray": bound if bound is not None and bound.key in RIGHT_OF and bound.key not in steps else None,
        "changes": changes_since(moments, bound.seen) if bound is not None and status == 409 else None,
        "differences": _differences(order, bound) if bound is not None and status == 409 else [],
        "forms": _forms(order, choices, moments, bound, user),
    }
    return render(request, "maintenance/work/order.html", values, status=status)


# ── parts of the page ─────────────────────────────────────────────────────────────────────────────


def _steps(order: WorkOrder, can: dict[str, bool], user: User) -> list[Step]:
    """Return the steps that lead on from here and that this person may take."""
    steps = [step for step in Step if can[RIGHT_OF[step]] and rules.may_step(order.state, step)]
    if Step.ACCEPT in steps and queries.was_finished_by(order) == user.pk:
        steps.remove(Step.ACCEPT)
    is_own = order.by == user.pk and order.state == WorkState.REQUESTED and can["request"]
    if is_own and Step.CANCEL not in steps:
        steps.append(Step.CANCEL)
    return steps


def _next_words(order: WorkOrder) -> str:
    """Return whose turn it is, in one line."""
    lead = str(order.lead.user) if order.lead else _("ช่างที่ได้รับมอบหมาย")
    words = {
        WorkState.REQUESTED: _("รอหัวหน้าอนุมัติ"),
        WorkState.APPROVED: _("รอนัดวันและมอบหมายช่าง"),
        WorkState.PLANNED: _("%(lead)s เข้าทำตามวันนัด") % {"lead": lead},
        WorkState.IN_PROGRESS: _("%(lead)s กำลังทำ") % {"lead": lead},
        WorkState.AWAITING_PARTS: _("รออะไหล่ แล้ว %(lead)s ทำต่อ") % {"lead": lead},
        WorkState.DONE: _("รอผู้มีอำนาจตรวจรับ"),
        WorkState.ACCEPTED: _("งานนี้จบแล้ว"),
        WorkState.CANCELLED: _("งานนี้ยกเลิกแล้ว"),
    }
    return words[WorkState(order.state)]


def _thing(user: User, order: WorkOrder, at: dt.datetime) -> Thing | None:
    asset = order.asset
    if asset is None:
        return None
    left = (asset.warranty_until - timezone.localdate(at)).days if asset.warranty_until else None
    return Thing(
        asset=asset,
        work=queries.count_for_asset(asset.pk, at),
        outage=Outage.objects.open().filter(asset=asset).first(),
        warranty_days=left if left is not None and left >= 0 else None,
        may_see=user.has_perm("assets.view"),
    )


def _photos(order: WorkOrder) -> list[WorkPhoto]:
    return list(order.photos.filter(removed_at=None))


def _times(order: WorkOrder) -> list[WorkTime]:
    rows = list(order.times.all())
    for row in rows:
        row.cost_satang = rules.labour_satang(row.minutes, row.hour_satang)  # type: ignore[attr-defined]
    return rows


def place_of(order: WorkOrder) -> dict[str, Any] | None:
    """Return where the work is: a point to point at, and the shape for the map."""
    shape = order.shape or (order.asset.shape if order.asset else None)
    if shape is None or shape.empty:
        return None
    point = shape if shape.geom_type == "Point" else shape.point_on_surface
    return {"lat": round(point.y, 6), "lng": round(point.x, 6), "geojson": shape.geojson}


def lasting(span: dt.timedelta) -> str:
    """Return how long it was in the two largest units: "3 วัน 2 ชั่วโมง"."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        _("%(n)s วัน") % {"n": days} if days else "",
        _("%(n)s ชั่วโมง") % {"n": hours} if hours else "",
        _("%(n)s นาที") % {"n": rest} if rest and not days else "",
    ]
    return " ".join(filter(None, parts)) or _("ไม่ถึงหนึ่งนาที")


def source_url_of(order: WorkOrder) -> str:
    """Return where the reason for the work stands, as far as this floor knows it."""
    if order.schedule_id:
        return reverse("maintenance:schedule", args=[order.schedule_id])
    return ""


def _forms(
    order: WorkOrder,
    choices: Choices,
    moments: Sequence[Moment],
    bound: ActForm | None,
    user: User,
) -> dict[str, ActForm]:
    member = user.membership.pk if user.membership else None
    initial = {
        "version": order.version,
        "seen_at": max([order.state_since, *(moment.at for moment in moments)]).isoformat(),
        "planned_on": order.planned_on or timezone.localdate(),
        "planned_from": order.planned_from,
        "planned_minutes": order.planned_minutes,
        "lead": order.lead_id,
        "crew": crew_ids(order),
        "member": member if any(each.id == member for each in choices.members) else None,
        "on": timezone.localdate(),
        "kind": PhotoKind.BEFORE
        if order.state not in (WorkState.IN_PROGRESS, WorkState.DONE)
        else PhotoKind.AFTER,
        "contractor": order.contractor_id,
        "contract_number": order.contract_number,
        "contract_baht": f"{order.contract_satang / 100:.2f}" if order.contract_satang else "",
        "result": order.result,
        "cause": order.cause,
        "signed_by": "",
    }
    of_edit = initial | {
        "title": order.title,
        "description": order.description,
        "kind": order.kind,
        "priority": order.priority,
        "division": order.division_id,
        "due_on": order.due_on,
        "place": order.place,
        "asset": order.asset.number if order.asset else "",
    }
    found = {
        form.key: form(choices, initial=of_edit if form is forms.EditForm else initial) for form in FORMS
    }
    if bound is not None:
        found[bound.key] = bound
    return found


@dataclass(frozen=True)
class Difference:
    """ต่างกันที่ช่องนี้: what was typed, and what stands now."""

    label: Any
    typed: str
    now: str


def _differences(order: WorkOrder, bound: ActForm) -> list[Difference]:
    """Return the blanks of a stale form that differ from what stands there now."""
    current = {
        "title": order.title,
        "description": order.description,
        "kind": order.get_kind_display(),
        "priority": order.get_priority_display(),
        "division": order.division.name if order.division else "",
        "due_on": bound.fields["due_on"].widget.format_value(order.due_on)
        if "due_on" in bound.fields
        else "",
        "place": order.place,
        "planned_on": bound.fields["planned_on"].widget.format_value(order.planned_on)
        if "planned_on" in bound.fields
        else "",
        "planned_from": f"{order.planned_from:%H:%M}" if order.planned_from else "",
        "planned_minutes": str(order.planned_minutes or ""),
        "lead": str(order.lead.user) if order.lead else "",
        "contractor": order.contractor.name if order.contractor else "",
        "contract_number": order.contract_number,
    }
    found = []
    for name, field in bound.fields.items():
        if name not in current or (bound.key == "photo" and name == "kind"):
            continue
        typed, now = _shown(field, bound.data.get(name, "")), str(current[name] or "")
        if typed != now:
            found.append(Difference(field.label, typed, now))
    return found


def _shown(field: Any, typed: str) -> str:
    """Return what a person sees in a blank: of a list, the name of what is chosen."""
    options = getattr(field, "choices", None)
    if options is None:
        return str(typed).strip()
    if not typed:
        return ""
    flat: dict[str, str] = {}
    for key, label in options:
        if isinstance(label, list | tuple):
            flat.update({str(inner): str(name) for inner, name in label})
        else:
            flat[str(key)] = str(label)
    return flat.get(str(typed), "")
