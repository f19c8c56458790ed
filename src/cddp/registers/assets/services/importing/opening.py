"""การนำเข้าหนึ่งครั้ง: opening, reading, choosing, confirming, cancelling; each step leaves work for a job."""

from collections.abc import Mapping
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.town_settings import keep_setting, read_setting
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets import policies
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.gateways import geo_files, import_sources
from cddp.registers.assets.models import AssetAttribute, AssetClass, AssetImport, AssetMapping
from cddp.registers.assets.rules.importing.columns import (
    OwnField,
    fingerprint,
    headings_before,
    lack_of_mapping,
    placed_in,
    suggest_mapping,
    usable_mapping,
)
from cddp.registers.assets.rules.importing.encodings import CODECS
from cddp.registers.assets.rules.importing.projections import (
    DATUM_OPERATIONS,
    DEFAULT_DATUM,
    MOST_SHARE,
    PROJECTIONS,
)
from cddp.registers.assets.services.importing.progress import (
    clear_rows,
    lock_import,
    refuse_busy,
    tell_starter,
)

PERMISSION: Final = "assets.import"
SETTINGS_PERMISSION: Final = "assets.configure"
DATUM_SETTING: Final = "assets.datum_operation"
# What asks for the file to be opened again; the rest is only remembered.
_OF_THE_FILE: Final = ("layer", "encoding", "sheet", "header_row")
_OPEN_STATES: Final = (ImportState.MAPPING, ImportState.READY, ImportState.FAILED)
_LACKS: Final = {
    "name": "ยังไม่ได้เลือกคอลัมน์ของชื่อหรือเลขครุภัณฑ์ เลือกอย่างน้อยหนึ่งอย่าง",
    "twice": "คอลัมน์เดียวกันถูกเลือกให้หลายช่อง เลือกคอลัมน์ละหนึ่งช่อง",
    "position_half": "เลือกคอลัมน์พิกัดไว้เพียงแกนเดียว เลือกให้ครบทั้งสองแกน",
}


def datum_of_town() -> str:
    """Return the datum operation that the town pinned for Indian 1975; RTSD's own where it chose none."""
    kept = read_setting(DATUM_SETTING)
    return kept if kept in DATUM_OPERATIONS else DEFAULT_DATUM


@transaction.atomic
def open_import(
    by: User | None, *, stream: IO[bytes], file_name: str, asset_class_id: UUID | None = None
) -> AssetImport:
    """Keep an uploaded file to be read by a job.

    Raises UnableToStoreFile (too large, empty) or UnableToImport (a bomb, a kind of file that is not taken): then
    nothing is kept.
    """
    policies.require(by, PERMISSION)
    geo_files.kind_of(stream)
    stream.seek(0)
    stored = store_upload(stream, file_name, permission=PERMISSION, by=by.pk if by else None)
    found = AssetImport(
        file=stored,
        file_name=stored.name,
        asset_class=_active_class(asset_class_id),
        reading={"datum": datum_of_town()},
        started_by=by.pk if by else None,
        started_by_label=str(by) if by else "",
    )
    found.save(force_insert=True)
    audit.record("assets.import.uploaded", found, changes={"file": [None, str(stored.pk)]})
    return found


def _active_class(asset_class_id: UUID | None) -> AssetClass | None:
    rows = AssetClass.objects.filter(is_active=True)
    return rows.filter(pk=asset_class_id).first() if asset_class_id is not None else None


def read_import(municipality_id: int, import_id: UUID) -> None:
    """Look into the file of an import that waits for it; may be called again after a crash."""
    with town_context(municipality_id):
        found = lock_import(import_id)
        if found.state != ImportState.READING:
            return
        # Read now: the file is opened outside this transaction, where no town is set.
        _file = found.file
    try:
        with open_stored(found.file) as stream:
            reading, columns = import_sources.look(stream, found.file_name, found.reading)
    except UnableTo as refusal:
        with town_context(municipality_id):
            fail(import_id, refusal)
        return
    with town_context(municipality_id):
        locked = lock_import(import_id)
        if locked.state == ImportState.READING:
            _keep_reading(locked, reading, columns)


