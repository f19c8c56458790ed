"""เปิดใบสั่งงานใหม่ และผู้รับจ้าง: from an asset, from what an inspection found, from an outage, or by hand."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing import BooleanFilter, Column, ListPage
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thailand import lies_in_frame
from cddp.operations.maintenance.choices import Priority, WorkKind, WorkSource
from cddp.operations.maintenance.forms.work import ContractorForm, NewForm
from cddp.operations.maintenance.models import Contractor, WorkOrder
from cddp.operations.maintenance.queries import work as queries
from cddp.operations.maintenance.queries.work_choices import list_choices
from cddp.operations.maintenance.services import moving
from cddp.operations.maintenance.services.contractors import save_contractor
from cddp.operations.maintenance.services.opening import open_work
from cddp.registers.assets.choices import Condition
from cddp.registers.assets.models import Asset, Inspection, Outage
from cddp.registers.assets.queries.finding import find_by_code

PLAN = "maintenance.plan"
OPEN_SHOWN = 3


@dataclass(frozen=True)
class Reason:
    """เหตุที่เปิดงาน: the asset, what told of it, and what the form begins with."""

    asset: Asset | None = None
    source: str = WorkSource.MANUAL
    source_id: UUID | None = None
    words: str = ""
    initial: dict[str, Any] | None = None


def find_reason(user: User, asked: QueryDict) -> Reason:
    """Return why the work is asked for: ?inspection=, ?outage=, ?asset= or ?code= of an asset that the person sees."""
    if (pk := _uuid(asked.get("inspection"))) is not None:
        rows = Inspection.objects.filter(asset__in=Asset.objects.visible_to(user)).select_related("asset")
        return _of_inspection(get_object_or_404(rows, pk=pk))
    if (pk := _uuid(asked.get("outage"))) is not None:
        rows_out = Outage.objects.filter(asset__in=Asset.objects.visible_to(user)).select_related("asset")
        return _of_outage(get_object_or_404(rows_out, pk=pk))
    if (pk := _uuid(asked.get("asset"))) is not None:
        return _of_asset(get_object_or_404(Asset.objects.visible_to(user), pk=pk))
    if code := asked.get("code", "").strip():
        asset = find_by_code(user, code)
        if asset is not None:
            return _of_asset(asset)
    return Reason(initial={})


def _of_asset(asset: Asset) -> Reason:
    initial = {"title": _("ซ่อม %(asset)s") % {"asset": asset.name}, "place": asset.place}
    return Reason(asset=asset, initial=initial)


def _of_inspection(found: Inspection) -> Reason:
    is_worst = found.condition == Condition.VERY_POOR
    base = _of_asset(found.asset)
    return Reason(
        asset=found.asset,
        source=WorkSource.INSPECTION,
        source_id=found.pk,
        words=_("ตรวจพบสภาพ “%(condition)s”") % {"condition": found.get_condition_display()},
        initial=(base.initial or {})
        | {"description": found.notes, "priority": Priority.URGENT if is_worst else Priority.NORMAL},
    )


def _of_outage(found: Outage) -> Reason:
    base = _of_asset(found.asset)
    return Reason(
        asset=found.asset,
        source=WorkSource.OUTAGE,
        source_id=found.pk,
        words=_("ใช้การไม่ได้: %(words)s") % {"words": found.words or found.get_source_display()},
        initial=(base.initial or {}) | {"description": found.words, "priority": Priority.URGENT},
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@requires("maintenance.request")
@require_http_methods(["GET", "HEAD", "POST"])
def work_new(request: HttpRequest) -> HttpResponse:
    """Open a work order; the address says what it is about."""
    user, at = user_of(request), timezone.now()
    reason, choices = find_reason(user, request.GET), list_choices()
    may_plan = user.has_perm(PLAN)
    if request.method != "POST":
        first = {"approve": True, "kind": WorkKind.CORRECTIVE, "priority": Priority.NORMAL}
        form = NewForm(choices, may_plan=may_plan, initial=first | (reason.initial or {}))
        return _show(request, form, reason, at)
    form = NewForm(choices, request.POST, may_plan=may_plan)
    if not form.is_valid():
        return _show(request, form, reason, at, status=422)
    try:
        with transaction.atomic():
            order = _open(user, reason, form.cleaned_data, at)
    except UnableTo as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, refusal.message)
        return _show(request, form, reason, at, status=422)
    messages.success(request, _("เปิดใบสั่งงาน %(number)s แล้ว") % {"number": order.number})
    if not WorkOrder.objects.visible_to(user).filter(pk=order.pk).exists():
        # A technician sees the work of their crew only; what they asked for waits for the office.
        return redirect(reason.asset.get_absolute_url() if reason.asset else reverse("maintenance:today"))
    return redirect(order.get_absolute_url())


def _open(user: User, reason: Reason, asked: dict[str, Any], at: dt.datetime) -> WorkOrder:
    order = open_work(
        user,
        title=asked["title"],
        description=asked["description"],
        kind=asked["kind"],
        source=reason.source,
        source_id=reason.source_id,
        source_words=reason.words,
        asset_id=reason.asset.pk if reason.asset else None,
        shape=_point(asked),
        place=asked["place"],
        priority=asked["priority"],
        division_id=asked["division"],
        due_on=asked["due_on"],
        checklist_id=asked["checklist"],
        at=at,
    )
    if order.requested_at != at:
        # Somebody has opened it for the same reason before: theirs stays as it is.
        return order
    if asked.get("planned_on"):
        return moving.plan(
            user,
            order.pk,
            version=order.version,
            planned_on=asked["planned_on"],
            lead_id=asked.get("lead"),
            at=at,
        )
    if asked.get("approve"):
        return moving.approve(user, order.pk, version=None, at=at)
    return order


def _point(asked: dict[str, Any]) -> Point | None:
    lat, lng = asked.get("lat"), asked.get("lng")
    if lat is None or lng is None:
        return None
    return Point(lng, lat, srid=4326) if lies_in_frame(lng, lat) else None


def _show(
    request: HttpRequest, form: NewForm, reason: Reason, at: dt.datetime, status: int = 200
) -> HttpResponse:
    user, asset = user_of(request), reason.asset
    values = {
        "form": form,
        "reason": reason,
        "asset": asset,
        "asset_work": queries.count_for_asset(asset.pk, at) if asset else None,
        "open_orders": [
            each for each in queries.list_of_asset(user, asset.pk, limit=OPEN_SHOWN) if each.is_open
        ]
        if asset
        else [],
        "code": request.GET.get("code", ""),
        "today": timezone.localdate(at),
        "breadcrumbs": [
            (_("ใบสั่งงาน"), reverse("maintenance:work_orders")),
            (_("เปิดใบสั่งงาน"), ""),
        ],
    }
    return render(request, "maintenance/work/new.html", values, status=status)


# ── contractors ───────────────────────────────────────────────────────────────────────────────────

CONTRACTORS = ListPage(
    key="maintenance.contractors",
    title=gettext_lazy("ผู้รับจ้าง"),
    noun=gettext_lazy("ราย"),
    columns=[
        Column("name", gettext_lazy("ชื่อ"), sort="name"),
        Column("tax_number", gettext_lazy("เลขประจำตัวผู้เสียภาษี")),
        Column("phone", gettext_lazy("โทรศัพท์")),
        Column(
            "is_active",
            gettext_lazy("สถานะ"),
            value=lambda row: _("ใช้งานอยู่") if row.is_active else _("เลิกใช้"),
        ),
    ],
    filters=[
        BooleanFilter(
            "is_active", gettext_lazy("สถานะ"), yes=gettext_lazy("ใช้งานอยู่"), no=gettext_lazy("เลิกใช้")
        )
    ],
    search=lambda rows, text: rows.filter(name__icontains=text.strip()),
    default_sort="name",
    row_link=lambda row: reverse("maintenance:contractor", args=[row.pk]),
    empty_title=gettext_lazy("ยังไม่มีผู้รับจ้าง"),
    empty_text=gettext_lazy("เพิ่มผู้รับจ้าง แล้วเลือกได้ในใบสั่งงาน"),
)


@requires(PLAN)
def contractors(request: HttpRequest) -> HttpResponse:
    """List the firms that work for the town."""
    context = {
        "actions": [{"label": _("เพิ่มผู้รับจ้าง"), "url": reverse("maintenance:contractor_new"), "icon": "plus"}],
        "breadcrumbs": _contractor_crumbs(),
    }
    return CONTRACTORS.respond(request, Contractor.objects.all(), context)


@requires(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def contractor(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Take a firm in, or change one."""
    row = get_object_or_404(Contractor, pk=pk) if pk else None
    names = ("name", "tax_number", "phone", "is_active")
    initial = {name: getattr(row, name) for name in names} if row else {}
    form = ContractorForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_contractor(user_of(request), pk, **form.cleaned_data)
        except UnableTo as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            messages.success(request, _("บันทึกผู้รับจ้างแล้ว"))
            return redirect("maintenance:contractors")
    title = row.name if row else _("เพิ่มผู้รับจ้าง")
    values = {"form": form, "title": title, "breadcrumbs": [*_contractor_crumbs(linked=True), (title, "")]}
    return render(request, "maintenance/work/contractor.html", values, status=422 if form.is_bound else 200)


def _contractor_crumbs(*, linked: bool = False) -> list[tuple[Any, str]]:
    own = reverse("maintenance:contractors") if linked else ""
    return [(_("ใบสั่งงาน"), reverse("maintenance:work_orders")), (CONTRACTORS.title, own)]
