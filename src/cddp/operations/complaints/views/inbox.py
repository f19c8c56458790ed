"""กล่องงาน: the problems that wait, mine, my division's or all; what is latest comes first."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing import (
    BooleanFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    KnownCount,
    ListPage,
)
from cddp.foundation.ui.listing.without import by_code, by_key, or_none
from cddp.foundation.values.periods import midnight
from cddp.operations.complaints import policies
from cddp.operations.complaints.choices import CLOSED_STATES, CategoryFamily, Channel, Priority, ReportState
from cddp.operations.complaints.models import Need, NeedStatus, Report
from cddp.operations.complaints.queries.choices import Choices, list_choices
from cddp.operations.complaints.queries.needs import (
    ALL,
    COUNTED_AT_MOST,
    DIVISION,
    MINE,
    Queue,
    as_listed,
    choose_queue,
    count_queues,
    due_of,
    list_needs,
    safe_title,
    search_needs,
    voices_words,
)
from cddp.operations.complaints.templatetags.need_cells import due_cell, state_badge, title_cell, whose_cell
from cddp.operations.complaints.views.triage import ask

TABS = {
    MINE: gettext_lazy("ของฉัน"),
    DIVISION: gettext_lazy("กองของฉัน"),
    ALL: gettext_lazy("ทั้งหมด"),
}


def _bulk(key: str, title: Any, permission: str, icon: str, *, danger: bool = False) -> BulkAction:
    return BulkAction(key, title, ask(key), permission=f"complaints.{permission}", icon=icon, danger=danger)


BULK_ACTIONS = [
    _bulk("assign", gettext_lazy("มอบหมายกอง"), "assign", "user-check"),
    _bulk("state", gettext_lazy("เปลี่ยนสถานะ"), "work", "arrow-right"),
    _bulk("category", gettext_lazy("เปลี่ยนประเภท"), "triage", "tag"),
    _bulk("merge", gettext_lazy("รวมเป็นเรื่องเดียว"), "triage", "git-merge"),
    _bulk("close", gettext_lazy("ปิดเรื่อง"), "work", "ban", danger=True),
]


def _choices(request: HttpRequest) -> Choices:
    """Return what the filters offer; asked once, however many of them read it."""
    kept: Choices | None = request.__dict__.get("_complaint_choices")
    if kept is None:
        kept = request.__dict__["_complaint_choices"] = list_choices(working=False)
    return kept


def _by_lateness(rows: QuerySet[Need], late: bool) -> QuerySet[Need]:
    now = timezone.now()
    return rows.filter(is_open=True, due_at__lt=now) if late else rows.filter(is_open=True, due_at__gte=now)


def _by_return(rows: QuerySet[Need], days: tuple[dt.date | None, dt.date | None]) -> QuerySet[Need]:
    """Narrow to what came back, after it was closed, between two days."""
    first, last = days
    returns = NeedStatus.objects.filter(need=OuterRef("pk"), came_back=True)
    if first is not None:
        returns = returns.filter(at__gte=midnight(first))
    if last is not None:
        returns = returns.filter(at__lt=midnight(last + dt.timedelta(days=1)))
    return rows.filter(Exists(returns))


def _by_channel(rows: QuerySet[Need], values: list[str]) -> QuerySet[Need]:
    return rows.filter(Exists(Report.objects.filter(need=OuterRef("pk"), channel__in=values)))


NEEDS = ListPage(
    key="complaints.needs",
    title=gettext_lazy("เรื่องร้องเรียน"),
    noun=gettext_lazy("เรื่อง"),
    question=gettext_lazy("เรื่องใดต้องทำก่อน"),
    columns=[],
    filters=[
        ChoiceFilter("state", gettext_lazy("สถานะ"), choices=ReportState.choices),
        ChoiceFilter(
            "category",
            gettext_lazy("ประเภท"),
            choices=lambda request: or_none(
                _("ไม่ระบุประเภท"), [(each.id, each.name) for each in _choices(request).categories]
            ),
            apply=by_key("category_id"),
        ),
        ChoiceFilter("family", gettext_lazy("กลุ่มเรื่อง"), choices=CategoryFamily.choices),
        ChoiceFilter(
            "division",
            gettext_lazy("กอง"),
            choices=lambda request: or_none(
                _("ยังไม่มอบหมาย"), [(each.id, each.name) for each in _choices(request).divisions]
            ),
            apply=by_key("division_id"),
        ),
        ChoiceFilter(
            "area",
            gettext_lazy("หมู่/ชุมชน"),
            choices=lambda request: or_none(
                _("ไม่ทราบพื้นที่"), [(each.more, each.name) for each in _choices(request).areas]
            ),
            apply=by_code("area_code"),
        ),
        ChoiceFilter("channel", gettext_lazy("ช่องทาง"), choices=Channel.choices, apply=_by_channel),
        ChoiceFilter("priority", gettext_lazy("ความเร่งด่วน"), choices=Priority.choices),
        BooleanFilter(
            "late",
            gettext_lazy("กำหนดเสร็จ"),
            yes=gettext_lazy("เกินกำหนด"),
            no=gettext_lazy("ยังไม่เกินกำหนด"),
            apply=_by_lateness,
        ),
        BooleanFilter(
            "back",
            gettext_lazy("กลับมาอีก"),
            yes=gettext_lazy("เคยปิดแล้วกลับมา"),
            no=gettext_lazy("ไม่เคยกลับมา"),
            apply=lambda rows, yes: (
                rows.filter(came_back_count__gt=0) if yes else rows.filter(came_back_count=0)
            ),
        ),
        BooleanFilter(
            "photos",
            gettext_lazy("รูป"),
            yes=gettext_lazy("มีรูปรอตรวจ"),
            no=gettext_lazy("ไม่มีรูปรอตรวจ"),
            apply=lambda rows, yes: (
                rows.filter(photos_waiting__gt=0) if yes else rows.filter(photos_waiting=0)
            ),
        ),
        BooleanFilter(
            "private",
            gettext_lazy("เรื่องลับ"),
            field="is_private",
            yes=gettext_lazy("เฉพาะเรื่องลับ"),
            no=gettext_lazy("ไม่รวมเรื่องลับ"),
        ),
        DateRangeFilter("opened", gettext_lazy("แจ้งครั้งแรก"), field="opened_at", has_time=True),
        DateRangeFilter("finished", gettext_lazy("จบเมื่อ"), field="finished_at", has_time=True),
        DateRangeFilter("returned", gettext_lazy("กลับมาเมื่อ"), apply=_by_return),
    ],
    search=search_needs,
    search_hint=gettext_lazy("ข้อความ สถานที่ หรือเลขที่เรื่อง"),
    default_sort="due_at",
    export_name="needs",
    export_permission="complaints.export",
    bulk_actions=BULK_ACTIONS,
    load=as_listed,
    template="complaints/needs/inbox.html",
    empty_title=gettext_lazy("ไม่มีเรื่องค้างในคิวนี้"),
    empty_text=gettext_lazy("เรื่องที่ปิดแล้วดูได้จากตัวกรองสถานะ"),
)


def _columns(request: HttpRequest, at: dt.datetime) -> list[Column]:
    choices = _choices(request)
    areas = choices.area_names()

    def name_of(pk: UUID | None) -> str:
        return choices.names.get(pk, "") if pk else ""

    return [
        Column(
            "title",
            _("เรื่อง"),
            value=lambda need: title_cell(need, voices_words(need)),
            export=safe_title,
        ),
        Column(
            "due_at",
            _("กำหนดเสร็จ"),
            sort="due_at",
            value=lambda need: due_cell(due_of(need, at=at)),
            export=lambda need: timezone.localdate(need.due_at) if need.has_deadline else None,
        ),
        Column("state", _("สถานะ"), value=state_badge, export=lambda need: need.state_words),
        Column("category", _("ประเภท"), value=lambda need: name_of(need.category_id)),
        Column("area", _("หมู่/ชุมชน"), value=lambda need: areas.get(need.area_code, "")),
        Column(
            "division",
            _("ผู้รับผิดชอบ"),
            value=lambda need: whose_cell(need, name_of(need.division_id)),
            export=lambda need: name_of(need.division_id),
        ),
        Column("number", _("เลขที่"), sort="number", default_visible=False),
        Column(
            "thing",
            _("ทรัพย์สิน"),
            value=lambda need: (need.asset.number or need.asset.name) if need.asset else "",
            default_visible=False,
        ),
        Column(
            "voices",
            _("ผู้แจ้ง"),
            value=lambda need: need.voices + need.unnamed,
            sort="reports_count",
            numeric=True,
            default_visible=False,
        ),
        Column("opened_at", _("แจ้งครั้งแรก"), sort="opened_at", default_visible=False),
        Column("last_told_at", _("แจ้งล่าสุด"), sort="last_told_at", default_visible=False),
        Column("finished_at", _("จบเมื่อ"), sort="finished_at", default_visible=False),
        Column(
            "priority", _("ความเร่งด่วน"), value=lambda need: need.get_priority_display(), default_visible=False
        ),
        Column(
            "came_back_count", _("กลับมา (ครั้ง)"), sort="came_back_count", numeric=True, default_visible=False
        ),
    ]


@requires("complaints.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show a queue of problems: open ones by their deadline; closed ones when a state or a search asks for them."""
    user, at = user_of(request), timezone.now()
    queues = count_queues(user, at=at)
    queue = choose_queue(request.GET.get("queue", ""), queues)
    rows = list_needs(user, queue)
    states = set(request.GET.getlist("state"))
    is_closed = bool(states) and states <= {each.value for each in CLOSED_STATES}
    page = _page(request, user, at, is_closed=is_closed)
    if not states and not request.GET.get("q"):
        rows, page = rows.open(), replace(page, known_count=_known(queues[queue].open))
    context = {
        "tabs": _tabs(request, queues, queue),
        "queue": queue,
        "answer": _answer(queues[queue]),
        "actions": _actions(user),
        "breadcrumbs": [(NEEDS.title, "")],
    }
    return page.respond(request, rows, context)


