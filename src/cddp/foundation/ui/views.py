"""หน้าของกรอบระบบ: town, language, notices, and the gallery of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts import services
from cddp.foundation.accounts.access import requires, signed_in, user_of
from cddp.foundation.accounts.middleware import TOWN_SESSION_KEY
from cddp.foundation.accounts.queries import list_memberships_of
from cddp.foundation.notify.models import Notification
from cddp.foundation.notify.services import mark_read
from cddp.foundation.ui.gallery import gallery_values
from cddp.foundation.ui.listing import BooleanFilter, Column, DateRangeFilter, ListPage, TextFilter

NOTICES = ListPage(
    key="ui.notices",
    title=_("การแจ้งเตือน"),
    noun=_("เรื่อง"),
    columns=[
        Column("title", _("เรื่อง"), link=lambda row: row.link or None),
        Column("body", _("ข้อความ")),
        Column("created_at", _("เมื่อ"), sort="created_at"),
        Column("read_at", _("อ่านเมื่อ"), sort="read_at"),
    ],
    filters=[
        BooleanFilter(
            "unread",
            _("สถานะ"),
            yes=_("ยังไม่อ่าน"),
            no=_("อ่านแล้ว"),
            apply=lambda rows, unread: rows.filter(read_at__isnull=unread),
        ),
        DateRangeFilter("created_at", _("วันที่"), has_time=True),
        TextFilter("title", _("เรื่อง")),
    ],
    search=lambda rows, text: rows.filter(title__icontains=text),
    default_sort="-created_at",
    empty_title=_("ยังไม่มีการแจ้งเตือน"),
)


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """Show all that this person was told."""
    return NOTICES.respond(request, Notification.objects.filter(user_id=user_of(request).pk))


@signed_in
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(user_of(request), at=timezone.now())
    return HttpResponseRedirect(_next(request))


@signed_in
@require_POST
def choose_town(request: HttpRequest) -> HttpResponse:
    """Work for another of one's towns from now on."""
    wanted = request.POST.get("municipality", "")
    for membership in list_memberships_of(user_of(request).pk):
        if str(membership.municipality_id) == wanted:
            request.session[TOWN_SESSION_KEY] = membership.municipality_id
            # The page that was open belongs to the other town.
            return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    raise Http404


@signed_in
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the screens for this person."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        services.choose_language(user_of(request), language)
    return HttpResponseRedirect(_next(request))


@requires("ui.gallery")
def gallery(request: HttpRequest) -> HttpResponse:
    """Show each component once."""
    return render(request, "ui/gallery.html", gallery_values(request))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else str(settings.LOGIN_REDIRECT_URL)
