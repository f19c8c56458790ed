"""Screens: the litany for each, and what each shows."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import BatchState, ReportState
from cddp.operations.complaints.models import ImportBatch, Report
from cddp.operations.complaints.services.uploads import run_upload
from cddp.operations.complaints.tests.makers import import_lines, report_of, ticket
from tests.towns import make_user

REPORTS, ODD, IMPORTS = "/complaints/reports/", "/complaints/odd/", "/complaints/imports/"


@pytest.fixture
def taker(town):
    """Owner of the work: brings reports in."""
    return make_user("taker", "complaints_officer")


@pytest.fixture
def reader(town):
    """Colleague who may look, not import."""
    return make_user("reader", "technician")


@pytest.fixture
def outsider(town):
    """A volunteer: works here, sees no complaints."""
    return make_user("outsider", "volunteer")


@pytest.fixture
def reports(town, tmp_path):
    return import_lines(
        tmp_path,
        ticket(1, description="ไฟถนนดับหน้าตลาด", state="เสร็จสิ้น", problem_type_abdul=["แสงสว่าง"], star="4"),
        ticket(
            2, description="น้ำท่วมซอย 3", coords=["0", "0"], count_reopen="2", problem_type_abdul=["น้ำท่วม"]
        ),
        ticket(3, type="", problem_type_abdul=[""], timestamp="2026-10-01 01:00:00+00"),
    )


def shown(response) -> list[str]:
    return [row.object.number[-1] for row in response.context["list"].rows]


def cost(client, url: str) -> int:
    client.get(url)  # the first look of a session writes it
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    spare = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return sum(1 for query in captured if not query["sql"].startswith(spare))


@pytest.mark.parametrize("url", [REPORTS, ODD, IMPORTS])
def test_a_visitor_is_sent_to_sign_in(client, town, url):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize(("url", "status"), [(REPORTS, 200), (ODD, 403), (IMPORTS, 403)])
def test_a_reader_sees_the_list_only(login, reader, reports, url, status):
    assert login(reader).get(url).status_code == status


@pytest.mark.parametrize("url", [REPORTS, ODD, IMPORTS])
def test_who_has_nothing_to_do_with_complaints_is_refused(login, outsider, reports, url):
    assert login(outsider).get(url).status_code == 403


def test_the_list_shows_the_newest_first(login, reader, reports):
    response = login(reader).get(REPORTS)
    assert shown(response) == ["3", "2", "1"]
    assert "ไฟถนนดับหน้าตลาด" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ไฟถนน", ["1"]),
        ("q=ไฟ ตลาด", ["1"]),
        ("q=นำท่วม", ["2"]),  # the tone mark left out
        ("q=ซอย ๓", ["2"]),
        ("q=T00003", ["3"]),
        ("q=ไม่มีคำนี้", []),
        ("state=finished", ["1"]),
        ("state=finished&state=received", ["3", "2", "1"]),
        ("category=none", ["3"]),
        ("family=water", ["2"]),
        ("channel=traffy", ["3", "2", "1"]),
        ("placed=0", ["2"]),
        ("odd=1", ["3", "2"]),
        ("reopened_min=1", ["2"]),
        ("requested_from=1/10/2569", ["3"]),
        ("requested_to=30/9/2569&sort=requested_at", ["1", "2"]),
    ],
)
def test_the_list_is_searched_and_filtered(login, reader, reports, query, found):
    assert sorted(shown(login(reader).get(f"{REPORTS}?{query}"))) == sorted(found)


def test_the_list_filters_by_area(login, reader, reports):
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from cddp.registers.residents.models import Area

    Area.objects.create(
        code="01", number=1, name="สันกลาง", boundary=MultiPolygon(Polygon.from_bbox((99.0, 18.5, 99.1, 18.6)))
    )
    Area.objects.create(
        code="02", number=2, name="สันใต้", boundary=MultiPolygon(Polygon.from_bbox((99.1, 18.5, 99.2, 18.6)))
    )
    assert shown(login(reader).get(f"{REPORTS}?area=01")) == ["3", "1"]
    assert shown(login(reader).get(f"{REPORTS}?area=02")) == []


def test_the_list_goes_to_a_file_for_who_may(login, taker, reader, reports):
    client = login(taker)
    content = b"".join(client.get(f"{REPORTS}?export=csv").streaming_content).decode("utf-8-sig")
    assert content.count("\r\n") == 4
    assert "ไฟถนนดับหน้าตลาด" in content
    assert login(reader).get(f"{REPORTS}?export=csv").status_code == 403


def test_a_report_page_shows_words_place_history_and_oddities(login, taker, reports):
    content = login(taker).get(report_of(2).get_absolute_url()).content.decode()
    for words in ("น้ำท่วมซอย 3", "เปิดซ้ำ 2 ครั้ง", "พิกัดเป็นศูนย์", "รอรับเรื่อง", "ข้อมูลดิบตามที่รับมา"):
        assert words in content


def test_the_raw_row_is_for_those_who_import(login, reader, reports):
    response = login(reader).get(report_of(1).get_absolute_url())
    assert response.status_code == 200
    assert "ข้อมูลดิบตามที่รับมา" not in response.content.decode()


def test_what_people_wrote_is_never_run(login, reader, town, tmp_path):
    nasty = "<script>alert(1)</script>"
    import_lines(tmp_path, ticket(1, description=nasty, address=nasty, org=nasty, state=nasty))
    client = login(reader)
    for url in (REPORTS, report_of(1).get_absolute_url()):
        assert nasty not in client.get(url).content.decode()


def test_a_stranger_finds_nothing(login, towns, stranger, tmp_path):
    with town_context(towns[0].pk):
        import_lines(tmp_path, ticket(1))
        url = report_of(1).get_absolute_url()
    assert login(stranger).get(url).status_code == 404
    assert shown(login(stranger).get(REPORTS)) == []


@pytest.mark.parametrize("name", ["report", "import_batch", "import_progress"])
def test_an_unknown_id_is_not_found(login, taker, name):
    assert login(taker).get(reverse(f"complaints:{name}", args=[uuid4()])).status_code == 404


def test_only_looking_is_allowed_where_nothing_is_written(login, taker, reports):
    batch = ImportBatch.objects.get()
    client = login(taker)
    for url in (report_of(1).get_absolute_url(), reverse("complaints:import_batch", args=[batch.pk])):
        assert client.post(url).status_code == 405


def test_odd_rows_name_the_reason_and_the_fix(login, taker, reports):
    response = login(taker).get(f"{ODD}?reason=zero_point")
    assert [row.object.reason for row in response.context["list"].rows] == ["zero_point"]
    assert "ปักตำแหน่งจากที่อยู่ในเรื่อง" in response.content.decode()


def test_a_file_is_uploaded_waits_and_is_taken(login, taker, town):
    client = login(taker)
    content = "\n".join(json.dumps(ticket(number)) for number in range(3)).encode()
    response = client.post(IMPORTS, {"file": SimpleUploadedFile("เรื่อง.ndjson", content)})
    batch = ImportBatch.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("complaints:import_batch", args=[batch.pk])
    assert batch.state == BatchState.WAITING
    page = client.get(response.url).content.decode()
    assert reverse("complaints:import_progress", args=[batch.pk]) in page
    run_upload(batch.pk, municipality_id=town.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.added, batch.started_by) == (BatchState.DONE, 3, taker.pk)
    polled = client.get(reverse("complaints:import_progress", args=[batch.pk]))
    assert polled["HX-Redirect"] == response.url
    assert "อ่าน" in client.get(response.url).content.decode()
    run_upload(batch.pk, municipality_id=town.pk)
    assert Report.objects.count() == 3


@pytest.mark.parametrize(("file", "words"), [(None, "ยังไม่ได้เลือกไฟล์"), (b"", "ไฟล์ว่างเปล่า")])
def test_a_missing_or_empty_file_is_refused_in_words(login, taker, file, words):
    sent = {} if file is None else {"file": SimpleUploadedFile("a.json", file)}
    response = login(taker).post(IMPORTS, sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_file_of_something_else_ends_with_words(login, taker, town):
    client = login(taker)
    response = client.post(IMPORTS, {"file": SimpleUploadedFile("a.csv", "ชื่อ,โทร\n".encode())})
    batch = ImportBatch.objects.get()
    run_upload(batch.pk, municipality_id=town.pk)
    page = client.get(response.url).content.decode()
    assert "ไม่ใช่รายการเรื่องร้องเรียน" in page
    assert Report.objects.count() == 0


@pytest.mark.parametrize("url", [REPORTS, ODD, IMPORTS, "report"])
def test_the_price_of_a_page_does_not_grow(login, taker, town, tmp_path, url):
    client = login(taker)
    prices = []
    for rows in (3, 30):
        odd = {"type": "", "problem_type_abdul": [""]}
        import_lines(tmp_path, *(ticket(number, **odd) for number in range(rows)), name=f"{rows}.ndjson")
        prices.append(cost(client, report_of(0).get_absolute_url() if url == "report" else url))
    assert prices[0] == prices[1]
    assert prices[1] <= 12


def test_the_state_is_told_by_word_and_not_by_colour_alone(login, reader, reports):
    content = login(reader).get(f"{REPORTS}?state={ReportState.FINISHED.value}").content.decode()
    assert "เสร็จสิ้น" in content
