"""นำเข้าอะไหล่จากตาราง: look at each row, show what would come of it, then book all that is right.

The file is kept and read again when it is confirmed: what was shown is what is booked. Opening stock is taken only
where nothing of the part has ever moved in that store, so a file sent twice adds nothing twice.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.files.tables import open_table
from cddp.operations.maintenance.choices import MovementKind
from cddp.operations.maintenance.errors import UnableToConfigure
from cddp.operations.maintenance.models import Movement, Part, StockLevel, Store
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.rules import stock as rules
from cddp.operations.maintenance.rules.part_rows import PartRow, find_columns, read_row
from cddp.operations.maintenance.services.ledger import hold_levels
from cddp.operations.maintenance.services.parts import search_text_of

PERMISSION = "maintenance.stock"
MOST_ROWS = 5_000
LIMIT_BYTES = 10 * 2**20
PART_TEXTS = ("name", "unit", "barcode", "supplier")
PART_AMOUNTS = ("reorder_point", "reorder_quantity")
FAULTS: Mapping[str, Any] = {
    "empty": gettext_lazy("ไม่ได้กรอก"),
    "too_long": gettext_lazy("ยาวเกินไป"),
    "not_a_number": gettext_lazy("ไม่ใช่ตัวเลข"),
    "not_above_zero": gettext_lazy("ต้องไม่น้อยกว่า 0"),
    "too_many_decimals": gettext_lazy("ทศนิยมเกินสองตำแหน่ง"),
    "too_many": gettext_lazy("มากเกินกว่าที่บันทึกได้"),
    "price": gettext_lazy("ราคาไม่ถูกต้อง"),
    "repeated": gettext_lazy("ซ้ำกับแถวก่อนหน้าในไฟล์"),
    "used": gettext_lazy("อะไหล่อื่นใช้อยู่แล้ว"),
    "unknown_store": gettext_lazy("ไม่มีคลังนี้ หรือปิดแล้ว"),
    "has_moved": gettext_lazy("อะไหล่นี้มีความเคลื่อนไหวในคลังนี้แล้ว ใช้การตรวจนับแทน"),
}


@dataclass
class Reading:
    """ผลการอ่านไฟล์: every row with its faults, which columns were understood, which parts and stores were met."""

    rows: list[PartRow]
    columns: dict[str, str]
    ignored: list[str]
    parts: dict[str, Part] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)

    @property
    def good(self) -> list[PartRow]:
        return [row for row in self.rows if not row.faults]

    @property
    def bad(self) -> list[PartRow]:
        return [row for row in self.rows if row.faults]

    def is_new(self, row: PartRow) -> bool:
        """Tell whether the town has no part of this code yet."""
        return row.texts.get("code", "") not in self.parts


@dataclass(frozen=True)
class Result:
    """ผลการนำเข้า."""

    added: int
    changed: int
    opened: int
    left_out: int


def keep_file(by: User, stream: IO[bytes], name: str) -> StoredFile:
    """Keep an upload after a first look at it. Raises UnableToReadTable, UnableToStoreFile, UnableToConfigure."""
    require(by, PERMISSION)
    stored = store_upload(stream, name, permission=PERMISSION, limit_bytes=LIMIT_BYTES, by=by.pk)
    read_file(stored)
    return stored


def read_file(stored: StoredFile) -> Reading:
    """Return every row with what is wrong with it. Raises UnableToReadTable, UnableToConfigure."""
    with open_stored(stored) as stream, open_table(stream, stored.name) as table:
        columns = find_columns(table.column_names)
        if "code" not in columns or "name" not in columns:
            raise UnableToConfigure(_("ไม่พบคอลัมน์รหัสและชื่ออะไหล่ กรุณาใช้หัวตารางตามแบบฟอร์มตัวอย่าง"), field="file")
        rows: list[PartRow] = []
        for row in table.rows():
            if len(rows) >= MOST_ROWS:
                raise UnableToConfigure(
                    _("ไฟล์มีมากกว่า %(most)s แถว กรุณาแบ่งไฟล์") % {"most": f"{MOST_ROWS:,}"}, field="file"
                )
            if row.kind == "data":
                rows.append(read_row(row.number, {key: row.text(name) for key, name in columns.items()}))
        ignored = [name for name in table.column_names if name not in columns.values()]
    reading = Reading(rows, columns, ignored)
    _compare(reading)
    return reading


def _compare(reading: Reading) -> None:
    """Find the faults that only the town's own rows and the rows before can tell."""
    codes = {row.texts["code"] for row in reading.rows if "code" in row.texts}
    reading.parts = {part.code: part for part in Part.objects.filter(code__in=codes)}
    for each in Store.objects.filter(is_active=True):
        reading.stores |= {each.name: each, each.code: each}
    barcodes = dict(Part.objects.exclude(barcode="").values_list("barcode", "code"))
    moved = set(
        Movement.objects.filter(part__code__in=codes).values_list("part__code", "store_id").distinct()
    )
    seen: set[tuple[str, UUID | None]] = set()
    for row in reading.rows:
        code, store = row.texts.get("code", ""), reading.stores.get(row.texts.get("store", ""))
        if "store" in row.texts and store is None:
            row.faults["store"] = "unknown_store"
        place = (code, store.pk if store else None)
        if code and place in seen:
            row.faults["code"] = "repeated"
        seen.add(place)
        barcode = row.texts.get("barcode", "")
        if barcode and barcodes.setdefault(barcode, code) != code:
            row.faults["barcode"] = "used"
        if store is not None and row.amounts.get("quantity") and (code, store.pk) in moved:
            row.faults["quantity"] = "has_moved"


