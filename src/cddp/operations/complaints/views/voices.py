"""เสียงทั้งหมด: the list of single reports, the page of one, and the rows that came in odd."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing import (
    BooleanFilter,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    ListPage,
    RangeFilter,
)
from cddp.foundation.values.masking import mask_text
from cddp.operations.complaints import policies
from cddp.operations.complaints.choices import CategoryFamily, Channel, OddReason, ReportState
from cddp.operations.complaints.forms.counter import ContactPurposeForm
from cddp.operations.complaints.models import Category, ImportBatch, Intake, OddRow, Report, Reporter
from cddp.operations.complaints.queries.needs import get_need
from cddp.operations.complaints.queries.reports import (
    list_history,
    list_links,
    list_oddities,
    search_reports,
)
from cddp.operations.complaints.services.voices import Contact, open_contact
from cddp.operations.complaints.views.crumbs import HOME, crumbs_of
from cddp.operations.complaints.views.need_page import rights_of
from cddp.registers.residents.models import Area


def _categories(request: HttpRequest) -> list[tuple[Any, str]]:
    return [("none", str(_("ไม่ระบุประเภท"))), *Category.objects.values_list("pk", "name")]


def _with_category(rows: QuerySet[Report], values: list[str]) -> QuerySet[Report]:
    named = [value for value in values if value != "none"]
    found = rows.filter(category_id__in=named)
    return found | rows.filter(category=None) if "none" in values else found


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (area.code, str(area))
        for area in Area.objects.exclude(boundary=None).defer("boundary", "boundary_3857")
    ]


def _in_area(rows: QuerySet[Report], codes: list[str]) -> QuerySet[Report]:
    inside = Area.objects.filter(
        code__in=codes,
        boundary_3857__bboverlaps=OuterRef("point_3857"),
        boundary_3857__intersects=OuterRef("point_3857"),
    )
    return rows.filter(Exists(inside))


def _report_url(row: OddRow) -> str | None:
    return reverse("complaints:report", args=[row.report_id]) if row.report_id else None


REPORTS = ListPage(
    key="complaints.reports",
    title=_("การแจ้งทั้งหมด"),
    noun=_("ราย"),
    question=_("ใครแจ้งอะไรเข้ามาบ้าง แต่ละรายอยู่ในเรื่องใด"),
    columns=[
        Column(
            "title", _("เรื่อง"), link=lambda row: row.get_absolute_url(), export=lambda row: row.description
        ),
        Column("state", _("สถานะ"), template="complaints/_state.html", export=lambda row: row.state_words),
        Column("category", _("ประเภท"), value=lambda row: row.category.name if row.category else ""),
        Column(
            "need",
            _("อยู่ในเรื่อง"),
            value=lambda row: row.need.number if row.need else "",
            link=lambda row: row.need.get_absolute_url() if row.need else None,
        ),
        Column("address", _("สถานที่"), template="complaints/_address.html"),
        Column("requested_at", _("แจ้งเมื่อ"), sort="requested_at"),
        Column("updated_at", _("เคลื่อนไหวล่าสุด"), sort="updated_at", default_visible=False),
        Column("finished_at", _("เสร็จเมื่อ"), sort="finished_at", default_visible=False),
        Column("number", _("เลขที่"), sort="number", default_visible=False),
        Column("organisation", _("หน่วยงานตามต้นทาง"), default_visible=False),
        Column("reopen_count", _("เปิดซ้ำ"), sort="reopen_count", numeric=True, default_visible=False),
        Column("rating", _("คะแนน"), sort="rating", numeric=True, default_visible=False),
        Column(
            "point",
            _("พิกัด"),
            value=lambda row: f"{row.point.y:.6f}, {row.point.x:.6f}" if row.point else "",
            default_visible=False,
        ),
    ],
    filters=[
        ChoiceFilter("state", _("สถานะ"), choices=ReportState.choices),
        ChoiceFilter("channel", _("ช่องทาง"), choices=Channel.choices),
        ChoiceFilter("category", _("ประเภท"), choices=_categories, apply=_with_category),
        ChoiceFilter("family", _("กลุ่มเรื่อง"), choices=CategoryFamily.choices, field="category__family"),
        ChoiceFilter("area", _("หมู่/ชุมชน"), choices=_areas, apply=_in_area),
        DateRangeFilter("requested", _("วันที่แจ้ง"), field="requested_at", has_time=True),
        BooleanFilter(
            "placed",
            _("พิกัด"),
            yes=_("มีพิกัด"),
            no=_("ไม่มีพิกัด"),
            apply=lambda rows, yes: rows.filter(point__isnull=not yes),
        ),
        BooleanFilter("odd", _("ข้อสังเกต"), field="is_odd", yes=_("มีข้อสังเกต"), no=_("ไม่มีข้อสังเกต")),
        RangeFilter("reopened", _("เปิดซ้ำ"), field="reopen_count", unit=_("ครั้ง")),
    ],
    search=search_reports,
    search_hint=_("ข้อความ เลขที่เรื่อง หรือสถานที่"),
    default_sort="-requested_at",
    export_name="complaints",
    export_permission="complaints.export",
    empty_title=_("ยังไม่มีเรื่องร้องเรียน"),
    empty_text=_("นำเข้าไฟล์จาก Traffy Fondue เพื่อเริ่มต้น"),
)

ODD_ROWS = ListPage(
    key="complaints.odd_rows",
    title=_("แถวที่มีข้อสังเกต"),
    noun=_("ข้อ"),
    question=_("ข้อมูลที่นำเข้าแถวไหนผิดปกติ และต้องแก้อย่างไร"),
    columns=[
        Column("number", _("เลขที่เรื่อง"), sort="number", link=_report_url),
        Column("explanation", _("เหตุ"), sort="reason"),
        Column("value", _("ค่าที่พบ")),
        Column("fix", _("วิธีแก้")),
        Column("row_number", _("แถวที่"), sort="row_number", numeric=True),
        Column("created_at", _("พบเมื่อ"), sort="created_at", default_visible=False),
    ],
    filters=[
        ChoiceFilter("reason", _("เหตุ"), choices=OddReason.choices),
        ChoiceFilter(
            "batch",
            _("การนำเข้า"),
            choices=lambda request: [
                (batch.pk, batch.file_name)
                for batch in ImportBatch.objects.visible_to(user_of(request)).order_by("-created_at")[:30]
            ],
        ),
        BooleanFilter(
            "kept",
            _("เป็นเรื่องในระบบ"),
            yes=_("เป็นเรื่องแล้ว"),
            no=_("เก็บไว้เฉพาะข้อมูลดิบ"),
            apply=lambda rows, yes: rows.filter(report__isnull=not yes),
        ),
    ],
    default_sort="-created_at",
    export_name="complaints-odd",
    export_permission="complaints.export",
    empty_title=_("ไม่มีแถวที่ผิดปกติ"),
    empty_text=_("ทุกแถวที่นำเข้าครบถ้วนดี"),
)


@requires("complaints.view")
def reports(request: HttpRequest) -> HttpResponse:
    """Show all that was told, voice by voice; of one problem when the address names it."""
    user = user_of(request)
    rows = Report.objects.visible_to(user).select_related("category", "need")
    context: dict[str, Any] = {"actions": [], "breadcrumbs": [HOME, (REPORTS.title, "")]}
    if asked := request.GET.get("need"):
        need = get_need(user, _uuid(asked))
        rows = rows.filter(need=need)
        context |= {
            "answer": _("ผู้แจ้งของเรื่อง %(number)s") % {"number": need.number},
            "breadcrumbs": crumbs_of(need, (_("ผู้แจ้ง"), "")),
        }
    if policies.may_import(user):
        context["actions"] = [
            {"label": _("นำเข้า"), "url": reverse("complaints:imports"), "icon": "upload"},
            {"label": _("ข้อสังเกต"), "url": reverse("complaints:odd_rows"), "icon": "triangle-alert"},
        ]
        context["empty_action"] = (_("นำเข้าเรื่อง"), reverse("complaints:imports"))
    return REPORTS.respond(request, rows.defer("search_text", "point_3857", "shape"), context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@requires("complaints.view")
@require_safe
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one report: its words, place and pictures, the problem it belongs to, and how it came in."""
    return _show(request, _load(request, pk))


