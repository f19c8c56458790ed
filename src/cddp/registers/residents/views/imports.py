"""หน้าจอนำเข้าทะเบียน: upload → columns → dry run → import → undo; one page per import, by its state."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.files.services import open_stored
from cddp.foundation.files.upload_handlers import refusal_of
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.ui.progress import Progress, respond_with_progress
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import format_short
from cddp.registers.residents import tasks
from cddp.registers.residents.choices import ImportMovement, ImportOutcome, ImportState
from cddp.registers.residents.errors import UnableToUndoImport
from cddp.registers.residents.forms.imports import ColumnsForm, ReadingForm
from cddp.registers.residents.models import House, ImportBatch, ImportRow, Person
from cddp.registers.residents.queries import importing as queries
from cddp.registers.residents.services import importing
from cddp.registers.residents.services.importing.checking import open_batch_table
from cddp.registers.residents.services.importing.progress import other_running
from cddp.registers.residents.views.purpose import bear_purpose, record_list_look, record_looks_at
from cddp.registers.residents.views.rejected_rows import write_rejected

PERMISSION = "residents.import"
PREVIEW_ROWS = 5
SHOWN_KEPT = 50
STATE_KINDS = {"imported": "good", "failed": "bad", "checked": "warn", "undone": "note", "cancelled": "note"}

IMPORTS = ListPage(
    key="residents.imports",
    title=gettext_lazy("นำเข้าทะเบียนราษฎร์"),
    noun=gettext_lazy("ครั้ง"),
    question=gettext_lazy("ทะเบียนในระบบเป็นปัจจุบันถึงวันไหน"),
    columns=[
        Column("file_name", gettext_lazy("ไฟล์"), sort="file_name"),
        Column(
            "extract_date", gettext_lazy("ข้อมูล ณ วันที่"), sort="extract_date",
            value=lambda batch: format_short(batch.extract_date),
        ),
        Column("state", gettext_lazy("สถานะ"), template="residents/imports/_state.html"),
        Column("total", gettext_lazy("แถว"), numeric=True, value=lambda batch: batch.counts.get("total", "")),
        Column("new", gettext_lazy("ใหม่"), numeric=True, value=lambda batch: batch.counts.get("new", "")),
        Column("changed", gettext_lazy("เปลี่ยน"), numeric=True, value=lambda batch: batch.counts.get("changed", "")),
        Column("started_by", gettext_lazy("ผู้นำเข้า"), value=lambda batch: batch.started_by_label),
        Column("created_at", gettext_lazy("เมื่อ"), sort="created_at", template="residents/imports/_when.html"),
    ],
    filters=[ChoiceFilter("state", gettext_lazy("สถานะ"), choices=ImportState.choices)],
    default_sort="-created_at",
    row_link=lambda batch: reverse("residents:import", args=[batch.pk]),
    empty_title=gettext_lazy("ยังไม่เคยนำเข้าทะเบียน"),
    empty_text=gettext_lazy("อัปโหลดไฟล์ XLSX หรือ CSV ตามที่ได้รับ ไม่ต้องจัดรูปแบบก่อน"),
)  # fmt: skip


def _find_batch(request: HttpRequest, pk: UUID) -> ImportBatch:
    user: Any = request.user
    return get_object_or_404(ImportBatch.objects.visible_to(user), pk=pk)


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("ทะเบียน"), reverse("residents:find")), (_("นำเข้าทะเบียน"), reverse("residents:imports")), *more]


@requires(PERMISSION)
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports of the town, the newest first."""
    user: Any = request.user
    new = {"label": _("นำเข้าไฟล์ใหม่"), "url": reverse("residents:import_new"), "icon": "file-up"}
    return IMPORTS.respond(
        request,
        ImportBatch.objects.visible_to(user),
        {"actions": [new], "empty_action": (_("นำเข้าไฟล์แรก"), reverse("residents:import_new"))},
    )


