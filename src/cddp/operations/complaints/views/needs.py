"""หน้าปัญหา และสิ่งที่เจ้าหน้าที่ตัดสินใจ: each act is one form of the page, sent to an address of its own."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.acts import ActPage
from cddp.operations.complaints.choices import PhotoKind, ReportState
from cddp.operations.complaints.forms import needs as forms
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.choices import list_choices
from cddp.operations.complaints.queries.needs import get_need
from cddp.operations.complaints.services import assigning, moving, notes, pausing
from cddp.operations.complaints.services.photos import add_photo
from cddp.operations.complaints.views.need_page import show_need

PAGE = ActPage(
    find=get_need,
    show=show_need,
    rows=Need.objects.visible_to,
    choices=list_choices,
    page_url="complaints:need",
    list_url="complaints:inbox",
)


@requires("complaints.view")
@require_safe
def need(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one problem: what to decide now, its voices, what happened, where it is."""
    found = get_need(user_of(request), pk)
    if found.merged_into_id is not None:
        messages.info(request, _("เรื่อง %(number)s รวมอยู่ในเรื่องนี้แล้ว") % {"number": found.number})
        return redirect("complaints:need", found.merged_into_id)
    return show_need(request, found, at=timezone.now())


# ── taking up, moving on, closing ─────────────────────────────────────────────────────────────────


@requires("complaints.work")
@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a problem up: category, division and promise in one go."""
    return PAGE.respond(request, pk, forms.AcceptForm, _accept)


def _accept(user: User, found: Need, form: forms.AcceptForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    need, version = found, asked["version"]
    if asked["category"] != need.category_id:
        need = assigning.set_category(user, need.pk, version=version, category_id=asked["category"], at=at)
        version = need.version
    whom = (asked["division"], asked["assignee"])
    # The category may have brought its division already.
    if any(whom) and whom != (need.division_id, need.assignee_id):
        version = assigning.assign(
            user, need.pk, version=version, division_id=whom[0], assignee_id=whom[1], at=at
        ).version
    moving.change_state(user, need.pk, version=version, state=ReportState.TRIAGED, note=asked["note"], at=at)
    return _("รับเรื่องแล้ว ผู้แจ้งจะได้รับแจ้ง")


@requires("complaints.work")
@require_POST
def step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a problem to another state."""
    return PAGE.respond(request, pk, forms.StepForm, _step)


