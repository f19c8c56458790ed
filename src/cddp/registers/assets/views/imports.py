"""หน้าจอนำเข้าทรัพย์สิน: upload → reading and columns → dry run → import → undo; one page per import, by its state."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.files.upload_handlers import refusal_of
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.ui.progress import Progress, respond_with_progress
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import ImportOutcome, ImportState
from cddp.registers.assets.forms.imports import ColumnsForm, ReadingForm, UploadForm
from cddp.registers.assets.gateways.import_sources import SAMPLE_POINTS
from cddp.registers.assets.models import AssetImport
from cddp.registers.assets.queries import importing as queries
from cddp.registers.assets.queries.import_positions import (
    as_features,
    distance_to_default_m,
    shares_in_town,
)
from cddp.registers.assets.rules.importing.encodings import CODECS
from cddp.registers.assets.rules.importing.projections import (
    DATUM_OPERATIONS,
    MOST_SHARE,
    PROJECTIONS,
    judge,
    propose,
)
from cddp.registers.assets.services.importing.opening import (
    has_shapes,
    may_pin_datum,
    needs_projection,
    own_fields,
)
from cddp.registers.assets.tasks import imports as tasks
from cddp.registers.assets.views.crumbs import crumbs
from cddp.registers.assets.views.refused_rows import write_refused

PERMISSION = "assets.import"
STATE_KINDS = {
    "imported": "good", "failed": "bad", "ready": "warn", "mapping": "warn", "undone": "note", "cancelled": "note",
}  # fmt: skip
ENCODING_WORDS = {
    "cpg": gettext_lazy("ตามไฟล์ .cpg"),
    "utf-8": gettext_lazy("ตรวจจากตัวอักษร"),
    "cp874": gettext_lazy("ตรวจจากตัวอักษร"),
    "ascii": gettext_lazy("มีแต่ตัวอักษรอังกฤษ"),
    "person": gettext_lazy("เลือกเอง"),
}
PROJECTION_WORDS = {
    "file": gettext_lazy("ตามที่ไฟล์บอก"),
    "standard": gettext_lazy("ตามมาตรฐาน GeoJSON"),
    "degrees": gettext_lazy("ค่าเป็นองศาในประเทศไทย"),
    "person": gettext_lazy("เลือกเอง"),
}

IMPORTS = ListPage(
    key="assets.imports",
    title=gettext_lazy("นำเข้าทรัพย์สิน"),
    noun=gettext_lazy("ครั้ง"),
    question=gettext_lazy("ไฟล์ไหนเข้าทะเบียนแล้ว ไฟล์ไหนค้างอยู่"),
    columns=[
        Column("file_name", gettext_lazy("ไฟล์"), sort="file_name"),
        Column("asset_class", gettext_lazy("ประเภท"), value=lambda each: str(each.asset_class or "")),
        Column("state", gettext_lazy("สถานะ"), template="assets/imports/_state.html"),
        Column("total", gettext_lazy("แถว"), numeric=True, value=lambda each: each.counts.get("total", "")),
        Column("new", gettext_lazy("ใหม่"), numeric=True, value=lambda each: each.counts.get("new", "")),
        Column("changed", gettext_lazy("เปลี่ยน"), numeric=True, value=lambda each: each.counts.get("changed", "")),
        Column("refused", gettext_lazy("ไม่รับ"), numeric=True, value=lambda each: each.counts.get("refused", "")),
        Column("started_by", gettext_lazy("ผู้นำเข้า"), value=lambda each: each.started_by_label),
        Column("created_at", gettext_lazy("เมื่อ"), sort="created_at", template="assets/imports/_when.html"),
    ],
    filters=[ChoiceFilter("state", gettext_lazy("สถานะ"), choices=ImportState.choices)],
    default_sort="-created_at",
    row_link=lambda each: reverse("assets:import", args=[each.pk]),
    empty_title=gettext_lazy("ยังไม่เคยนำเข้าทรัพย์สิน"),
    empty_text=gettext_lazy("อัปโหลด GeoPackage, Shapefile (.zip), GeoJSON, XLSX หรือ CSV ตามที่ได้รับ"),
)  # fmt: skip


def find_import(request: HttpRequest, pk: UUID) -> AssetImport:
    """Return an import that the person may see, or Http404."""
    rows = AssetImport.objects.visible_to(user_of(request)).select_related("asset_class", "file")
    return get_object_or_404(rows, pk=pk)


def crumbs_of_imports(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the links from the register over the imports down."""
    return crumbs((_("นำเข้า"), reverse("assets:imports")), *more)