@requires(PERMISSION)
def import_new(request: HttpRequest) -> HttpResponse:
    """Take an upload; a file that cannot be read is refused with the reason, and nothing is kept."""
    user: Any = request.user
    refusal: UnableTo | None = None
    if request.method == "POST":
        upload = request.FILES.get("file")
        refusal = refusal_of(request)
        if upload is not None and upload.file is not None and refusal is None:
            try:
                batch = importing.open_batch(upload.file, upload.name or "", by=user)
            except UnableTo as error:
                refusal = error
            else:
                return redirect("residents:import", pk=batch.pk)
        refusal = refusal or UnableTo(_("ยังไม่ได้เลือกไฟล์ เลือกไฟล์ .xlsx หรือ .csv"), code="no_file")
    values = {
        "refusal": refusal,
        "fix": getattr(refusal, "fix", ""),
        "breadcrumbs": _crumbs((_("ไฟล์ใหม่"), "")),
    }
    return render(request, "residents/imports/new.html", values, status=refusal.status if refusal else 200)


@requires(PERMISSION)
def import_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an import by its state: columns to choose, progress, result of the dry run, or what was done."""
    batch = _find_batch(request, pk)
    values: dict[str, Any] = {"batch": batch, "breadcrumbs": _crumbs((batch.file_name, ""))}
    if batch.is_busy:
        values |= {
            "progress": _progress(batch),
            "poll_url": reverse("residents:import_progress", args=[batch.pk]),
        }
        return render(request, "residents/imports/running.html", values)
    if batch.state in {ImportState.UPLOADED, ImportState.FAILED} or "columns" in request.GET:
        return _show_columns(request, batch, _columns_form(batch))
    values |= {
        "problems": queries.count_problems(batch),
        "not_taken": batch.counts.get("rejected", 0) + batch.counts.get("ambiguous", 0),
        "good_rows": sum(batch.counts.get(key, 0) for key in ("new", "changed")),
        "movements": _movements(batch),
        "state_kind": STATE_KINDS.get(batch.state, "note"),
    }
    return render(request, "residents/imports/result.html", values)


def _movements(batch: ImportBatch) -> list[tuple[str, str, int]]:
    counts = batch.counts.get("movements", {})
    return [(key, str(label), counts.get(key, 0)) for key, label in ImportMovement.choices if key]


def _columns_form(batch: ImportBatch, posted: Any = None) -> ColumnsForm:
    return ColumnsForm(
        posted,
        columns=batch.reading.get("columns", []),
        mapping=batch.mapping,
        initial={"extract_date": batch.extract_date},
    )


def _show_columns(
    request: HttpRequest,
    batch: ImportBatch,
    form: ColumnsForm,
    reading: ReadingForm | None = None,
    refusal: UnableTo | None = None,
) -> HttpResponse:
    with open_stored(batch.file) as stream, open_batch_table(batch, stream) as table:
        rows, titles = table.sample(PREVIEW_ROWS), table.titles
    samples = [[row.text(name) for row in rows] for name in batch.reading.get("columns", [])]
    values = {
        "batch": batch,
        "form": form,
        "reading_form": reading or _reading_form(batch),
        "columns": list(zip(form.column_fields, samples, strict=True)),
        "titles": titles,
        "row_numbers": [row.number for row in rows],
        "refusal": refusal,
        "breadcrumbs": _crumbs((batch.file_name, "")),
    }
    return render(
        request, "residents/imports/columns.html", values, status=422 if refusal or form.errors else 200
    )


def _reading_form(batch: ImportBatch, posted: Any = None) -> ReadingForm:
    initial = {"sheet": batch.reading.get("sheet", ""), "header_row": batch.reading.get("header_row", 1)}
    return ReadingForm(posted, sheets=batch.reading.get("sheets", []), initial=initial)


@requires(PERMISSION)
@require_POST
def import_reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the file from another sheet or header row."""
    user: Any = request.user
    batch = _find_batch(request, pk)
    form = _reading_form(batch, request.POST)
    if not form.is_valid():
        return _show_columns(request, batch, _columns_form(batch), reading=form)
    try:
        importing.change_reading(
            batch,
            sheet=form.cleaned_data.get("sheet") or "",
            header_row=form.cleaned_data["header_row"],
            by=user,
        )
    except UnableTo as refusal:
        return _show_columns(request, batch, _columns_form(batch), reading=form, refusal=refusal)
    return redirect(reverse("residents:import", args=[batch.pk]) + "?columns")


