"""งานของช่างวันนี้: the day's list in the order of the way, the page of one stop, and what the phone sends."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.build import worker_of
from cddp.foundation.values.errors import UnableTo
from cddp.operations.maintenance.choices import WorkState
from cddp.operations.maintenance.forms.rounds import ACT_FORMS, EnvelopeForm, first_error, read_ids
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries.rounds import Day, day_of, is_late
from cddp.operations.maintenance.queries.stops import stop_of
from cddp.operations.maintenance.rules.rounds import sketch, spread
from cddp.operations.maintenance.rules.work import Step, may_step
from cddp.operations.maintenance.services import rounds
from cddp.operations.maintenance.services.sent_acts import DONE, PhoneAct, take
from cddp.operations.maintenance.views.stock_panel import panel_of

WORK = "maintenance.work"
SOURCE = "src/elements/work-outbox.ts"
STATES = {state.name.lower(): state.value for state in WorkState}


@requires(WORK)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show where to go today, in the order of a short way."""
    user, on = user_of(request), timezone.localdate()
    day = day_of(user, on)
    values = {
        "day": day,
        "sketch": _sketch_of(day),
        "outbox": outbox_of(user, [reverse("maintenance:stop", args=[each]) for each in day.ids]),
        "breadcrumbs": [(_("งานของฉันวันนี้"), "")],
    }
    return render(request, "maintenance/rounds/today.html", values)


@requires(WORK)
@require_safe
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one work order as one works on it with a thumb."""
    user = user_of(request)
    orders = WorkOrder.objects.visible_to(user).select_related(
        "asset__asset_class", "asset__model", "schedule", "lead__user"
    )
    order = get_object_or_404(orders, pk=pk)
    values = {
        **panel_of(request, order),
        "order": order,
        "stop": stop_of(order),
        "is_late": is_late(order, timezone.localdate()),
        "may_await": may_step(order.state, Step.AWAIT_PARTS),
        "outbox": outbox_of(user, [request.path]),
        "states": STATES,
        "breadcrumbs": [(_("งานของฉันวันนี้"), reverse("maintenance:today")), (order.number, "")],
    }
    return render(request, "maintenance/rounds/stop.html", values)


@requires(WORK)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Take one act of a phone: JSON to its outbox, a page to a browser without scripts."""
    user = user_of(request)
    envelope = EnvelopeForm(request.POST)
    if not envelope.is_valid():
        return _tell(request, {"state": "refused", "words": first_error(envelope), "code": "envelope"}, None)
    said = envelope.cleaned_data
    if user.membership is None or said["owner"] != user.membership.pk:
        # Another person's outbox on a shared phone: not to be done in this one's name, and not lost either.
        return JsonResponse({}, status=HTTPStatus.FORBIDDEN)
    form = ACT_FORMS[said["act_kind"]](request.POST)
    if not form.is_valid():
        answer = {"state": "refused", "words": first_error(form), "code": "form"}
        return _tell(request, answer, said["work_order"])
    phone_act = PhoneAct(
        id=said["act_id"],
        kind=said["act_kind"],
        work_order_id=said["work_order"],
        made_at=said["made_at"],
        values=form.cleaned_data,
        upload=request.FILES.get("photo"),
    )
    return _tell(request, take(user, phone_act, at=timezone.now()), said["work_order"])


def _tell(request: HttpRequest, answer: dict[str, str], order_id: UUID | None) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(answer)
    if answer["state"] == DONE:
        messages.success(request, _("บันทึกแล้ว"))
    else:
        messages.error(request, answer["words"])
    return redirect("maintenance:stop", order_id) if order_id else redirect("maintenance:today")


@requires(WORK)
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Tell an outbox who is signed in, with a token for what it sends."""
    user = user_of(request)
    return JsonResponse(
        {"owner": str(user.membership.pk) if user.membership else "", "token": get_token(request)}
    )


@requires(WORK)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Keep the technician's own order of the day, move one stop up or down, or go by the map again."""
    user = user_of(request)
    try:
        if request.POST.get("by") == "map":
            rounds.go_by_the_map(user)
            messages.success(request, _("เรียงตามแผนที่แล้ว"))
        else:
            rounds.set_order(user, _moved(user, request.POST))
    except (UnableTo, ValueError) as refusal:
        words = refusal.message if isinstance(refusal, UnableTo) else _("ลำดับที่ส่งมาไม่ถูกต้อง โปรดเปิดหน้านี้ใหม่")
        messages.error(request, words)
    return redirect("maintenance:today")


def _moved(user: User, sent: Any) -> list[UUID]:
    """Return the new order: the one that was sent, or today's with one stop moved."""
    if sent.getlist("stop"):
        return read_ids(sent.getlist("stop"))
    ids = [visit.order.pk for visit in day_of(user, timezone.localdate()).visits]
    moved = UUID(sent.get("move", ""))
    here = ids.index(moved)
    there = here - 1 if sent.get("way") == "up" else here + 1
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
    return ids


@requires(WORK)  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
@require_safe
def worker(request: HttpRequest) -> FileResponse:
    """Hand out the service worker of the day; from here, so that it looks after these pages alone."""
    path = worker_of(SOURCE)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("maintenance:today")
    return response


def outbox_of(user: User, pages: list[str]) -> dict[str, str]:
    """Return what <work-outbox> must know: whose it is, the day, the pages to keep, where to send."""
    return {
        "owner": str(user.membership.pk) if user.membership else "",
        "day": timezone.localdate().isoformat(),
        "pages": " ".join([reverse("maintenance:today"), *pages]),
    }


def _sketch_of(day: Day) -> dict[str, Any] | None:
    """Return the numbered stops and the way between them, drawn without tiles."""
    placed = [visit for visit in day.visits if visit.place is not None]
    if not placed:
        return None
    places = [visit.place for visit in placed if visit.place is not None]
    drawn = sketch([*([day.depot] if day.depot else []), *places])
    marks = spread(drawn.points, width=drawn.width, height=drawn.height)
    stops = marks[1:] if day.depot else marks
    return {
        "width": drawn.width,
        "height": drawn.height,
        "way": " ".join(f"{x},{y}" for x, y in drawn.points),
        "depot": marks[0] if day.depot else None,
        "stops": [{"visit": visit, "x": x, "y": y} for visit, (x, y) in zip(placed, stops, strict=True)],
        "bar": _bar(drawn.metres_per_unit),
    }


def _bar(metres_per_unit: float) -> dict[str, Any]:
    """Return a scale bar of a round length, at most 90 units wide."""
    steps = [step * 10**power for power in range(1, 6) for step in (1, 2, 5)]
    fitting = max((each for each in steps if each / metres_per_unit <= 90), default=steps[0])
    words = _("%(n)s ม.") % {"n": fitting} if fitting < 1000 else _("%(n)s กม.") % {"n": fitting // 1000}
    return {"width": round(fitting / metres_per_unit, 1), "words": words}