def _keep_reading(found: AssetImport, reading: dict[str, Any], columns: list[str]) -> None:
    asked = found.reading
    reading |= {"datum": asked.get("datum") or datum_of_town()}
    if asked.get("projection_found") == "person":
        reading |= {"projection": asked["projection"], "projection_found": "person"}
    is_placed_by_hand = asked.get("placed_found") == "person" and asked["placed"] == reading.get("placed")
    if is_placed_by_hand:
        reading |= {"placed_found": "person"}
    found.reading, found.columns = reading, columns
    if not is_placed_by_hand:
        found.mapping = suggested_mapping(found)
    found.state, found.failure = ImportState.MAPPING, ""
    found.save(update_fields=["reading", "columns", "mapping", "state", "failure"])


def fail(import_id: UUID, refusal: UnableTo) -> None:
    """Note why an import cannot go on; nothing of the file is left in the register."""
    found = lock_import(import_id)
    clear_rows(import_id)
    found.state, found.failure = ImportState.FAILED, refusal.message
    found.save(update_fields=["state", "failure"])
    audit.record("assets.import.failed", found, changes={"code": [None, refusal.code]})
    tell_starter(found, _("อ่านไฟล์ทรัพย์สินไม่สำเร็จ"))


def own_fields(asset_class_id: UUID | None) -> list[OwnField]:
    """Return the attributes of a class as targets of columns."""
    rows = AssetAttribute.objects.filter(asset_class_id=asset_class_id, is_active=True).order_by(
        "order", "name"
    )
    return [OwnField(each.key, each.name) for each in rows]


def has_shapes(found: AssetImport) -> bool:
    """Tell whether the file brings shapes of its own; a table has columns of positions at most."""
    return bool(found.reading.get("kind") != "table")


def suggested_mapping(found: AssetImport) -> dict[str, str]:
    """Return the mapping that this town used for such columns before, or else a guess by their headings."""
    own = own_fields(found.asset_class_id)
    remembered = _remembered_mapping(found, [each.key for each in own])
    return remembered or suggest_mapping(found.columns, own, has_shapes=has_shapes(found))


def _remembered_mapping(found: AssetImport, own_keys: list[str]) -> dict[str, str]:
    """Return the mapping of such columns, {} where there is none.

    Refused rows of a map file come back as a table: as the map was, and with the places that it had no columns for.
    """
    before = headings_before(found.columns) if not has_shapes(found) else []
    for headings in filter(None, (found.columns, before)):
        known = AssetMapping.objects.filter(fingerprint=fingerprint(headings)).first()
        mapping = usable_mapping(known.mapping, headings, own_keys) if known else {}
        if mapping and before and not placed_in(mapping):
            taken = set(mapping.values())
            placed = dict(found.reading.get("placed") or {})
            mapping |= {key: column for key, column in placed.items() if column not in taken}
        if mapping:
            return mapping
    return {}


@transaction.atomic
def change_reading(
    by: User | None,
    import_id: UUID,
    *,
    asset_class_id: UUID,
    values: Mapping[str, Any],
    as_town: bool = False,
) -> AssetImport:
    """Say how the file is to be read: layer, encoding, sheet, header row; projection, datum operation; and the class.

    The state is READING afterwards when the file must be opened again: the caller leaves a job. `as_town` pins the
    datum operation for all later imports of the town, which takes the right to configure. Raises UnableToImport.
    """
    policies.require(by, PERMISSION)
    if as_town:
        _require_to_pin(by, str(values.get("datum") or ""))
    found = lock_import(import_id)
    refuse_busy(found)
    _refuse_over(found)
    _check_reading(values)
    asset_class = _active_class(asset_class_id)
    if asset_class is None:
        raise UnableToImport(_("ไม่พบประเภททรัพย์สินนี้แล้ว โปรดเลือกใหม่"), code="class")
    was_class = found.asset_class_id
    found.asset_class = asset_class
    asked = {key: value for key, value in values.items() if value not in (None, "")}
    if "projection" in asked and asked["projection"] != found.reading.get("projection"):
        asked["projection_found"] = "person"
    reopens = found.reading.get("kind") is None or any(
        key in asked and asked[key] != found.reading.get(key) for key in _OF_THE_FILE
    )
    found.reading = found.reading | asked
    if reopens:
        found.state = ImportState.READING
    elif was_class != asset_class.pk:
        found.mapping = suggested_mapping(found)
    if found.state == ImportState.READY:
        found.state = ImportState.MAPPING
    found.save(update_fields=["reading", "mapping", "asset_class", "state"])
    if as_town and asked.get("datum"):
        _pin_datum(str(asked["datum"]))
    return found


