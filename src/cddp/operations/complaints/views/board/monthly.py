"""รายงานประจำเดือนเป็นไฟล์."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.periods import Span
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.board import BoardScope
from cddp.operations.complaints.queries.choices import list_choices
from cddp.operations.complaints.queries.heat import draw_heat
from cddp.operations.complaints.queries.monthly import measure_month
from cddp.operations.complaints.rules.board import read_month
from cddp.operations.complaints.services.monthly_book import write_monthly_book
from cddp.operations.complaints.services.monthly_report import MonthlyReport, write_report

# From pale to deep, as on the screen; paper knows no style sheet inside a drawing.
INKS = ("#dfe4f7", "#b9c4ea", "#8798d6", "#5265b5", "#223272")
FORMATS = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE}


@requires("complaints.board")
@require_safe
def monthly(request: HttpRequest, month: str, fmt: str) -> HttpResponse:
    """Give a month's report as a file for paper or for a spreadsheet; nobody is named in it."""
    now = timezone.now()
    span = read_month(month, timezone.localdate(now))
    if span is None or fmt not in FORMATS:
        raise Http404
    user = user_of(request)
    figures = measure_month(user, span, now=now)
    report = write_report(figures, list_choices(working=False), is_running=span.end > now)
    content = (
        _pdf(request, span, report) if fmt == "pdf" else write_monthly_book(report, town=str(_town(request)))
    )
    audit.record(
        "complaints.monthly_report.exported", Need, changes={"month": [None, month], "format": [None, fmt]}
    )
    response = HttpResponse(content, content_type=FORMATS[fmt])
    shown = "inline" if fmt == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="complaints-{month}.{fmt}"'
    return response


def _pdf(request: HttpRequest, span: Span, report: MonthlyReport) -> bytes:
    user = user_of(request)
    heat = draw_heat(user, BoardScope(span).rows(user), span)
    context: dict[str, Any] = {
        "report": report,
        "heat": heat,
        "squares": [(square, INKS[square.step - 1]) for square in heat.squares] if heat else [],
        "legend": [(INKS[step - 1], least, most) for step, least, most in heat.legend] if heat else [],
        "town": _town(request),
        "printed_at": timezone.now(),
    }
    return render_pdf("complaints/board/monthly.html", context)


def _town(request: HttpRequest) -> Municipality:
    membership = user_of(request).membership
    if membership is None:
        raise Http404
    return membership.municipality
