"""กติกาของการรวมรายการ: which two rows must not be made one, with the reason in Thai."""

from dataclasses import dataclass
from datetime import date
from typing import Final

Problem = tuple[str, str]
"""(code, Thai sentence)"""

FARTHEST_APART_M: Final = 500


@dataclass(frozen=True, slots=True)
class PersonTraits:
    """ลักษณะของบุคคลที่ใช้ตัดสิน: `id_hash` b"" without a number."""

    state: str
    sex: str
    birth_date: date | None
    is_alive: bool
    id_hash: bytes
    has_valid_id: bool


@dataclass(frozen=True, slots=True)
class HouseTraits:
    """ลักษณะของบ้านที่ใช้ตัดสิน."""

    state: str
    house_code: str
    area: str
    is_central_register: bool


@dataclass(frozen=True, slots=True)
class HouseholdTraits:
    """ลักษณะของครัวเรือนที่ใช้ตัดสิน."""

    state: str
    house: str


def same_row_problem() -> Problem:
    """Return the refusal of merging a row with itself."""
    return "same", "เลือกรายการเดียวกันสองครั้ง"


def _state_problem(kept: str, absorbed: str) -> Problem | None:
    if "merged" in (kept, absorbed):
        return "already_merged", "รายการหนึ่งถูกรวมกับรายการอื่นไปแล้ว ให้แยกกลับก่อน"
    if (kept, absorbed) != ("active", "active"):
        return "not_active", "รายการหนึ่งจำหน่ายจากทะเบียนแล้ว จึงรวมไม่ได้"
    return None


def person_problem(kept: PersonTraits, absorbed: PersonTraits) -> Problem | None:
    """Return why two persons must not be merged, or None."""
    if problem := _state_problem(kept.state, absorbed.state) or _identity_problem(kept, absorbed):
        return problem
    if "unknown" not in (kept.sex, absorbed.sex) and kept.sex != absorbed.sex:
        return "sex", "เพศไม่ตรงกัน โปรดแก้ไขรายการที่ผิดก่อนรวม"
    if kept.birth_date and absorbed.birth_date and kept.birth_date.year != absorbed.birth_date.year:
        return "birth_year", "ปีเกิดไม่ตรงกัน โปรดแก้ไขรายการที่ผิดก่อนรวม"
    if kept.is_alive != absorbed.is_alive:
        return "vital_state", "รายการหนึ่งยังมีชีวิต อีกรายการเสียชีวิตแล้ว โปรดตรวจสอบก่อนรวม"
    return None


def _identity_problem(kept: PersonTraits, absorbed: PersonTraits) -> Problem | None:
    if not kept.id_hash or not absorbed.id_hash or kept.id_hash == absorbed.id_hash:
        return None
    if kept.has_valid_id and absorbed.has_valid_id:
        return "citizen_id", "มีเลขประจำตัวประชาชนที่ถูกต้องคนละเลข จึงเป็นคนละคน"
    if absorbed.has_valid_id:
        return "weaker_id", "ให้เก็บรายการที่มีเลขประจำตัวประชาชนถูกต้องแทน (สลับรายการ)"
    return None


def house_problem(kept: HouseTraits, absorbed: HouseTraits, distance_m: float | None) -> Problem | None:
    """Return why two houses must not be merged, or None. `distance_m` is None when one has no point."""
    if problem := _state_problem(kept.state, absorbed.state):
        return problem
    if kept.house_code and absorbed.house_code and kept.house_code != absorbed.house_code:
        return "house_code", "รหัสประจำบ้านไม่ตรงกัน จึงเป็นบ้านคนละหลัง"
    if kept.area and absorbed.area and kept.area != absorbed.area:
        return "area", "อยู่คนละหมู่หรือชุมชน โปรดแก้ไขรายการที่ผิดก่อนรวม"
    if kept.is_central_register != absorbed.is_central_register:
        return "central_register", "รายการหนึ่งเป็นทะเบียนบ้านกลาง จึงรวมกันไม่ได้"
    if distance_m is not None and distance_m > FARTHEST_APART_M:
        return "far_apart", f"พิกัดของสองรายการห่างกันกว่า {FARTHEST_APART_M} เมตร โปรดตรวจสอบพิกัดก่อนรวม"
    return None


def household_problem(kept: HouseholdTraits, absorbed: HouseholdTraits) -> Problem | None:
    """Return why two households must not be merged, or None."""
    if problem := _state_problem(kept.state, absorbed.state):
        return problem
    if kept.house != absorbed.house:
        return "house", "ครัวเรือนอยู่คนละบ้าน ให้รวมบ้านก่อน หรือใช้การย้ายเข้า"
    return None
