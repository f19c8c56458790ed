"""หน้าใบสั่งงาน และสิ่งที่ทำกับมัน: each act is one form of the page, sent to an address of its own."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.acts import ActPage
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import format_short, parse_date
from cddp.operations.maintenance.choices import PhotoKind
from cddp.operations.maintenance.forms import work as forms
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries.work import get_order
from cddp.operations.maintenance.queries.work_choices import list_choices
from cddp.operations.maintenance.queries.work_page import loads_on
from cddp.operations.maintenance.services import changing, doing, moving
from cddp.operations.maintenance.services.signing import keep_signature
from cddp.operations.maintenance.views.stock import looks
from cddp.operations.maintenance.views.work_page import show_order
from cddp.registers.assets.queries.finding import get_by_code

PAGE = ActPage(
    find=get_order,
    show=show_order,
    rows=WorkOrder.objects.visible_to,
    choices=list_choices,
    page_url="maintenance:work_order",
    list_url="maintenance:work_orders",
)


@looks
@require_safe
def work_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one work order: what is to do next and by whom, then all about it."""
    return show_order(request, get_order(user_of(request), pk), at=timezone.now())


# ── moving it on ──────────────────────────────────────────────────────────────────────────────────


@requires("maintenance.plan")
@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree that it is to be done."""
    return PAGE.respond(request, pk, forms.ApproveForm, _approve)


def _approve(user: User, found: WorkOrder, form: forms.ApproveForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.approve(user, found.pk, version=asked["version"], note=asked["note"], at=at)
    return _("อนุมัติแล้ว ขั้นต่อไปคือนัดวันและมอบหมายช่าง")


@requires("maintenance.plan")
@require_POST
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it a day and a crew."""
    return PAGE.respond(request, pk, forms.PlanForm, _plan)


