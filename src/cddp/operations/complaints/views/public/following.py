"""ติดตามเรื่อง: whoever holds the code of a receipt sees what becomes of it, answers, rates, and takes back."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

import segno
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.files.responses import respond_with_picture
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import CLOSED_STATES
from cddp.operations.complaints.forms.public import MOST_PHOTOS, FollowCodeForm, StarsForm, WordsForm
from cddp.operations.complaints.models import Report
from cddp.operations.complaints.queries.following import find_by_code, follow, is_whole_code
from cddp.operations.complaints.queries.public import find_public
from cddp.operations.complaints.queries.public_page import find_public_phone
from cddp.operations.complaints.rules.numbers import tidy_code
from cddp.operations.complaints.services.notes import take_answer
from cddp.operations.complaints.services.rating import may_rate, rate, reopen_by_voice
from cddp.operations.complaints.services.taking_back import take_back_contact, take_back_photos
from cddp.operations.complaints.views.public import limits
from cddp.operations.complaints.views.public.photos import keep_photos, read_troubles, sealed_troubles
from cddp.operations.complaints.views.public.towns import crumbs, in_town, kept_by_nobody

QR_SCALE = 6
SEE_OTHER = HTTPStatus.SEE_OTHER


@kept_by_nobody
@sensitive_post_parameters("code")
@in_town
@require_http_methods(["GET", "HEAD", "POST"])
def follow_form(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Ask for the code; lead to the report. Guessing is slow: few wrong codes from one address."""
    form = FollowCodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.UNPROCESSABLE_ENTITY
        return _ask(request, town, form, status=status)
    if limits.is_beyond(request, limits.WRONG_CODES):
        return _too_many(request, town)
    report = find_by_code(form.cleaned_data["code"])
    if report is None:
        _count_guess(request, form.cleaned_data["code"])
        form.add_error("code", _("ไม่พบรหัสนี้ ตรวจกับใบรับเรื่องอีกครั้ง รหัสไม่มีตัว I L O และ U"))
        return _ask(request, town, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponseRedirect(_address(town, report), status=SEE_OTHER)


def by_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the report of the code in the address; wrong codes are counted, and 404."""

    @wraps(view)
    def inside(request: HttpRequest, town: Municipality, code: str, **more: Any) -> HttpResponse:
        if limits.is_beyond(request, limits.WRONG_CODES):
            return _too_many(request, town)
        report = find_by_code(code)
        if report is None:
            _count_guess(request, code)
            form = FollowCodeForm({"code": code[:60]})
            form.add_error("code", _("ไม่พบรหัสนี้ ตรวจกับใบรับเรื่องอีกครั้ง"))
            return _ask(request, town, form, status=HTTPStatus.NOT_FOUND)
        if code != report.follow_code:
            return HttpResponseRedirect(_address(town, report))
        return view(request, town, report, **more)

    return inside


@kept_by_nobody
@in_town
@require_safe
@by_code
def followed(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Show what became of a report."""
    return _page(request, town, report)


@kept_by_nobody
@in_town
@require_safe
@by_code
def receipt(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Show the receipt: number, code, the link to follow as text and as QR."""
    link = request.build_absolute_uri(_address(town, report))
    qr = segno.make(link, error="m", micro=False)
    values = {
        "town": town,
        "report": report,
        "need": find_public(report.need.number) if report.need else None,
        "link": link,
        "qr": qr.png_data_uri(scale=QR_SCALE, border=3),
        "troubles": read_troubles(request),
        "breadcrumbs": crumbs(town, (_("ใบรับเรื่อง"), "")),
    }
    return render(request, "complaints/public/receipt.html", values)


@kept_by_nobody
@sensitive_post_parameters("words")
@in_town
@require_POST
@by_code
def answer(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Take an answer or something to add, with photos."""
    form = WordsForm(request.POST, may_be_empty=bool(request.FILES))
    return _act(request, town, report, name="words_form", form=form, act=lambda: _keep_words(report, form))


@kept_by_nobody
@in_town
@require_POST
@by_code
def stars(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Take one voice's stars for the work."""
    form = StarsForm(request.POST)
    return _act(
        request,
        town,
        report,
        name="stars_form",
        form=form,
        act=lambda: rate(report.pk, form.cleaned_data["stars"], at=timezone.now()),
    )


@kept_by_nobody
@sensitive_post_parameters("words")
@in_town
@require_POST
@by_code
def reopen(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Open a problem again that was called done and is not."""
    form = WordsForm(request.POST, prefix="again")
    return _act(
        request,
        town,
        report,
        name="again_form",
        form=form,
        act=lambda: reopen_by_voice(report.pk, form.cleaned_data["words"], at=timezone.now()),
    )


@kept_by_nobody
@in_town
@require_POST
@by_code
def take_back(request: HttpRequest, town: Municipality, report: Report) -> HttpResponse:
    """Forget who told, and on wish the photos they sent."""
    now = timezone.now()
    take_back_contact(report, at=now)
    if request.POST.get("photos"):
        take_back_photos(report, at=now)
    return HttpResponseRedirect(f"{_address(town, report)}?done=forgotten#own", status=SEE_OTHER)


@kept_by_nobody
@in_town
@require_safe
@by_code
def own_photo(request: HttpRequest, town: Municipality, report: Report, pk: UUID) -> HttpResponse:
    """Show one of the photos that came with this very report."""
    photo = get_object_or_404(report.photos.select_related("preview").filter(forgotten_at=None), pk=pk)
    if photo.preview is None:
        raise Http404
    return respond_with_picture(photo.preview, public=False)  # type: ignore[return-value]


def _keep_words(report: Report, form: WordsForm) -> None:
    if form.cleaned_data["words"].strip():
        take_answer(report, form.cleaned_data["words"], at=timezone.now())


def _act(
    request: HttpRequest,
    town: Municipality,
    report: Report,
    *,
    name: str,
    form: Any,
    act: Callable[[], object],
) -> HttpResponse:
    """Do what a form asks and come back to the page; what was typed stays when it cannot be done."""
    if not limits.count(request, limits.WORDS):
        form.is_valid()
        form.add_error(None, _("ส่งถี่เกินไป ข้อความยังอยู่ครบ ลองอีกครั้งในหนึ่งชั่วโมง"))
        return _page(request, town, report, status=HTTPStatus.TOO_MANY_REQUESTS, **{name: form})
    if not form.is_valid():
        return _page(request, town, report, status=HTTPStatus.UNPROCESSABLE_ENTITY, **{name: form})
    try:
        with transaction.atomic():
            act()
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _page(request, town, report, status=refusal.status, **{name: form})
    report.refresh_from_db(fields=["need", "state", "rating"])
    troubles = keep_photos(request, report, at=timezone.now()) if request.FILES else []
    query = "".join(f"&photos={each}" for each in sealed_troubles(troubles).values())
    done = name.removesuffix("_form")
    return HttpResponseRedirect(f"{_address(town, report)}?done={done}{query}#top", status=SEE_OTHER)


DONE_WORDS = {
    "words": gettext_lazy("ส่งข้อความถึงเจ้าหน้าที่แล้ว"),
    "stars": gettext_lazy("บันทึกคะแนนแล้ว ขอบคุณ"),
    "again": gettext_lazy("เปิดเรื่องนี้ขึ้นใหม่แล้ว เจ้าหน้าที่จะตรวจอีกครั้ง"),
    "forgotten": gettext_lazy("ลบข้อมูลของท่านแล้ว"),
}


def _page(
    request: HttpRequest, town: Municipality, report: Report, *, status: int = HTTPStatus.OK, **forms: Any
) -> HttpResponse:
    story = follow(report, at=timezone.now())
    is_over = report.state in CLOSED_STATES
    values = {
        "town": town,
        "story": story,
        "report": report,
        "need": story.need,
        "public": find_public(story.need.number) if story.need else None,
        "own_photos": report.photos.filter(forgotten_at=None).only("pk", "kind", "created_at"),
        "is_over": is_over,
        "may_rate": is_over and story.need is not None and may_rate(story.need),
        "words_form": WordsForm(may_be_empty=True),
        "again_form": WordsForm(prefix="again"),
        "stars_form": StarsForm(initial={"stars": report.rating}),
        "done": DONE_WORDS.get(request.GET.get("done", ""), ""),
        "troubles": read_troubles(request),
        "phone": find_public_phone(),
        "most_photos": MOST_PHOTOS,
        "breadcrumbs": crumbs(town, (_("ติดตามเรื่อง"), reverse("complaints:follow", args=[town.slug]))),
    } | forms
    return render(request, "complaints/public/followed.html", values, status=status)


def _count_guess(request: HttpRequest, code: str) -> None:
    if is_whole_code(code):
        limits.count(request, limits.WRONG_CODES)


def _ask(
    request: HttpRequest, town: Municipality, form: FollowCodeForm, *, status: int, trouble: str = ""
) -> HttpResponse:
    steps = crumbs(town, (_("ติดตามเรื่อง"), ""))
    values = {"town": town, "form": form, "trouble": trouble, "breadcrumbs": steps}
    return render(request, "complaints/public/follow.html", values, status=status)


def _too_many(request: HttpRequest, town: Municipality) -> HttpResponse:
    words = _("ลองรหัสผิดหลายครั้งเกินไป รอ 15 นาทีแล้วลองใหม่ หรือนำใบรับเรื่องมาที่เทศบาล")
    return _ask(request, town, FollowCodeForm(), status=HTTPStatus.TOO_MANY_REQUESTS, trouble=words)


def _address(town: Municipality, report: Report) -> str:
    return reverse("complaints:followed", args=[town.slug, tidy_code(report.follow_code)])
