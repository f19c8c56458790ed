"""แผนบำรุงรักษา: the list, the form of one, one for many assets at once, and the meters of an asset."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.ui.listing import BooleanFilter, ChoiceFilter, Column, DateRangeFilter, ListPage
from cddp.foundation.ui.templatetags.assets import icon
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.forms.schedules import (
    ManyForm,
    NewScheduleForm,
    ReadMeterForm,
    ScheduleForm,
)
from cddp.operations.maintenance.models import PreventiveSchedule
from cddp.operations.maintenance.queries import schedules as queries
from cddp.operations.maintenance.rules.schedules import add_months
from cddp.operations.maintenance.services import meters, schedules
from cddp.registers.assets.models import Asset, AssetClass

PLAN, LOOK, WORK = "maintenance.plan", "maintenance.view", "maintenance.work"
FIELDS = (*schedules.FIELDS, "version")
MONTHS_BACK = 12


def _next_cell(row: Any) -> SafeString | str:
    words = format_short(row.next_on) if row.next_on else _("เมื่อมาตรถึง")
    if row.next_on is None and row.next_meter is None:
        return _("รออ่านมาตรครั้งแรก")
    if row.is_active and _is_late(row):
        return format_html(
            '<span class="badge badge-bad">{} {}</span> {}', icon("clock"), _("เลยกำหนด"), words
        )
    return words


def _is_late(row: Any) -> bool:
    """Tell what queries.overdue tells, of a row that was read with `meter_now`."""
    if row.next_on is not None and row.next_on < timezone.localdate():
        return True
    return row.next_meter is not None and row.meter_now is not None and row.meter_now > row.next_meter


def _title_cell(row: PreventiveSchedule) -> SafeString:
    resting = format_html(' <span class="badge">{}</span>', _("พักไว้")) if not row.is_active else ""
    return format_html(
        '<a href="{}">{}</a>{}', reverse("maintenance:schedule", args=[row.pk]), row.title, resting
    )


def _asset_cell(row: PreventiveSchedule) -> SafeString:
    return format_html(
        '<a href="{}">{}</a> <span class="faint">{}</span>',
        row.asset.get_absolute_url(),
        row.asset.name,
        row.asset.number,
    )


def _by_lateness(rows: QuerySet[Any], late: bool) -> QuerySet[Any]:
    today = timezone.localdate()
    past = queries.overdue(rows, today)
    return past if late else rows.exclude(pk__in=past.order_by().values("pk"))


def _classes(_request: HttpRequest) -> list[tuple[Any, str]]:
    return list(AssetClass.objects.filter(is_active=True).values_list("pk", "name"))


SCHEDULES = ListPage(
    key="maintenance.schedules",
    title=gettext_lazy("แผนบำรุงรักษา"),
    noun=gettext_lazy("แผน"),
    question=gettext_lazy("อะไรถึงรอบต้องดูแล และเมื่อไร"),
    columns=[
        Column("title", gettext_lazy("งาน"), value=_title_cell, sort="title", export=lambda row: row.title),
        Column("asset", gettext_lazy("ทรัพย์สิน"), value=_asset_cell, export=lambda row: str(row.asset)),
        Column(
            "next_on",
            gettext_lazy("ครั้งต่อไป"),
            value=_next_cell,
            sort="next_on",
            export=lambda row: row.next_on,
        ),
        Column("rhythm", gettext_lazy("รอบ"), value=queries.rhythm_words),
        Column(
            "next_meter", gettext_lazy("เมื่อมาตรถึง"), sort="next_meter", numeric=True, default_visible=False
        ),
        Column("last_done_on", gettext_lazy("ทำครั้งล่าสุด"), sort="last_done_on"),
        Column("lead", gettext_lazy("หัวหน้างาน"), value=lambda row: str(row.lead.user) if row.lead else ""),
        Column(
            "division",
            gettext_lazy("กอง"),
            value=lambda row: row.division.name if row.division else "",
            default_visible=False,
        ),
        Column(
            "class",
            gettext_lazy("ประเภท"),
            value=lambda row: row.asset.asset_class.name,
            default_visible=False,
        ),
        Column(
            "checklist",
            gettext_lazy("แบบรายการตรวจ"),
            value=lambda row: row.checklist.name if row.checklist else "",
            default_visible=False,
        ),
    ],
    filters=[
        BooleanFilter(
            "late",
            gettext_lazy("กำหนด"),
            yes=gettext_lazy("เลยกำหนด"),
            no=gettext_lazy("ยังไม่เลยกำหนด"),
            apply=_by_lateness,
        ),
        ChoiceFilter("class", gettext_lazy("ประเภท"), field="asset__asset_class_id", choices=_classes),
        DateRangeFilter("next", gettext_lazy("ครั้งต่อไป"), field="next_on"),
        BooleanFilter(
            "active",
            gettext_lazy("สถานะ"),
            field="is_active",
            yes=gettext_lazy("ใช้งานอยู่"),
            no=gettext_lazy("พักไว้"),
        ),
    ],
    search=queries.search_schedules,
    search_hint=gettext_lazy("งาน ชื่อหรือเลขทรัพย์สิน"),
    default_sort="next_on",
    export_name="schedules",
    export_permission="maintenance.export",
    template="maintenance/schedules/list.html",
    empty_title=gettext_lazy("ยังไม่มีแผนบำรุงรักษา"),
    empty_text=gettext_lazy("ตั้งรอบให้ทรัพย์สินที่ต้องดูแลสม่ำเสมอ ระบบจะเปิดใบสั่งงานให้เองเมื่อถึงกำหนด"),
)


@requires(LOOK)
def schedule_list(request: HttpRequest) -> HttpResponse:
    """Show what comes round and when; what is late stands first."""
    user, today = user_of(request), timezone.localdate()
    context = {
        "may_plan": user.has_perm(PLAN),
        "late": queries.count_overdue(user, today),
        "on_time": queries.done_on_time(user, add_months(today, -MONTHS_BACK), today),
        "breadcrumbs": [(SCHEDULES.title, "")],
    }
    return replace(SCHEDULES).respond(request, queries.list_schedules(user), context)


@requires(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_new(request: HttpRequest) -> HttpResponse:
    """Make a schedule for one asset."""
    user = user_of(request)
    asked = _asset_asked(request)
    initial = {"asset": (asked.number or asked.name) if asked else ""}
    form = NewScheduleForm(request.POST or None, initial=initial, offered=queries.list_offered())
    if request.method == "POST" and form.is_valid():
        asset = _same(asked, form.cleaned_data["asset"]) or queries.find_asset(
            user, form.cleaned_data["asset"]
        )
        if asset is None:
            form.add_error("asset", _("ไม่พบทรัพย์สินนี้ หรือพบมากกว่าหนึ่งชิ้น กรุณาใส่เลขครุภัณฑ์"))
        else:
            kept = _keep(request, form, None, asset.pk)
            if kept is not None:
                return redirect("maintenance:schedules")
    return _form_page(request, form, _("ตั้งแผนบำรุงรักษา"), back=asked.get_absolute_url() if asked else "")


@requires(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a schedule."""
    user = user_of(request)
    row = get_object_or_404(queries.list_schedules(user), pk=pk)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = ScheduleForm(request.POST or None, initial=initial, offered=queries.list_offered())
    if request.method == "POST" and form.is_valid() and _keep(request, form, pk, row.asset_id) is not None:
        return redirect("maintenance:schedules")
    return _form_page(request, form, row.title, row=row, order=queries.open_orders_of([pk]).get(pk))


