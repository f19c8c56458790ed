"""หน้าจอจัดการระบบ: members, tokens and the audit trail of one town."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cddp.foundation.accounts import services
from cddp.foundation.accounts.access import requires, signed_in, user_of
from cddp.foundation.accounts.models import ApiToken, Membership
from cddp.foundation.accounts.queries import list_members
from cddp.foundation.accounts.roles import load_roles
from cddp.foundation.accounts.tokens import make_token, revoke_token
from cddp.foundation.administration.audit_words import words_of_action, words_of_target
from cddp.foundation.administration.forms import MemberForm, NewMemberForm, PasswordForm, TokenForm
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.ui.listing import Column, DateRangeFilter, ListPage, TextFilter
from cddp.foundation.values.errors import UnableTo

MEMBERS = ListPage(
    key="administration.members",
    title=gettext_lazy("ผู้ใช้และสิทธิ์"),
    question=gettext_lazy("ใครทำงานในระบบนี้ และทำอะไรได้บ้าง"),
    noun=gettext_lazy("คน"),
    columns=[
        Column("name", gettext_lazy("ชื่อ"), value=lambda m: m.user.full_name, sort="user__full_name"),
        Column("username", gettext_lazy("ชื่อผู้ใช้"), value=lambda m: m.user.username, sort="user__username"),
        Column("division", gettext_lazy("กอง"), value=lambda m: m.division or "", sort="division__name"),
        Column("position", gettext_lazy("ตำแหน่ง"), sort="position"),
        Column("roles", gettext_lazy("บทบาท"), value=lambda m: ", ".join(m.role_names)),
        Column(
            "is_active", gettext_lazy("สถานะ"), value=lambda m: _("ใช้งานอยู่") if m.is_active else _("ระงับ")
        ),
        Column(
            "last_login",
            gettext_lazy("เข้าใช้ล่าสุด"),
            value=lambda m: m.user.last_login,
            sort="user__last_login",
        ),
    ],
    search=lambda queryset, text: (
        queryset.filter(user__full_name__contains=text)
        | queryset.filter(user__username__contains=text.lower())
    ),
    default_sort="name",
    row_link=lambda member: reverse("administration:member", args=[member.pk]),
    export_name="members",
)

AUDIT = ListPage(
    key="administration.audit",
    title=gettext_lazy("บันทึกการใช้งาน"),
    question=gettext_lazy("ใครทำอะไร หรือเปิดดูข้อมูลของใคร เมื่อใด เพื่ออะไร"),
    columns=[
        Column("at", gettext_lazy("เวลา"), sort="at"),
        Column("actor_label", gettext_lazy("ผู้กระทำ")),
        Column("action", gettext_lazy("การกระทำ"), value=words_of_action),
        Column("target_kind", gettext_lazy("สิ่งที่ถูกกระทำ"), value=words_of_target),
        Column("purpose", gettext_lazy("วัตถุประสงค์")),
        Column("address", gettext_lazy("ที่อยู่ไอพี"), value=lambda entry: entry.address or ""),
    ],
    filters=[
        DateRangeFilter("at", gettext_lazy("วันที่")),
        TextFilter("actor_label", gettext_lazy("ผู้กระทำ")),
        TextFilter("action", gettext_lazy("การกระทำ")),
    ],
    default_sort="-at",
    export_name="audit",
)


NEW_MEMBER = {
    "label": gettext_lazy("เพิ่มผู้ใช้"),
    "url": reverse_lazy("administration:new_member"),
    "icon": "user-plus",
}


@requires("accounts.manage")
def members(request: HttpRequest) -> HttpResponse:
    """ผู้ใช้ของเทศบาล."""
    return MEMBERS.respond(request, list_members(), {"actions": [NEW_MEMBER]})


@requires("accounts.manage")
def new_member(request: HttpRequest) -> HttpResponse:
    """เพิ่มผู้ใช้."""
    form = NewMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = services.add_member(**form.cleaned_data)
        except UnableTo as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("เพิ่มผู้ใช้แล้ว"))
            return redirect("administration:member", member.pk)
    return _form_page(request, form, _("เพิ่มผู้ใช้"))


@requires("accounts.manage")
def member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """แก้ไขผู้ใช้."""
    found = get_object_or_404(list_members(), pk=member_id)
    form = MemberForm(request.POST or None, member=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member(found, **form.cleaned_data)
        except UnableTo as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("administration:members")
    return _form_page(request, form, str(found.user), member=found, roles=load_roles().values())


@requires("accounts.manage")
@require_POST
def set_working(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """ระงับหรือให้กลับมาใช้งาน."""
    found = get_object_or_404(list_members(), pk=member_id)
    services.set_working(found, is_active="resume" in request.POST, by=user_of(request))
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("administration:member", member_id)


@requires("accounts.manage")
def set_password(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """ตั้งรหัสผ่านใหม่ให้ผู้ที่ลืม."""
    found = get_object_or_404(list_members(), pk=member_id)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_first_password(found, form.cleaned_data["password"])
        except UnableTo as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("ตั้งรหัสผ่านใหม่แล้ว ผู้ใช้ต้องเข้าใช้ใหม่ทุกเครื่อง"))
            return redirect("administration:member", member_id)
    return _form_page(request, form, _("ตั้งรหัสผ่านใหม่: %(name)s") % {"name": found.user})


@requires("audit.view")
def audit_trail(request: HttpRequest) -> HttpResponse:
    """บันทึกการใช้งานของเทศบาล."""
    return AUDIT.respond(request, AuditEntry.objects.all())


@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """โทเคนของฉัน: list them, and make a new one that is shown once."""
    own = _membership(request)
    form = TokenForm(request.POST or None, member=own)
    shown = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, shown = make_token(
                own,
                name=form.cleaned_data["name"],
                permissions=form.cleaned_data["permissions"],
                at=timezone.now(),
                life=form.life,
            )
        except UnableTo as error:
            form.add_error(None, error.message)
        else:
            form = TokenForm(member=own)
    live = ApiToken.objects.filter(member=own, revoked_at=None, expires_at__gt=timezone.now())
    context = {"form": form, "tokens": live.order_by("-created_at"), "shown": shown}
    return render(request, "administration/tokens.html", context)


@signed_in
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """ยกเลิกโทเคน."""
    token = get_object_or_404(ApiToken, pk=token_id, member=_membership(request), revoked_at=None)
    revoke_token(token, at=timezone.now())
    messages.success(request, _("ยกเลิกโทเคนแล้ว"))
    return redirect("administration:tokens")


def _membership(request: HttpRequest) -> Membership:
    own = user_of(request).membership
    return own if own is not None else get_object_or_404(Membership.objects.none())


def _form_page(request: HttpRequest, form: Form, title: str, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    values = {"form": form, "title": title, **context}
    return render(request, "administration/member.html", values, status=status)
