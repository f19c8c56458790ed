"""อ่านแถวอะไหล่จากตาราง: which column means what, and what a row says; plain texts, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cddp.foundation.values.money import UnableToReadMoney, parse_baht
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits
from cddp.operations.maintenance.rules.stock import DEAREST_UNIT_SATANG, Fault, read_quantity

# How towns head their columns; spaces and dots are not looked at.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("รหัส", "รหัสอะไหล่", "รหัสพัสดุ", "รหัสสินค้า", "code", "partno", "sku"),
    "name": ("ชื่อ", "ชื่ออะไหล่", "รายการ", "ชื่อรายการ", "รายการอะไหล่", "name", "description"),
    "unit": ("หน่วย", "หน่วยนับ", "unit"),
    "barcode": ("บาร์โค้ด", "บาร์โคด", "barcode"),
    "reorder_point": ("จุดสั่งซื้อ", "จุดสั่งซื้อซ้ำ", "ขั้นต่ำ", "min", "reorderpoint"),
    "reorder_quantity": ("จำนวนสั่งซื้อ", "สั่งซื้อครั้งละ", "reorderquantity"),
    "supplier": ("ผู้ขาย", "ผู้ขายประจำ", "ร้านค้า", "supplier"),
    "quantity": ("ยอดยกมา", "จำนวน", "คงเหลือ", "จำนวนคงเหลือ", "ยอดคงเหลือ", "quantity", "onhand"),
    "store": ("คลัง", "ชื่อคลัง", "รหัสคลัง", "ที่เก็บ", "store"),
    "unit_satang": ("ราคา", "ราคาต่อหน่วย", "ราคาหน่วยละ", "ราคา(บาท)", "ราคาต่อหน่วย(บาท)", "price", "unitprice"),
    "shelf": ("ชั้นวาง", "ชั้น", "ตำแหน่งเก็บ", "shelf"),
}
LONGEST: Final = {
    "code": 40,
    "name": 200,
    "unit": 40,
    "barcode": 60,
    "supplier": 200,
    "store": 120,
    "shelf": 60,
}
_QUANTITIES: Final = ("reorder_point", "reorder_quantity", "quantity")


@dataclass
class PartRow:
    """แถวของไฟล์: what was read, and what is wrong with which blank ({field: code})."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    unit_satang: int | None = None
    faults: dict[str, str] = field(default_factory=dict)


def find_columns(names: Sequence[str]) -> dict[str, str]:
    """Return {our field: the file's column}; the first of two that mean the same counts."""
    found: dict[str, str] = {}
    for name in names:
        plain = normalise_line(name).lower().replace(" ", "").replace(".", "").replace("_", "")
        for key, heads in HEADS.items():
            if plain in heads:
                found.setdefault(key, name)
    return found


def read_row(number: int, texts: Mapping[str, str]) -> PartRow:
    """Return what a row says; `texts` by our fields."""
    row = PartRow(number)
    for key, text in texts.items():
        words = normalise_line(text)
        if not words:
            continue
        if key in _QUANTITIES:
            _read_amount(row, key, words)
        elif key == "unit_satang":
            _read_price(row, words)
        elif len(words) > LONGEST[key]:
            row.faults[key] = "too_long"
        else:
            row.texts[key] = words
    _miss(row)
    return row


def _miss(row: PartRow) -> None:
    """Note what must be there and is not."""
    for key in ("code", "name"):
        if key not in row.texts and key not in row.faults:
            row.faults[key] = "empty"
    if row.amounts.get("quantity") and "store" not in row.texts and "store" not in row.faults:
        row.faults["store"] = "empty"


def _read_amount(row: PartRow, key: str, words: str) -> None:
    try:
        row.amounts[key] = read_quantity(to_arabic_digits(words).replace(",", ""), may_be_zero=True)
    except Fault as fault:
        row.faults[key] = fault.code


def _read_price(row: PartRow, words: str) -> None:
    try:
        price = parse_baht(words)
    except UnableToReadMoney:
        row.faults["unit_satang"] = "not_a_number"
        return
    if price is not None and not 0 <= price <= DEAREST_UNIT_SATANG:
        row.faults["unit_satang"] = "price"
    else:
        row.unit_satang = price
