"""คำบอกเหตุของเที่ยววัด: why a file or a row of it could not be used, in words that tell what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.registers.assets.errors import UnableToReadTrace
from cddp.registers.assets.rules.roughness import TraceRefused

_REFUSALS: Mapping[str, Any] = {
    "empty": gettext_lazy("ไฟล์มีแต่หัวตาราง ไม่มีค่าที่วัด โปรดตรวจว่าโปรแกรมบันทึกจนจบเที่ยว"),
    "too_many_rows": gettext_lazy("ไฟล์มีเกิน %(limit)s แถว โปรดแบ่งเป็นหลายเที่ยว"),
    "too_few": gettext_lazy("มีค่าที่ใช้ได้เพียง %(samples)s ค่า น้อยเกินกว่าจะวัดถนนได้"),
    "no_position": gettext_lazy("ไม่มีตำแหน่งที่ใช้ได้ (แถวแรกที่ผิดคือแถว %(row)s) โปรดเปิด GPS ก่อนเริ่มวัด"),
    "no_values": gettext_lazy("ไม่มีค่าความเร่งที่ใช้ได้ (แถวแรกที่ผิดคือแถว %(row)s) โปรดตรวจว่าเลือกคอลัมน์ถูก"),
    "no_time": gettext_lazy(
        "อ่านเวลาไม่ได้เกินครึ่งไฟล์ (เริ่มแถว %(row)s) โปรดเลือกคอลัมน์เวลาใหม่ เช่น 2026-11-26T09:30:00.250"
    ),
    "zero": gettext_lazy("ละติจูดหรือลองจิจูดเป็น 0 เกือบทั้งไฟล์ (เริ่มแถว %(row)s) โทรศัพท์ยังจับ GPS ไม่ได้"),
    "swapped": gettext_lazy(
        "ละติจูดกับลองจิจูดสลับกัน (เริ่มแถว %(row)s) ในไทยละติจูดอยู่ระหว่าง 5–21 และลองจิจูด 97–106 โปรดสลับคอลัมน์"
    ),
    "backwards": gettext_lazy(
        "เวลาเดินถอยหลังเกินครึ่งไฟล์ (เริ่มแถว %(row)s) โปรดเรียงแถวตามเวลา หรือเลือกคอลัมน์เวลาใหม่"
    ),
    "constant": gettext_lazy("ค่าความเร่งคงที่ทั้งไฟล์ เซนเซอร์ไม่ได้บันทึก หรือเลือกคอลัมน์ผิด"),
    "too_slow_rate": gettext_lazy(
        "บันทึกเพียง %(rate).1f ค่าต่อวินาที ต้องอย่างน้อย 5 (แนะนำ 50) จึงจะรู้สึกถึงหลุม โปรดตั้งค่าโปรแกรมในโทรศัพท์"
    ),
}
FIELD_LABELS: Mapping[str, Any] = {
    "time": gettext_lazy("เวลา"),
    "lat": gettext_lazy("ละติจูด"),
    "lon": gettext_lazy("ลองจิจูด"),
    "vertical": gettext_lazy("ความเร่งแนวดิ่ง"),
    "x": gettext_lazy("ความเร่งแกน X"),
    "y": gettext_lazy("ความเร่งแกน Y"),
    "z": gettext_lazy("ความเร่งแกน Z"),
}
PROBLEM_WORDS: Mapping[str, Any] = {
    "blank": gettext_lazy("ว่าง"),
    "not_number": gettext_lazy("ไม่ใช่ตัวเลข"),
    "unreadable": gettext_lazy("อ่านเป็นเวลาไม่ได้"),
    "backwards": gettext_lazy("เวลาย้อนกลับไปก่อนแถวก่อนหน้า"),
    "zero": gettext_lazy("เป็น 0 (GPS ยังไม่จับตำแหน่ง)"),
    "swapped": gettext_lazy("ละติจูดกับลองจิจูดสลับกัน"),
    "outside": gettext_lazy("อยู่นอกประเทศไทย"),
    "impossible": gettext_lazy("มากเกินกว่าที่เซนเซอร์ของโทรศัพท์วัดได้"),
}
DROP_WORDS: Mapping[str, Any] = {
    "slow": gettext_lazy("ช้ากว่าเกณฑ์"),
    "fast": gettext_lazy("เร็วกว่าเกณฑ์"),
    "standing": gettext_lazy("จอดนิ่ง"),
    "gap": gettext_lazy("GPS ขาดหาย"),
    "jump": gettext_lazy("GPS กระโดด"),
    "no_position": gettext_lazy("ก่อนหรือหลังมีตำแหน่ง"),
}
MAPPING_WORDS: Mapping[str, Any] = {
    "time": gettext_lazy("โปรดเลือกคอลัมน์เวลา"),
    "position": gettext_lazy("โปรดเลือกทั้งคอลัมน์ละติจูดและลองจิจูด"),
    "acceleration": gettext_lazy("โปรดเลือกความเร่งแนวดิ่ง หรือครบทั้งสามแกน X Y Z"),
    "doubled": gettext_lazy("คอลัมน์เดียวถูกเลือกให้สองช่อง โปรดเลือกใหม่"),
}


def in_words(refused: TraceRefused) -> UnableToReadTrace:
    """Return the refusal of a rule as the screen says it."""
    facts = {"row": "–"} | refused.facts
    return UnableToReadTrace(str(_REFUSALS[refused.code]) % facts, code=refused.code)


def problem_rows(problems: list[list[Any]]) -> list[tuple[int, str, str, str]]:
    """Return (row, field, why, what stood there) for the rows that were left out."""
    return [
        (row, str(FIELD_LABELS.get(field, field)), str(PROBLEM_WORDS.get(code, code)), text or _("(ว่าง)"))
        for row, field, code, text in problems
    ]
