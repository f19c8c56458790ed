"""คำปฏิเสธและข้อความถึงผู้ใช้: refusals become words on the screen, messages reach htmx pages as toasts."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from cddp.foundation.values.errors import UnableTo


class ScreenWordsMiddleware:
    """Turns UnableTo… into a toast (htmx) or a page, with the refusal's own status; sends messages along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_htmx(request) and "Location" not in response and "HX-Redirect" not in response:
            _send_messages(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UnableTo):
            return None
        if _is_htmx(request):
            messages.error(request, exception.message)
            return HttpResponse(status=exception.status, headers={"HX-Reswap": "none"})
        values = {"message": exception.message, "back": _way_back(request)}
        return render(request, "ui/errors/unable.html", values, status=exception.status)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _send_messages(request: HttpRequest, response: HttpResponse) -> None:
    toasts = [
        {"level": message.level_tag, "text": str(message)} for message in messages.get_messages(request)
    ]
    if not toasts:
        return
    triggers: dict[str, Any] = {}
    if already := response.get("HX-Trigger", ""):
        triggers = json.loads(already) if already.startswith("{") else dict.fromkeys(already.split(","))
    response["HX-Trigger"] = json.dumps({**triggers, "toasts": toasts})  # ASCII: a header holds no Thai


def _way_back(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if allowed else "/"