def may_pin_datum(by: User | None) -> bool:
    """Tell whether a person may choose the datum operation for the whole town."""
    return by is None or by.has_perm(SETTINGS_PERMISSION)


def _require_to_pin(by: User | None, datum: str) -> None:
    """Raise UnableToImport where somebody without the right would change what all files of the town are read by."""
    if datum and datum != datum_of_town() and not may_pin_datum(by):
        raise UnableToImport(
            _(
                "วิธีแปลงของทั้งเทศบาลเปลี่ยนได้เฉพาะผู้มีสิทธิ์ตั้งค่าทรัพย์สิน "
                "เลือกวิธีแปลงให้ไฟล์นี้ไฟล์เดียวได้ หรือขอให้ผู้ดูแลระบบของเทศบาลเปลี่ยน"
            ),
            code="datum",
        )


def _pin_datum(datum: str) -> None:
    before = datum_of_town()
    if before != datum:
        row = keep_setting(DATUM_SETTING, datum)
        audit.record("assets.import.set", row, changes={"datum": [before, datum]})


def _check_reading(values: Mapping[str, Any]) -> None:
    known: dict[str, Mapping[str, Any]] = {
        "projection": PROJECTIONS,
        "datum": DATUM_OPERATIONS,
        "encoding": CODECS,
    }
    for key, choices in known.items():
        if values.get(key) and values[key] not in choices:
            raise UnableToImport(_("ไม่รู้จักตัวเลือกนี้ โปรดเลือกใหม่"), code=key)


def _refuse_over(found: AssetImport) -> None:
    if found.state not in _OPEN_STATES:
        raise UnableToImport(_("การนำเข้านี้จบแล้ว โปรดอัปโหลดไฟล์ใหม่"), code="over")


@transaction.atomic
def choose_columns(by: User | None, import_id: UUID, *, mapping: Mapping[str, str]) -> AssetImport:
    """Fix which column holds what, remember it for such columns, and let the dry run begin.

    A table whose places stand in other columns than those looked into is READING afterwards: where they lie, and in
    which projection, is to be seen before the rows are checked. The caller leaves a job. Raises UnableToImport.
    """
    policies.require(by, PERMISSION)
    found = lock_import(import_id)
    refuse_busy(found)
    _refuse_over(found)
    own = [each.key for each in own_fields(found.asset_class_id)]
    chosen = usable_mapping(mapping, found.columns, own)
    _refuse_unready(found, chosen)
    placed = placed_in(chosen)
    if not has_shapes(found) and placed and placed != found.reading.get("placed"):
        found.mapping, found.state = chosen, ImportState.READING
        found.reading = found.reading | {"placed": placed, "placed_found": "person"}
        found.save(update_fields=["mapping", "reading", "state"])
        return found
    if needs_projection(found, chosen) and not found.reading.get("projection"):
        raise UnableToImport(
            _("ไฟล์ไม่บอกระบบพิกัด (ไม่มี .prj) ระบบไม่เดาให้ เลือกระบบพิกัดแล้วดูตำแหน่งบนแผนที่ก่อน"), code="projection"
        )
    AssetMapping.objects.update_or_create(
        fingerprint=fingerprint(found.columns), defaults={"mapping": chosen}
    )
    found.mapping, found.state, found.failure = chosen, ImportState.CHECKING, ""
    found.rows_done, found.rows_total = 0, int(found.reading.get("count") or 0)
    found.save(update_fields=["mapping", "state", "failure", "rows_done", "rows_total"])
    audit.record("assets.import.columns_chosen", found, changes={"fields": [None, sorted(chosen)]})
    return found


def _refuse_unready(found: AssetImport, chosen: Mapping[str, str]) -> None:
    if found.asset_class_id is None:
        raise UnableToImport(_("ยังไม่ได้เลือกประเภททรัพย์สิน เลือกในส่วน “อ่านไฟล์อย่างไร” ก่อน"), code="class")
    if not found.reading.get("encoding") and found.reading.get("kind") != "table":
        raise UnableToImport(_("ยังไม่ทราบรหัสอักขระของตาราง เลือกให้ตัวอย่างอ่านเป็นภาษาไทยได้ก่อน"), code="encoding")
    if lack := lack_of_mapping(chosen, has_shapes=has_shapes(found)):
        raise UnableToImport(_LACKS[lack], code="mapping")