@requires("complaints.reporter")
@require_POST
@sensitive_variables("contact")
def contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show who spoke, once, for a stated purpose; the look is recorded before anything is opened."""
    found = _load(request, pk)
    form = ContactPurposeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    audit.record("complaints.reporter.viewed", found, purpose=mask_text(form.words))
    reporter = Reporter.objects.filter(report=found, forgotten_at=None).select_related("house__area").first()
    shown = open_contact(reporter) if reporter else Contact()
    return _show(request, found, form=ContactPurposeForm(), contact=shown, reporter=reporter)


def _load(request: HttpRequest, pk: UUID) -> Report:
    rows = Report.objects.visible_to(user_of(request)).select_related("category", "division", "need")
    return get_object_or_404(rows.defer("search_text", "point_3857"), pk=pk)


def _show(
    request: HttpRequest,
    found: Report,
    *,
    form: ContactPurposeForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    user = user_of(request)
    need = found.need
    trail = crumbs_of(need, (found.number, "")) if need else [HOME, (found.number, "")]
    values = {
        "report": found,
        "need": need,
        "can": rights_of(user),
        "history": list_history(found.pk),
        "oddities": list_oddities(found.pk) if found.is_odd else (),
        "intake": Intake.objects.filter(pk=found.intake_id).first() if policies.may_import(user) else None,
        "links": list_links(found.pk),
        "photos": found.photos.filter(forgotten_at=None),
        "place": _place(request, found),
        "contact_form": form or ContactPurposeForm(),
        "breadcrumbs": trail,
        **more,
    }
    return render(request, "complaints/report.html", values, status=status)


def _place(request: HttpRequest, found: Report) -> dict[str, str] | None:
    """Return the point as text that no locale changes, and its address on the big map."""
    if found.point is None or not request.user.has_perm("maps.view"):
        return None
    longitude, latitude = f"{found.point.x:.6f}", f"{found.point.y:.6f}"
    asked = f"layers=areas,complaints&pick=complaints:{found.pk}#17/{latitude}/{longitude}"
    return {"lng": longitude, "lat": latitude, "url": f"{reverse('maps:map')}?{asked}"}


@requires("complaints.import")
def odd_rows(request: HttpRequest) -> HttpResponse:
    """Show what was odd in the rows that came in."""
    rows = OddRow.objects.visible_to(user_of(request))
    return ODD_ROWS.respond(request, rows, {"breadcrumbs": [HOME, (ODD_ROWS.title, "")]})
