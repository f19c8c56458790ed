"""เส้นทางทั้งหมด: each app brings its own; the third parties' are named here."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from cddp.foundation.accounts.access import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer the supervisor and the load balancer; needs no database."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("", include("cddp.foundation.administration.urls")),
    path("", include("cddp.registers.residents.urls")),
    path("", include("cddp.portal.urls")),
    path("", include("cddp.insight.maps.urls")),
    path("", include("cddp.insight.dashboards.urls")),
    path("", include("cddp.operations.complaints.urls")),
    path("", include("cddp.foundation.ui.urls")),
]

handler400 = "cddp.foundation.ui.errors.bad_request"
handler403 = "cddp.foundation.ui.errors.permission_denied"
handler404 = "cddp.foundation.ui.errors.page_not_found"
handler500 = "cddp.foundation.ui.errors.server_error"