@requires(PLAN)
@require_POST
def schedule_active(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a schedule rest, or take it up again."""
    row = schedules.set_active(user_of(request), pk, is_active=request.POST.get("active") == "1")
    messages.success(request, f"{row.title}: {_('ใช้งานแล้ว') if row.is_active else _('พักไว้แล้ว')}")
    return redirect("maintenance:schedule", pk)


@requires(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_many(request: HttpRequest) -> HttpResponse:
    """Give all assets of a class, or some of them, the same schedule."""
    user = user_of(request)
    classes = _classes(request)
    chosen = next((key for key, _name in classes if str(key) == request.GET.get("class")), None)
    assets = queries.list_class_assets(user, chosen, limit=schedules.MOST_AT_ONCE) if chosen else []
    offered = {**queries.list_offered(), "assets": [(each.pk, str(each)) for each in assets]}
    initial = {"assets": [str(each.pk) for each in assets]}
    form = ManyForm(request.POST or None, initial=initial, offered=offered)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            kept = schedules.keep_for_many(user, values.pop("assets"), values=values)
        except UnableTo as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            words = _("ตั้งแผนให้ %(added)s ชิ้น · มีอยู่แล้ว %(known)s ชิ้น")
            messages.success(request, words % {"added": kept.added, "known": kept.known})
            return redirect("maintenance:schedules")
    values = {
        "form": form,
        "classes": classes,
        "chosen": chosen,
        "assets": assets,
        "most": schedules.MOST_AT_ONCE,
        "breadcrumbs": [(SCHEDULES.title, reverse("maintenance:schedules")), (_("หลายชิ้นพร้อมกัน"), "")],
    }
    return render(request, "maintenance/schedules/many.html", values, status=422 if form.errors else 200)


@requires(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def meter_read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what a meter of an asset shows."""
    user = user_of(request)
    asset = get_object_or_404(Asset.objects.visible_to(user).kept(), pk=pk)
    form = ReadMeterForm(request.POST or None, initial={"meter": request.GET.get("meter", "")[:40]})
    if request.method == "POST" and form.is_valid() and _record(request, asset, form):
        return redirect("maintenance:meter", pk)
    states = queries.read_meters([asset.pk])
    values = {
        "form": form,
        "asset": asset,
        "meters": [(state, list(reversed(state.readings))[:12]) for state in states.values()],
        "breadcrumbs": [(asset.name, asset.get_absolute_url()), (_("มาตรวัด"), "")],
    }
    return render(request, "maintenance/schedules/meter.html", values, status=422 if form.errors else 200)


def _record(request: HttpRequest, asset: Asset, form: ReadMeterForm) -> bool:
    user, said, at = user_of(request), form.cleaned_data, timezone.now()
    same = {"asset_id": asset.pk, "meter": said["meter"], "reason": said["reason"], "at": at}
    try:
        if said["is_new_meter"]:
            meters.replace_meter(user, old_value=said["old_value"], new_value=said["value"], **same)
        else:
            meters.record_reading(user, value=said["value"], **same)
    except UnableTo as refusal:
        form.add_error(getattr(refusal, "field", None), refusal.message)
        return False
    messages.success(request, _("บันทึกค่ามาตรแล้ว"))
    return True


def _keep(
    request: HttpRequest, form: ScheduleForm, pk: UUID | None, asset_id: UUID
) -> PreventiveSchedule | None:
    """Write it; None, with the reason on the form, when it was refused."""
    values = {name: value for name, value in form.cleaned_data.items() if name not in ("asset", "version")}
    version = form.cleaned_data["version"] if pk else None
    try:
        row = schedules.keep_schedule(user_of(request), pk, asset_id=asset_id, version=version, values=values)
    except UnableTo as refusal:
        form.add_error(getattr(refusal, "field", None), refusal.message)
        form.refusal_status = refusal.status  # type: ignore[attr-defined]
        return None
    messages.success(request, _("บันทึกแล้ว"))
    return row


def _form_page(
    request: HttpRequest, form: ScheduleForm, title: str, *, back: str = "", **more: Any
) -> HttpResponse:
    here = reverse("maintenance:schedules")
    values = {
        "form": form,
        "title": title,
        "back": back or here,
        "today": timezone.localdate(),
        "breadcrumbs": [(SCHEDULES.title, here), (title, "")],
        **more,
    }
    status = getattr(form, "refusal_status", 422) if form.errors else 200
    return render(request, "maintenance/schedules/form.html", values, status=status)


def _asset_asked(request: HttpRequest) -> Asset | None:
    """Return the asset from whose page one came."""
    try:
        key = UUID(request.GET.get("asset", ""))
    except ValueError:
        return None
    return Asset.objects.visible_to(user_of(request)).kept().filter(pk=key).first()


def _same(asked: Asset | None, typed: str) -> Asset | None:
    """Return the asset one came from, when its name or number was left as it stood."""
    return asked if asked is not None and typed in (asked.number, asked.name) else None
