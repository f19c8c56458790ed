"""คำในไฟล์: sex, state, role and kind of stay as registers write them, in words or in codes.

Sources of the codes: the 43-file standard of the Ministry of Public Health (SEX, DISCHARGE, TYPEAREA).
"""

import re
from typing import Final

from cddp.foundation.values.thai_text import search_key

_SEXES: Final = {
    **dict.fromkeys(("ชาย", "ช", "1", "m", "male", "ผู้ชาย", "เพศชาย"), "male"),
    **dict.fromkeys(("หญิง", "ญ", "2", "f", "female", "ผู้หญิง", "เพศหญิง"), "female"),
}
_DEAD = re.compile(r"ตาย|เสียชีวิต|ถึงแก่|มรณ|dead|died|deceased")
_LEFT = re.compile(r"ย้าย(?!เข้า)|จำหน่าย|สาบสูญ|moved|left")
_STAYS: Final[dict[str, tuple[bool, bool | None]]] = {
    "1": (True, True),
    "2": (True, False),
    "3": (False, True),
    "4": (False, False),
    "5": (False, True),
    "0": (True, None),
}
_ROLES: Final = (
    ("head", re.compile(r"เจ้าบ้าน|หัวหน้า|head|^1$|^ใช่$|^y$|^yes$")),
    ("spouse", re.compile(r"คู่สมรส|สามี|ภรรยา|ภริยา|spouse|husband|wife")),
    ("parent", re.compile(r"บิดา|มารดา|พ่อ|แม่|parent|father|mother")),
    ("child", re.compile(r"บุตร|ลูก|ธิดา|child|son|daughter")),
    ("relative", re.compile(r"ญาติ|หลาน|พี่|น้อง|ปู่|ย่า|ตา|ยาย|ลุง|ป้า|น้า|อา$|เขย|สะใภ้|relative")),
)


def read_sex(text: str) -> str:
    """Return "male", "female" or "" for what cannot be read."""
    return _SEXES.get(search_key(text, drop_title=False), "")


def read_status(text: str) -> tuple[str, bool]:
    """Return ("alive" or "dead", has moved out). DISCHARGE: 1 died, 2 moved, 3 missing, 9 still here."""
    key = search_key(text, drop_title=False)
    if key == "1" or _DEAD.search(key):
        return "dead", False
    return "alive", key in ("2", "3") or bool(_LEFT.search(key))


def read_type_area(text: str) -> tuple[bool, bool | None] | None:
    """Return (registered here, lives here; None = not said), or None when it cannot be read."""
    key = search_key(text, drop_title=False).removeprefix("typearea")
    if stay := _STAYS.get(key.removesuffix("0") or key):
        return stay
    if "ไม่อยู่" in key or "อยู่ที่อื่น" in key:
        return True, False
    if "ไม่มีชื่อ" in key or "นอกเขต" in key or "แฝง" in key:
        return False, True
    return (True, True) if "อยู่จริง" in key or "มีชื่อ" in key else None


def read_role(text: str) -> str:
    """Return a MembershipRole; words that are not known read as "occupant" (ผู้อาศัย)."""
    key = search_key(text, drop_title=False)
    if "ผู้อาศัย" in key:
        return "occupant"
    return next((role for role, pattern in _ROLES if pattern.search(key)), "occupant")
