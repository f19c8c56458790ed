"""ย้อนการนำเข้า: take back what one import made and changed; what others have touched since stays and is listed.

One transaction: the whole import is undone, or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.tenancy.models import TenantForeignKey
from cddp.registers.assets import policies
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.models import Asset, AssetEvent, AssetImport
from cddp.registers.assets.services.importing.progress import lock_import, tell_starter, wait_for_turn
from cddp.registers.assets.services.importing.statements import COLUMNS

PERMISSION: Final = "assets.import"
_PREPARE: Final = (
    "DROP TABLE IF EXISTS undo_rows",
    """CREATE TEMP TABLE undo_rows ON COMMIT DROP AS
       SELECT r.id, r.asset_id, r.outcome = 'new' AS is_new,
              a.id IS NOT NULL AND a.version <> r.version_after AS kept, a.id IS NULL AS gone
       FROM assets_assetimportrow r LEFT JOIN assets_asset a ON a.id = r.asset_id AND a.municipality_id = %(town)s
       WHERE r.batch_id = %(batch)s AND r.version_after > 0""",
    "CREATE INDEX ON undo_rows (asset_id)",
    "ANALYZE undo_rows",
    # a line of its life that the import did not write: somebody has done something with it
    """UPDATE undo_rows u SET kept = true WHERE u.is_new AND EXISTS (
           SELECT 1 FROM assets_assetevent e WHERE e.municipality_id = %(town)s AND e.asset_id = u.asset_id
             AND NOT (e.kind = 'registered' AND e.at = (
                 SELECT min(f.at) FROM assets_assetevent f
                 WHERE f.municipality_id = %(town)s AND f.asset_id = u.asset_id)))""",
)
_TAKEN_NUMBERS: Final = """
UPDATE undo_rows u SET kept = true FROM assets_assetimportrow r
WHERE r.id = u.id AND NOT u.is_new AND r.before->>'number' <> '' AND EXISTS (
    SELECT 1 FROM assets_asset o WHERE o.municipality_id = %(town)s AND o.number = r.before->>'number'
      AND o.id <> u.asset_id AND NOT EXISTS (SELECT 1 FROM undo_rows w WHERE w.asset_id = o.id AND NOT w.kept))
"""


def _back(name: str, kind: str) -> str:
    return f"{name} = (r.before->>'{name}')::{kind}"


_RESTORE: Final = f"""
UPDATE assets_asset a SET {", ".join(_back(name, kind) for name, kind in COLUMNS.items())},
    attributes = r.before->'attributes', shape = (r.before->>'shape')::geometry,
    length_m = (r.before->>'length_m')::float8, area_code = r.before->>'area_code',
    search_text = r.before->>'search_text', version = a.version + 1, updated_at = %(now)s
