import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cddp.foundation.files.tables import TableLimits, TableSource, UnableToReadTable, open_table

TABLE = 'รายงานราษฎร\nลำดับ,ชื่อ,เลข\n1,สมชาย,1.50991E+12\n\nลำดับ,ชื่อ,เลข\n2,"ก\nข",5,เกิน\n3,ค\nรวม,2\n'


def table_of(text: str, encoding: str = "utf-8", **options) -> TableSource:
    return open_table(io.BytesIO(text.encode(encoding)), "ทดสอบ.csv", **options)


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp874", "cp874"),
        ("tis-620", "cp874"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_same_table_in_every_encoding(encoding, codec):
    table = table_of(TABLE, encoding)
    assert table.encoding == codec
    assert table.column_names == ["ลำดับ", "ชื่อ", "เลข", "คอลัมน์ D"]
    assert table.titles == ("รายงานราษฎร",)
    rows = list(table.rows())
    assert [(row.number, row.line, row.kind) for row in rows] == [
        (3, 3, "data"),
        (5, 5, "repeated_header"),
        (6, 6, "data"),
        (7, 8, "data"),
        (8, 9, "footer"),
    ]
    assert rows[2].text("ชื่อ") == "ก\nข"
    assert rows[0].cells["เลข"].flag == "damaged"
    assert rows[3].missing == 2
    counts = table.counts
    assert (
        counts.title,
        counts.header,
        counts.data,
        counts.repeated_header,
        counts.footer,
        counts.empty,
    ) == (1, 1, 3, 1, 1, 1)
    assert counts.total == 8


def test_utf16_without_a_mark_and_old_line_ends():
    assert table_of(TABLE, "utf-16-le").encoding == "utf-16-le"
    assert table_of(TABLE, "utf-16-be").encoding == "utf-16-be"
    assert len(list(table_of("a,b\r1,2\r3,4\r").rows())) == 2
    assert len(list(table_of("a,b\r\n1,2\r\n3,4").rows())) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter):
    table = table_of(TABLE.replace(",", delimiter))
    assert table.delimiter == delimiter
    assert table.count_rows().data == 3


def test_one_column_and_a_named_delimiter():
    assert [row.text("ชื่อ") for row in table_of("ชื่อ\nก\nข\n").rows()] == ["ก", "ข"]
    table = table_of("sep=;\nชื่อ;เลข\nก,ข;1\n")
    assert (table.delimiter, table.column_names) == (";", ["ชื่อ", "เลข"])


def test_duplicate_and_blank_names():
    table = table_of("ชื่อ,ชื่อ,,ว่าง\nก,ข,ค,\nก,ข,ค,\n")
    assert table.column_names == ["ชื่อ", "ชื่อ (2)", "คอลัมน์ C", "ว่าง"]
    assert [column.letter for column in table.columns] == ["A", "B", "C", "D"]


def test_a_cell_beyond_the_columns_is_kept_as_extra():
    rows = ["1,ก"] * 100 + ["101,ข,เกิน"]
    row = list(table_of("ลำดับ,ชื่อ\n" + "\n".join(rows)).rows())[-1]
    assert row.extra == ("เกิน",)


def test_nuls_are_dropped():
    assert [row.text("ชื่อ") for row in table_of("ลำดับ,ชื่อ\n1,ก\x00ข\n").rows()] == ["กข"]


def test_no_header_says_so_and_can_be_told():
    with pytest.raises(UnableToReadTable) as refusal:
        table_of("1,2,3\n4,5,6\n")
    assert (refusal.value.code, bool(refusal.value.fix)) == ("no_header", True)
    table = table_of("1,2,3\n4,5,6\n", header_row=0)
    assert table.column_names == ["คอลัมน์ A", "คอลัมน์ B", "คอลัมน์ C"]
    assert table.count_rows().data == 2
    assert table_of("2567,2568\nx,y\n1,2\n", header_row=1).column_names == ["2567", "2568"]


def rows_before_the_fault(text: str) -> tuple[int, UnableToReadTable]:
    table, read = table_of(text), 0
    with pytest.raises(UnableToReadTable) as refusal:
        for _ in table.rows():
            read += 1
    assert not table.counts.complete
    return read, refusal.value


SOUND = "ลำดับ,ชื่อ,เลข\n" + "".join(f"{n},ชื่อ{n},{n}\n" for n in range(100))


@pytest.mark.parametrize(
    "rest",
    [
        '100,"เปิด,1\n101,ข,2\n',
        '100,"เปิด,1\n101,"ข",2\n102,ค,3\n',
        '100,"เปิด,1\n' + "101,ข,2\n" * 3000,
        '100,"เปิด,1\n' + "101,ข,2\n" * 30 + '102,"ค",3\n' * 20,
        '100,"เปิด',
    ],
)
def test_a_lost_quote_is_named_by_its_line_and_the_rows_before_stay(rest):
    read, refusal = rows_before_the_fault(SOUND + rest)
    assert (read, refusal.code, refusal.line) == (100, "unclosed_quote", 102)
    assert "102" in refusal.message


@pytest.mark.parametrize(
    "cell",
    ['"บ้าน ""เก่า"""', '"สอง\nบรรทัด"', '"มี, จุลภาค"', 'คำพูด"กลาง"คำ', '"a\n\n\nb"', '""', '"ก,ข,ค\nง,จ,ฉ"'],
)
def test_sound_quotes_are_no_fault(cell):
    rows = list(table_of(SOUND + f"100,{cell},1\n101,ข,2\n").rows())
    assert rows[-1].text("ลำดับ") == "101"
    assert len(rows) == 102


def test_endless_line_and_too_many_columns():
    limits = TableLimits(max_record_letters=1000, max_columns=50)
    with pytest.raises(UnableToReadTable) as refusal:
        list(table_of("ก,ข\n1," + "x" * 5000, limits=limits).rows())
    assert (refusal.value.code, refusal.value.line) == ("line_too_long", 2)
    with pytest.raises(UnableToReadTable) as refusal:
        list(table_of("ก,ข\n" + "1," * 100 + "\n", limits=limits).rows())
    assert refusal.value.code == "too_many_columns"


def test_a_stream_stays_open_and_may_be_read_again():
    stream = io.BytesIO(TABLE.encode())
    with open_table(stream) as table:
        assert list(table.rows()) == list(table.rows())
        assert len(table.sample(2)) == 2
        assert table.counts.total == 0, "a preview counts nothing"
    assert not stream.closed


def test_a_stream_that_cannot_seek_is_copied():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    with open_table(Pipe(TABLE.encode())) as table:
        assert table.count_rows().data == 3


words = st.text(alphabet=st.sampled_from("กขคงจ abcd,;\"'\n"), min_size=1, max_size=8).map(
    lambda text: f"ก{text}".rstrip()
)


@given(
    st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=30),
    st.sampled_from(["utf-8", "cp874", "utf-16"]),
)
def test_what_csv_writes_is_read_back(rows, encoding):
    import csv

    out = io.StringIO(newline="")
    csv.writer(out).writerows([["หัวหนึ่ง", "หัวสอง", "หัวสาม"], *rows])
    table = table_of(out.getvalue(), encoding, header_row=1)
    assume(table.delimiter == ",")  # cells may hold so many of another sign that it looks like the delimiter
    read = [
        [row.text(name) for name in ("หัวหนึ่ง", "หัวสอง", "หัวสาม")] for row in table.rows() if row.kind == "data"
    ]
    assert read == [row for row in rows if row != ["หัวหนึ่ง", "หัวสอง", "หัวสาม"]]
