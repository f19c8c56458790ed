"""แผงในหน้า: what upper apps add to a page of a lower one (extension_points.PagePanel), drawn for one person."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from cddp.foundation.extension_points import page_panels


def panels_of(request: HttpRequest, page: str, subject: Any) -> list[dict[str, Any]]:
    """Return what other apps add to a page for this person: key, title and the drawn fragment."""
    panels = []
    for panel in page_panels:
        if panel.page == page and request.user.has_perm(panel.permission):
            context = panel.context(request, subject)
            if context is not None:
                html = render_to_string(panel.template, dict(context), request)
                panels.append({"key": panel.key, "title": panel.title, "html": html})
    return panels
