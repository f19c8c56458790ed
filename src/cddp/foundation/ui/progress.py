"""ความคืบหน้าของงานเบื้องหลัง: what the polling progress bar needs to know of any job."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Progress:
    """ความคืบหน้า: `done` of `total` (0 = not known yet). A finished one leads to `next_url`."""

    title: Any
    done: int
    total: int
    is_finished: bool = False
    failure: Any = ""
    next_url: str = ""
    cancel_url: str = ""

    @property
    def percent(self) -> int | None:
        if self.is_finished:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None


def respond_with_progress(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Answer the polling of <div hx-get hx-trigger="every 1s">; when finished, the page moves on by itself.

    Include the first bar with {% include "ui/_progress.html" with progress=… poll_url=… %}.
    """
    response = render(request, "ui/_progress.html", {"progress": progress, "poll_url": request.path})
    if progress.is_finished and progress.next_url and not progress.failure:
        response["HX-Redirect"] = progress.next_url
    return response