@requires(PERMISSION)
@require_POST
def import_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fix the columns and start the dry run."""
    user: Any = request.user
    batch = _find_batch(request, pk)
    form = _columns_form(batch, request.POST)
    if not form.is_valid():
        return _show_columns(request, batch, form)
    try:
        tasks.start_check(batch, form.mapping, extract_date=form.cleaned_data["extract_date"], by=user)
    except UnableTo as refusal:
        return _show_columns(request, batch, form, refusal=refusal)
    return redirect("residents:import", pk=batch.pk)


def _progress(batch: ImportBatch) -> Progress:
    page = reverse("residents:import", args=[batch.pk])
    titles = {
        ImportState.CHECKING: _("กำลังอ่านและตรวจสอบทุกแถว"),
        ImportState.WAITING: _("รอคิวนำเข้า"),
        ImportState.IMPORTING: _("กำลังนำเข้าทะเบียน"),
        ImportState.UNDOING: _("กำลังย้อนการนำเข้า"),
    }
    title = titles.get(ImportState(batch.state), batch.get_state_display())
    if batch.state == ImportState.WAITING and (other := other_running(batch)):
        title = _("รอให้การนำเข้า “%(name)s” เสร็จก่อน แล้วจะเริ่มเอง") % {"name": other.file_name}
    cancellable = batch.state in {ImportState.CHECKING, ImportState.WAITING}
    return Progress(
        title,
        batch.rows_done,
        batch.rows_total,
        is_finished=not batch.is_busy,
        next_url=page,
        cancel_url=reverse("residents:import_cancel", args=[batch.pk]) if cancellable else "",
    )


@requires(PERMISSION)
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of the progress bar."""
    return respond_with_progress(request, _progress(_find_batch(request, pk)))


