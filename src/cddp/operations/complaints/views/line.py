"""LINE: the account's settings and its month, and what was promised to people and did not reach them."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.notify.line_accounts import ask_line, save_line_account
from cddp.foundation.notify.models import LineAccount, Message
from cddp.foundation.notify.queries import find_line_account, quota_meter
from cddp.foundation.notify.services import send_again, settle_message
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import Channel, RefusalReason
from cddp.operations.complaints.forms.line import LineAccountForm
from cddp.operations.complaints.queries.line import count_refusals, list_slips, list_untold
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings

TITLE = gettext_lazy("บัญชี LINE")
SHOWN = 200
REFUSED_WITHIN = dt.timedelta(days=7)


@requires("notify.manage_line")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change the town's account."""
    account = find_line_account()
    form = LineAccountForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            save_line_account(by=user_of(request), **form.cleaned_data)
        except UnableTo as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว ทดสอบการเชื่อมต่อเพื่อให้แน่ใจว่าใช้ได้"))
            return redirect("complaints:line_settings")
    context = {"form": form, "breadcrumbs": crumbs_under_settings(TITLE), **_standing(request, account)}
    return render(request, "complaints/line/settings.html", context, status=422 if form.errors else 200)


def _standing(request: HttpRequest, account: LineAccount | None) -> dict[str, Any]:
    """Return how the account fares, for the cards beside the form."""
    now = timezone.now()
    address = reverse("complaints:line_webhook", args=[_town(request).slug])
    refusals = count_refusals(Channel.LINE, since=now - REFUSED_WITHIN)
    return {
        "account": account,
        "meter": quota_meter(account, at=now) if account is not None else None,
        "webhook_address": request.build_absolute_uri(address),
        "untold": list_untold(user_of(request), at=now).count(),
        "refusals": [(RefusalReason(reason).label, count) for reason, count in refusals],
    }


@requires("notify.manage_line")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask LINE now who we are and what the month holds."""
    account = find_line_account()
    if account is None:
        raise Http404
    try:
        meter = ask_line(account, at=timezone.now())
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, _("เชื่อมต่อได้ เดือนนี้ยังส่งแจ้งผลได้อีก %(count)s ข้อความ") % {"count": f"{meter.remaining:,}"}
        )
    return redirect("complaints:line_settings")


# ── what did not reach people ─────────────────────────────────────────────────────────────────────


@requires("notify.send_again")
@require_safe
def untold(request: HttpRequest) -> HttpResponse:
    """Show to whom a promised message did not get, and why."""
    now = timezone.now()
    rows = list_untold(user_of(request), at=now)
    account = find_line_account()
    context = {
        "slips": list_slips(user_of(request), rows[:SHOWN]),
        "count": rows.count(),
        "shown": SHOWN,
        "meter": quota_meter(account, at=now) if account is not None else None,
        "breadcrumbs": [(_("เรื่องร้องเรียน"), reverse("complaints:inbox")), (_("แจ้งผลทาง LINE ไม่ถึง"), "")],
    }
    return render(request, "complaints/line/untold.html", context)


@requires("notify.send_again")
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send one message again."""
    return _act(request, pk, send_again, _("กำลังส่งอีกครั้ง"))


@requires("notify.send_again")
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the person was told in another way."""
    return _act(request, pk, settle_message, _("บันทึกแล้วว่าแจ้งทางอื่น"))


def _act(request: HttpRequest, pk: UUID, act: Any, done: str) -> HttpResponse:
    now = timezone.now()
    visible = Message.objects.filter(pk__in=list_untold(user_of(request), at=now).values("pk"))
    message = get_object_or_404(visible, pk=pk)
    try:
        act(message, by=user_of(request), at=now)
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("complaints:line_untold")


@requires("notify.send_again")
@require_POST
def all_again(request: HttpRequest) -> HttpResponse:
    """Send again as many as the month still holds, oldest first."""
    now, user = timezone.now(), user_of(request)
    account = find_line_account()
    room = quota_meter(account, at=now).remaining if account is not None and account.is_active else 0
    rows = (
        list_untold(user, at=now).exclude(trouble="blocked").order_by("created_at", "pk")[: min(room, SHOWN)]
    )
    sent = [send_again(message, by=user, at=now) for message in rows]
    if sent:
        told = ngettext("กำลังส่งอีกครั้ง %(count)s ข้อความ", "กำลังส่งอีกครั้ง %(count)s ข้อความ", len(sent))
        messages.success(request, told % {"count": len(sent)})
    else:
        messages.error(request, _("ยังส่งไม่ได้ โควตาเดือนนี้หมด บัญชีปิดอยู่ หรือไม่มีข้อความที่ส่งได้"))
    return redirect("complaints:line_untold")


@requires("notify.send_again")
@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    """Give what did not arrive as slips of paper, to be handed over."""
    user, now = user_of(request), timezone.now()
    found = list_slips(user, list_untold(user, at=now)[:SHOWN])
    if not found:
        raise Http404
    content = render_pdf("complaints/line/slips.html", {"slips": found, "town": _town(request)})
    audit.record("complaints.line_slips.exported", Message, changes={"count": [0, len(found)]})
    response = HttpResponse(content, content_type=PDF_TYPE)
    response["Content-Disposition"] = f'inline; filename="line-slips-{timezone.localdate(now):%Y-%m-%d}.pdf"'
    return response


def _town(request: HttpRequest) -> Municipality:
    membership = user_of(request).membership
    if membership is None:
        raise Http404
    return membership.municipality
