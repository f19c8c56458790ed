"""นำเข้าอะไหล่: choose a file, look at every row before anything is kept, then book it."""

import io
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.upload_handlers import refusal_of
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.money import format_amount
from cddp.operations.maintenance.forms.stock import PartsFileForm
from cddp.operations.maintenance.rules.part_rows import HEADS, PartRow
from cddp.operations.maintenance.rules.stock import format_quantity
from cddp.operations.maintenance.services import part_import
from cddp.operations.maintenance.views.stock import STOCK, crumbs

SHOWN = 200
CRUMB = gettext_lazy("นำเข้าอะไหล่")
TITLES = {
    "code": gettext_lazy("รหัส"),
    "name": gettext_lazy("ชื่อ"),
    "unit": gettext_lazy("หน่วยนับ"),
    "barcode": gettext_lazy("บาร์โค้ด"),
    "reorder_point": gettext_lazy("จุดสั่งซื้อ"),
    "reorder_quantity": gettext_lazy("จำนวนสั่งซื้อ"),
    "supplier": gettext_lazy("ผู้ขาย"),
    "quantity": gettext_lazy("ยอดยกมา"),
    "store": gettext_lazy("คลัง"),
    "unit_satang": gettext_lazy("ราคาต่อหน่วย"),
    "shelf": gettext_lazy("ชั้นวาง"),
}
EXAMPLE = (
    "LED-50",
    "หลอดไฟถนน LED 50 วัตต์",
    "หลอด",
    "8850000000017",
    10,
    20,
    "ร้านตัวอย่างการไฟฟ้า",
    24,
    "คลังกองช่าง",
    850,
    "A-1",
)


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def parts_import(request: HttpRequest) -> HttpResponse:
    """Take a file."""
    form = PartsFileForm(request.POST, request.FILES) if request.method == "POST" else PartsFileForm()
    if request.method == "POST":
        refusal: UnableTo | None = refusal_of(request)
        if refusal is None and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                stored = part_import.keep_file(user_of(request), upload, upload.name)
            except UnableTo as problem:
                refusal = problem
            else:
                return redirect("maintenance:parts_import_file", stored.pk)
        if refusal is not None:
            form.is_valid()
            form.add_error("file", refusal.message)
    context = {"form": form, "titles": TITLES.values(), "breadcrumbs": crumbs((CRUMB, ""))}
    return render(request, "maintenance/stock/import.html", context, status=422 if form.errors else 200)


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def parts_import_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what would come of a file; by POST, let it come."""
    stored = get_object_or_404(StoredFile, pk=pk, permission=part_import.PERMISSION)
    if request.method == "POST":
        result = part_import.run(user_of(request), stored, at=timezone.now())
        told = {"added": result.added, "changed": result.changed, "opened": result.opened}
        messages.success(
            request, _("เพิ่ม %(added)s รายการ ปรับปรุง %(changed)s รายการ ตั้งยอดยกมา %(opened)s รายการ") % told
        )
        if result.left_out:
            messages.warning(request, _("ไม่ได้นำเข้า %(n)s แถวที่ยังผิดอยู่") % {"n": result.left_out})
        return redirect("maintenance:parts")
    reading = part_import.read_file(stored)
    keys = [key for key in HEADS if key in reading.columns]
    context = {
        "file": stored,
        "heads": [TITLES[key] for key in keys],
        "bad": [_shown(row, keys) for row in reading.bad[:SHOWN]],
        "good": [(*_shown(row, keys), reading.is_new(row)) for row in reading.good[:SHOWN]],
        "counts": {
            "new": len({row.texts["code"] for row in reading.good if reading.is_new(row)}),
            "good": len(reading.good),
            "bad": len(reading.bad),
            "opening": sum(1 for row in reading.good if row.amounts.get("quantity")),
        },
        "ignored": reading.ignored,
        "breadcrumbs": crumbs((CRUMB, reverse("maintenance:parts_import")), (stored.name, "")),
    }
    return render(request, "maintenance/stock/import_file.html", context)


def _shown(row: PartRow, keys: list[str]) -> tuple[int, list[tuple[Any, str, str]]]:
    """Return a row's number and its cells: title, text, fault."""
    return row.number, [
        (TITLES[key], _text(row, key), str(part_import.FAULTS[row.faults[key]]) if key in row.faults else "")
        for key in keys
    ]


def _text(row: PartRow, key: str) -> str:
    if key == "unit_satang":
        return "" if row.unit_satang is None else format_amount(row.unit_satang)
    if key in row.amounts:
        return format_quantity(row.amounts[key])
    return row.texts.get(key, "")


@requires(STOCK)
@require_safe
def parts_import_form(request: HttpRequest) -> HttpResponse:
    """Hand out a sheet with the heads and one line to follow."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(_("อะไหล่"))
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4"})
    for place, (title, value) in enumerate(zip(TITLES.values(), EXAMPLE, strict=True)):
        sheet.set_column(place, place, 26 if place == 1 else 16)
        sheet.write_string(0, place, str(title), head)
        sheet.write(1, place, value)
    book.close()
    headers = {"Content-Disposition": 'attachment; filename="parts-form.xlsx"'}
    return HttpResponse(stream.getvalue(), content_type=XLSX_TYPE, headers=headers)