def _plan(user: User, found: WorkOrder, form: forms.PlanForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    planned = moving.plan(
        user,
        found.pk,
        version=asked["version"],
        planned_on=asked["planned_on"],
        planned_from=asked["planned_from"],
        planned_minutes=asked["planned_minutes"],
        lead_id=asked["lead"],
        crew_ids=asked["crew"],
        note=asked["note"],
        at=at,
    )
    day = format_short(planned.planned_on or timezone.localdate(at))
    if planned.lead_id is None and not asked["crew"]:
        return _("นัดวันที่ %(day)s แล้ว แต่ยังไม่มีผู้ทำ") % {"day": day}
    return _("นัดวันที่ %(day)s แล้ว ช่างได้รับแจ้ง") % {"day": day}


@requires("maintenance.plan")
@require_safe
def crew_day(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the crew has on a day, for the form that plans; a part of the page."""
    user = user_of(request)
    order = get_order(user, pk)
    try:
        read = parse_date(request.GET.get("planned_on", ""))
    except UnableTo:
        read = None
    except ValueError:
        read = None
    on = read.date if read is not None and read.precision == "day" else timezone.localdate()
    values = {"loads": loads_on(user, on, list_choices(), without=order.pk), "loads_on": on}
    return render(request, "maintenance/work/_loads.html", values)


@requires("maintenance.work")
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the work."""
    return PAGE.respond(request, pk, forms.StartForm, _start)


def _start(user: User, found: WorkOrder, form: forms.StartForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.start(user, found.pk, version=asked["version"], asset_out=asked["asset_out"], at=at)
    return _("เริ่มทำแล้ว")


@requires("maintenance.work")
@require_POST
def await_parts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop because parts are missing."""
    return PAGE.respond(request, pk, forms.PartsForm, _await_parts)


def _await_parts(user: User, found: WorkOrder, form: forms.PartsForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.await_parts(user, found.pk, version=asked["version"], note=asked["note"], at=at)
    return _("บันทึกว่ารออะไหล่แล้ว")


@requires("maintenance.work")
@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on."""
    return PAGE.respond(request, pk, forms.ResumeForm, _resume)


def _resume(user: User, found: WorkOrder, form: forms.ResumeForm, at: dt.datetime) -> str:
    moving.resume(user, found.pk, version=form.cleaned_data["version"], at=at)
    return _("ทำต่อแล้ว")


@requires("maintenance.work")
@require_POST
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that it is done."""
    return PAGE.respond(request, pk, forms.FinishForm, _finish, keep=_keep_after)


def _finish(user: User, found: WorkOrder, form: forms.FinishForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.finish(
        user, found.pk, version=asked["version"], result=asked["result"], cause=asked["cause"], at=at
    )
    return _("บันทึกว่าทำเสร็จแล้ว รอตรวจรับ")


def _keep_after(user: User, found: WorkOrder, form: Any, at: dt.datetime) -> str:
    return _keep_photos(user, found, form, PhotoKind.AFTER, at)


@requires("maintenance.accept")
@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the work over, with a signature drawn or a name typed."""
    return PAGE.respond(request, pk, forms.AcceptForm, _accept)


def _accept(user: User, found: WorkOrder, form: forms.AcceptForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.accept(
        user,
        found.pk,
        version=asked["version"],
        signature=keep_signature(asked["signature"], by=user.pk),
        words=asked["words"],
        signed_by=asked["signed_by"],
        at=at,
    )
    return _("ตรวจรับแล้ว งานนี้จบ")


@requires("maintenance.accept")
@require_POST
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Not accept it yet."""
    return PAGE.respond(request, pk, forms.SendBackForm, _send_back)


def _send_back(user: User, found: WorkOrder, form: forms.SendBackForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.send_back(user, found.pk, version=asked["version"], reason=asked["reason"], at=at)
    return _("ส่งกลับให้แก้ไขแล้ว ช่างได้รับแจ้ง")


@looks
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Not do it; the service judges whether this person may."""
    return PAGE.respond(request, pk, forms.CancelForm, _cancel)


def _cancel(user: User, found: WorkOrder, form: forms.CancelForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moving.cancel(user, found.pk, version=asked["version"], reason=asked["reason"], at=at)
    return _("ยกเลิกใบสั่งงานแล้ว")


# ── what is written into it ───────────────────────────────────────────────────────────────────────


@requires("maintenance.plan")
@require_POST
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what it is about."""
    return PAGE.respond(request, pk, forms.EditForm, _edit)


def _edit(user: User, found: WorkOrder, form: forms.EditForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    names = ("title", "description", "kind", "priority", "due_on", "place")
    values = {name: asked[name] for name in names} | {"division_id": asked["division"]}
    typed = asked["asset"].strip()
    if typed and (found.asset is None or typed != found.asset.number):
        values["asset_id"] = get_by_code(user, typed, field="asset").pk
    changing.change_work(user, found.pk, version=asked["version"], values=values, at=at)
    return _("แก้ไขใบสั่งงานแล้ว")


@requires("maintenance.plan")
@require_POST
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say who is hired, and for how much."""
    return PAGE.respond(request, pk, forms.ContractForm, _contract)


def _contract(user: User, found: WorkOrder, form: forms.ContractForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    changing.set_contract(
        user,
        found.pk,
        version=asked["version"],
        contractor_id=asked["contractor"],
        contract_number=asked["contract_number"],
        contract_satang=asked["contract_baht"] or 0,
        at=at,
    )
    return _("บันทึกการจ้างแล้ว")


@requires("maintenance.work")
@require_POST
def check(request: HttpRequest, pk: UUID, check_id: UUID) -> HttpResponse:
    """Answer one line of the checklist; the page comes back at the list."""
    user = user_of(request)
    get_order(user, pk)
    try:
        doing.answer_check(user, pk, check_id, answer=request.POST.get("answer", ""), at=timezone.now())
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    return _to_part(pk, "checks")


@requires("maintenance.work")
@require_POST
def time(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write how long somebody worked on it."""
    return PAGE.respond(request, pk, forms.TimeForm, _time)


def _time(user: User, found: WorkOrder, form: forms.TimeForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    doing.add_time(
        user,
        found.pk,
        minutes=asked["minutes"],
        on=asked["on"],
        member_id=asked["member"],
        who=asked["who"],
        hour_satang=asked["hour_baht"],
        note=asked["note"],
        at=at,
    )
    return _("บันทึกเวลาแล้ว")


@requires("maintenance.work")
@require_POST
def time_remove(request: HttpRequest, pk: UUID, time_id: UUID) -> HttpResponse:
    """Take a line of time back."""
    user = user_of(request)
    get_order(user, pk)
    try:
        doing.remove_time(user, pk, time_id, at=timezone.now())
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("ลบเวลาที่บันทึกไว้แล้ว"))
    return _to_part(pk, "times")


@requires("maintenance.work")
@require_POST
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add pictures of before or after."""
    return PAGE.respond(request, pk, forms.PhotoForm, _photo)


def _photo(user: User, found: WorkOrder, form: forms.PhotoForm, at: dt.datetime) -> str:
    _keep_photos(user, found, form, form.cleaned_data["kind"], at)
    return _("แนบรูปแล้ว")


def _keep_photos(user: User, found: WorkOrder, form: Any, kind: str, at: dt.datetime) -> str:
    for upload in form.files.getlist("photo"):
        doing.add_work_photo(user, found.pk, upload=upload, kind=kind, at=at)
    return ""


@requires("maintenance.work")
@require_POST
def photo_remove(request: HttpRequest, pk: UUID, photo_id: UUID) -> HttpResponse:
    """Take a picture out of sight."""
    user = user_of(request)
    get_order(user, pk)
    try:
        doing.remove_work_photo(user, pk, photo_id, at=timezone.now())
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("นำรูปออกแล้ว"))
    return _to_part(pk, "photos")


def _to_part(pk: UUID, part: str) -> HttpResponse:
    response = redirect("maintenance:work_order", pk)
    response["Location"] += f"#{part}"
    return response
