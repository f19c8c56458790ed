"""คอลัมน์: the fields that the import understands, the headings they come under, and guessing one from the other."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from cddp.foundation.values.thai_dates import UnableToReadDate, parse_date
from cddp.foundation.values.thai_text import search_key, to_arabic_digits


class ImportField(NamedTuple):
    """ช่องข้อมูลที่รู้จัก: `synonyms` are headings as real files write them, the likeliest first."""

    key: str
    label: str
    group: str
    synonyms: tuple[str, ...]


FIELDS: Final = (
    ImportField(
        "citizen_id", "เลขประจำตัวประชาชน", "บุคคล",
        ("เลขประจำตัวประชาชน", "เลขประจำตัว", "เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "เลขบัตรประจำตัวประชาชน",
         "หมายเลขบัตรประชาชน", "เลขที่ประจำตัวประชาชน", "เลข13หลัก", "เลขปชช", "เลขบัตรปชช", "เลขบัตร", "เลขประชาชน",
         "บัตรประชาชน", "ปชช", "pid", "cid", "idcard", "citizenid", "nationalid", "idno"),
    ),
    ImportField("full_name", "ชื่อ-นามสกุล (ช่องเดียว)", "บุคคล",
                ("ชื่อนามสกุล", "ชื่อสกุล", "ชื่อและนามสกุล", "ชื่อตัวชื่อสกุล", "ชื่อเต็ม", "ชื่อบุคคล", "คำนำหน้าชื่อนามสกุล",
                 "คำนำหน้าชื่อชื่อสกุล", "ชื่อชื่อสกุล", "fullname")),
    ImportField("title", "คำนำหน้า", "บุคคล",
                ("คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "คำนำ", "ยศ", "title", "prename", "prefix")),
    ImportField("given_name", "ชื่อ", "บุคคล", ("ชื่อ", "ชื่อตัว", "ชื่อจริง", "firstname", "fname", "givenname", "name")),
    ImportField("family_name", "นามสกุล", "บุคคล",
                ("นามสกุล", "สกุล", "ชื่อสกุลบุคคล", "lastname", "lname", "surname", "familyname")),
    ImportField("sex", "เพศ", "บุคคล", ("เพศ", "sex", "gender")),
    ImportField("birth_date", "วันเกิด", "บุคคล",
                ("วันเกิด", "วันเดือนปีเกิด", "วดปเกิด", "วดป", "เกิดวันที่", "วันที่เกิด", "birthdate", "birth", "dob", "dateofbirth",
                 "birthday")),
    ImportField("nationality", "สัญชาติ", "บุคคล", ("สัญชาติ", "nationality", "nation")),
    ImportField("phone", "โทรศัพท์", "บุคคล",
                ("โทรศัพท์", "เบอร์โทรศัพท์", "เบอร์โทร", "หมายเลขโทรศัพท์", "โทร", "มือถือ", "เบอร์มือถือ", "เบอร์ติดต่อ", "phone",
                 "mobile", "tel", "telephone")),
    ImportField("status", "สถานะบุคคล", "บุคคล",
                ("สถานะบุคคล", "สถานะ", "สถานภาพบุคคล", "สถานะการมีชีวิต", "การจำหน่าย", "สถานะรายการ", "discharge", "status",
                 "personstatus")),
    ImportField("death_date", "วันที่เสียชีวิต", "บุคคล",
                ("วันที่เสียชีวิต", "วันเสียชีวิต", "วันที่ตาย", "วันตาย", "ddeath", "deathdate")),
    ImportField("role", "สถานภาพในบ้าน", "การอยู่อาศัย",
                ("สถานภาพในบ้าน", "ความสัมพันธ์กับเจ้าบ้าน", "ฐานะในบ้าน", "สถานภาพเจ้าบ้าน", "เจ้าบ้าน", "สถานภาพ", "ความสัมพันธ์",
                 "relation", "role", "fstatus")),
    ImportField("type_area", "ประเภทการอยู่อาศัย (TYPEAREA)", "การอยู่อาศัย",
                ("typearea", "ประเภทการอยู่อาศัย", "ประเภทที่อยู่", "สถานะการอยู่อาศัย", "การอยู่อาศัย", "สถานะการอยู่อาศัยtypearea",
                 "ประเภทบุคคล")),
    ImportField("moved_in_on", "วันที่ย้ายเข้า", "การอยู่อาศัย",
                ("วันที่ย้ายเข้า", "วันย้ายเข้า", "ย้ายเข้าเมื่อ", "วันที่เข้ามาอยู่", "movein", "moveindate")),
    ImportField("house_code", "รหัสประจำบ้าน", "บ้าน",
                ("รหัสประจำบ้าน", "เลขรหัสประจำบ้าน", "รหัสบ้าน", "เลขประจำบ้าน", "รหัสประจำบ้าน11หลัก", "hid",
                 "houseid", "housecode", "hcode")),
    ImportField("house_number", "บ้านเลขที่", "บ้าน",
                ("บ้านเลขที่", "เลขที่บ้าน", "เลขที่", "ที่อยู่บ้านเลขที่", "ที่อยู่เลขที่", "house", "houseno", "housenumber", "hno",
                 "addrno")),
    ImportField("moo", "หมู่ที่", "บ้าน", ("หมู่ที่", "หมู่", "ม", "ที่อยู่หมู่ที่", "moo", "mu", "villageno", "village")),
    ImportField("area_name", "หมู่บ้าน/ชุมชน", "บ้าน",
                ("ชื่อหมู่บ้าน", "หมู่บ้าน", "ชุมชน", "ชื่อชุมชน", "บ้าน", "หมู่บ้านชุมชน", "villagename", "community")),
    ImportField("lane", "ตรอก/ซอย", "บ้าน", ("ซอย", "ตรอก", "ตรอกซอย", "ซอยตรอก", "soi", "lane", "soimain")),
    ImportField("road", "ถนน", "บ้าน", ("ถนน", "ชื่อถนน", "road", "street")),
    ImportField("tambon", "ตำบล", "บ้าน", ("ตำบล", "ตำบลแขวง", "แขวง", "tambon", "subdistrict", "tambol")),
    ImportField("address", "ที่อยู่ (ช่องเดียว)", "บ้าน",
                ("ที่อยู่", "ที่อยู่ตามทะเบียนบ้าน", "ที่อยู่ปัจจุบัน", "ที่อยู่ตามบัตร", "address", "addr")),
    ImportField("house_kind", "ประเภทบ้าน", "บ้าน", ("ประเภทบ้าน", "ลักษณะบ้าน", "ประเภททะเบียนบ้าน", "housetype")),
    ImportField("latitude", "ละติจูด", "บ้าน", ("ละติจูด", "latitude", "lat", "พิกัดy", "พิกัดละติจูด", "y", "ycoord")),
    ImportField("longitude", "ลองจิจูด", "บ้าน",
                ("ลองจิจูด", "ลองติจูด", "longitude", "long", "lon", "lng", "พิกัดx", "พิกัดลองจิจูด", "x", "xcoord")),
    ImportField("point", "พิกัด (ช่องเดียว)", "บ้าน",
                ("พิกัด", "พิกัดบ้าน", "gps", "latlong", "latlng", "ละติจูดลองจิจูด", "location", "coords", "coordinates")),
)  # fmt: skip

FIELD_BY_KEY: Final[dict[str, ImportField]] = {field.key: field for field in FIELDS}
ADDED_COLUMNS: Final = ("แถวเดิมในไฟล์", "สาเหตุที่ไม่ได้นำเข้า", "วิธีแก้")
"""What the download of rejected rows adds; known again when it comes back mended."""
NAME_FIELDS: Final = frozenset({"full_name", "given_name"})

_AS_OF = re.compile(
    r"ณ\s*(?:วันที่)?\s*(\d{1,2}[\s/.-]*[ก-๙.]*[\s/.-]*(?:พ\.?ศ\.?\s*)?\d{4}|\d{1,2}/\d{1,2}/\d{2,4})"
)
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


LONGEST_HEADING = 200


def heading_key(heading: str) -> str:
    """Return a heading without blanks, brackets, punctuation, case: "เลขบัตร ปชช. (13 หลัก)" → "เลขบัตรปชช"."""
    heading = heading[:LONGEST_HEADING]
    bare = search_key(_IN_BRACKETS.sub(" ", heading), drop_title=False)
    return (bare or search_key(heading, drop_title=False)).replace("/", "")


def header_fingerprint(headings: Sequence[str]) -> str:
    """Return 64 hex digits that are equal for equal headings, in whatever order the columns stand."""
    own = [heading for heading in headings if heading not in ADDED_COLUMNS]
    joined = "\x1f".join(sorted(search_key(heading, drop_title=False) for heading in own))
    return hashlib.sha256(joined.encode()).hexdigest()


def suggest_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Return {field: heading}: exact synonyms first, then headings that end or begin with a long synonym."""
    free = [heading for heading in headings if heading not in ADDED_COLUMNS]
    keys = {heading: heading_key(heading) for heading in free}
    mapping: dict[str, str] = {}
    for fits in (_is_synonym, _ends_with_synonym, _holds_synonym):
        for field in FIELDS:
            # "ที่อยู่ตามทะเบียนบ้าน อำเภอ" is the district under a group heading, not a whole address.
            if field.key in mapping or (fits is _holds_synonym and field.key == "address"):
                continue
            found = next(
                (h for h in _likeliest_first(field, free, keys) if fits(keys[h], field.synonyms)), None
            )
            if found is not None:
                mapping[field.key] = found
                free.remove(found)
    return _settle_names(mapping)