@requires(PERMISSION)
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports of the town, the newest first."""
    rows = AssetImport.objects.visible_to(user_of(request)).select_related("asset_class")
    new = {"label": _("นำเข้าไฟล์ใหม่"), "url": reverse("assets:import_new"), "icon": "file-up"}
    context = {
        "actions": [new],
        "empty_action": (_("นำเข้าไฟล์แรก"), reverse("assets:import_new")),
        "breadcrumbs": crumbs((IMPORTS.title, "")),
    }
    return IMPORTS.respond(request, rows, context)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Take an upload; a file of a kind that is not taken is refused with the reason, and nothing is kept."""
    form = UploadForm(request.POST or None)
    refusal: UnableTo | None = None
    if request.method == "POST":
        upload, refusal = request.FILES.get("file"), refusal_of(request)
        if form.is_valid() and upload is not None and upload.file is not None and refusal is None:
            chosen = form.cleaned_data["asset_class"]
            try:
                found = tasks.start_upload(
                    user_of(request),
                    stream=upload.file,
                    file_name=upload.name or "",
                    asset_class_id=chosen.pk if chosen else None,
                )
            except UnableTo as error:
                refusal = error
            else:
                return redirect("assets:import", pk=found.pk)
        refusal = refusal or UnableTo(
            _("ยังไม่ได้เลือกไฟล์ เลือกไฟล์ .gpkg .zip .geojson .xlsx หรือ .csv"), code="no_file"
        )
    values = {
        "form": form,
        "refusal": refusal,
        "breadcrumbs": crumbs_of_imports((_("ไฟล์ใหม่"), "")),
    }
    return render(request, "assets/imports/new.html", values, status=refusal.status if refusal else 200)


@requires(PERMISSION)
@require_safe
def import_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an import by its state: how it is read, progress, result of the dry run, or what was done."""
    found = find_import(request, pk)
    if found.is_busy:
        values = {
            "found": found,
            "progress": progress_of(found),
            "poll_url": reverse("assets:import_progress", args=[found.pk]),
            "breadcrumbs": crumbs_of_imports((found.file_name, "")),
        }
        return render(request, "assets/imports/running.html", values)
    is_open = found.state in {ImportState.MAPPING, ImportState.FAILED}
    if is_open or (found.state == ImportState.READY and "columns" in request.GET):
        return show_columns(request, found)
    return show_result(request, found)


def show_columns(
    request: HttpRequest,
    found: AssetImport,
    *,
    form: ColumnsForm | None = None,
    reading_form: ReadingForm | None = None,
    refusal: UnableTo | None = None,
) -> HttpResponse:
    """Show how the file is read, where it lies, and what its columns are."""
    form = form or columns_form(found)
    rows = found.reading.get("rows", [])
    samples = [[row[place] for row in rows] for place in range(len(found.columns))]
    has_faults = bool(refusal or form.errors or (reading_form and reading_form.errors))
    values = {
        "found": found,
        "form": form,
        "reading_form": reading_form or ReadingForm(found=found, may_pin=may_pin_datum(user_of(request))),
        "columns": list(zip(form.column_fields, samples, strict=True)),
        "refusal": refusal,
        "breadcrumbs": crumbs_of_imports((found.file_name, "")),
        "is_readable": bool(found.columns) or bool(found.reading.get("kind")),
        **_reading_words(found),
    }
    return render(request, "assets/imports/columns.html", values, status=422 if has_faults else 200)


def columns_form(found: AssetImport, posted: Any = None) -> ColumnsForm:
    """Return the form that says what each column is."""
    return ColumnsForm(
        posted,
        columns=found.columns,
        mapping=found.mapping,
        own=own_fields(found.asset_class_id),
        has_shapes=has_shapes(found),
    )


def _reading_words(found: AssetImport) -> dict[str, Any]:
    """Return what was found of the file in words: encoding, projection, datum, and where it lies."""
    reading = found.reading
    points, key, datum = (
        reading.get("points", []),
        reading.get("projection") or "",
        reading.get("datum") or "",
    )
    asks_place = bool(points) and needs_projection(found, found.mapping)
    shares = shares_in_town(points, datum) if asks_place else {}
    indian = key in PROJECTIONS and PROJECTIONS[key].is_indian
    return {
        "encoding": CODECS.get(reading.get("encoding", ""), ""),
        "encoding_how": ENCODING_WORDS.get(reading.get("encoding_found", ""), ""),
        "projection": PROJECTIONS.get(key),
        "projection_how": PROJECTION_WORDS.get(reading.get("projection_found", ""), ""),
        "asks_place": asks_place,
        "datum": DATUM_OPERATIONS.get(datum) if indian else None,
        "apart_m": distance_to_default_m(points, key, datum) if indian and points else None,
        "shares": [
            (PROJECTIONS[each].label, round(100 * share), each == key)
            for each, share in sorted(shares.items(), key=lambda pair: -pair[1])
            if share > 0 or each == key
        ],
        **_fit_words(shares, key, points),
    }


def _fit_words(shares: dict[str, float], key: str, points: list[Any]) -> dict[str, Any]:
    """Return whether the places that were looked into lie in the town, and how many of them do."""
    share = shares.get(key, 1.0)
    return {
        "fit": judge(share, propose(shares | {key: share}, key)),
        "is_mostly_outside": share <= MOST_SHARE,
        "inside": round(share * len(points)),
        "looked_into": len(points),
        "is_sample": len(points) >= SAMPLE_POINTS,
    }


def show_result(request: HttpRequest, found: AssetImport, refusal: UnableTo | None = None) -> HttpResponse:
    """Show what the dry run found, or what became of the import."""
    counts, reading = found.counts, found.reading
    key = reading.get("projection") or ""
    proposed = PROJECTIONS.get(counts.get("proposed", ""))
    values = {
        "found": found,
        "refusal": refusal,
        "problems": queries.count_problems(found),
        "good_rows": counts.get("new", 0) + counts.get("changed", 0),
        "state_kind": STATE_KINDS.get(found.state, "note"),
        "projection": PROJECTIONS.get(key),
        "datum": DATUM_OPERATIONS.get(reading.get("datum", ""))
        if key and PROJECTIONS[key].is_indian
        else None,
        "proposed": proposed,
        "share_percent": round(100 * counts.get("share", 1)),
        "has_places": bool(reading.get("points")) and found.state == ImportState.READY,
        "breadcrumbs": crumbs_of_imports((found.file_name, "")),
    }
    return render(request, "assets/imports/result.html", values, status=422 if refusal else 200)


@requires(PERMISSION)
@require_safe
def import_places(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out places of the file as GeoJSON: as they will be imported, and as PROJ alone would put them."""
    response = JsonResponse(as_features(find_import(request, pk).reading))
    response["Cache-Control"] = "private, no-store"
    return response


