"""หน้าเที่ยววัด: upload → columns, if they could not be guessed → result → use, withdraw, use as condition."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.files.upload_handlers import refusal_of
from cddp.foundation.ui.progress import Progress, respond_with_progress
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import TraceState
from cddp.registers.assets.forms.roads import FIELD_LABELS, ColumnsForm, ConditionForm, TraceForm
from cddp.registers.assets.models import Inspection, RoadStretch, RoadTrace
from cddp.registers.assets.queries.roads import (
    RoadSummary,
    as_features,
    condition_id,
    map_link,
    profile,
    stretches_of,
    summarise,
    worst_first,
)
from cddp.registers.assets.rules.stretches import COARSE_RATE_HZ
from cddp.registers.assets.services import roads as services
from cddp.registers.assets.services.trace_words import DROP_WORDS, problem_rows
from cddp.registers.assets.tasks import roads as tasks
from cddp.registers.assets.views.roads import crumbs_of_roads

SHOWN_PROBLEMS = 50
ACTS = {"use": services.use_trace, "withdraw": services.withdraw_trace}
DONE = {
    "use": gettext_lazy("ใช้ค่าของเที่ยวนี้บนแผนที่แล้ว"),
    "withdraw": gettext_lazy("ถอนเที่ยวนี้แล้ว ค่าก่อนหน้ากลับมาแสดงแทน"),
}


def _find(request: HttpRequest, pk: UUID) -> RoadTrace:
    return get_object_or_404(RoadTrace.objects.visible_to(user_of(request)).select_related("file"), pk=pk)


@requires("assets.import")
@require_http_methods(["GET", "HEAD", "POST"])
def road_upload(request: HttpRequest) -> HttpResponse:
    """Take a ride's file; one that cannot be read is refused with the reason, and nothing is kept."""
    form = TraceForm(request.POST if request.method == "POST" else None)
    refusal: UnableTo | None = None
    if request.method == "POST":
        upload, refusal = request.FILES.get("file"), refusal_of(request)
        if form.is_valid() and upload is not None and upload.file is not None and refusal is None:
            try:
                trace = tasks.start_upload(
                    user_of(request),
                    stream=upload.file,
                    file_name=upload.name or "",
                    name=form.cleaned_data["name"],
                    vehicle=form.cleaned_data["vehicle"],
                    at=timezone.now(),
                )
            except UnableTo as error:
                refusal = error
            else:
                return redirect(trace)
        refusal = refusal or UnableTo(_("ยังไม่ได้เลือกไฟล์ เลือกไฟล์ .csv .gpx หรือ .xlsx"), code="no_file")
    values = {
        "form": form,
        "refusal": refusal,
        "breadcrumbs": crumbs_of_roads((_("นำเข้า"), "")),
    }
    return render(request, "assets/roads/upload.html", values, status=refusal.status if refusal else 200)


