"""หน้าจอนำเข้า: works · stranger 404 · reader 403 · GET refused on a write · bad id · bad input keeps what was typed."""

import io
import zipfile
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse

from cddp.foundation.files.models import StoredFile
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.models import ImportBatch, Person
from cddp.registers.residents.services import importing
from cddp.registers.residents.tests.registry_files import HEADER, PLACE, as_csv, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    made = register(8)
    made[1][PLACE["เลขประจำตัวประชาชน"]] = made[1][PLACE["เลขประจำตัวประชาชน"]][:-1] + "x"
    made[2][PLACE["ชื่อ"]] = ""
    return made


@pytest.fixture
def batch(town, registrar, rows):
    return importing.open_batch(as_csv(rows), "ทะเบียน.csv", by=registrar)


@pytest.fixture
def checked(town, batch):
    importing.choose_columns(batch, batch.mapping)
    importing.check_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.fixture
def imported(town, checked):
    importing.confirm_batch(checked)
    importing.apply_batch(town.pk, checked.pk)
    checked.refresh_from_db()
    return checked


def page(name, batch=None):
    return reverse(f"residents:{name}", args=[batch.pk] if batch else [])


def upload(client, content, name="ทะเบียน.csv"):
    content.name = name
    return client.post(page("import_new"), {"file": content})


def test_upload_leads_to_the_columns_with_a_preview(login, registrar, rows):
    answer = upload(login(registrar), as_csv(rows))
    batch = ImportBatch.objects.get()
    assert answer.status_code == 302
    assert answer.url == page("import", batch)
    html = login(registrar).get(answer.url).content.decode()
    assert "เลขประจำตัวประชาชน" in html
    assert 'value="citizen_id" selected' in html
    assert "ชื่อที่" in html


def test_columns_start_the_check_and_are_remembered(
    login, registrar, batch, django_capture_on_commit_callbacks
):
    client = login(registrar)
    chosen = {f"column_{PLACE[name]}": key for key, name in batch.mapping.items()}
    answer = client.post(page("import_columns", batch), chosen | {"extract_date": "1/11/2569"})
    batch.refresh_from_db()
    assert answer.status_code == 302
    assert batch.state == ImportState.CHECKING
    assert batch.extract_date.isoformat() == "2026-11-01"
    assert "กำลังอ่าน" in client.get(page("import", batch)).content.decode()
    assert client.get(page("import_progress", batch)).status_code == 200


def test_one_field_for_two_columns_is_refused_and_the_choice_kept(login, registrar, batch):
    chosen = {"column_1": "given_name", "column_3": "given_name", "extract_date": "1/11/2569"}
    answer = login(registrar).post(page("import_columns", batch), chosen)
    assert answer.status_code == 422
    assert answer.content.decode().count('value="given_name" selected') == 2


def test_dry_run_shows_counts_that_add_up_and_each_problem(login, registrar, checked):
    client = login(registrar)
    html = client.get(page("import", checked)).content.decode()
    assert "นำเข้าแถวที่ถูกต้อง 23 แถว" in html
    assert "ไม่มีชื่อบุคคล" in html
    listed = client.get(page("import_rows", checked) + "?outcome=rejected").content.decode()
    assert "ใส่ชื่อตัวและนามสกุลในแถวนี้" in listed
    assert client.get(page("import_rows", checked) + "?problem=citizen_id.letters").status_code == 200
    assert client.get(page("import_gone", checked)).status_code == 200


def test_rejected_rows_come_back_mended(login, registrar, checked, town):
    client = login(registrar)
    answer = client.get(page("import_rejected", checked))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert table[0][: len(HEADER)] == HEADER
    assert table[1][-3:] == ["4", "ไม่มีชื่อบุคคล", "ใส่ชื่อตัวและนามสกุลในแถวนี้"]
    sheet.cell(row=2, column=PLACE["ชื่อ"] + 1).value = "แก้แล้ว"
    mended = io.BytesIO()
    sheet.parent.save(mended)
    mended.seek(0)
    again = importing.open_batch(mended, "แก้แล้ว.xlsx")
    assert again.mapping == checked.mapping
    importing.choose_columns(again, again.mapping)
    importing.check_batch(town.pk, again.pk)
    again.refresh_from_db()
    assert again.counts["new"] == 1
    assert again.counts["rejected"] == 0