@transaction.atomic
def run(by: User, stored: StoredFile, *, at: dt.datetime) -> Result:
    """Book every row that is right: parts are added or changed, opening stock is received."""
    require(by, PERMISSION)
    reading = read_file(stored)
    before = len(reading.parts)
    _write_parts(reading)
    opened = _open_stock(by, stored, reading, at)
    result = Result(
        added=len(reading.parts) - before,
        changed=len({row.texts["code"] for row in reading.good}) - (len(reading.parts) - before),
        opened=opened,
        left_out=len(reading.bad),
    )
    changes = {"added": result.added, "changed": result.changed, "opened": result.opened}
    audit.record(
        "maintenance.parts.imported", stored, changes={key: [None, many] for key, many in changes.items()}
    )
    return result


def _write_parts(reading: Reading) -> None:
    fresh: dict[str, Part] = {}
    changed: dict[str, Part] = {}
    for row in reading.good:
        code = row.texts["code"]
        part = reading.parts.get(code) or fresh.get(code) or Part(code=code)
        for key in PART_TEXTS:
            setattr(part, key, row.texts.get(key) or getattr(part, key))
        for key in PART_AMOUNTS:
            setattr(part, key, row.amounts.get(key, getattr(part, key)))
        part.search_text = search_text_of(part)
        if code in reading.parts:
            part.version += 1
            changed[code] = part
        else:
            fresh[code] = part
    Part.objects.bulk_create(fresh.values())
    Part.objects.bulk_update(
        changed.values(), [*PART_TEXTS, *PART_AMOUNTS, "search_text", "version"], batch_size=500
    )
    reading.parts |= fresh


def _open_stock(by: User, stored: StoredFile, reading: Reading, at: dt.datetime) -> int:
    """Write the opening stock as receipts, all in a few statements; `act` follows from the file and its row."""
    rows = [row for row in reading.good if row.amounts.get("quantity")]
    pairs = {row.number: _pair(reading, row) for row in rows}
    levels = hold_levels(pairs.values()) if pairs else {}
    # Somebody may have moved one since the file was read: looked at again, under the lock.
    moved = set(
        Movement.objects.filter(part_id__in={part for part, _store in pairs.values()}).values_list(
            "part_id", "store_id"
        )
    )
    lines = []
    for row in rows:
        level = levels[pairs[row.number]]
        if pairs[row.number] in moved:
            row.faults["quantity"] = "has_moved"
            continue
        lines.append(_opening(by, stored, row, level, at))
    Movement.objects.bulk_create(lines)
    fields = ["on_hand", "value_satang", "shelf", "updated_at"]
    StockLevel.objects.bulk_update(levels.values(), fields, batch_size=500)
    return len(lines)


def _pair(reading: Reading, row: PartRow) -> tuple[UUID, UUID]:
    return reading.parts[row.texts["code"]].pk, reading.stores[row.texts["store"]].pk


def _opening(by: User, stored: StoredFile, row: PartRow, level: StockLevel, at: dt.datetime) -> Movement:
    quantity = row.amounts["quantity"]
    value = rules.worth(quantity, row.unit_satang or 0)
    change = rules.put_in(rules.Level(), quantity, value)
    level.on_hand, level.value_satang, level.updated_at = change.on_hand, change.value_satang, at
    level.shelf = row.texts.get("shelf", level.shelf)
    return Movement(
        part_id=level.part_id,
        store_id=level.store_id,
        kind=MovementKind.RECEIVE,
        quantity=quantity,
        on_hand_delta=change.on_hand,
        reserved_delta=rules.NOTHING,
        value_delta_satang=change.value_satang,
        on_hand_after=change.on_hand,
        reserved_after=rules.NOTHING,
        act=uuid5(stored.pk, f"{row.number}"),
        reference=_("ยอดยกมา"),
        reason=stored.name[:300],
        at=at,
        by=by.pk,
        by_label=str(by),
    )
