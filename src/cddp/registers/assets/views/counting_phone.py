"""ตรวจนับด้วยโทรศัพท์: scan, see what it is, one tap, the next; with a bad signal as well."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.build import worker_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import Condition, StockTakeResult
from cddp.registers.assets.forms.counting import SightingForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.counting import find_line, get_stock_take, progress_of, rows_for_phone
from cddp.registers.assets.queries.finding import find_by_code
from cddp.registers.assets.services.counting import Sighting, sight_code
from cddp.registers.assets.templatetags.counting_cells import LOOKS
from cddp.registers.assets.views.counting import round_crumbs, scope_words

# The worker that keeps a technician's day keeps this page too: it looks after whatever lies below its own address.
WORKER = "src/elements/work-outbox.ts"
RESULTS = [(each.value, each.label, LOOKS[each][1]) for each in StockTakeResult]


@requires("assets.inspect")
@require_safe
def phone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the camera, and the thing that was read or typed with its buttons."""
    user = user_of(request)
    take = get_stock_take(user, pk)
    code = request.GET.get("code", "").strip()[:300]
    asset = find_by_code(user, code) if code else None
    values = {
        "take": take,
        "scope": scope_words(take),
        "progress": progress_of([take.pk])[take.pk],
        "code": code,
        "asset": asset,
        "line": find_line(take, asset) if asset else None,
        "results": RESULTS,
        "conditions": Condition.choices,
        "owner": _owner(user),
        "day": timezone.localdate().isoformat(),
        "breadcrumbs": round_crumbs((take.name, take.get_absolute_url()), (_("ตรวจนับ"), "")),
    }
    return render(request, "assets/counting/phone.html", values, status=404 if code and not asset else 200)


@requires("assets.inspect")
@require_safe
def phone_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the things of a round to a phone, which knows them without a signal then."""
    take = get_stock_take(user_of(request), pk)
    rows, is_whole = rows_for_phone(take)
    return JsonResponse({"rows": rows, "is_whole": is_whole, "is_open": take.is_open})


@requires("assets.inspect")
@require_safe
def phone_find(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell a phone which thing has a code that it does not know."""
    user = user_of(request)
    take = get_stock_take(user, pk)
    asset = find_by_code(user, request.GET.get("code", ""))
    if asset is None:
        return JsonResponse({"row": None}, status=HTTPStatus.NOT_FOUND)
    line = find_line(take, asset)
    return JsonResponse({"row": _row(asset, line.result if line else "")})


@requires("assets.inspect")
@require_POST
def phone_sight(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one sighting: JSON to a phone's outbox, a page to a browser without scripts."""
    user, at = user_of(request), timezone.now()
    get_stock_take(user, pk)
    owner = request.POST.get("owner")
    if owner is not None and owner != _owner(user):
        # Another member's outbox on a shared phone: not in this one's name, and not lost either.
        return JsonResponse({}, status=HTTPStatus.FORBIDDEN)
    form = SightingForm(request.POST)
    if not form.is_valid():
        return _tell(request, pk, {"state": "refused", "words": form.first_error})
    said = form.cleaned_data
    sighting = Sighting(said["sighting_id"], said["result"], said["condition"], said["note"], said["made_at"])
    try:
        sight_code(user, pk, said["code"], sighting, at=at)
    except UnableTo as refusal:
        return _tell(request, pk, {"state": "refused", "words": refusal.message})
    return _tell(request, pk, {"state": "done", "words": ""})


def _tell(request: HttpRequest, pk: UUID, answer: dict[str, str]) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(answer)
    if answer["state"] == "done":
        messages.success(request, _("บันทึกแล้ว"))
    else:
        messages.error(request, answer["words"])
    return redirect("assets:stock_take_phone", pk)


@requires("assets.inspect")
@require_safe
def phone_token(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell an outbox who is signed in, with a token for what it sends."""
    return JsonResponse({"owner": _owner(user_of(request)), "token": get_token(request)})


@requires("assets.inspect")  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
@require_safe
def phone_worker(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out the service worker from here, so that it looks after this page alone."""
    path = worker_of(WORKER)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("assets:stock_take_phone", args=[pk])
    return response


def _owner(user: User) -> str:
    return str(user.membership.pk) if user.membership else ""


def _row(asset: Asset, result: str) -> list[Any]:
    facts = [asset.number, asset.former_number, asset.name, asset.asset_class.name, asset.place]
    return [str(asset.pk), *facts, result]
