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
]