@requires(PERMISSION)
@require_POST
def import_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Queue the job of an import anew, when it gives no sign of life."""
    tasks.take_up_again(_find_batch(request, pk))
    messages.success(request, _("สั่งให้ทำต่อแล้ว"))
    return redirect("residents:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the good rows go in."""
    user: Any = request.user
    batch = _find_batch(request, pk)
    tasks.start_import(batch, is_complete=request.POST.get("is_complete") == "on", by=user)
    return redirect("residents:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up an import before it begins."""
    user: Any = request.user
    importing.cancel_batch(_find_batch(request, pk), by=user)
    messages.success(request, _("ยกเลิกแล้ว ไม่มีอะไรในทะเบียนเปลี่ยนแปลง"))
    return redirect("residents:imports")


@requires(PERMISSION)
def import_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what an undo takes back and what stays; do it on POST."""
    user: Any = request.user
    batch = _find_batch(request, pk)
    refusal: UnableTo | None = None
    if request.method == "POST":
        try:
            tasks.start_undo(batch, leave_changed=request.POST.get("leave_changed") == "on", by=user)
        except UnableToUndoImport as error:
            refusal = error
        else:
            return redirect("residents:import", pk=pk)
    if batch.state != ImportState.IMPORTED:
        return redirect("residents:import", pk=pk)
    plan = importing.plan_undo(batch)
    values = {
        "batch": batch,
        "plan": plan,
        "people": Person.objects.visible_to(user).filter(pk__in=plan.kept_people[:SHOWN_KEPT]),
        "houses": House.objects.visible_to(user).filter(pk__in=plan.kept_houses[:SHOWN_KEPT]),
        "refusal": refusal,
        "breadcrumbs": _crumbs(
            (batch.file_name, reverse("residents:import", args=[batch.pk])), (_("ย้อนกลับ"), "")
        ),
    }
    return render(request, "residents/imports/undo.html", values, status=422 if refusal else 200)


@requires(PERMISSION)
def import_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the rows of the file with what became of each, and the problems cell by cell."""
    batch = _find_batch(request, pk)
    page = _rows_page(batch)
    crumbs = _crumbs((batch.file_name, reverse("residents:import", args=[batch.pk])), (_("รายแถว"), ""))
    return page.respond(request, queries.list_rows(batch), {"breadcrumbs": crumbs})


def _rows_page(batch: ImportBatch) -> ListPage:
    problems = [(each.key, f"{each.label}: {each.reason}") for each in queries.count_problems(batch)]
    return ListPage(
        key="residents.import_rows",
        title=_("แถวในไฟล์ %(name)s") % {"name": batch.file_name},
        noun=_("แถว"),
        question=_("แต่ละแถวในไฟล์เป็นอย่างไร"),
        columns=[
            Column("row_number", _("แถวที่"), sort="row_number", numeric=True),
            Column("name", _("ชื่อ"), value=lambda row: f"{row.title}{row.given_name} {row.family_name}".strip()),
            Column("outcome", _("ผล"), value=lambda row: row.get_outcome_display()),
            Column("movement", _("ความเคลื่อนไหว"), value=lambda row: row.get_movement_display() if row.movement else ""),
            Column(
                "problems", _("สิ่งที่พบและวิธีแก้"), template="residents/imports/_problems.html",
                value=lambda row: queries.list_problems(row, batch), exported=False,
            ),
        ],
        filters=[
            ChoiceFilter("outcome", _("ผล"), choices=ImportOutcome.choices),
            ChoiceFilter("movement", _("ความเคลื่อนไหว"), choices=[c for c in ImportMovement.choices if c[0]]),
            ChoiceFilter(
                "problem", _("ปัญหา"), choices=problems,
                apply=lambda rows, keys: queries.with_problem(rows, keys[0]) if keys else rows,
            ),
        ],
        default_sort="row_number",
        row_link=lambda row: _person_link(batch, row),
        on_look=lambda request, rows: record_looks_at(
            request, [person for row in rows if (person := _person_of(batch, row))]
        ),
        empty_title=_("ไม่มีแถวที่ตรงกับตัวกรอง"),
    )  # fmt: skip


def _person_of(batch: ImportBatch, row: ImportRow) -> UUID | None:
    """Return whom of the register a row is, once it is in: a new person is the row itself."""
    if row.person_id is None and batch.state == ImportState.IMPORTED and row.outcome == ImportOutcome.NEW:
        return row.pk
    return row.person_id


def _person_link(batch: ImportBatch, row: Any) -> str:
    person = _person_of(batch, row)
    return reverse("residents:person", args=[person]) if person else ""


GONE = ListPage(
    key="residents.import_gone",
    title=gettext_lazy("ผู้ที่ไม่พบในไฟล์"),
    noun=gettext_lazy("คน"),
    question=gettext_lazy("ใครมีชื่อในทะเบียนเดิม แต่ไม่มีในไฟล์นี้"),
    columns=[
        Column("person", gettext_lazy("ชื่อ"), value=lambda stay: stay.person.full_name, sort="person__given_name"),
        Column(
            "house", gettext_lazy("บ้าน"), value=lambda stay: str(stay.household.house),
            sort="household__house__number_order",
        ),
        Column("end_reason", gettext_lazy("สถานะ"), value=lambda stay: stay.get_end_reason_display()),
    ],
    default_sort="house",
    row_link=lambda stay: reverse("residents:person", args=[stay.person_id]),
    on_look=lambda request, stays: record_list_look(request, [stay.person for stay in stays]),
    empty_title=gettext_lazy("ทุกคนในทะเบียนเดิมอยู่ในไฟล์นี้"),
)  # fmt: skip


@requires(PERMISSION)
@bear_purpose
def import_gone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the people registered in the areas of the file whom it does not name."""
    batch = _find_batch(request, pk)
    crumbs = _crumbs((batch.file_name, reverse("residents:import", args=[batch.pk])), (_("ไม่พบในไฟล์"), ""))
    return GONE.respond(request, queries.list_absent(batch).order_by(), {"breadcrumbs": crumbs})


@requires(PERMISSION)
def import_rejected(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the rows that stayed out, with reason and fix, to be mended and uploaded again."""
    return write_rejected(_find_batch(request, pk))
