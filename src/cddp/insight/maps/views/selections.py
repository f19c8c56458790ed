"""การเลือกพื้นที่: count what is inside a drawn area, list it, and take it as XLSX."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.extension_points import LayerQuery, MapLayer
from cddp.foundation.ui.listing import Column, ListPage
from cddp.insight.maps.forms import read_shape
from cddp.insight.maps.models import Selection
from cddp.insight.maps.queries.layers import find_layer, read_query
from cddp.insight.maps.queries.selections import find_selected, rows_inside
from cddp.insight.maps.services.selections import area_of, keep_selection

UNKNOWN_CLASS = gettext_lazy("ไม่ระบุ")


@requires("maps.view")
@require_POST
def select(request: HttpRequest) -> HttpResponse:
    """Keep the posted shape for each asked layer; answer how many rows are inside and where they are listed."""
    drawn = read_shape(request.body)
    area = area_of(drawn.shape)
    user = _user(request)
    found = []
    for key, params in drawn.layers.items():
        layer = find_layer(user, key)
        if layer is None:
            raise Http404
        query = read_query(params)
        count = rows_inside(layer, user, query, area).count()
        address = _address(keep_selection(user, layer, query, area)) if count else ""
        export = f"{address}?export=xlsx" if address and _may_export(user, layer) else ""
        found.append({"key": key, "label": str(layer.label), "count": count, "list": address, "xlsx": export})
    return JsonResponse({"layers": found})


@requires("maps.view")
def selected(request: HttpRequest, selection_id: UUID) -> HttpResponse:
    """List the rows of a selection; the list offers XLSX, CSV and paper."""
    user = _user(request)
    selection = get_object_or_404(Selection.objects.visible_to(user), pk=selection_id)
    found = find_selected(user, selection)
    if found is None:
        raise Http404
    layer, rows = found
    back = (_("แผนที่"), reverse("maps:map"))
    return _list_of(layer, user, selection).respond(
        request, rows, {"breadcrumbs": [back, (_("รายการในบริเวณที่เลือก"), "")]}
    )


def _list_of(layer: MapLayer, user: User, selection: Selection) -> ListPage:
    legend = {
        entry.value: entry.label
        for entry in layer.legend(user, LayerQuery(selection.colour_by, selection.filters, selection.at_date))
    }
    columns = list(layer.list_columns) or [
        Column("name", _("รายการ"), value=str, sort="pk"),
        Column("map_class", _("ประเภท"), value=lambda row: _class_words(row, legend)),
    ]
    first_sortable = next((column.key for column in columns if column.sort_keys), "")
    if not first_sortable:
        columns = [Column("pk", _("รหัส"), sort="pk", default_visible=False), *columns]

    def note_export(request: HttpRequest, rows: int, file_format: str) -> None:
        taken = {"layer": layer.key, "rows": rows, "format": file_format}
        audit.record("maps.selection.exported", selection, changes=taken)

    return ListPage(
        key=f"maps.selection.{layer.key}",
        title=_("%(layer)s ในบริเวณที่เลือก") % {"layer": layer.label},
        columns=columns,
        default_sort=first_sortable or "pk",
        row_link=layer.row_url,
        export_name=f"{layer.key}-selection",
        export_permission=layer.export_permission or layer.permission,
        on_export=note_export,
        empty_title=_("ไม่มีรายการในบริเวณที่เลือก"),
    )


def _class_words(row: Any, legend: dict[str, Any]) -> str:
    return str(legend.get(getattr(row, "map_class", ""), UNKNOWN_CLASS if legend else ""))


def _may_export(user: User, layer: MapLayer) -> bool:
    return user.has_perm(layer.export_permission or layer.permission)


def _address(selection: Selection) -> str:
    return reverse("maps:selected", args=[selection.pk])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (`requires` has seen to it)
    return request.user
