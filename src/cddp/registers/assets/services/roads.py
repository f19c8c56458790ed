"""วัดถนนด้วยโทรศัพท์: take a ride's file, measure it in a job, let it speak on the map, withdraw it, learn from it.

A ride is kept apart until somebody says that it shall be used; it changes no asset. Only "use as condition"
(services.road_conditions) writes an Inspection, road by road.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

from django.contrib.gis.geos import LineString, Polygon
from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.tenancy.current import town_context
from cddp.registers.assets import policies
from cddp.registers.assets.choices import TraceState
from cddp.registers.assets.errors import UnableToReadTrace
from cddp.registers.assets.gateways.traces import look_at, read_rows
from cddp.registers.assets.models import Asset, RoadStretch, RoadTrace
from cddp.registers.assets.queries.road_limits import read_limits
from cddp.registers.assets.rules.road_lines import REACH_M, Plane, RoadLine
from cddp.registers.assets.rules.roughness import Recording, TraceRefused
from cddp.registers.assets.rules.stretches import Measured, Stretch, measure
from cddp.registers.assets.rules.trace_rows import (
    LOCAL,
    RowReader,
    mapping_lacks,
    suggest_mapping,
    unit_in,
)
from cddp.registers.assets.services.newest import refresh_newest
from cddp.registers.assets.services.trace_words import MAPPING_WORDS, in_words

PERMISSION = "assets.import"
UNITS = ("", "ms2", "g", "mg")
REPORT_EVERY = 50_000


@transaction.atomic
def upload_trace(
    by: User | None, *, stream: IO[bytes], file_name: str, name: str = "", vehicle: str = "", at: dt.datetime
) -> RoadTrace:
    """Keep a ride's file and guess its columns; with a whole guess it is ready to be measured.

    Raises UnableToStoreFile, UnableToReadTrace: then nothing is kept. The caller starts the job when the state is
    MEASURING.
    """
    policies.require(by, PERMISSION)
    # Where an officer drove and when is about that person: sealed, and not handed out again.
    stored = store_upload(stream, file_name, permission=PERMISSION, by=by.pk if by else None)
    with open_stored(stored) as opened:
        found = look_at(opened, stored.name)
    mapping = suggest_mapping(found.columns, found.samples)
    trace = RoadTrace(
        file=stored,
        name=(name.strip() or PurePath(stored.name).stem)[:200],
        vehicle=vehicle.strip()[:120],
        state=TraceState.MAPPING if mapping_lacks(mapping) else TraceState.MEASURING,
        reading={
            "kind": found.kind,
            "columns": found.columns,
            "samples": [[row.get(column, "")[:40] for column in found.columns] for row in found.samples],
            "mapping": mapping,
            "unit": _unit_of(mapping),
            "on": at.astimezone(LOCAL).date().isoformat(),
        },
        by=by.pk if by else None,
        by_label=str(by) if by else "",
    )
    trace.save(force_insert=True)
    audit.record("assets.trace.uploaded", trace, changes={"file": [None, str(stored.pk)]})
    return trace


def _unit_of(mapping: Mapping[str, str]) -> str:
    return unit_in(mapping.get("vertical") or mapping.get("z", ""))


def _lock(trace_id: UUID) -> RoadTrace:
    return RoadTrace.objects.select_for_update().get(pk=trace_id)


@transaction.atomic
def choose_columns(
    by: User | None, trace_id: UUID, *, mapping: Mapping[str, str], unit: str, on: dt.date
) -> RoadTrace:
    """Say which column holds what, and let the ride be measured (anew). Raises UnableToReadTrace."""
    policies.require(by, PERMISSION)
    trace = _lock(trace_id)
    if trace.state not in {TraceState.MAPPING, TraceState.READY, TraceState.FAILED}:
        raise UnableToReadTrace(_("เที่ยวนี้ใช้งานอยู่หรือถอนออกแล้ว โปรดนำเข้าไฟล์ใหม่"), code="over")
    chosen = {field: column for field, column in mapping.items() if column in trace.reading["columns"]}
    if lacking := mapping_lacks(chosen):
        raise UnableToReadTrace(str(MAPPING_WORDS[lacking]), code=f"mapping_{lacking}")
    trace.reading |= {"mapping": chosen, "unit": unit if unit in UNITS else "", "on": on.isoformat()}
    trace.state, trace.failure, trace.bytes_done = TraceState.MEASURING, "", 0
    trace.save(update_fields=["reading", "state", "failure", "bytes_done"])
    audit.record("assets.trace.columns_chosen", trace, changes={"fields": [None, sorted(chosen)]})
    return trace


def measure_trace(municipality_id: int, trace_id: UUID) -> None:
    """Read and measure a ride, for a job. What cannot be measured is written down as the ride's failure."""
    with town_context(municipality_id):
        trace = RoadTrace.objects.select_related("file").get(pk=trace_id)
    if trace.state != TraceState.MEASURING:
        return
    reader = RowReader(trace.reading["mapping"], day=dt.date.fromisoformat(trace.reading["on"]))
    try:
        _read(municipality_id, trace, reader)
        recording = reader.recording()
        with town_context(municipality_id):
            _keep(trace_id, recording, reader)
    except TraceRefused as refused:
        _fail(municipality_id, trace_id, in_words(refused), reader)
    except UnableToReadTrace as refusal:
        _fail(municipality_id, trace_id, refusal, reader)


