"""รายการ: declare a list once; it searches, filters, sorts, pages, exports, prints, and acts on many rows."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.listing.bulk import run_bulk_action
from cddp.foundation.ui.listing.declaration import ListDeclaration
from cddp.foundation.ui.listing.export import FORMATS, export_file
from cddp.foundation.ui.listing.preferences import keep_preference
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.masking import mask_text


class UnableToExport(UnableTo):
    """ส่งออกไม่ได้: too many rows for one file."""

    code = "export"


class ListPage(ListDeclaration):
    """รายการหนึ่งหน้าจอ: a ListDeclaration that answers requests."""

    def respond(
        self, request: HttpRequest, queryset: QuerySet[Any], context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """Answer a request to the list's address: page, htmx fragment, file, paper, or a change.

        `queryset` is already limited by `visible_to(request.user)`; `context` goes to the template
        (useful: "breadcrumbs", "answer", "actions", "empty_action"). Costs 4 queries besides the rows' own.
        """
        bound = BoundList(self, request, queryset)
        if request.method == "POST":
            return self._change(request, bound)
        if request.GET.get("export") in FORMATS:
            return self._export(request, bound, request.GET["export"])
        values = {**(context or {}), "list": bound}
        if request.GET.get("print"):
            self._tell_of_look(request, [row.object for row in bound.print_rows])
            return render(request, "ui/list_print.html", values)
        self._tell_of_look(request, bound.result.rows)
        if _wants_fragment(request):
            response = render(request, "ui/_list_rows.html", values)
            response["HX-Push-Url"] = bound.address(after=request.GET.get("after", ""))
            return response
        return render(request, self.template, values)

    def _tell_of_look(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        if self.on_look is not None and rows:
            self.on_look(request, rows)

    def _export(self, request: HttpRequest, bound: BoundList, file_format: str) -> HttpResponse:
        if not self.may_export(request):
            raise PermissionDenied
        if bound.matching.order_by()[: self.export_limit + 1].count() > self.export_limit:
            raise UnableToExport(
                _("มีมากกว่า %(limit)s แถว กรุณากรองให้แคบลงก่อนส่งออก") % {"limit": f"{self.export_limit:,}"}
            )
        columns = [column for column in bound.visible_columns if column.exported]
        response, rows = export_file(bound.ordered, columns, file_format, self.export_name, str(self.title))
        if self.on_export is not None:
            self.on_export(request, rows, file_format)
        else:
            asked = {"rows": rows, "format": file_format, "query": mask_text(request.GET.urlencode())}
            audit.record(f"{self.key}.exported", bound.queryset.model, changes=asked)
        # A file streams; the marks of `access` speak of HttpResponse, and all callers only hand it on.
        return cast(HttpResponse, response)

    def _change(self, request: HttpRequest, bound: BoundList) -> HttpResponse:
        if request.POST.get("bulk"):
            return run_bulk_action(request, bound)
        keep_preference(request, bound)
        return HttpResponseRedirect(bound.address())


def _wants_fragment(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request