def progress_of(found: AssetImport) -> Progress:
    """Return how far the job of an import is."""
    titles = {
        ImportState.READING: _("กำลังเปิดไฟล์ดูว่ามีอะไร"),
        ImportState.CHECKING: _("กำลังอ่านและตรวจทุกแถว"),
        ImportState.IMPORTING: _("กำลังนำเข้าทะเบียน"),
        ImportState.UNDOING: _("กำลังย้อนการนำเข้า"),
    }
    cancellable = found.state in {ImportState.READING, ImportState.CHECKING}
    return Progress(
        titles.get(ImportState(found.state), found.get_state_display()),
        found.rows_done,
        found.rows_total,
        is_finished=not found.is_busy,
        next_url=reverse("assets:import", args=[found.pk]),
        cancel_url=reverse("assets:import_cancel", args=[found.pk]) if cancellable else "",
    )


@requires(PERMISSION)
@require_safe
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of the progress bar."""
    return respond_with_progress(request, progress_of(find_import(request, pk)))


@requires(PERMISSION)
@require_safe
def import_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the rows of the file with what became of each, and the problems cell by cell."""
    found = find_import(request, pk)
    links = crumbs_of_imports((found.file_name, reverse("assets:import", args=[found.pk])), (_("รายแถว"), ""))
    return _rows_page(found).respond(request, queries.list_rows(found), {"breadcrumbs": links})


def _rows_page(found: AssetImport) -> ListPage:
    problems = [(each.key, f"{each.label}: {each.reason}") for each in queries.count_problems(found)]
    labels = queries.labels_of(found)
    return ListPage(
        key="assets.import_rows",
        title=_("แถวในไฟล์ %(name)s") % {"name": found.file_name},
        noun=_("แถว"),
        question=_("แต่ละแถวในไฟล์เป็นอย่างไร"),
        columns=[
            Column("row_number", _("แถวที่"), sort="row_number", numeric=True),
            Column("number", _("เลขครุภัณฑ์"), value=lambda row: row.values.get("number", "")),
            Column("name", _("ชื่อ"), value=lambda row: row.values.get("name", "")),
            Column("outcome", _("ผล"), value=lambda row: row.get_outcome_display()),
            Column(
                "problems", _("สิ่งที่พบและวิธีแก้"), template="assets/imports/_problems.html",
                value=lambda row: queries.list_problems(row, found, labels), exported=False,
            ),
        ],
        filters=[
            ChoiceFilter("outcome", _("ผล"), choices=ImportOutcome.choices),
            ChoiceFilter(
                "problem", _("ปัญหา"), choices=problems,
                apply=lambda rows, keys: queries.with_problem(rows, keys[0]) if keys else rows,
            ),
        ],
        default_sort="row_number",
        row_link=lambda row: _asset_link(found, row),
        empty_title=_("ไม่มีแถวที่ตรงกับตัวกรอง"),
    )  # fmt: skip


def _asset_link(found: AssetImport, row: Any) -> str:
    """Return the page of the asset that a row is, once it is in."""
    is_there = row.asset_id is not None and (
        row.outcome != ImportOutcome.NEW or found.state == ImportState.IMPORTED
    )
    return reverse("assets:asset", args=[row.asset_id]) if is_there else ""


@requires(PERMISSION)
@require_safe
def import_refused(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the rows that stay out, with reason and fix, to be mended and uploaded again."""
    return write_refused(find_import(request, pk))
