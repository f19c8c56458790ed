"""แจ้งเรื่องทางเว็บ: the form, what may be the same problem already, the receipt, and the form without a signal."""

import datetime as dt
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.build import form_worker
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.errors import UnableToTakeReport
from cddp.operations.complaints.forms.public import MOST_PHOTOS, CitizenReportForm
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.queries.public import PublicNeed, find_open_need, find_public
from cddp.operations.complaints.queries.public_page import find_public_phone
from cddp.operations.complaints.services.receiving import Incoming, receive
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.complaints.views.public import limits
from cddp.operations.complaints.views.public.likeness import look_near
from cddp.operations.complaints.views.public.needs import town_bounds
from cddp.operations.complaints.views.public.photos import keep_photos, sealed_troubles
from cddp.operations.complaints.views.public.towns import crumbs, in_town
from cddp.registers.residents.models import Area

TOLD_BEFORE = {"yes": True, "no": False}


@sensitive_post_parameters()
@in_town
@require_http_methods(["GET", "HEAD", "POST"])
def report_form(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Show the form; take a report in and lead to its receipt."""
    if request.method != "POST":
        joined = find_public(request.GET.get("join", "")[:20])
        return _page(request, town, _form(initial=_fresh(), joins=joined is not None), joined=joined)
    joins = find_open_need(request.POST.get("joins", "")[:20])
    form = _form(request.POST, joins=joins is not None)
    trouble = _abuse_words(request)
    if trouble:
        return _page(request, town, form, trouble=trouble, status=HTTPStatus.TOO_MANY_REQUESTS)
    if not form.is_valid():
        return _page(request, town, form, joined=_public(joins), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.cleaned_data["website"] or limits.is_too_quick(form.cleaned_data["opened"]):
        return _page(request, town, form, trouble=_too_quick(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _take(request, town, form, joins)


@in_town
@require_POST
def near(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Show, while somebody writes, what it may be about and which known problems it may be."""
    if not limits.count(request, limits.LOOKS):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    form = _form(request.POST, joins=True)
    form.is_valid()  # a half-filled form is enough to look with
    found = look_near(form.cleaned_data, form.point, at=timezone.now())
    return render(request, "complaints/public/_near.html", {"near": found, "town": town})


@in_town
@require_safe
def worker(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Hand out the service worker of the form; from here, so that it looks after this form's address alone."""
    path = form_worker()
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("complaints:public_report", args=[town.slug])
    return response  # type: ignore[return-value]  # a streamed answer is no HttpResponse to the stubs


def _take(
    request: HttpRequest, town: Municipality, form: CitizenReportForm, joins: Need | None
) -> HttpResponse:
    now = timezone.now()
    try:
        receipt = receive(_incoming(form, joins, now))
    except UnableToTakeReport as refusal:
        form.add_error(None, refusal.message)
        return _page(request, town, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    report = Report.objects.select_related("need").get(pk=receipt.report.pk)
    troubles = keep_photos(request, report, at=now)
    address = reverse("complaints:receipt", args=[town.slug, report.follow_code])
    query = urlencode(sealed_troubles(troubles))
    # 303: the answer is fetched anew, however this was sent.
    return HttpResponseRedirect(f"{address}?{query}" if query else address, status=HTTPStatus.SEE_OTHER)


def _incoming(form: CitizenReportForm, joins: Need | None, now: dt.datetime) -> Incoming:
    said = form.cleaned_data
    place = form.point
    text = said["text"]
    if joins is not None and not text.strip():
        text = _("ร่วมแจ้งเรื่อง %(number)s") % {"number": joins.number}
    category = form.about
    return Incoming(
        channel=Channel.WEB,
        external_id=form.external_id(),
        # Who told is no part of the envelope: it stands apart, sealed.
        payload={
            "text": said["text"],
            "category": category.key if category else "",
            "lat": place.latitude,
            "lng": place.longitude,
            "area": said["area"],
            "landmark": said["landmark"],
            "joins": joins.number if joins else "",
        },
        description=text,
        requested_at=now,
        received_at=now,
        category_id=category.pk if category else (joins.category_id if joins else None),
        point=Point(place.longitude, place.latitude, srid=4326) if place.is_placed else None,
        address=form.place_words,
        contact=Contact(name=said["name"].strip(), phone=said["phone"]),
        joins_need_id=joins.pk if joins else None,
        told_before=TOLD_BEFORE.get(said["told_before"]),
    )


def _abuse_words(request: HttpRequest) -> str:
    phone = find_public_phone()
    instead = _("โทร %(phone)s") % {"phone": phone} if phone else _("โทรหรือมาที่สำนักงานเทศบาล")
    if not limits.count(request, limits.REPORTS):
        return _("เครือข่ายที่ใช้อยู่ส่งเรื่องเข้ามาถี่เกินไป ข้อความยังอยู่ครบ ลองส่งอีกครั้งในหนึ่งชั่วโมง เรื่องด่วน%(instead)s") % {
            "instead": instead
        }
    if limits.is_town_flooded(timezone.now()):
        return _("ขณะนี้มีเรื่องเข้ามามากผิดปกติ ข้อความยังอยู่ครบ ลองส่งอีกครั้งในอีกครู่หนึ่ง เรื่องด่วน%(instead)s") % {
            "instead": instead
        }
    return ""


def _too_quick() -> str:
    return _("ระบบยังไม่แน่ใจว่าเป็นคนส่ง ข้อความยังอยู่ครบ รอสักครู่แล้วกดส่งอีกครั้ง")


def _form(
    data: Any = None, *, joins: bool = False, initial: dict[str, Any] | None = None
) -> CitizenReportForm:
    areas = [(area.code, str(area)) for area in Area.objects.only("code", "number", "name")]
    return CitizenReportForm(data, areas=areas, joins=joins, initial=initial)


def _fresh() -> dict[str, Any]:
    return {"client_id": uuid7(), "opened": limits.opened_stamp()}


def _public(need: Need | None) -> PublicNeed | None:
    return find_public(need.number) if need else None


def _page(
    request: HttpRequest,
    town: Municipality,
    form: CitizenReportForm,
    *,
    joined: PublicNeed | None = None,
    trouble: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    values = {
        "town": town,
        "form": form,
        "joined": joined,
        "trouble": trouble,
        "bounds": town_bounds(town),
        "stamp": limits.opened_stamp(),
        "phone": find_public_phone(),
        "most_photos": MOST_PHOTOS,
        "breadcrumbs": crumbs(town, (_("แจ้งเรื่อง"), "")),
    }
    return render(request, "complaints/public/report.html", values, status=status)
