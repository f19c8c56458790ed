"""รายการใบสั่งงาน: by queue, what is late first."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing import (
    BooleanFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    ListPage,
)
from cddp.foundation.ui.listing.without import by_code, by_key, or_none
from cddp.foundation.values.money import format_amount
from cddp.operations.maintenance.choices import ENDED_STATES, Priority, WorkKind, WorkSource, WorkState
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import work as queries
from cddp.operations.maintenance.queries.work_choices import Choices, list_choices
from cddp.operations.maintenance.services import moving
from cddp.operations.maintenance.templatetags.work_cells import due_cell, plan_cell, state_badge, title_cell
from cddp.operations.maintenance.views.stock import looks
from cddp.operations.maintenance.views.work_bulk import ask

TABS = {
    queries.APPROVE: gettext_lazy("รออนุมัติ"),
    queries.PLAN: gettext_lazy("รอนัดวัน"),
    queries.TODAY: gettext_lazy("ทำวันนี้"),
    queries.DOING: gettext_lazy("กำลังทำ"),
    queries.PARTS: gettext_lazy("รออะไหล่"),
    queries.ACCEPT: gettext_lazy("รอตรวจรับ"),
    queries.MINE: gettext_lazy("ของฉัน"),
    queries.ALL: gettext_lazy("ทั้งหมด"),
}


def _choices(request: HttpRequest) -> Choices:
    """Return what the filters offer; asked once, however many of them read it."""
    kept: Choices | None = request.__dict__.get("_work_choices")
    if kept is None:
        kept = request.__dict__["_work_choices"] = list_choices()
    return kept


def _offer(name: str, empty: Any) -> Callable[[HttpRequest], list[tuple[Any, str]]]:
    def offered(request: HttpRequest) -> list[tuple[Any, str]]:
        found = [(each.id, each.name) for each in getattr(_choices(request), name)]
        return or_none(empty, found) if empty else found

    return offered


def _areas(request: HttpRequest) -> list[tuple[Any, str]]:
    return or_none(_("ไม่ทราบพื้นที่"), [(each.more, each.name) for each in _choices(request).areas])


def _by_lateness(rows: QuerySet[WorkOrder], late: bool) -> QuerySet[WorkOrder]:
    condition = queries.late_on(timezone.localdate())
    return rows.filter(condition) if late else rows.exclude(condition)


ORDERS = ListPage(
    key="maintenance.work_orders",
    title=gettext_lazy("ใบสั่งงาน"),
    noun=gettext_lazy("ใบ"),
    question=gettext_lazy("งานใดต้องทำก่อน และใครเป็นคนทำ"),
    columns=[],
    filters=[
        ChoiceFilter("state", gettext_lazy("สถานะ"), choices=WorkState.choices),
        BooleanFilter(
            "late",
            gettext_lazy("กำหนดเสร็จ"),
            yes=gettext_lazy("เกินกำหนด"),
            no=gettext_lazy("ยังไม่เกินกำหนด"),
            apply=_by_lateness,
        ),
        ChoiceFilter(
            "division",
            gettext_lazy("กอง"),
            choices=_offer("divisions", gettext_lazy("ยังไม่มอบหมาย")),
            apply=by_key("division_id"),
        ),
        ChoiceFilter(
            "lead",
            gettext_lazy("หัวหน้างาน"),
            choices=_offer("members", gettext_lazy("ยังไม่มีผู้ทำ")),
            apply=by_key("lead_id"),
        ),
        ChoiceFilter("kind", gettext_lazy("ชนิดงาน"), choices=WorkKind.choices),
        ChoiceFilter("priority", gettext_lazy("ความเร่งด่วน"), choices=Priority.choices),
        ChoiceFilter(
            "class",
            gettext_lazy("ประเภททรัพย์สิน"),
            choices=_offer("asset_classes", gettext_lazy("ไม่ระบุทรัพย์สิน")),
            apply=by_key("asset__asset_class_id"),
        ),
        ChoiceFilter("area", gettext_lazy("หมู่/ชุมชน"), choices=_areas, apply=by_code("area_code")),
        ChoiceFilter(
            "contractor",
            gettext_lazy("ผู้รับจ้าง"),
            choices=_offer("contractors", gettext_lazy("ไม่ได้จ้าง")),
            apply=by_key("contractor_id"),
        ),
        ChoiceFilter("source", gettext_lazy("ที่มา"), choices=WorkSource.choices),
        DateRangeFilter("planned_on", gettext_lazy("นัดวัน")),
        DateRangeFilter("requested_at", gettext_lazy("ขอเมื่อ"), has_time=True),
        DateRangeFilter("done_at", gettext_lazy("ทำเสร็จเมื่อ"), has_time=True),
    ],
    search=queries.search_orders,
    search_hint=gettext_lazy("เลขที่ งาน สถานที่ หรือทรัพย์สิน"),
    default_sort="wanted",
    export_name="work-orders",
    export_permission="maintenance.export",
    bulk_actions=[
        BulkAction("approve", gettext_lazy("อนุมัติ"), ask("approve"), permission=moving.PLAN, icon="check"),
        BulkAction(
            "plan", gettext_lazy("นัดวันและมอบหมาย"), ask("plan"), permission=moving.PLAN, icon="calendar"
        ),
    ],
    template="maintenance/work/orders.html",
    empty_title=gettext_lazy("ไม่มีงานในคิวนี้"),
    empty_text=gettext_lazy("งานที่จบแล้วดูได้จากตัวกรองสถานะในแท็บ “ทั้งหมด”"),
)


def _baht(name: str) -> Callable[[WorkOrder], Decimal]:
    return lambda order: Decimal(getattr(order, name)) / 100


def _amount(name: str) -> Callable[[WorkOrder], str]:
    return lambda order: format_amount(getattr(order, name)) if getattr(order, name) else ""


def _money(key: str, title: Any) -> Column:
    return Column(
        key,
        title,
        value=_amount(key),
        export=_baht(key),
        sort=None if key == "cost_satang" else key,
        numeric=True,
        default_visible=False,
    )


def _columns(request: HttpRequest, today: dt.date) -> list[Column]:
    areas = _choices(request).area_names()
    return [
        Column("title", _("งาน"), value=title_cell, export=lambda order: order.title),
        Column("number", _("เลขที่"), sort="requested_at"),
        Column(
            "wanted",
            _("กำหนด"),
            sort="wanted",
            value=lambda order: due_cell(queries.due_of(order, today)),
            export=lambda order: order.due_on,
        ),
        Column("state", _("สถานะ"), value=state_badge, export=lambda order: order.get_state_display()),
        Column(
            "planned_on",
            _("นัดทำ"),
            sort="planned_on",
            value=plan_cell,
            export=lambda order: order.planned_on,
        ),
        Column(
            "lead",
            _("หัวหน้างาน"),
            value=lambda order: str(order.lead.user) if order.lead else "",
            default_visible=False,
        ),
        Column("asset", _("ทรัพย์สิน"), value=lambda order: str(order.asset) if order.asset else ""),
        Column("area", _("หมู่/ชุมชน"), value=lambda order: areas.get(order.area_code, "")),
        Column(
            "division",
            _("กอง"),
            value=lambda order: order.division.name if order.division else "",
            default_visible=False,
        ),
        Column("kind", _("ชนิดงาน"), value=lambda order: order.get_kind_display(), default_visible=False),
        Column(
            "priority",
            _("ความเร่งด่วน"),
            value=lambda order: order.get_priority_display(),
            default_visible=False,
        ),
        Column("source", _("ที่มา"), value=lambda order: order.get_source_display(), default_visible=False),
        Column(
            "contractor",
            _("ผู้รับจ้าง"),
            value=lambda order: order.contractor.name if order.contractor else "",
            default_visible=False,
        ),
        Column("requested_at", _("ขอเมื่อ"), sort="requested_at", default_visible=False),
        Column("done_at", _("ทำเสร็จเมื่อ"), sort="done_at", default_visible=False),
        _money("labour_satang", _("ค่าแรง (บาท)")),
        _money("parts_satang", _("ค่าอะไหล่ (บาท)")),
        _money("contract_satang", _("ค่าจ้าง (บาท)")),
        _money("cost_satang", _("รวม (บาท)")),
    ]


@looks
def orders(request: HttpRequest) -> HttpResponse:
    """Show a queue: open orders by the day they are wanted; ended ones when a state or a search asks for them."""
    user, today = user_of(request), timezone.localdate()
    queues = queries.count_queues(user, today)
    queue = queries.choose_queue(request.GET.get("queue", ""), queues, user)
    rows = queries.list_orders(user, queue, today)
    states = set(request.GET.getlist("state"))
    if not states and not request.GET.get("q") and not request.GET.get("done_at_from"):
        rows = rows.open()
    is_ended = bool(states) and states <= {each.value for each in ENDED_STATES}
    page = replace(
        ORDERS,
        columns=_columns(request, today),
        default_sort="-requested_at" if is_ended else ORDERS.default_sort,
    )
    context = {
        "tabs": _tabs(queues, queue),
        "queue": queue,
        "answer": _answer(queues[queue]),
        "actions": _actions(user),
        "breadcrumbs": [(ORDERS.title, "")],
    }
    return page.respond(request, rows, context)


def _tabs(queues: dict[str, queries.Queue], current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"{reverse('maintenance:work_orders')}?queue={key}",
            "count": f"{queues[key].open:,}",
            "late": queues[key].late,
            "is_current": key == current,
        }
        for key, label in TABS.items()
    ]


def _answer(queue: queries.Queue) -> str:
    if not queue.open:
        return _("ไม่มีงานในคิวนี้")
    if not queue.late:
        return _("ไม่มีงานที่เกินกำหนด")
    return _("เกินกำหนด %(late)s งาน") % {"late": f"{queue.late:,}"}


def _actions(user: User) -> list[dict[str, Any]]:
    links = [
        ("maintenance.request", _("เปิดใบสั่งงาน"), "maintenance:work_new", "plus"),
        (moving.PLAN, _("ผู้รับจ้าง"), "maintenance:contractors", "hand-helping"),
    ]
    return [
        {"label": label, "url": reverse(name), "icon": icon}
        for permission, label, name, icon in links
        if user.has_perm(permission)
    ]
