"""หน้าข้อผิดพลาด: 400, 403, 404, 500 in Thai. A 404 says the same to everybody, whatever was missing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cddp.foundation.accounts.access import public


@public
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer what could not be understood."""
    return render(request, "ui/errors/400.html", status=400)


@public
def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a person who is known but may not."""
    return render(request, "ui/errors/403.html", status=403)


@public
def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer for what is not there, or not there for this person."""
    return render(request, "ui/errors/404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own fault; without a request's context, as anything may be broken."""
    return HttpResponse(render_to_string("ui/errors/500.html"), status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that is too old (settings.CSRF_FAILURE_VIEW)."""
    return render(request, "ui/errors/csrf.html", status=403)
