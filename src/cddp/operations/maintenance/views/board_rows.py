"""แถวหลังตัวเลข: exactly the work orders that a number of the board counted."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.ui.listing import Column, ListPage
from cddp.foundation.values.money import format_amount
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import board as figures
from cddp.operations.maintenance.queries.board import rows_behind
from cddp.operations.maintenance.queries.work import HEAVY, search_orders
from cddp.operations.maintenance.queries.work_choices import list_choices
from cddp.operations.maintenance.templatetags.work_cells import state_badge, title_cell
from cddp.operations.maintenance.views.board import period_words, read_scope, where_of

TITLES = {
    figures.REPAIR: gettext_lazy("งานซ่อมที่เสร็จแล้ว"),
    figures.MODEL: gettext_lazy("รุ่นที่ชำรุดซ้ำ"),
    figures.PLACE: gettext_lazy("จุดที่ชำรุดซ้ำ"),
    figures.WAIT: gettext_lazy("งานที่รออะไหล่"),
    figures.COST_ASSET: gettext_lazy("ค่าใช้จ่ายของทรัพย์สิน"),
    figures.COST_AREA: gettext_lazy("ค่าใช้จ่ายของพื้นที่"),
    figures.PREVENTIVE: gettext_lazy("งานบำรุงรักษาตามแผน"),
}
ROWS = ListPage(
    key="maintenance.board_rows",
    title=gettext_lazy("งานที่นับ"),
    noun=gettext_lazy("ใบ"),
    columns=[],
    filters=[],
    search=search_orders,
    search_hint=gettext_lazy("เลขที่ งาน สถานที่ หรือทรัพย์สิน"),
    default_sort="-requested_at",
    export_name="board-work-orders",
    export_permission="maintenance.export",
    template="maintenance/board/rows.html",
    empty_title=gettext_lazy("ไม่มีงานที่นับในช่วงนี้"),
    empty_text=gettext_lazy("ลองเลือกช่วงเวลาหรือพื้นที่ที่กว้างขึ้นในกระดาน"),
)


@requires("maintenance.board")
def board_rows(request: HttpRequest) -> HttpResponse:
    """Show the work orders behind one number."""
    choices, now = list_choices(), timezone.now()
    form, scope = read_scope(request, choices)
    what, key = request.GET.get("what", ""), request.GET.get("key", "")
    rows = rows_behind(user_of(request), scope, what, key, now=now)
    if rows is None:
        raise Http404
    shown = rows.select_related("asset__asset_class").defer(
        *HEAVY, "asset__search_text", "asset__shape", "asset__shape_3857", "asset__attributes"
    )
    page = replace(ROWS, title=TITLES[what], columns=_columns(choices.area_names()))
    asked = {name: form.cleaned_data[name] for name in ("period", "area", "asset_class")}
    context = {
        "kept": [(name, value) for name, value in (asked | {"what": what, "key": key}).items() if value],
        "answer": f"{period_words(form)} · {where_of(form)}",
        "breadcrumbs": [(_("กระดานงานซ่อมบำรุง"), reverse("maintenance:board")), (str(TITLES[what]), "")],
    }
    return page.respond(request, shown, context)


def _columns(areas: dict[str, str]) -> list[Column]:
    return [
        Column("title", _("งาน"), value=title_cell, export=lambda order: order.title),
        Column("number", _("เลขที่"), sort="requested_at"),
        Column("state", _("สถานะ"), value=state_badge, export=lambda order: order.get_state_display()),
        Column("asset", _("ทรัพย์สิน"), value=lambda order: str(order.asset) if order.asset else ""),
        Column("area", _("หมู่/ชุมชน"), value=lambda order: areas.get(order.area_code, "")),
        Column("requested_at", _("ขอเมื่อ"), sort="requested_at"),
        Column("done_at", _("ทำเสร็จเมื่อ"), sort="done_at"),
        Column("due_on", _("ต้องเสร็จภายใน"), sort="due_on", default_visible=False),
        Column(
            "cost",
            _("รวม (บาท)"),
            value=lambda order: format_amount(order.cost_satang),
            export=_baht,
            numeric=True,
        ),
    ]


def _baht(order: WorkOrder) -> Any:
    return order.cost_satang / 100
