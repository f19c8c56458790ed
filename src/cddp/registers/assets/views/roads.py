"""ถนนที่วัดแล้ว: how many kilometres ride well, where the worst stretches are, and the rides that tell it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.registers.assets.choices import ROUGHNESS_LOOKS, RoughnessGrade, TraceState
from cddp.registers.assets.forms.roads import LimitsForm
from cddp.registers.assets.models import RoadTrace
from cddp.registers.assets.queries.road_limits import read_limits
from cddp.registers.assets.queries.roads import list_worst, metres_by_grade, roads_length
from cddp.registers.assets.rules.roughness import Limits
from cddp.registers.assets.services.road_limits import set_limits

TRACES = ListPage(
    key="assets.roads",
    title=gettext_lazy("ความเรียบของถนน"),
    noun=gettext_lazy("เที่ยว"),
    question=gettext_lazy("ถนนช่วงไหนขรุขระ โดยไม่ต้องเดินสำรวจ"),
    columns=[
        Column("name", gettext_lazy("เที่ยววัด"), sort="name"),
        Column("state", gettext_lazy("สถานะ"), template="assets/roads/_state.html"),
        Column("started_at", gettext_lazy("วันที่วัด"), sort="started_at", template="assets/roads/_when.html"),
        Column(
            "length_m", gettext_lazy("วัดได้ (กม.)"), numeric=True,
            value=lambda trace: _kilometres(trace.counts.get("length_m")),
        ),
        Column("vehicle", gettext_lazy("รถ"), sort="vehicle"),
        Column("by", gettext_lazy("ผู้นำเข้า"), value=lambda trace: trace.by_label),
        Column("created_at", gettext_lazy("นำเข้าเมื่อ"), sort="created_at", template="assets/roads/_created.html"),
    ],
    filters=[ChoiceFilter("state", gettext_lazy("สถานะ"), choices=TraceState.choices)],
    default_sort="-created_at",
    row_link=lambda trace: trace.get_absolute_url(),
    template="assets/roads/roads.html",
    empty_title=gettext_lazy("ยังไม่มีเที่ยววัด"),
    empty_text=gettext_lazy(
        "ยึดโทรศัพท์ให้แน่นในรถ เปิดโปรแกรมบันทึกความเร่งพร้อม GPS ขับ 20–80 กม./ชม. แล้วส่งไฟล์ CSV, GPX หรือ XLSX มาที่นี่"
    ),
)  # fmt: skip


def _kilometres(metres: float | None) -> str:
    return "" if metres is None else f"{metres / 1000:,.2f}"


def crumbs_of_roads(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the register to a page of the rides."""
    return [
        (_("ทรัพย์สิน"), reverse("assets:assets")),
        (_("ความเรียบของถนน"), reverse("assets:roads")),
        *more,
    ]


@requires("assets.view")
@require_safe
def roads(request: HttpRequest) -> HttpResponse:
    """Show kilometres by grade, the worst stretches, and the rides, the newest first."""
    user = user_of(request)
    new = {"label": _("นำเข้าเที่ยววัด"), "url": reverse("assets:road_upload"), "icon": "file-up"}
    limits = {"label": _("เกณฑ์"), "url": reverse("assets:road_limits"), "icon": "sliders-horizontal"}
    actions = [new] if user.has_perm("assets.import") else []
    values: dict[str, Any] = {
        "actions": [*actions, *([limits] if user.has_perm("assets.configure") else [])],
        "empty_action": (_("นำเข้าเที่ยวแรก"), new["url"]) if actions else None,
        "breadcrumbs": crumbs_of_roads()[:1],
    }
    if not request.htmx:  # type: ignore[attr-defined]
        values |= _figures(user)
    return TRACES.respond(request, RoadTrace.objects.visible_to(user).defer("problems", "reading"), values)


def _figures(user: User) -> dict[str, Any]:
    metres = metres_by_grade(user)
    measured = sum(length for grade, length in metres.items() if grade != RoughnessGrade.UNKNOWN)
    total = roads_length(user)
    return {
        "grades": [
            (grade.label, ROUGHNESS_LOOKS[grade].icon, metres.get(grade, 0.0) / 1000)
            for grade in RoughnessGrade
            if grade != RoughnessGrade.UNKNOWN
        ],
        "measured_km": measured / 1000,
        "measured_percent": round(min(100.0, 100 * measured / total)) if total else None,
        "total_km": total / 1000,
        "worst": list_worst(user, limit=10),
        "map_url": f"{reverse('maps:map')}?layers=town,roughness",
    }


@requires("assets.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def road_limits(request: HttpRequest) -> HttpResponse:
    """Settle where one grade ends and the next begins."""
    form = LimitsForm(request.POST or None, limits=read_limits())
    if request.method == "POST" and form.is_valid():
        set_limits(user_of(request), Limits(**form.cleaned_data))
        messages.success(request, _("บันทึกเกณฑ์แล้ว และจัดระดับช่วงถนนที่วัดไว้ใหม่แล้ว"))
        return redirect("assets:roads")
    values = {"form": form, "breadcrumbs": crumbs_of_roads((_("เกณฑ์"), ""))}
    return render(request, "assets/roads/limits.html", values, status=422 if form.errors else 200)