FROM undo_rows u, assets_assetimportrow r
WHERE a.municipality_id = %(town)s AND a.id = u.asset_id AND r.id = u.id AND NOT u.is_new AND NOT u.kept
"""
_TELL: Final = """
INSERT INTO assets_assetevent (id, municipality_id, asset_id, kind, changes, words, at, "by", by_label)
SELECT gen_random_uuid(), %(town)s, asset_id, 'changed', '{}', %(words)s, %(now)s, %(by)s, %(by_label)s
FROM undo_rows WHERE NOT is_new AND NOT kept AND NOT gone
"""
_DELETE: Final = (
    """DELETE FROM assets_assetevent e USING undo_rows u
       WHERE e.municipality_id = %(town)s AND e.asset_id = u.asset_id AND u.is_new AND NOT u.kept""",
    """DELETE FROM assets_asset a USING undo_rows u
       WHERE a.municipality_id = %(town)s AND a.id = u.asset_id AND u.is_new AND NOT u.kept""",
)


@dataclass(frozen=True)
class UndoPlan:
    """แผนการย้อนกลับ: how many are deleted and restored, and which stay because of what came later."""

    deleted: int
    restored: int
    kept: tuple[UUID, ...]

    @property
    def taken_back(self) -> int:
        """How many assets become as they were."""
        return self.deleted + self.restored


@transaction.atomic
def plan_undo(found: AssetImport) -> UndoPlan:
    """Return what an undo would do; nothing changes."""
    with connection.cursor() as cursor:
        _prepare(cursor, found)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE is_new AND NOT kept AND NOT gone), "
            "count(*) FILTER (WHERE NOT is_new AND NOT kept AND NOT gone) FROM undo_rows"
        )
        deleted, restored = cursor.fetchone()
        cursor.execute("SELECT asset_id FROM undo_rows WHERE kept ORDER BY asset_id")
        return UndoPlan(int(deleted), int(restored), tuple(row[0] for row in cursor.fetchall()))


@transaction.atomic
def request_undo(by: User | None, import_id: UUID, *, leave_changed: bool = False) -> AssetImport:
    """Let an import be undone by a job.

    Raises UnableToImport when it is not in the register, or when assets were changed later and `leave_changed`
    does not say that they may stay.
    """
    policies.require(by, PERMISSION)
    found = lock_import(import_id)
    if found.state != ImportState.IMPORTED:
        raise UnableToImport(_("ย้อนกลับได้เฉพาะการนำเข้าที่เสร็จแล้ว"), code="not_imported")
    if found.is_forgotten:
        raise UnableToImport(_("แถวของไฟล์นี้ลบแล้วตามกำหนดเก็บรักษาข้อมูล จึงย้อนกลับไม่ได้"), code="forgotten")
    kept = len(plan_undo(found).kept)
    if kept and not leave_changed:
        raise UnableToImport(
            _("มี %(kept)s รายการที่ผู้อื่นแก้ไขหลังการนำเข้า ตรวจดูรายการ แล้วเลือก “ย้อนเฉพาะส่วนที่เหลือ”") % {"kept": kept},
            code="kept",
        )
    found.state = ImportState.UNDOING
    found.save(update_fields=["state"])
    audit.record("assets.import.undo_requested", found, changes={"kept": [None, kept]})
    return found


def undo_import(municipality_id: int, import_id: UUID) -> None:
    """Take back an import whose undo was requested; may be called again after a crash."""
    with town_context(municipality_id):
        found = lock_import(import_id)
        if found.state != ImportState.UNDOING:
            return
        wait_for_turn()
        plan = plan_undo(found)
        with connection.cursor() as cursor:
            _take_back(cursor, found)
        found.state, found.undone_at = ImportState.UNDONE, timezone.now()
        found.counts = found.counts | {
            "deleted_on_undo": plan.deleted, "restored_on_undo": plan.restored, "kept_on_undo": len(plan.kept),
        }  # fmt: skip
        found.save(update_fields=["state", "undone_at", "counts"])
        audit.record("assets.import.undone", found, changes={"kept": [None, len(plan.kept)]})
        tell_starter(found, _("ย้อนการนำเข้าทรัพย์สินแล้ว"))


def _prepare(cursor: CursorWrapper, found: AssetImport) -> None:
    """Put what the import made and changed into a temporary table, each row with the mark whether it stays."""
    parameters: dict[str, Any] = {"town": required_municipality_id(), "batch": found.pk}
    for statement in _PREPARE:
        cursor.execute(statement, parameters)
    for statement in _references():
        cursor.execute(statement, parameters)
    cursor.execute(_TAKEN_NUMBERS, parameters)


def _references() -> Iterator[str]:
    """Yield statements that keep every new asset to which any row of any app points: photos, work orders, parts …"""
    for model in apps.get_models():
        if model is AssetEvent:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey) and field.related_model is Asset:
                # A part that came with the whole goes with it.
                own = "AND NOT EXISTS (SELECT 1 FROM undo_rows w WHERE w.asset_id = t.id AND w.is_new)"
                yield (
                    f"UPDATE undo_rows u SET kept = true WHERE u.is_new AND EXISTS (SELECT 1 "
                    f'FROM "{model._meta.db_table}" t WHERE t.municipality_id = %(town)s '
                    f'AND t."{field.column}" = u.asset_id {own if model is Asset else ""})'
                )


def _take_back(cursor: CursorWrapper, found: AssetImport) -> None:
    parameters: dict[str, Any] = {
        "town": required_municipality_id(),
        "now": timezone.now(),
        "words": _("ย้อนการนำเข้าไฟล์ %(name)s") % {"name": found.file_name},
        "by": found.started_by,
        "by_label": found.started_by_label,
    }
    # New ones first: a number that an old asset had may be free only then.
    for statement in (*_DELETE, _RESTORE, _TELL):
        cursor.execute(statement, parameters)
