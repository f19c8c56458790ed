"""เส้นทางทั้งหมด: each app brings its own; the third parties' are named here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from cddp.config.api import api
from cddp.foundation.accounts.access import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer the supervisor and the load balancer; needs no database."""
    return HttpResponse("ok", content_type="text/plain")


@public
def closed(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Stand before what the library offers and we do not: accounts, addresses and lost passwords are the
    administrator's. A link by e-mail would let one town's administrator, who may write down a member's address,
    sign in as that member in another town."""
    raise Http404


CLOSED = ("signup/", "email/", "confirm-email/", "password/reset/", "password/set/")

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    # First, since a map asks for dozens of tiles at once and each address below would be tried before.
    path("", include("cddp.insight.maps.urls")),
    *(path(f"accounts/{each}", closed) for each in CLOSED),
    *(path(f"accounts/{each}<path:rest>", closed) for each in CLOSED),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("cddp.foundation.administration.urls")),
    path("", include("cddp.registers.residents.urls")),
    path("", include("cddp.portal.urls")),
    path("", include("cddp.insight.dashboards.urls")),
    path("", include("cddp.registers.assets.urls")),
    path("", include("cddp.operations.maintenance.urls")),
    path("", include("cddp.operations.complaints.urls")),
    path("", include("cddp.foundation.files.urls")),
    path("", include("cddp.foundation.ui.urls")),
]

handler400 = "cddp.foundation.ui.errors.bad_request"
handler403 = "cddp.foundation.ui.errors.permission_denied"
handler404 = "cddp.foundation.ui.errors.page_not_found"
handler500 = "cddp.foundation.ui.errors.server_error"