@requires("assets.view")
@require_safe
def road_trace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a ride by its state: its columns, its progress, or what it found."""
    trace = _find(request, pk)
    values: dict[str, Any] = {"trace": trace, "breadcrumbs": crumbs_of_roads((trace.name, ""))}
    if trace.state == TraceState.MEASURING:
        progress = _progress(trace)
        poll_url = reverse("assets:road_trace_progress", args=[trace.pk])
        return render(
            request, "assets/roads/running.html", values | {"progress": progress, "poll_url": poll_url}
        )
    if trace.state == TraceState.MAPPING:
        return _show_columns(request, trace, _columns_form(trace))
    return render(request, "assets/roads/trace.html", values | _found(request, trace))


def _found(request: HttpRequest, trace: RoadTrace) -> dict[str, Any]:
    stretches = stretches_of(trace)
    summaries = summarise(stretches)
    asked = request.GET.get("road", "")
    chosen = next((each for each in summaries if each.asset and str(each.asset.pk) == asked), None)
    chosen = chosen or next((each for each in summaries if each.asset), None)
    return {
        "summaries": _with_forms(trace, summaries),
        "chosen": chosen,
        "figures": profile([each for each in stretches if chosen and each.asset_id == _key(chosen)]),
        "worst": [(each, map_link(each)) for each in worst_first(stretches)],
        "dropped": [(DROP_WORDS[key], count) for key, count in _dropped(trace)],
        "used_percent": _percent(trace.counts.get("used", 0), trace.counts.get("samples", 0)),
        "is_coarse": trace.counts.get("rate_hz", 99) < COARSE_RATE_HZ,
        "problems": problem_rows(trace.problems[:SHOWN_PROBLEMS]),
        "problems_total": sum(trace.problem_counts.values()),
        "stretch_count": len(stretches),
        "may_change": user_of(request).has_perm("assets.import"),
        "may_inspect": user_of(request).has_perm("assets.inspect") and trace.state == TraceState.IN_USE,
        "lines_url": reverse("assets:road_trace_lines", args=[trace.pk]),
    }


def _key(summary: RoadSummary) -> UUID | None:
    return summary.asset.pk if summary.asset else None


def _with_forms(trace: RoadTrace, summaries: list[RoadSummary]) -> list[tuple[RoadSummary, Any, bool]]:
    keys = [_key(each) for each in summaries]
    ids = {key: condition_id(trace.pk, key) for key in keys if key}
    done = set(Inspection.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    return [
        (
            each,
            ConditionForm(initial={"condition": each.condition}, auto_id=f"id_%s_{key}"),
            key is not None and ids[key] in done,
        )
        for each, key in zip(summaries, keys, strict=True)
    ]


def _dropped(trace: RoadTrace) -> list[tuple[str, int]]:
    return sorted(trace.counts.get("dropped", {}).items(), key=lambda each: -each[1])


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _progress(trace: RoadTrace) -> Progress:
    return Progress(
        _("กำลังคำนวณความขรุขระทุก 50 เมตร"),
        trace.bytes_done,
        trace.file.size_bytes,
        is_finished=trace.state != TraceState.MEASURING,
        next_url=trace.get_absolute_url(),
    )


@requires("assets.view")
@require_safe
def road_trace_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of the progress bar."""
    return respond_with_progress(request, _progress(_find(request, pk)))


@requires("assets.view")
@require_safe
def road_trace_lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the ride's stretches as GeoJSON, coloured by grade, also before it is in use."""
    response = JsonResponse(as_features(stretches_of(_find(request, pk))))
    response["Cache-Control"] = "private, no-cache"
    return response


@requires("assets.import")
@require_http_methods(["GET", "HEAD", "POST"])
def road_trace_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which column holds what; then the ride is measured (anew)."""
    trace = _find(request, pk)
    form = _columns_form(trace, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_columns(request, trace, form)
    if not form.is_valid():
        return _show_columns(request, trace, form)
    try:
        tasks.start_measuring(
            user_of(request),
            pk,
            mapping=form.mapping,
            unit=form.cleaned_data["unit"],
            on=form.cleaned_data["on"],
        )
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show_columns(request, trace, form)
    return redirect(trace)


def _columns_form(trace: RoadTrace, posted: Any = None) -> ColumnsForm:
    reading = trace.reading
    return ColumnsForm(
        posted,
        columns=reading["columns"],
        mapping=reading["mapping"],
        unit=reading["unit"],
        on=dt.date.fromisoformat(reading["on"]),
    )


def _show_columns(request: HttpRequest, trace: RoadTrace, form: ColumnsForm) -> HttpResponse:
    values = {
        "trace": trace,
        "form": form,
        "fields": [form[key] for key in FIELD_LABELS],
        "samples": trace.reading["samples"],
        "may_change": user_of(request).has_perm("assets.import"),
        "breadcrumbs": crumbs_of_roads((trace.name, trace.get_absolute_url()), (_("คอลัมน์"), "")),
    }
    return render(request, "assets/roads/columns.html", values, status=422 if form.errors else 200)


@requires("assets.import")
@require_POST
def road_trace_act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Let a ride speak on the map, or take it back."""
    trace = _find(request, pk)
    ACTS[act](user_of(request), pk, at=timezone.now())
    messages.success(request, DONE[act])
    return redirect(trace)


@requires("assets.view")
@require_safe
def road_stretch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead from a stretch on the map to its ride, at its road."""
    stretches = RoadStretch.objects.visible_to(user_of(request)).select_related("trace")
    found = get_object_or_404(stretches, pk=pk)
    return redirect(f"{found.trace.get_absolute_url()}?road={found.asset_id or ''}")
