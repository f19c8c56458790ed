import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cddp.foundation.files.tables import TableSource, UnableToReadTable, open_table
from cddp.foundation.values.thai_text import is_mojibake
from tests.samples.hostile import inline_row, sheet_xml, workbook_bytes


def book(fill, **options) -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as workbook:
        fill(workbook)
    out.seek(0)
    return out


def table_of(rows: list[list], **options) -> TableSource:
    def fill(workbook):
        sheet = workbook.add_worksheet("ก")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)

    return open_table(book(fill, default_date_format="dd/mm/yyyy"), **options)


def test_titles_merged_header_and_types():
    def fill(workbook):
        sheet = workbook.add_worksheet("ราษฎร")
        day = workbook.add_format({"num_format": "[$-D07041E]d mmm yyyy"})
        thai_day = workbook.add_format({"num_format": "ว ดดดด ปปปป"})
        money = workbook.add_format({"num_format": '#,##0.00 "บาท"'})
        sheet.merge_range(0, 0, 0, 6, "ทะเบียนราษฎร")
        sheet.write(1, 0, "ข้อมูล ณ 1 ตุลาคม 2569")
        sheet.merge_range(2, 0, 3, 0, "ลำดับ")
        sheet.merge_range(2, 1, 2, 3, "ชื่อ-สกุล")
        sheet.write_row(3, 1, ["คำนำหน้า", "ชื่อ", "นามสกุล"])
        for place, name in enumerate(["วันเกิด", "เลขบัตร", "เบี้ย"], 4):
            sheet.merge_range(2, place, 3, place, name)
        for row in range(4, 14):
            sheet.write_row(row, 0, [row, "นาย", f"สม{row}", "ใจดี"])
            sheet.write_datetime(row, 4, dt.datetime(1990, 1, row), day if row % 2 else thai_day)
            sheet.write_number(row, 5, 1509912345678 + row)
            sheet.write_number(row, 6, 600.5, money)
        sheet.write(15, 0, "รวม")
        sheet.write(15, 6, 6005)

    table = open_table(book(fill))
    assert table.column_names == [
        "ลำดับ",
        "ชื่อ-สกุล คำนำหน้า",
        "ชื่อ-สกุล ชื่อ",
        "ชื่อ-สกุล นามสกุล",
        "วันเกิด",
        "เลขบัตร",
        "เบี้ย",
    ]
    assert [column.label for column in table.columns][1:4] == ["คำนำหน้า", "ชื่อ", "นามสกุล"]
    assert table.header_rows == (3, 4)
    assert table.titles == ("ทะเบียนราษฎร", "ข้อมูล ณ 1 ตุลาคม 2569")
    first = next(table.rows())
    assert first.number == 5
    assert first.cells["วันเกิด"].value == dt.date(1990, 1, 4)
    assert first.cells["เลขบัตร"] == ("1509912345682", 1509912345682, "")
    assert first.cells["เบี้ย"].value == 600.5
    counts = table.count_rows()
    assert (counts.title, counts.header, counts.data, counts.footer, counts.empty, counts.total) == (
        2,
        2,
        10,
        1,
        1,
        16,
    )


def test_two_groups_with_the_same_names_below():
    table = table_of(
        [["ตำบล", "ปีก่อน", None, "ปีนี้", None], [None, "ชาย", "หญิง", "ชาย", "หญิง"], *[["ก", 1, 2, 3, 4]] * 5]
    )
    assert table.column_names == ["ตำบล", "ปีก่อน ชาย", "ปีก่อน หญิง", "ปีนี้ ชาย", "ปีนี้ หญิง"]


def test_a_title_of_two_cells_is_no_group():
    table = table_of([["รายงาน", None, "หน้า"], ["ลำดับ", "ชื่อ", "บ้าน"], *[[1, "ก", "ข"]] * 5])
    assert (table.column_names, table.header_rows) == (["ลำดับ", "ชื่อ", "บ้าน"], (2, 2))


def test_a_table_of_words_takes_its_first_row():
    table = table_of([["ชื่อ", "สกุล", "บ้าน"], ["สมชาย", "ใจดี", "ดอนแก้ว"], ["สมศรี", "ใจงาม", "ป่าไผ่"]])
    assert (table.header_rows, table.count_rows().data) == ((1, 1), 2)


