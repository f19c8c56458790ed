"""Services: real and broken files into a town; every row accounted for, the second time nothing new."""

import gzip
import json

import pytest

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import BatchState, OddReason, ReportState
from cddp.operations.complaints.models import (
    Category,
    CategoryMapping,
    ImportBatch,
    Intake,
    OddRow,
    Report,
    ReportStatus,
)
from cddp.operations.complaints.services import traffy
from cddp.operations.complaints.services.categories import set_up_categories
from cddp.operations.complaints.tests.makers import import_file, import_lines, report_of, ticket
from tests.shared import shared_path

BROKEN = '{"ticket_id": "2026-BROKEN", "description": "ไฟดับ'


def verdicts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.added, batch.changed, batch.unchanged, batch.set_aside


def test_six_thousand_real_tickets_are_kept_placed_and_named(town):
    real = shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz")
    first = import_file(real)
    assert first.state == BatchState.DONE
    assert (first.rows_done, *verdicts(first)) == (6000, 6000, 0, 0, 0)
    assert Intake.objects.count() == Report.objects.count() == 6000
    assert first.placed == Report.objects.placed().count() == 5995
    assert first.odd_counts == {"empty_type": 654, "no_photo": 4, "zero_point": 4, "outside_thailand": 1}
    assert first.odd_rows == Report.objects.filter(is_odd=True).count()
    assert not Report.objects.filter(category=None).exclude(category_labels=[]).exists()
    with gzip.open(real, "rt", encoding="utf-8") as lines:
        raw = json.loads(lines.readline())
    assert Intake.objects.get(external_id=raw["ticket_id"]).payload == raw
    assert Report.objects.filter(state=ReportState.FINISHED).count() == 2300

    moves = ReportStatus.objects.count()
    second = import_file(real)
    assert (second.rows_done, *verdicts(second)) == (6000, 0, 0, 6000, 0)
    assert Report.objects.count() == 6000
    assert ReportStatus.objects.count() == moves
    assert OddRow.objects.count() == sum(first.odd_counts.values())


def test_a_changed_ticket_moves_on_and_its_history_is_kept(town, tmp_path):
    import_lines(tmp_path, ticket(1), ticket(2))
    later = ticket(1, state="เสร็จสิ้น", note="ซ่อมแล้ว", star="5", last_activity="2026-08-09 06:00:00+00")
    batch = import_lines(tmp_path, later, ticket(2))
    assert verdicts(batch) == (0, 1, 1, 0)
    report = report_of(1)
    assert (report.state, report.rating, report.is_open) == (ReportState.FINISHED, 5, False)
    assert report.finished_at.day == 9
    states = list(ReportStatus.objects.filter(report=report).values_list("state", flat=True))
    assert states == [ReportState.RECEIVED, ReportState.FINISHED]
    last = ReportStatus.objects.filter(report=report).last()
    assert last.changes["state"] == ["รอรับเรื่อง", "เสร็จสิ้น"]
    assert Intake.objects.get(external_id=report.number).payload == ticket(1)


def test_an_older_extract_does_not_turn_the_state_back(town, tmp_path):
    newer = ticket(1, state="เสร็จสิ้น", last_activity="2026-08-09 06:00:00+00")
    import_lines(tmp_path, ticket(1))
    import_lines(tmp_path, newer)
    batch = import_lines(tmp_path, ticket(1))
    assert verdicts(batch) == (0, 0, 0, 1)
    assert report_of(1).state == ReportState.FINISHED
    odd = OddRow.objects.get(reason=OddReason.OLDER_THAN_KNOWN)
    assert odd.raw == ticket(1)


def test_a_number_repeated_in_one_file_takes_the_latest_and_keeps_every_row(town, tmp_path):
    newer = ticket(1, state="กำลังดำเนินการ", last_activity="2026-08-07 06:00:00+00")
    lines = [ticket(1), newer, ticket(1), newer]
    batch = import_lines(tmp_path, *lines)
    assert verdicts(batch) == (1, 1, 0, 2)
    assert report_of(1).state == ReportState.IN_PROGRESS
    assert batch.odd_counts == {"repeated_id": 3}
    again = import_lines(tmp_path, *lines)
    assert (again.added, again.changed) == (0, 0)
    assert report_of(1).state == ReportState.IN_PROGRESS
    assert ReportStatus.objects.count() == 2


def test_broken_lines_are_listed_with_what_they_held(town, tmp_path):
    lines = [ticket(1), BROKEN, "[1, 2]", '{"ชื่อ": "ไม่ใช่เรื่อง"}', ticket(2), "", "null"]
    batch = import_lines(tmp_path, *lines)
    assert batch.state == BatchState.DONE
    assert batch.rows_done == sum(verdicts(batch)) == 6
    assert verdicts(batch) == (2, 0, 0, 4)
    broken = OddRow.objects.get(reason=OddReason.MALFORMED_LINE)
    assert (broken.row_number, broken.raw["text"], broken.report_id) == (2, BROKEN, None)
    assert OddRow.objects.filter(reason=OddReason.NOT_A_TICKET).count() == 3
    import_lines(tmp_path, *lines)
    assert OddRow.objects.count() == 4


def test_what_the_database_cannot_hold_does_not_stop_the_import(town, tmp_path):
    text = '{"ticket_id": "2026-NUL", "description": "ไฟ\\u0000ดับ \\ud800 ตรงนี้", "coords": [NaN, 1]}'
    batch = import_lines(tmp_path, text, ticket(2))
    assert batch.added == 2
    report = Report.objects.get(number="2026-NUL")
    assert report.description == "ไฟดับ ? ตรงนี้"
    assert "␀" in Intake.objects.get(external_id="2026-NUL").payload["description"]


