"""Traffy Fondue: the account's settings and how it fares, what did not arrive there, and the doorbell."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    JsonResponse,
    UnreadablePostError,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import public, requires, user_of
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints import tasks
from cddp.operations.complaints.choices import Channel, DispatchState, OddReason, OutgoingKind, RefusalReason
from cddp.operations.complaints.errors import UnableToConfigure, UnableToTalkToTraffy
from cddp.operations.complaints.forms.traffy import TraffyAccountForm
from cddp.operations.complaints.models import TraffyAccount, TraffyOutgoing
from cddp.operations.complaints.queries.traffy import (
    find_account,
    list_recent_oddities,
    list_unseen,
    list_unsent,
    meter_of,
)
from cddp.operations.complaints.rules.traffy_quota import gap_between_polls
from cddp.operations.complaints.services import traffy_account, traffy_sending, traffy_signals
from cddp.operations.complaints.services.refusals import count_refusal
from cddp.operations.complaints.views.crumbs import HOME
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings

TITLE = gettext_lazy("เชื่อมต่อ Traffy Fondue")
SHOWN = 200
ODD_WITHIN = dt.timedelta(days=7)
# A busy town has a few signals a minute; more is a loop or a stranger, and the next poll finds all of it.
SIGNALS_A_MINUTE = 120


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change the town's account."""
    account = find_account()
    form = TraffyAccountForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            traffy_account.save_account(user_of(request), **form.cleaned_data)
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว ทดสอบการเชื่อมต่อเพื่อให้แน่ใจว่าใช้ได้"))
            return redirect("complaints:traffy_settings")
    context = {"form": form, "breadcrumbs": crumbs_under_settings(TITLE), **_standing(request, account)}
    return render(request, "complaints/traffy/settings.html", context, status=422 if form.errors else 200)


def _standing(request: HttpRequest, account: TraffyAccount | None) -> dict[str, Any]:
    """Return how the account fares, for the cards beside the form."""
    if account is None:
        return {"account": None}
    now, meter = timezone.now(), meter_of(account)
    town = Municipality.objects.get(pk=required_municipality_id())
    address = reverse("complaints:traffy_webhook", args=[town.slug, account.webhook_key])
    return {
        "account": account,
        "meter": meter,
        "is_exhausted": meter.is_exhausted(now),
        "gap_minutes": round(gap_between_polls(meter, now).total_seconds() / 60),
        "webhook_address": request.build_absolute_uri(address),
        "statuses": [each.get("name", "") for each in account.statuses],
        "oddities": [
            (OddReason(reason).label, rows) for reason, rows in list_recent_oddities(now - ODD_WITHIN)
        ],
        "unsent": list_unsent().count(),
    }


@requires("complaints.configure")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Try the account now."""
    try:
        account = traffy_account.check_account(user_of(request), at=timezone.now())
    except (UnableToTalkToTraffy, UnableToConfigure) as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("เชื่อมต่อได้ หน่วยงานนี้มี %(count)s สถานะ") % {"count": len(account.statuses)},
        )
        tasks.once(tasks.poll_traffy, name="poll")
    return redirect("complaints:traffy_settings")


@requires("complaints.configure")
@require_POST
def renew_key(request: HttpRequest) -> HttpResponse:
    """Make a new address for signals."""
    try:
        traffy_account.renew_webhook_key(user_of(request))
    except UnableToConfigure as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("สร้างที่อยู่ใหม่แล้ว แจ้ง Traffy Fondue ให้ใช้ที่อยู่ใหม่"))
    return redirect("complaints:traffy_settings")


# ── what did not arrive ───────────────────────────────────────────────────────────────────────────────


@requires("complaints.work")
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """Show what of ours Traffy does not have yet."""
    rows = list(list_unsent()[:SHOWN]) + list(list_unseen(timezone.now())[:SHOWN])
    context = {
        "rows": [_told(row) for row in rows],
        "account": find_account(),
        "breadcrumbs": [HOME, (_("แจ้งกลับ Traffy"), "")],
    }
    return render(request, "complaints/traffy/outgoing.html", context)


def _told(row: TraffyOutgoing) -> dict[str, Any]:
    return {
        "row": row,
        "kind": OutgoingKind(row.kind).label,
        "label": row.body.get("label", ""),
        "may_be_sent": row.state == DispatchState.FAILED,
        "is_unseen": row.state == DispatchState.SENT,
    }


@requires("complaints.work")
@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Queue once more what failed."""
    get_object_or_404(TraffyOutgoing, pk=pk)
    try:
        traffy_sending.send_again(user_of(request), pk)
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        tasks.send_to_traffy_soon()
        messages.success(request, _("กำลังส่งอีกครั้ง"))
    return redirect("complaints:traffy_outgoing")


# ── the doorbell ──────────────────────────────────────────────────────────────────────────────────────


@csrf_exempt
@public
@require_http_methods(["POST", "PATCH"])
def webhook(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Hear Traffy ring. It signs nothing: the key in the address is all that tells it from a stranger.

    Whatever rang at the right door is answered with 200 at once, and looked after by a job.
    """
    town = get_object_or_404(Municipality, slug=slug)
    now = timezone.now()
    with town_context(town.pk):
        is_known = traffy_signals.knows_key(key)
        if is_known:
            _hear(request, town.pk, now)
        else:
            count_refusal(Channel.TRAFFY, RefusalReason.UNKNOWN_SENDER, at=now)
    # Not raised: the count of strangers would be rolled back with it.
    return JsonResponse({"status": "success"}) if is_known else HttpResponseNotFound()


def _hear(request: HttpRequest, municipality_id: int, now: dt.datetime) -> None:
    if _rings_too_often(municipality_id, now):
        count_refusal(Channel.TRAFFY, RefusalReason.TOO_MANY, at=now)
        return
    try:
        body = request.read(traffy_signals.BODY_LIMIT_BYTES + 1)
    except UnreadablePostError:
        count_refusal(Channel.TRAFFY, RefusalReason.UNREADABLE, at=now)
        return
    if len(body) > traffy_signals.BODY_LIMIT_BYTES:
        count_refusal(Channel.TRAFFY, RefusalReason.TOO_LARGE, at=now)
        return
    errand = traffy_signals.receive_signal(request.method or "", body, at=now)
    if errand.number:
        tasks.read_traffy_ticket_soon(errand.number)
    if errand.intake_id:
        tasks.give_traffy_words.defer_in(seconds=20, intake_id=str(errand.intake_id))


def _rings_too_often(municipality_id: int, now: dt.datetime) -> bool:
    key = f"traffy-signals:{municipality_id}:{now:%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > SIGNALS_A_MINUTE
    except ValueError:
        return False