def test_moments_errors_and_formulas():
    def fill(workbook):
        sheet = workbook.add_worksheet()
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["ก", "ข", "ค", "ง", "จ", "ฉ", "ช"])
        sheet.write_datetime(1, 0, dt.datetime(2026, 11, 23, 15, 4), moment)
        sheet.write_number(1, 1, 0.5, clock)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=A1&B1", None, "กข")
        sheet.write_boolean(1, 4, True)
        sheet.write_number(1, 5, 1.5e20)
        sheet.write_string(1, 6, "1.50991E+12")
        sheet.write_datetime(2, 0, dt.datetime(1900, 1, 2), workbook.add_format({"num_format": 14}))
        sheet.write_string(2, 1, "#N/A")

    one, two = open_table(book(fill)).rows()
    assert one.cells["ก"].value == dt.datetime(2026, 11, 23, 15, 4)
    assert one.cells["ข"].value == dt.time(12)
    assert one.cells["ค"] == ("#DIV/0!", None, "formula_error")
    assert one.text("ง") == "กข"
    assert one.cells["จ"].value is True
    assert one.cells["ฉ"].flag == one.cells["ช"].flag == "damaged"
    assert two.cells["ก"].value == dt.date(1900, 1, 2)
    assert two.cells["ข"].flag == "formula_error"


def test_a_formula_without_its_result_is_flagged():
    workbook, out = openpyxl.Workbook(), io.BytesIO()
    workbook.active.append(["ก", "ข"])
    workbook.active.append(["x", "=1+1"])
    workbook.save(out)
    assert next(open_table(out).rows()).cells["ข"].flag == "no_result"


def test_sheets_are_found_and_chosen():
    def fill(workbook):
        workbook.add_worksheet("ปก").write(0, 0, 2569)
        workbook.add_worksheet("ลับ").hide()
        for name in ("แรก", "สอง"):
            workbook.add_worksheet(name).write_column(0, 0, ["ชื่อ", name])

    table = open_table(book(fill))
    assert table.sheets == ["ปก", "แรก", "สอง"]
    assert table.sheet == "แรก", "the first sheet that holds a table"
    table.choose("สอง")
    assert [row.text("ชื่อ") for row in table.rows()] == ["สอง"]
    with pytest.raises(UnableToReadTable, match="ไม่มี"):
        table.choose("ไม่มี")


def test_day_zero_of_old_macintosh_books():
    def fill(workbook):
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "วันเกิด")
        sheet.write_datetime(1, 0, dt.datetime(1990, 5, 1), workbook.add_format({"num_format": "d/m/yyyy"}))

    table = open_table(book(fill, date_1904=True))
    assert next(table.rows()).cells["วันเกิด"].value == dt.date(1990, 5, 1)


def test_rich_text_prefixes_and_rows_without_numbers():
    shared = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row><x:c t="inlineStr"><x:is><x:r><x:t>na</x:t></x:r><x:r><x:t>me</x:t></x:r>'
        b"<x:rPh><x:t>no</x:t></x:rPh></x:is></x:c></x:row>"
        b'<x:row><x:c t="str"><x:v>a_x000D_b</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    table = open_table(io.BytesIO(workbook_bytes(shared)))
    assert table.column_names == ["name"]
    assert [row.text("name") for row in table.rows()] == ["a\rb"]


def test_an_empty_book():
    with pytest.raises(UnableToReadTable) as refusal:
        open_table(io.BytesIO(workbook_bytes(sheet_xml(b""))))
    assert refusal.value.code == "empty"


def test_gaps_between_rows_count_as_empty():
    data = inline_row(1, "name") + inline_row(5, "a") + inline_row(9, "b") + b'<row r="40"><c r="A40"/></row>'
    counts = open_table(io.BytesIO(workbook_bytes(sheet_xml(data)))).count_rows()
    assert (counts.header, counts.data, counts.empty, counts.total) == (1, 2, 6, 9)


cells = st.one_of(
    st.none(),
    st.text(
        alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xE5B, exclude_categories=["Cs", "Cc"]),
        min_size=1,
        max_size=20,
    ).filter(
        lambda text: text.strip() and text.strip() == text and "_x" not in text and not is_mojibake(text)
    ),
    st.integers(-(10**14), 10**14),
    st.decimals(-1000, 1000, places=3).map(float),
    st.booleans(),
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2200, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=15))
def test_we_agree_with_calamine_on_every_cell(rows):
    stream = _saved(rows)
    expected = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python(skip_empty_area=False)
    stream.seek(0)
    table = (
        open_table(stream, header_row=0) if any(any(cell != "" for cell in row) for row in expected) else None
    )
    found = (
        {(row.number, name): cell.value for row in table.rows() for name, cell in row.cells.items()}
        if table
        else {}
    )
    theirs = {
        (number, f"คอลัมน์ {'ABCDEF'[place]}"): cell
        for number, row in enumerate(expected, 1)
        for place, cell in enumerate(row)
        if cell != ""
    }
    assert {key: _plain(value) for key, value in found.items()} == {
        key: _plain(value) for key, value in theirs.items()
    }


def _saved(rows) -> io.BytesIO:
    def fill(workbook):
        sheet = workbook.add_worksheet()
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, place, value, moment)
                elif isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write(number, place, value)

    return book(fill)


def _plain(value):
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(float(value)))
    return value
