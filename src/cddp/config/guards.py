"""ด่านของทุกคำขอ: what no request may bring, and what no answer about people may leave behind."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

NUL = "\x00"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
NEVER_KEPT = "private, no-store"
READABLE = ("text/html", "application/json")


class CleanInputGuard:
    """Takes NUL out of addresses and forms: PostgreSQL cannot hold it, and no person types it.

    Each view would have to think of it otherwise; those that forget answer 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        # After CsrfViewMiddleware, which has read the form already: a large upload is not read a second time.
        if "%00" in request.META.get("QUERY_STRING", "") and _holds_nul(request.GET):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.content_type in FORM_TYPES and _form_holds_nul(request):
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _form_holds_nul(request: HttpRequest) -> bool:
    try:
        return _holds_nul(request.POST)
    except UnreadablePostError:
        return False  # the upload was broken off; the view says so to whoever still listens


def _holds_nul(values: QueryDict) -> bool:
    return any(NUL in name or any(NUL in each for each in listed) for name, listed in values.lists())


def _without_nul(values: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True, encoding=values.encoding)
    for name, listed in values.lists():
        clean.setlist(name.replace(NUL, ""), [each.replace(NUL, "") for each in listed])
    clean._mutable = False
    return clean


class PrivateAnswerGuard:
    """Lets no browser or proxy keep a page made for a person who is signed in, unless the view decided otherwise.

    On a shared computer of the town hall the page of a resident must not come back after signing out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_about_somebody(request) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = NEVER_KEPT
        return response


def _is_about_somebody(request: HttpRequest) -> bool:
    """Tell whether a session was read or a token shown; without touching the session of a static file or a tile."""
    if "Authorization" in request.headers:
        return True
    user = getattr(request, "_cached_user", None)
    return user is not None and not isinstance(user, AnonymousUser)


class PageCompression(GZipMiddleware):
    """บีบอัดหน้าเว็บ: gzip what people read; a page of figures shrinks to a tenth on a bad signal.

    Tiles and files are left alone: the map must not wait for them, and most are packed already.
    Django adds random bytes to each answer and masks its CSRF token anew, so lengths tell nothing (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(READABLE):
            return response
        return super().process_response(request, response)