def _page(request: HttpRequest, user: User, at: dt.datetime, *, is_closed: bool) -> ListPage:
    filters = NEEDS.filters
    if not user.has_perm("complaints.view_private"):
        filters = [each for each in filters if each.key != "private"]
    # What is closed has no deadline: the newest first, which an index gives at once.
    order = "-opened_at" if is_closed else NEEDS.default_sort
    return replace(NEEDS, columns=_columns(request, at), filters=filters, default_sort=order)


def _tabs(request: HttpRequest, queues: dict[str, Queue], current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"{reverse('complaints:inbox')}?queue={key}",
            "count": _known(queues[key].open).words,
            "late": queues[key].late,
            "is_current": key == current,
        }
        for key, label in TABS.items()
    ]


def _answer(queue: Queue) -> str:
    if not queue.open:
        return _("ไม่มีเรื่องค้างในคิวนี้")
    if not queue.late:
        return _("ไม่มีเรื่องที่เกินกำหนด")
    return ngettext("เกินกำหนด %(late)s เรื่อง", "เกินกำหนด %(late)s เรื่อง", queue.late) % {
        "late": _known(queue.late).words
    }


def _known(number: int) -> KnownCount:
    return KnownCount(number, COUNTED_AT_MOST)


def _actions(user: User) -> list[dict[str, Any]]:
    links = [
        (policies.may_file(user), _("รับแจ้ง"), "complaints:file", "plus"),
        (policies.may_triage(user), _("รูปที่รอตรวจ"), "complaints:photos", "image"),
        (True, _("การแจ้งทั้งหมด"), "complaints:reports", "list"),
    ]
    return [
        {"label": label, "url": reverse(name), "icon": icon}
        for allowed, label, name, icon in links
        if allowed
    ]
