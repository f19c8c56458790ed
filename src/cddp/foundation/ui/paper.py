"""กระดาษ: a template as a PDF on A4, set in our own looped Thai font, with nothing fetched from anywhere.

The template extends `ui/paper.html`: letterhead of the town on the first sheet, a running head on the others,
"หน้า 1/3" at the foot of each. Thai lines break between words: Pango knows them by libthai's dictionary.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality

PDF_TYPE = "application/pdf"


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """Return the template as a PDF; `town` and `printed_at` are the current ones unless the context has them."""
    # WeasyPrint takes more than a second to load: only the process that prints pays, and only once.
    from weasyprint import HTML

    from cddp.foundation.ui.paper_files import OwnFiles

    facts: dict[str, Any] = {"printed_at": timezone.now(), **context}
    if "town" not in facts:
        facts["town"] = Municipality.objects.get(pk=required_municipality_id())
    page = HTML(string=render_to_string(template, facts), url_fetcher=OwnFiles())
    pdf: bytes = page.write_pdf(pdf_tags=True)
    return pdf
