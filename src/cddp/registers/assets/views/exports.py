"""ส่งออกทรัพย์สิน: all that fits the list's filters as XLSX, GeoJSON or GeoPackage, whole on disk before it is sent."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing import Column, UnableToExport
from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.listing.export import CELL_LIMIT, export_file
from cddp.foundation.values.masking import mask_text
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.gateways.geo_writing import (
    FieldToWrite,
    RowToWrite,
    write_geojson,
    write_geopackage,
)
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.exporting import ExportField, fields_of, plain, rows_to_write, with_all
from cddp.registers.assets.queries.lists import list_assets
from cddp.registers.assets.views.crumbs import crumbs
from cddp.registers.assets.views.register import ASSETS, rows_of

FORMATS = ("xlsx", "geojson", "gpkg")
TYPES = {"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3"}


@requires("assets.export")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Offer the formats for what the list shows now; hand the file out when one is named."""
    is_whole = bool(request.GET.get("disposed"))
    bound = BoundList(ASSETS, request, list_assets(user_of(request)) if is_whole else rows_of(request))
    total = bound.matching.order_by().count()
    wanted = request.GET.get("format", "")
    if wanted not in FORMATS:
        return _show(request, bound, total)
    if total > ASSETS.export_limit:
        raise UnableToExport(
            _("มีมากกว่า %(limit)s แถว กรุณากรองให้แคบลงก่อนส่งออก") % {"limit": f"{ASSETS.export_limit:,}"}
        )
    rows = Asset.objects.filter(pk__in=bound.matching.order_by().values("pk"))
    fields = fields_of(rows)
    response, count = _xlsx(rows, fields) if wanted == "xlsx" else _map_file(rows, fields, wanted)
    asked = {"rows": count, "format": wanted, "query": mask_text(request.GET.urlencode())}
    audit.record("assets.assets.exported", Asset, changes=asked)
    # A file streams; the marks of `access` speak of HttpResponse, and all callers only hand it on.
    return cast(HttpResponse, response)


def _count_left_out(request: HttpRequest) -> int:
    """Return how many that fit were disposed of and are therefore left out."""
    gone = list_assets(user_of(request)).filter(state=AssetState.DISPOSED)
    return BoundList(ASSETS, request, gone).matching.order_by().count()


def _show(request: HttpRequest, bound: BoundList, total: int) -> HttpResponse:
    placed = bound.matching.order_by().filter(shape__isnull=False).count()
    values = {
        "total": total,
        "placed": placed,
        "chosen": bound.narrowed_by,
        "search_text": bound.search_text,
        "query": bound.query,
        "kept": [pair for pair in parse_qsl(bound.query) if pair[0] != "disposed"],
        "is_whole": bool(request.GET.get("disposed")),
        # A search or a state asks for them already.
        "left_out": 0 if request.GET.get("q") or request.GET.getlist("state") else _count_left_out(request),
        "breadcrumbs": crumbs((_("ส่งออก"), "")),
    }
    return render(request, "assets/imports/export.html", values)


def _xlsx(rows: QuerySet[Asset], fields: Sequence[ExportField]) -> tuple[FileResponse, int]:
    columns = [Column(f"c{place}", field.title, export=field.value) for place, field in enumerate(fields)]
    columns += [
        Column("y", _("ละติจูด"), export=lambda a: _middle(a, 1)),
        Column("x", _("ลองจิจูด"), export=lambda a: _middle(a, 0)),
        Column("line", _("แนวเส้น (WKT)"), export=_line),
    ]
    return export_file(with_all(rows), columns, "xlsx", "assets", _("ทรัพย์สิน"))


def _middle(asset: Asset, place: int) -> float | None:
    """Return a coordinate of a point; a line has a column of its own."""
    if asset.shape is None or asset.shape.geom_type != "Point":
        return None
    return round(float(asset.shape.coords[place]), 7)


def _line(asset: Asset) -> str:
    """Return a line as WKT, to the centimetre; a cell of a spreadsheet holds some 1,300 points of it."""
    if asset.shape is None or asset.shape.geom_type != "LineString":
        return ""
    words = ", ".join(f"{round(x, 7)} {round(y, 7)}" for x, y in asset.shape.coords)
    text = f"LINESTRING ({words})"
    return text if len(text) <= CELL_LIMIT else _("ยาวเกินช่องของตาราง ใช้ GeoPackage หรือ GeoJSON")


def _map_file(rows: QuerySet[Asset], fields: Sequence[ExportField], wanted: str) -> tuple[FileResponse, int]:
    written = [FieldToWrite(each.title, each.kind) for each in fields]
    stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    if wanted == "geojson":
        count = write_geojson(stream, written, _written(rows, fields))
    else:
        with tempfile.TemporaryDirectory(prefix="cddp-export-") as folder:
            path = Path(folder) / "assets.gpkg"
            count = write_geopackage(path, "assets", _("ทรัพย์สิน"), written, _written(rows, fields))
            with path.open("rb") as source:
                shutil.copyfileobj(source, stream, 2**20)
    stream.seek(0)
    name = f"assets-{timezone.localdate():%Y%m%d}.{wanted}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=TYPES[wanted]), count


def _written(rows: QuerySet[Asset], fields: Sequence[ExportField]) -> Iterator[RowToWrite]:
    for asset in rows_to_write(rows):
        values: list[Any] = [plain(field.value(asset)) for field in fields]
        yield RowToWrite(asset.shape, values)
