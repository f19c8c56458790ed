"""ไฟล์ที่ต้องปฏิเสธอย่างสุภาพ: hostile and broken files, made on the fly."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

HEADER = "เลขประจำตัวประชาชน,ชื่อ,นามสกุล,บ้านเลขที่,หมู่ที่\r\n"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sound_rows(size: int) -> list[str]:
    """Return CSV lines that are all right, with numbers that fail the check on purpose."""
    return [f"110{row:010d},สมชาย{row},ใจดี,{row}/1,{row % 9 + 1}\r\n" for row in range(1, size + 1)]


def workbook_bytes(sheet: bytes, *, doctype: bytes = b"") -> bytes:
    """Return a minimal XLSX around the XML of one sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        archive.writestr("xl/worksheets/sheet1.xml", b'<?xml version="1.0"?>' + doctype + sheet)
    return out.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    """Return the XML of a sheet with these rows."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"


def inline_row(number: int, *texts: str) -> bytes:
    """Return the XML of one row of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'.encode()


TOP = inline_row(1, "เลข", "ชื่อ") + inline_row(2, "1", "สมชาย") + inline_row(3, "2", "สมศรี")


def zip_bomb() -> bytes:
    """200 MB of blanks in 200 KB."""
    return workbook_bytes(sheet_xml(TOP + b" " * 200_000_000))


def entity_bomb() -> bytes:
    """A "billion laughs" in the sheet."""
    laughs = b'<!DOCTYPE a [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return workbook_bytes(sheet_xml(inline_row(1, "&b;", "x")), doctype=laughs)


def million_empty_rows() -> bytes:
    """Three rows of people, and formatting down to the last row of the sheet."""
    empty = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(4, 1_048_577)
    )
    return workbook_bytes(sheet_xml(TOP + empty))


def stray_last_cell() -> bytes:
    """Three rows of people and one cell in the last row: a dense reader would fill gigabytes."""
    return workbook_bytes(sheet_xml(TOP + inline_row(1_048_576, "จบ")))


def unclosed_quote() -> bytes:
    """100 sound rows, then a quote in line 102 that nobody closes, then 100 rows more."""
    rows = sound_rows(200)
    rows[100] = '1100000000101,"สมชาย101,ใจดี,101/1,3\r\n'
    return (HEADER + "".join(rows)).encode()


def quote_closed_by_a_later_row() -> bytes:
    """As before, but a later row has a sound quoted cell, which closes the lost quote in the wrong place."""
    rows = sound_rows(200)
    rows[100] = '1100000000101,"สมชาย101,ใจดี,101/1,3\r\n'
    rows[120] = '1100000000121,"สมชาย, 121",ใจดี,121/1,5\r\n'
    return (HEADER + "".join(rows)).encode()


def _table() -> str:
    return HEADER + "".join(sound_rows(50))


def saved_twice_in_the_wrong_encoding() -> bytes:
    """UTF-8 that was read as Windows-874 and saved; the bytes Windows-874 does not know are lost."""
    return _table().encode().decode("cp874", "ignore").encode()


def latin_mojibake() -> bytes:
    """TIS-620 that was read as Latin-1 and saved as UTF-8: nothing is lost, so it can be repaired."""
    return _table().encode("cp874").decode("latin-1").encode()


def broken_utf8() -> bytes:
    """UTF-8 with one byte of one name destroyed."""
    whole = _table().encode()
    at = whole.index("ใจดี".encode(), 2000)
    return whole[: at + 1] + b"\xff" + whole[at + 2 :]


def _old_office(mark: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + mark.encode("utf-16-le") + b"\0" * 3000


def web_page() -> bytes:
    """A page that a web system calls Excel."""
    return "<html><table><tr><td>ชื่อ</td></tr></table>".encode()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip_bomb.xlsx": (zip_bomb, "zip_bomb"),
    "entity_bomb.xlsx": (entity_bomb, "zip_bomb"),
    "million_empty_rows.xlsx": (million_empty_rows, ""),
    "stray_last_cell.xlsx": (stray_last_cell, ""),
    "unclosed_quote.csv": (unclosed_quote, "unclosed_quote"),
    "quote_closed_later.csv": (quote_closed_by_a_later_row, "unclosed_quote"),
    "lost_text.csv": (saved_twice_in_the_wrong_encoding, "lost_text"),
    "latin_mojibake.csv": (latin_mojibake, ""),
    "broken_utf8.csv": (broken_utf8, ""),
    "utf16.csv": (lambda: _table().encode("utf-16"), ""),
    "random.csv": (
        lambda: bytes((n * 7919 + n // 251 * 31) % 256 for n in range(20_000)),
        "unknown_encoding",
    ),
    "pdf.xlsx": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "pdf"),
    "empty.csv": (bytes, "empty"),
    "blank_lines.csv": (lambda: b"\r\n" * 500, "empty"),
    "locked.xlsx": (lambda: _old_office("EncryptedPackage"), "encrypted"),
    "old.xls": (lambda: _old_office("Workbook"), "old_xls"),
    "web_page.xls": (web_page, "html"),
    "cut_off.xlsx": (lambda: workbook_bytes(sheet_xml(TOP))[:-200], "broken_xlsx"),
    "broken_xml.xlsx": (lambda: workbook_bytes(sheet_xml(TOP)[:-30]), "broken_xlsx"),
    "no_header.csv": (lambda: "".join(sound_rows(20)).encode(), "no_header"),
    "picture.csv": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_table"),
}
"""File name → how to make it, and the code with which it is refused ("" = it is read)."""


def write_hostile(folder: Path) -> list[Path]:
    """Write all of them into a folder, and one of 200 MB + 1 byte (sparse, so that it takes no room)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, (make, _) in HOSTILE.items():
        (folder / name).write_bytes(make())
        paths.append(folder / name)
    huge = folder / "too_large.csv"
    with huge.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(200 * 1024 * 1024 + 1)
    return [*paths, huge]
