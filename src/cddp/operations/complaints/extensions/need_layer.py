"""ชั้นแผนที่ปัญหา: each problem once, however many voices; private ones stand on no map."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerField, LayerQuery, LegendEntry, MapLayer, map_layers
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.complaints.choices import STATE_COLOURS, ReportState
from cddp.operations.complaints.models import Category, Need
from cddp.operations.complaints.queries.figures import end_of

ON_THE_MAP = Q(shape__isnull=False, reports_count__gt=0, is_private=False)
DUE = [
    LegendEntry("overdue", _("เกินกำหนด"), "#b3261e", "clock-alert"),
    LegendEntry("running", _("ยังไม่ถึงกำหนด"), "#1f6f9f"),
    LegendEntry("closed", _("จบแล้ว"), "#6b7280"),
]


def _rows(user: User, query: LayerQuery) -> QuerySet[Any]:
    rows = Need.objects.visible_to(user).filter(ON_THE_MAP)
    if query.filters.get("state"):
        rows = rows.filter(state__in=query.filters["state"])
    if query.filters.get("category"):
        rows = rows.filter(category__key__in=query.filters["category"])
    if query.at is not None:
        rows = rows.filter(opened_at__lt=end_of(query.at))
    if query.colour_by == "due":
        return rows.annotate(map_class=_due_class())
    return rows.annotate(map_class=F("state"))


def _due_class() -> Case:
    return Case(
        When(is_open=False, then=Value("closed")),
        When(due_at__lt=timezone.now(), then=Value("overdue")),
        default=Value("running"),
        output_field=CharField(),
    )


def _legend(user: User, query: LayerQuery) -> Sequence[LegendEntry]:
    if query.colour_by == "due":
        return DUE
    return [LegendEntry(state.value, state.label, STATE_COLOURS[state]) for state in ReportState]


def _fields(user: User) -> Sequence[LayerField]:
    categories = [LegendEntry(key, name, "") for key, name in Category.objects.values_list("key", "name")]
    return [
        LayerField("state", _("สถานะ"), _legend(user, LayerQuery())),
        LayerField("category", _("ประเภท"), categories),
        LayerField("due", _("กำหนดเสร็จ"), DUE),
    ]


def _details(user: User, need_id: UUID) -> Mapping[str, Any] | None:
    need = Need.objects.visible_to(user).select_related("category", "division").filter(pk=need_id).first()
    if need is None:
        return None
    voices = need.voices + need.unnamed
    rows = [
        (
            _("ผู้แจ้ง"),
            _("%(voices)s ราย ตั้งแต่ %(day)s") % {"voices": voices, "day": format_short(need.opened_at)},
        ),
        (_("ประเภท"), need.category.name if need.category else "–"),
        (_("สถานที่"), need.address or "–"),
        (_("ผู้รับผิดชอบ"), need.division.name if need.division else "–"),
        (_("กำหนดเสร็จ"), format_short(need.due_at) if need.has_deadline else "–"),
    ]
    return {
        "title": need.title or need.number,
        "subtitle": f"{need.state_words} · {need.number}",
        "url": need.get_absolute_url(),
        "rows": rows,
    }


map_layers.add(
    MapLayer(
        key="needs",
        label=_("ปัญหาที่ประชาชนแจ้ง"),
        permission="complaints.view",
        export_permission="complaints.export",
        geometry="point",
        model="complaints.Need",
        rows=_rows,
        geometry_field="mark_3857",
        legend=_legend,
        fields=_fields,
        details=_details,
        row_url=lambda need: need.get_absolute_url(),
        list_url_name="complaints:inbox",
        counted=True,
        counted_where=ON_THE_MAP,
        visible_at_start=False,
        order=55,
    )
)