def test_confirm_import_and_undo(login, registrar, checked, town):
    client = login(registrar)
    assert client.post(page("import_confirm", checked)).status_code == 302
    checked.refresh_from_db()
    assert checked.state == ImportState.WAITING
    importing.apply_batch(town.pk, checked.pk)
    assert "นำเข้าแล้ว" in client.get(page("import", checked)).content.decode()
    assert client.get(page("import_undo", checked)).status_code == 200
    assert client.post(page("import_undo", checked)).status_code == 302
    importing.undo_batch(town.pk, checked.pk)
    assert Person.objects.count() == 0
    assert client.get(page("import", checked)).status_code == 200


def test_undo_lists_what_others_changed_and_leaves_it(login, registrar, imported, town):
    person = Person.objects.order_by("pk").first()
    person.phone, person.version = "0811111111", 2
    person.save(update_fields=["phone", "version"])
    client = login(registrar)
    answer = client.post(page("import_undo", imported))
    assert answer.status_code == 422
    assert person.full_name in answer.content.decode()
    assert client.post(page("import_undo", imported), {"leave_changed": "on"}).status_code == 302
    importing.undo_batch(town.pk, imported.pk)
    assert list(Person.objects.all()) == [person]
    assert person.memberships.count() == 2


def test_cancel_leaves_nothing_behind(login, registrar, checked):
    assert login(registrar).post(page("import_cancel", checked)).status_code == 302
    checked.refresh_from_db()
    assert checked.state == ImportState.CANCELLED
    assert Person.objects.count() == 0


def test_list_shows_the_imports(login, registrar, imported):
    html = login(registrar).get(page("imports")).content.decode()
    assert "ทะเบียน.csv" in html


READS = ("import", "import_progress", "import_rows", "import_gone", "import_rejected")
WRITES = ("import_reading", "import_columns", "import_resume", "import_confirm", "import_cancel")


@pytest.mark.parametrize("name", READS)
def test_stranger_gets_404_and_reader_403(login, stranger, officer, batch, name):
    assert login(stranger).get(page(name, batch)).status_code == 404
    assert login(officer).get(page(name, batch)).status_code == 403


@pytest.mark.parametrize("name", WRITES)
def test_writes_refuse_get_strangers_and_readers(login, registrar, stranger, officer, batch, name):
    assert login(registrar).get(page(name, batch)).status_code == 405
    assert login(stranger).post(page(name, batch)).status_code == 404
    assert login(officer).post(page(name, batch)).status_code == 403


def test_unknown_import_is_404(login, registrar):
    assert login(registrar).get(reverse("residents:import", args=[uuid4()])).status_code == 404


def zip_bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ว่างเปล่า"),
        (b"%PDF-1.7 rubbish", "PDF"),
        (zip_bomb(), "ใหญ่ผิดปกติ"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "ไม่ใช่ตาราง"),
        (b"\x00\x01\x02\x03" * 500, "อ่าน"),
    ],
)
def test_hostile_files_are_refused_in_words_and_leave_nothing(login, registrar, content, words):
    answer = upload(login(registrar), io.BytesIO(content))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not StoredFile.objects.exists()


def test_upload_beyond_the_limit_is_refused_while_it_arrives(login, registrar, settings):
    settings.UPLOAD_LIMIT_BYTES = 2**20
    answer = upload(login(registrar), io.BytesIO(b"a,b\n" * 400_000))
    assert answer.status_code == 422
    assert "ใหญ่เกิน 1 เมกะไบต์" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_unclosed_quote_fails_the_check_and_nothing_is_half_imported(town, registrar, login):
    text = as_csv(register(300)).getvalue().decode("utf-8-sig").splitlines(keepends=True)
    text[500] = '"' + text[500]
    batch = importing.open_batch(io.BytesIO("".join(text).encode()), "เสีย.csv")
    importing.choose_columns(batch, batch.mapping)
    importing.check_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert "501" in batch.failure
    assert Person.objects.count() == 0
    assert "501" in login(registrar).get(page("import", batch)).content.decode()


def test_no_file_chosen_says_so(login, registrar):
    answer = login(registrar).post(page("import_new"))
    assert answer.status_code == 422
    assert "ยังไม่ได้เลือกไฟล์" in answer.content.decode()


def test_the_upload_says_the_limit_that_holds(login, registrar, settings):
    settings.UPLOAD_LIMIT_BYTES = 7 * 2**20
    html = login(registrar).get(page("import_new")).content.decode()
    assert 'max-mb="7"' in html
    assert "ไม่เกิน 7 เมกะไบต์" in html