def _read(municipality_id: int, trace: RoadTrace, reader: RowReader) -> None:
    with open_stored(trace.file) as stream:
        for number, texts in read_rows(stream, trace.reading["kind"], trace.file.name):
            reader.take(number, texts)
            if reader.rows % REPORT_EVERY == 0:
                with town_context(municipality_id):
                    RoadTrace.objects.filter(pk=trace.pk).update(bytes_done=stream.tell())


def _fail(municipality_id: int, trace_id: UUID, refusal: UnableToReadTrace, reader: RowReader) -> None:
    with town_context(municipality_id):
        trace = _lock(trace_id)
        trace.state, trace.failure = TraceState.FAILED, refusal.message
        trace.problems = [list(each) for each in reader.problems]
        trace.problem_counts = dict(reader.problem_counts)
        trace.save(update_fields=["state", "failure", "problems", "problem_counts"])


def _keep(trace_id: UUID, recording: Recording, reader: RowReader) -> None:
    trace = _lock(trace_id)
    if trace.state != TraceState.MEASURING:
        return
    plane = Plane(recording.longitudes[0], recording.latitudes[0])
    found = measure(
        recording, _roads_near(recording, plane), plane, read_limits(), unit=trace.reading["unit"]
    )
    trace.started_at = dt.datetime.fromtimestamp(recording.times[0], LOCAL)
    trace.ended_at = dt.datetime.fromtimestamp(recording.times[-1], LOCAL)
    trace.stretches.all().delete()
    RoadStretch.objects.bulk_create([_as_row(trace, each) for each in found.stretches], batch_size=1000)
    trace.state, trace.counts = TraceState.READY, _counts(found, reader)
    trace.problems = [list(each) for each in reader.problems]
    trace.problem_counts = dict(reader.problem_counts)
    trace.save(update_fields=["started_at", "ended_at", "state", "counts", "problems", "problem_counts"])
    audit.record("assets.trace.measured", trace, changes={"stretches": [None, len(found.stretches)]})


def _counts(found: Measured, reader: RowReader) -> dict[str, Any]:
    return {
        "rows": reader.rows,
        "refused": sum(reader.problem_counts.values()),
        "samples": found.samples,
        "used": found.used,
        "dropped": found.dropped,
        "length_m": round(found.length_m, 1),
        "unmatched_m": round(found.unmatched_m, 1),
        "rate_hz": round(found.rate_hz, 1),
        "unit": found.unit,
        "has_gravity": found.has_gravity,
    }


def _as_row(trace: RoadTrace, stretch: Stretch) -> RoadStretch:
    assert trace.started_at is not None  # noqa: S101  (set by the only caller)
    return RoadStretch(
        trace=trace,
        asset_id=stretch.road.key if stretch.road else None,
        from_m=stretch.from_m,
        until_m=stretch.until_m,
        line=LineString(stretch.line, srid=4326),
        roughness=stretch.roughness,
        worst=stretch.worst,
        speed_kmh=stretch.speed_kmh,
        samples=stretch.samples,
        grade=stretch.grade,
        on=trace.started_at.date(),
    )


def _roads_near(recording: Recording, plane: Plane) -> list[RoadLine]:
    reach = REACH_M / 100_000
    box = Polygon.from_bbox(
        (
            min(recording.longitudes) - reach,
            min(recording.latitudes) - reach,
            max(recording.longitudes) + reach,
            max(recording.latitudes) + reach,
        )
    )
    box.srid = 4326
    roads = Asset.objects.kept().filter(asset_class__is_road=True, shape__isnull=False)
    box.transform(3857)
    return [
        RoadLine.on(plane, key, shape.coords)
        for key, shape in roads.filter(shape_3857__bboverlaps=box).values_list("pk", "shape")
        if shape is not None and shape.geom_type == "LineString"
    ]


@transaction.atomic
def use_trace(by: User | None, trace_id: UUID, *, at: dt.datetime) -> RoadTrace:
    """Let a measured ride speak on the map, or one that was withdrawn speak again. Raises UnableToReadTrace."""
    policies.require(by, PERMISSION)
    trace = _lock(trace_id)
    if trace.state == TraceState.IN_USE:
        return trace
    if trace.state not in {TraceState.READY, TraceState.WITHDRAWN}:
        raise UnableToReadTrace(_("เที่ยวนี้ยังคำนวณไม่เสร็จ"), code="not_ready")
    before = trace.state
    trace.state, trace.used_at, trace.withdrawn_at = TraceState.IN_USE, at, None
    _settle(trace, before)
    return trace


@transaction.atomic
def withdraw_trace(by: User | None, trace_id: UUID, *, at: dt.datetime) -> RoadTrace:
    """Take a ride back: older rides speak again where it did. A ride not yet in use is put aside."""
    policies.require(by, PERMISSION)
    trace = _lock(trace_id)
    if trace.state == TraceState.WITHDRAWN:
        return trace
    if trace.state == TraceState.MEASURING:
        raise UnableToReadTrace(_("กำลังคำนวณอยู่ โปรดรอให้เสร็จก่อน"), code="busy")
    before = trace.state
    trace.state, trace.withdrawn_at = TraceState.WITHDRAWN, at
    _settle(trace, before)
    return trace


def _settle(trace: RoadTrace, before: str) -> None:
    trace.save(update_fields=["state", "used_at", "withdrawn_at"])
    roads = set(trace.stretches.order_by().values_list("asset_id", flat=True).distinct())
    refresh_newest([road for road in roads if road is not None], off_roads=None in roads)
    audit.record("assets.trace.state_changed", trace, changes={"state": [before, trace.state]})
