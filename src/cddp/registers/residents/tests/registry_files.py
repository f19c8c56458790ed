"""ไฟล์ทะเบียนตัวอย่าง: small registers made for the tests of the import; all people are invented."""

import csv
import io
import random

from cddp.foundation.values.citizen_id import check_digit

HEADER = [
    "ลำดับ", "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "เพศ", "วันเดือนปีเกิด", "สัญชาติ", "รหัสประจำบ้าน", "บ้านเลขที่",
    "หมู่ที่", "ชื่อหมู่บ้าน", "ตำบล", "สถานภาพในบ้าน", "TYPEAREA", "เบอร์โทร", "ละติจูด", "ลองจิจูด",
]  # fmt: skip
PLACE = {name: place for place, name in enumerate(HEADER)}


def citizen_id(number: int) -> str:
    first = f"{350990000000 + number:012d}"
    return first + check_digit(first)


def register(houses: int, *, seed: int = 1) -> list[list[str]]:
    """Rows of a sound register: three people a house, numbered by HEADER."""
    rnd = random.Random(seed)
    rows = []
    for house in range(houses):
        for place in range(3):
            number = house * 3 + place
            rows.append([
                str(number + 1), citizen_id(number), ["นาย", "นาง", "น.ส."][place], f"ชื่อที่{_word(number)}",
                f"สกุล{_word(house)}", ["ชาย", "หญิง", "หญิง"][place],
                f"{rnd.randint(1, 28):02d}/{rnd.randint(1, 12):02d}/{rnd.randint(2500, 2568)}", "ไทย",
                f"{51019900001 + house:011d}", f"{house // 10 + 1}/{house % 10 + 1}", str(house % 5 + 1),
                f"บ้านตัวอย่าง{house % 5 + 1}", "บ้านกลาง", "เจ้าบ้าน" if place == 0 else "ผู้อาศัย", "1",
                f"08{number % 10**8:08d}", f"{18.55 + house % 100 * 1e-4:.6f}", f"{99.05 + house % 97 * 1e-4:.6f}",
            ])  # fmt: skip
    return rows


_LETTERS = "กขคงจชดตทนบปพมยรลวสห"


def _word(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return letters


def as_csv(rows: list[list[str]], *, header: list[str] = HEADER, encoding: str = "utf-8-sig") -> io.BytesIO:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))