def _likeliest_first(field: ImportField, headings: Iterable[str], keys: Mapping[str, str]) -> list[str]:
    places = {synonym: place for place, synonym in enumerate(field.synonyms)}
    return sorted(headings, key=lambda heading: places.get(keys[heading], len(places)))


def _is_synonym(key: str, synonyms: Sequence[str]) -> bool:
    return key in synonyms


def _ends_with_synonym(key: str, synonyms: Sequence[str]) -> bool:
    # Two header rows are read as "ที่อยู่ บ้านเลขที่": the group stands in front.
    return any(len(synonym) >= 4 and key.endswith(synonym) for synonym in synonyms)


def _holds_synonym(key: str, synonyms: Sequence[str]) -> bool:
    return any(len(synonym) >= 7 and synonym in key for synonym in synonyms)


def _settle_names(mapping: dict[str, str]) -> dict[str, str]:
    """A lone "ชื่อ" without a family name beside it holds the whole name."""
    if "given_name" in mapping and "family_name" not in mapping and "full_name" not in mapping:
        mapping["full_name"] = mapping.pop("given_name")
    if "full_name" in mapping and "given_name" in mapping and "family_name" in mapping:
        del mapping["full_name"]
    return mapping


def usable_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """Return the part of a mapping whose fields are known and whose columns stand in this file."""
    here = set(headings)
    return {key: heading for key, heading in mapping.items() if key in FIELD_BY_KEY and heading in here}


def extract_date_in(titles: Sequence[str], today: dt.date) -> dt.date | None:
    """Return the day that a title line gives ("ข้อมูล ณ วันที่ 1 มิถุนายน 2569"), or None."""
    for title in titles:
        if found := _AS_OF.search(to_arabic_digits(title)):
            with suppress(UnableToReadDate):
                read = parse_date(found.group(1).strip())
                if read is not None and read.precision == "day" and read.date <= today:
                    return read.date
    return None


def mapping_problem(mapping: Mapping[str, str]) -> str:
    """Return in Thai why a file cannot be read with this mapping, or ""."""
    if not NAME_FIELDS & mapping.keys():
        return "ยังไม่ได้เลือกคอลัมน์ชื่อบุคคล เลือก “ชื่อ” และ “นามสกุล” หรือ “ชื่อ-นามสกุล (ช่องเดียว)”"
    if len(set(mapping.values())) < len(mapping):
        return "คอลัมน์เดียวกันถูกเลือกให้หลายช่อง เลือกคอลัมน์ละหนึ่งช่อง"
    return ""