def needs_projection(found: AssetImport, mapping: Mapping[str, str]) -> bool:
    """Tell whether positions come with the file.

    Columns of positions that were looked into and stand empty, as in an export of lines, ask nothing.
    """
    return has_shapes(found) or (bool(placed_in(mapping)) and bool(found.reading.get("points")))


@transaction.atomic
def use_projection(by: User | None, import_id: UUID, *, projection: str) -> AssetImport:
    """Take the projection that is proposed instead, and check all rows again. Raises UnableToImport."""
    policies.require(by, PERMISSION)
    found = lock_import(import_id)
    if found.state != ImportState.READY or projection not in PROJECTIONS:
        raise UnableToImport(_("ไฟล์นี้ยังไม่ได้ตรวจ หรือนำเข้าไปแล้ว"), code="not_ready")
    before = found.reading.get("projection")
    found.reading = found.reading | {"projection": projection, "projection_found": "person"}
    found.state, found.rows_done = ImportState.CHECKING, 0
    found.save(update_fields=["reading", "state", "rows_done"])
    audit.record("assets.import.changed", found, changes={"projection": [before, projection]})
    return found


@transaction.atomic
def confirm_import(by: User | None, import_id: UUID, *, is_sure_of_places: bool = False) -> AssetImport:
    """Accept the dry run: the good rows may go in.

    Raises UnableToImport when there is nothing to accept, when another projection puts clearly more places into the
    town (then it is never accepted), or when most lie outside in any (then only by a person who says that it is right).
    """
    policies.require(by, PERMISSION)
    found = lock_import(import_id)
    if found.state != ImportState.READY:
        raise UnableToImport(_("ไฟล์นี้ยังไม่ได้ตรวจ หรือนำเข้าไปแล้ว"), code="not_ready")
    _refuse_doubtful(found, is_sure_of_places=is_sure_of_places)
    if not found.counts.get("new") and not found.counts.get("changed"):
        raise UnableToImport(_("ไม่มีแถวใหม่หรือแถวที่เปลี่ยน จึงไม่มีอะไรให้นำเข้า"), code="nothing")
    found.state, found.rows_done = ImportState.IMPORTING, 0
    found.save(update_fields=["state", "rows_done"])
    audit.record(
        "assets.import.confirmed",
        found,
        changes={
            "projection": [None, found.reading.get("projection", "")],
            "datum": [None, found.reading.get("datum", "")],
            "is_sure_of_places": [None, is_sure_of_places],
        },
    )
    return found


def _refuse_doubtful(found: AssetImport, *, is_sure_of_places: bool) -> None:
    """Raise UnableToImport where the projection is wrong in all likelihood."""
    counts = found.counts
    if not counts.get("is_doubtful") or (is_sure_of_places and not counts.get("proposed")):
        return
    if counts.get("proposed") and counts["share"] > MOST_SHARE:
        raise UnableToImport(
            _("ระบบพิกัดอื่นทำให้ตำแหน่งอยู่ในเขตเทศบาลมากกว่านี้ โปรดเปลี่ยนระบบพิกัดตามที่เสนอ"), code="places"
        )
    raise UnableToImport(
        _("ตำแหน่งส่วนใหญ่อยู่นอกเขตเทศบาล โปรดเปลี่ยนระบบพิกัดตามที่เสนอ หรือยืนยันว่าตรวจบนแผนที่แล้ว"), code="places"
    )


@transaction.atomic
def cancel_import(by: User | None, import_id: UUID) -> AssetImport:
    """Give up an import that has not begun to change the register. Raises UnableToImport afterwards."""
    policies.require(by, PERMISSION)
    found = lock_import(import_id)
    if found.state in {ImportState.IMPORTING, ImportState.IMPORTED, ImportState.UNDOING, ImportState.UNDONE}:
        raise UnableToImport(_("เริ่มนำเข้าแล้ว ยกเลิกไม่ได้ ให้นำเข้าจนเสร็จแล้วใช้ “ย้อนกลับ”"), code="begun")
    found.state = ImportState.CANCELLED
    found.save(update_fields=["state"])
    clear_rows(found.pk)
    audit.record("assets.import.cancelled", found)
    return found
