"""Files that are broken or mean harm: refused in words, or read as far as they are sound, always in little memory."""

import io
import time
import tracemalloc

import pytest

from cddp.foundation.files.tables import TableLimits, UnableToReadTable, open_table
from cddp.foundation.files.tables.errors import REASONS
from tests.samples import hostile


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile")
    hostile.write_hostile(path)
    return path


def refusal_of(source) -> UnableToReadTable | None:
    try:
        with open_table(source) as table:
            table.count_rows()
    except UnableToReadTable as refusal:
        return refusal
    return None


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in hostile.HOSTILE.items()])
def test_each_is_refused_by_its_code_or_read(folder, name, code):
    refusal = refusal_of(folder / name)
    assert (refusal.code if refusal else "") == code
    assert refusal is None or (refusal.message and refusal.fix)


def test_too_large_is_refused_unread(folder):
    started = time.monotonic()
    with pytest.raises(UnableToReadTable, match="200 เมกะไบต์") as refusal:
        open_table(folder / "too_large.csv")
    assert refusal.value.code == "too_large"
    assert time.monotonic() - started < 1
    with pytest.raises(UnableToReadTable):
        open_table(folder / "utf16.csv", limits=TableLimits(max_bytes=100))


@pytest.mark.parametrize("name", ["zip_bomb.xlsx", "million_empty_rows.xlsx", "stray_last_cell.xlsx"])
def test_little_memory_and_time(folder, name):
    started = time.monotonic()
    tracemalloc.start()
    refusal_of(folder / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * 1024 * 1024
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("name", ["million_empty_rows.xlsx", "stray_last_cell.xlsx"])
def test_an_endless_run_of_empty_rows_ends_the_table_and_is_told(folder, name):
    with open_table(folder / name) as table:
        counts = table.count_rows()
    assert (counts.data, counts.total, counts.stopped_at_row) == (2, 3, 3)


def test_constant_memory_whatever_the_length():
    def peak(rows: int) -> int:
        stream = io.BytesIO((hostile.HEADER + "".join(hostile.sound_rows(rows))).encode("cp874"))
        tracemalloc.start()
        with open_table(stream) as table:
            assert table.count_rows().data == rows
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(100)
    assert peak(60_000) < peak(20_000) + 1024 * 1024


def test_lost_quotes_name_their_line_and_keep_the_rows_before(folder):
    for name in ("unclosed_quote.csv", "quote_closed_later.csv"):
        read = []
        with open_table(folder / name) as table, pytest.raises(UnableToReadTable) as refusal:
            read.extend(table.rows())
        assert (len(read), refusal.value.line) == (100, 102)


def test_mojibake_is_repaired_or_refused_never_kept(folder):
    with open_table(folder / "latin_mojibake.csv") as table:
        assert table.is_mojibake
        assert table.column_names[1] == "ชื่อ"
        row = next(table.rows())
        assert row.text("นามสกุล") == "ใจดี"
        assert row.cells["นามสกุล"].flag == "mojibake"


def test_one_broken_byte_does_not_turn_the_file_into_another_encoding(folder):
    with open_table(folder / "broken_utf8.csv") as table:
        assert table.encoding == "utf-8"
        assert table.broken_bytes >= 1
        rows = list(table.rows())
    assert sum(cell.flag == "damaged" for row in rows for cell in row.cells.values()) == 1
    assert rows[0].text("นามสกุล") == "ใจดี"


def test_a_zip_that_is_no_book_and_a_part_that_lies():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.txt", "x")
    with pytest.raises(UnableToReadTable) as refusal:
        open_table(out)
    assert refusal.value.code == "not_a_table"
    with pytest.raises(UnableToReadTable) as refusal:
        open_table(
            io.BytesIO(hostile.workbook_bytes(hostile.sheet_xml(hostile.TOP))),
            limits=TableLimits(max_unpacked_bytes=500),
        )
    assert refusal.value.code == "zip_bomb"


def test_every_byte_flipped_is_a_refusal_or_a_table_never_another_error():
    whole = hostile.workbook_bytes(hostile.sheet_xml(hostile.TOP))
    for at in range(0, len(whole), 3):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        refusal = refusal_of(io.BytesIO(broken))
        assert refusal is None or refusal.code in REASONS
