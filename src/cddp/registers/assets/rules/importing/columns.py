"""คอลัมน์: what a column of a file may be, the headings it comes under, and guessing one from the other.

A .dbf keeps ten bytes of a heading, so a heading may be the beginning of a synonym: "รหัสครุภัณ" is cut TIS-620.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from cddp.foundation.values.thai_text import search_key

ATTRIBUTE: Final = "attr."
ADDED_COLUMNS: Final = ("แถวเดิมในไฟล์", "สาเหตุที่ไม่รับ", "วิธีแก้")
"""What the download of refused rows adds; left out again when it comes back mended."""
PLACE_COLUMNS: Final = ("ละติจูด", "ลองจิจูด")
"""What it adds besides for the points of a map file: they stand in no column there."""
POSITION_FIELDS: Final = frozenset({"x", "y", "position"})
DBF_NAME_BYTES: Final = 10


class ImportField(NamedTuple):
    """ช่องข้อมูลที่รู้จัก: `synonyms` are headings as files write them, the likeliest first."""

    key: str
    label: str
    group: str
    synonyms: tuple[str, ...]


_MAIN, _WHERE, _BOUGHT, _KEEPER = "ทรัพย์สิน", "ตำแหน่ง", "การได้มา", "ผู้ดูแล"
FIELDS: Final = (
    ImportField("number", "เลขครุภัณฑ์", _MAIN,
                ("เลขครุภัณฑ์", "รหัสครุภัณฑ์", "หมายเลขครุภัณฑ์", "เลขทะเบียนครุภัณฑ์", "เลขที่ครุภัณฑ์", "เลขทรัพย์สิน", "รหัสทรัพย์สิน",
                 "หมายเลขทรัพย์สิน", "เลขทะเบียน", "assetno", "assetid", "assetnumber", "assetcode", "code", "รหัส")),
    ImportField("former_number", "เลขเดิม", _MAIN, ("เลขเดิม", "เลขครุภัณฑ์เดิม", "รหัสเดิม", "oldno", "oldcode", "formerno")),
    ImportField("name", "ชื่อ", _MAIN,
                ("ชื่อ", "ชื่อทรัพย์สิน", "ชื่อครุภัณฑ์", "รายการ", "ชื่อถนน", "ชื่อสายทาง", "ชื่อสะพาน", "ชื่ออาคาร", "name", "nameth",
                 "assetname", "roadname", "title")),
    ImportField("model", "รุ่น", _MAIN, ("รุ่น", "ยี่ห้อรุ่น", "ยี่ห้อและรุ่น", "model", "brandmodel")),
    ImportField("serial", "หมายเลขเครื่อง", _MAIN, ("หมายเลขเครื่อง", "serial", "serialno", "sn", "ซีเรียล")),
    ImportField("state", "สถานะ", _MAIN, ("สถานะ", "สถานะการใช้งาน", "status", "state")),
    ImportField("condition", "สภาพ", _MAIN, ("สภาพ", "สภาพการใช้งาน", "condition", "cond")),
    ImportField("inspected_on", "ตรวจสภาพเมื่อ", _MAIN, ("วันที่ตรวจสภาพ", "ตรวจสภาพเมื่อ", "ตรวจล่าสุด", "inspected")),
    ImportField("notes", "หมายเหตุ", _MAIN, ("หมายเหตุ", "remark", "remarks", "notes", "note", "comment")),
    ImportField("place", "สถานที่ตั้ง", _WHERE,
                ("สถานที่ตั้ง", "ที่ตั้ง", "สถานที่", "บริเวณ", "ตำแหน่งที่ตั้ง", "place", "location", "address", "site")),
    ImportField("y", "ละติจูด หรือค่าเหนือ (N)", _WHERE,
                ("ละติจูด", "latitude", "lat", "northing", "พิกัดy", "พิกัดเหนือ", "ค่าเหนือ",
                 "utmn", "utmy", "n", "y", "ycoord", "pointy")),
    ImportField("x", "ลองจิจูด หรือค่าตะวันออก (E)", _WHERE,
                ("ลองจิจูด", "ลองติจูด", "longitude", "long", "lon", "lng", "easting", "พิกัดx", "พิกัดตะวันออก", "ค่าตะวันออก",
                 "utme", "utmx", "e", "x", "xcoord", "pointx")),
    ImportField("position", "พิกัด (ช่องเดียว)", _WHERE,
                ("พิกัด", "gps", "latlong", "latlng", "latlon", "coordinates", "coords")),
    ImportField("division", "กองที่ดูแล", _KEEPER,
                ("กอง", "กองที่ดูแล", "หน่วยงาน", "สำนักกอง", "ส่วนราชการ", "division", "department")),
    ImportField("parent", "เป็นส่วนหนึ่งของ (เลขครุภัณฑ์)", _KEEPER, ("เป็นส่วนหนึ่งของ", "ทรัพย์สินหลัก", "parent", "parentno")),
    ImportField("acquired_on", "วันที่ได้มา", _BOUGHT,
                ("วันที่ได้มา", "วันได้มา", "วันเดือนปีที่ได้มา", "วันที่รับ", "วันที่ตรวจรับ", "วันที่ซื้อ", "ปีที่ได้มา", "acquired", "acqdate",
                 "buydate", "date")),
    ImportField("acquisition", "วิธีการได้มา", _BOUGHT, ("วิธีการได้มา", "วิธีได้มา", "การได้มา", "acquisition")),
    ImportField("funding", "ประเภทเงิน", _BOUGHT,
                ("ประเภทเงิน", "แหล่งเงิน", "งบประมาณ", "แหล่งงบประมาณ", "funding", "fund", "budget")),
    ImportField("cost", "ราคาทุน (บาท)", _BOUGHT,
                ("ราคาทุน", "ราคา", "ราคาต่อหน่วย", "มูลค่า", "ราคาบาท", "จำนวนเงิน", "cost", "price", "value", "amount")),
    ImportField("supplier", "ผู้ขายหรือผู้รับจ้าง", _BOUGHT,
                ("ผู้ขาย", "ผู้รับจ้าง", "ผู้ขายผู้รับจ้าง", "บริษัท", "supplier", "contractor", "vendor")),
    ImportField("contract_number", "เลขที่สัญญา", _BOUGHT, ("เลขที่สัญญา", "สัญญา", "สัญญาเลขที่", "contract", "contractno")),
    ImportField("warranty_until", "รับประกันถึง", _BOUGHT,
                ("รับประกันถึง", "วันหมดประกัน", "หมดประกัน", "warranty", "warrantyend")),
    ImportField("id", "รหัสในระบบ", _MAIN, ("รหัสในระบบ",)),
    ImportField("life_years", "อายุการใช้งาน (ปี)", _BOUGHT, ("อายุการใช้งาน", "อายุใช้งาน", "lifeyears", "life")),
)  # fmt: skip
FIELD_BY_KEY: Final = {field.key: field for field in FIELDS}

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
LONGEST_HEADING: Final = 200


class OwnField(NamedTuple):
    """ช่องข้อมูลของประเภท: an attribute of the class as a target of a column."""

    key: str
    label: str


def heading_key(heading: str) -> str:
    """Return a heading without blanks, brackets, punctuation, case."""
    heading = heading[:LONGEST_HEADING]
    bare = search_key(_IN_BRACKETS.sub(" ", heading), drop_title=False)
    return (bare or search_key(heading, drop_title=False)).replace("/", "")


def fingerprint(headings: Sequence[str]) -> str:
    """Return 64 hex digits that are equal for equal headings, in whatever order the columns stand."""
    own = [heading for heading in headings if heading not in ADDED_COLUMNS]
    joined = "\x1f".join(sorted(search_key(heading, drop_title=False) for heading in own))
    return hashlib.sha256(joined.encode()).hexdigest()


def headings_before(headings: Sequence[str]) -> list[str]:
    """Return the headings that a map file had whose refused rows came back; [] where these are no refused rows."""
    is_returned = set(ADDED_COLUMNS) <= set(headings)
    return [each for each in headings if each not in PLACE_COLUMNS] if is_returned else []


def suggest_mapping(
    headings: Sequence[str], own: Sequence[OwnField] = (), *, has_shapes: bool
) -> dict[str, str]:
    """Return {field: heading}: the whole word first, then the beginning of it that a .dbf leaves, then its end.

    A file with shapes of its own needs no columns of positions.
    """
    free = [heading for heading in headings if heading not in ADDED_COLUMNS]
    keys = {heading: heading_key(heading) for heading in free}
    known = [
        (field.key, field.synonyms) for field in FIELDS if not has_shapes or field.key not in POSITION_FIELDS
    ]
    known += [(ATTRIBUTE + each.key, (heading_key(each.label), heading_key(each.key))) for each in own]
    mapping: dict[str, str] = {}
    for fits in (_is, _is_cut, _ends_with):
        for key, synonyms in known:
            if key in mapping:
                continue
            found = next((h for h in _likeliest(synonyms, free, keys) if fits(keys[h], synonyms)), None)
            if found is not None:
                mapping[key] = found
                free.remove(found)
    return mapping


def _likeliest(synonyms: Sequence[str], headings: Iterable[str], keys: Mapping[str, str]) -> list[str]:
    places = {synonym: place for place, synonym in enumerate(synonyms)}
    return sorted(headings, key=lambda heading: places.get(keys[heading], len(places)))


def _is(key: str, synonyms: Sequence[str]) -> bool:
    return key in synonyms


def _is_cut(key: str, synonyms: Sequence[str]) -> bool:
    """Tell whether the heading is what ten bytes leave of a synonym, in TIS-620 or in UTF-8."""
    cut = {synonym.encode("cp874", "replace")[:DBF_NAME_BYTES].decode("cp874") for synonym in synonyms}
    cut |= {synonym.encode()[:DBF_NAME_BYTES].decode("utf-8", "ignore") for synonym in synonyms}
    return len(key) >= 3 and key in {heading_key(each) for each in cut}


def _ends_with(key: str, synonyms: Sequence[str]) -> bool:
    return any(len(synonym) >= 4 and key.endswith(synonym) for synonym in synonyms)


def usable_mapping(
    mapping: Mapping[str, str], headings: Sequence[str], own_keys: Iterable[str]
) -> dict[str, str]:
    """Return the part of a mapping whose fields are known and whose columns stand in this file."""
    here, known = set(headings), FIELD_BY_KEY.keys() | {ATTRIBUTE + key for key in own_keys}
    return {key: heading for key, heading in mapping.items() if key in known and heading in here}


def placed_in(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a mapping that says where a thing is."""
    return {key: column for key, column in mapping.items() if key in POSITION_FIELDS}


def lack_of_mapping(mapping: Mapping[str, str], *, has_shapes: bool) -> str:
    """Return what a mapping lacks: "name", "twice", "position_half" or ""."""
    if len(set(mapping.values())) < len(mapping):
        return "twice"
    if not {"name", "number"} & mapping.keys():
        return "name"
    if not has_shapes and ("x" in mapping) != ("y" in mapping):
        return "position_half"
    return ""
