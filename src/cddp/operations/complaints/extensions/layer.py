"""ชั้นแผนที่เรื่องร้องเรียน: each voice where it was told; private ones stand on no map."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerField, LayerQuery, LegendEntry, MapLayer, map_layers
from cddp.foundation.values.thai_dates import format_short, format_with_time
from cddp.operations.complaints.choices import STATE_COLOURS, ReportState
from cddp.operations.complaints.models import Category, Report
from cddp.operations.complaints.queries.figures import end_of


def _rows(user: User, query: LayerQuery) -> QuerySet[Any]:
    rows = Report.objects.visible_to(user).filter(point__isnull=False, is_private=False)
    if query.filters.get("state"):
        rows = rows.filter(state__in=query.filters["state"])
    if query.filters.get("category"):
        rows = rows.filter(category__key__in=query.filters["category"])
    if query.at is not None:
        rows = rows.filter(requested_at__lt=end_of(query.at))
    return rows.annotate(map_class=F("state"))


def _legend(user: User, query: LayerQuery) -> Sequence[LegendEntry]:
    return [LegendEntry(state.value, state.label, STATE_COLOURS[state]) for state in ReportState]


def _fields(user: User) -> Sequence[LayerField]:
    categories = [LegendEntry(key, name, "") for key, name in Category.objects.values_list("key", "name")]
    return [
        LayerField("state", _("สถานะ"), _legend(user, LayerQuery())),
        LayerField("category", _("ประเภท"), categories),
    ]


def _details(user: User, report_id: UUID) -> Mapping[str, Any] | None:
    report = Report.objects.visible_to(user).select_related("category").filter(pk=report_id).first()
    if report is None:
        return None
    return {
        "title": report.title,
        "subtitle": f"{report.state_words} · {format_short(report.requested_at)}",
        "url": report.get_absolute_url(),
        "rows": [
            (_("ประเภท"), report.category.name if report.category else "–"),
            (_("สถานที่"), report.address or "–"),
            (_("เคลื่อนไหวล่าสุด"), format_with_time(report.updated_at)),
            (_("เลขที่"), report.number),
        ],
    }


map_layers.add(
    MapLayer(
        key="complaints",
        label=_("เรื่องที่แจ้ง (รายเสียง)"),
        permission="complaints.view",
        export_permission="complaints.export",
        geometry="point",
        model="complaints.Report",
        rows=_rows,
        geometry_field="point_3857",
        legend=_legend,
        fields=_fields,
        details=_details,
        row_url=lambda report: report.get_absolute_url(),
        list_url_name="complaints:reports",
        counted=True,
        counted_where=Q(point__isnull=False, is_private=False),
        visible_at_start=False,
        order=60,
    )
)