def _step(user: User, found: Need, form: forms.StepForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    moved = moving.change_state(
        user,
        found.pk,
        version=asked["version"],
        state=asked["state"],
        note=asked["note"],
        reason=asked["reason"],
        agency=asked["agency"] if asked["state"] == ReportState.FORWARDED else "",
        at=at,
    )
    return _("เปลี่ยนสถานะเป็น “%(state)s” แล้ว") % {"state": moved.state_words}


@requires("complaints.work")
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a problem honestly, with a picture or words."""
    return PAGE.respond(request, pk, forms.CloseForm, _close, keep=_keep_photo)


def _close(user: User, found: Need, form: forms.CloseForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    closed = moving.close_need(
        user,
        found.pk,
        version=asked["version"],
        outcome=asked["outcome"],
        words=asked["words"],
        agency=asked["agency"],
        plan_year=asked["plan_year"],
        at=at,
    )
    return _("บันทึกผล “%(outcome)s” แล้ว") % {"outcome": closed.state_words}


@requires("complaints.work")
@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a closed problem again."""
    return PAGE.respond(request, pk, forms.ReopenForm, _reopen)


def _reopen(user: User, found: Need, form: forms.ReopenForm, at: dt.datetime) -> str:
    moving.reopen_need(user, found.pk, note=form.cleaned_data["note"], at=at)
    return _("เปิดเรื่องอีกครั้งแล้ว")


@requires("complaints.work")
@require_POST
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the clock stand."""
    return PAGE.respond(request, pk, forms.PauseForm, _pause)


def _pause(user: User, found: Need, form: forms.PauseForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    pausing.pause_clock(user, found.pk, version=asked["version"], reason=asked["reason"], at=at)
    return _("พักเวลาแล้ว")


@requires("complaints.work")
@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the clock go on."""
    return PAGE.respond(request, pk, forms.ResumeForm, _resume)


def _resume(user: User, found: Need, form: forms.ResumeForm, at: dt.datetime) -> str:
    pausing.resume_clock(user, found.pk, version=form.cleaned_data["version"], at=at)
    return _("เวลาเดินต่อแล้ว")


# ── what it is, whose it is ───────────────────────────────────────────────────────────────────────


@requires("complaints.assign")
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a problem to a division or a person."""
    return PAGE.respond(request, pk, forms.AssignForm, _assign)


def _assign(user: User, found: Need, form: forms.AssignForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    assigning.assign(
        user,
        found.pk,
        version=asked["version"],
        division_id=asked["division"],
        assignee_id=asked["assignee"],
        reason=asked["reason"],
        at=at,
    )
    return _("มอบหมายแล้ว")


@requires("complaints.triage")
@require_POST
def category(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a problem is about."""
    return PAGE.respond(request, pk, forms.CategoryForm, _category)


def _category(user: User, found: Need, form: forms.CategoryForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    assigning.set_category(user, found.pk, version=asked["version"], category_id=asked["category"], at=at)
    return _("เปลี่ยนประเภทแล้ว")


@requires("complaints.triage")
@require_POST
def priority(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how urgent a problem is."""
    return PAGE.respond(request, pk, forms.PriorityForm, _priority)


def _priority(user: User, found: Need, form: forms.PriorityForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    assigning.set_priority(user, found.pk, version=asked["version"], priority=asked["priority"], at=at)
    return _("เปลี่ยนความเร่งด่วนแล้ว")


@requires("complaints.triage")
@require_POST
def title(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a problem a heading."""
    return PAGE.respond(request, pk, forms.TitleForm, _title)


def _title(user: User, found: Need, form: forms.TitleForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    assigning.set_title(user, found.pk, version=asked["version"], title=asked["title"], at=at)
    return _("เปลี่ยนหัวเรื่องแล้ว")


@requires("complaints.triage")
@require_POST
def hidden(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a problem off the public pages, or put it there again."""
    return PAGE.respond(request, pk, forms.HiddenForm, _hidden)


def _hidden(user: User, found: Need, form: forms.HiddenForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    assigning.set_hidden(user, found.pk, version=asked["version"], is_hidden=asked["is_hidden"], at=at)
    return _("ซ่อนจากหน้าสาธารณะแล้ว") if asked["is_hidden"] else _("แสดงต่อสาธารณะแล้ว")


# ── words and pictures ────────────────────────────────────────────────────────────────────────────


@requires("complaints.work")
@require_POST
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to the reporters, or ask them."""
    return PAGE.respond(request, pk, forms.MessageForm, _message)


def _message(user: User, found: Need, form: forms.MessageForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    notes.add_note(user, found.pk, asked["body"], kind=form.note_kind, report_id=asked["report"], at=at)
    return _("ส่งข้อความถึงผู้แจ้งแล้ว")


@requires("complaints.work")
@require_POST
def internal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note something inside the office."""
    return PAGE.respond(request, pk, forms.InternalForm, _internal)


def _internal(user: User, found: Need, form: forms.InternalForm, at: dt.datetime) -> str:
    notes.add_note(user, found.pk, form.cleaned_data["body"], kind=form.note_kind, at=at)
    return _("บันทึกภายในแล้ว")


@requires("complaints.work")
@require_POST
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a picture of the work."""
    return PAGE.respond(request, pk, forms.PhotoForm, _photo)


def _photo(user: User, found: Need, form: forms.PhotoForm, at: dt.datetime) -> str:
    _keep_photo(user, found, form, at)
    return _("แนบรูปแล้ว รูปแสดงต่อสาธารณะเมื่อตรวจแล้ว")


def _keep_photo(user: User, found: Need, form: Any, at: dt.datetime) -> str:
    kind = PhotoKind.AFTER
    for upload in form.files.getlist("photo"):
        add_photo(need=found, report=None, stream=upload.file, name=upload.name, kind=kind, by=user, at=at)
    return ""