def test_points_outside_the_town_are_kept_and_named(town, tmp_path):
    from django.contrib.gis.geos import MultiPolygon, Polygon
    from django.db import connection

    from cddp.foundation.tenancy.models import Municipality

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE cddp_owner")
        frame = MultiPolygon(Polygon.from_bbox((99.0, 18.5, 99.1, 18.6)))
        Municipality.objects.filter(pk=town.pk).update(boundary=frame)
        cursor.execute("SET ROLE cddp_app")
    batch = import_lines(tmp_path, ticket(1), ticket(2, coords=["100.5", "13.7"]))
    assert batch.placed == 2
    assert batch.odd_counts == {"outside_town": 1}
    assert report_of(2).point is not None


def test_unknown_types_are_named_until_the_table_knows_them(town, tmp_path):
    row = ticket(1, problem_type_abdul=["โดรนรบกวน"])
    assert import_lines(tmp_path, row).odd_counts == {"unknown_type": 1}
    CategoryMapping.objects.create(label="โดรนรบกวน", category=Category.objects.get(key="noise"))
    import_lines(tmp_path, row | {"last_activity": "2026-08-06 06:00:00+00"})
    report = report_of(1)
    assert (report.category.key, report.is_odd) == ("noise", False)


def test_the_town_keeps_its_own_names_of_categories(town):
    set_up_categories()
    Category.objects.filter(key="road").update(name="ถนนหนทาง")
    set_up_categories()
    assert Category.objects.get(key="road").name == "ถนนหนทาง"
    assert CategoryMapping.objects.filter(label="ถนน").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ว่างเปล่า"),
        (b"%PDF-1.7", "ไม่ใช่รายการ"),
        (b"name,phone\n1,2", "ไม่ใช่รายการ"),
        (b'[{"ticket_id": 1},', "ไม่สมบูรณ์"),
        (
            b'{"status": "fail", "message": "This token has expired", "results": []}',
            "token has expired",
        ),
        (gzip.compress(b'{"ticket_id": 1}', mtime=0)[:-9], "เสียหาย"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_words(town, tmp_path, content, words):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    batch = import_file(path)
    assert batch.state == BatchState.FAILED
    assert words in batch.message
    assert Report.objects.count() == 0


@pytest.mark.parametrize("shape", ["array", "answer", "pretty", "geojson", "csv", "packed"])
def test_every_shape_of_file_is_read(town, tmp_path, shape):
    rows = [ticket(1), ticket(2)]
    path = tmp_path / f"tickets.{shape}"
    if shape == "csv":
        header = "ticket_id,type,comment,coords,timestamp,state,last_activity\n"
        path.write_text(
            "\ufeff" + header
            + '2026-T00001,ถนน,"บรรทัดแรก\nบรรทัดสอง","99.01,18.58",2026-08-05 06:58:08+00,รอรับเรื่อง,\n'
            + '2026-T00002,"{ถนน,ทางเท้า}",ทดสอบ,"[\'99.01\', \'18.58\']",2026-08-05 06:58:08+00,เสร็จสิ้น,\n',
            encoding="utf-8",
        )  # fmt: skip
    elif shape == "packed":
        path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    else:
        features = [
            {"type": "Feature", "properties": row, "geometry": {"coordinates": [99.01, 18.58]}}
            for row in rows
        ]
        content = {
            "array": rows,
            "answer": {"status": "success", "results": rows},
            "pretty": {"status": 200, "results": rows},
            "geojson": {"type": "FeatureCollection", "features": features},
        }[shape]
        path.write_text(
            json.dumps(content, ensure_ascii=False, indent=2 if shape == "pretty" else None), "utf-8"
        )
    batch = import_file(path)
    assert (batch.state, batch.added, batch.placed) == (BatchState.DONE, 2, 2)


def test_an_import_that_was_cut_off_goes_on_after_the_last_portion(town, tmp_path, monkeypatch):
    monkeypatch.setattr(traffy, "PORTION", 10)
    path = tmp_path / "tickets.ndjson"
    path.write_text("\n".join(json.dumps(ticket(n)) for n in range(35)), "utf-8")
    batch = traffy.open_batch(file_name=path.name)

    class PowerCut(Exception):
        pass

    def cut(done: int, total: int) -> None:
        if done == 20:
            raise PowerCut

    with pytest.raises(PowerCut):
        traffy.import_tickets(lambda: path.open("rb"), batch.pk, municipality_id=town.pk, on_progress=cut)
    assert Report.objects.count() == 20
    batch = traffy.import_tickets(lambda: path.open("rb"), batch.pk, municipality_id=town.pk)
    assert (batch.rows_done, *verdicts(batch)) == (35, 35, 0, 0, 0)
    assert Report.objects.count() == 35


def test_two_towns_may_hold_the_same_number(towns, tmp_path):
    for town in towns:
        with town_context(town.pk):
            assert import_lines(tmp_path, ticket(1)).added == 1
            assert Report.objects.count() == 1
    with town_context(None):
        assert Report.objects.count() == 0


def test_an_import_leaves_an_audit_entry_without_people_s_words(town, tmp_path):
    import_lines(tmp_path, ticket(1, description="โทร 081-234-5678"))
    entry = AuditEntry.objects.get(action="complaints.import.done")
    assert entry.changes == {"rows": 1, "added": 1, "changed": 0}
