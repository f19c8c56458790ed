"""ย้อนการนำเข้า: take back what one import made and changed; what others have changed since stays and is listed.

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
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import TenantForeignKey
from cddp.registers.residents import policies
from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.errors import UnableToImport, UnableToUndoImport
from cddp.registers.residents.events import RegistryImportUndone
from cddp.registers.residents.models import (
    Area,
    House,
    Household,
    HouseholdMembership,
    ImportBatch,
    ImportChange,
    Person,
)
from cddp.registers.residents.services.importing.before_images import read_before
from cddp.registers.residents.services.importing.progress import lock_batch, tell_starter, wait_for_turn

TABLES: Final = ("area", "house", "household", "person", "membership")
_TABLE_OF: Final[dict[str, str]] = {
    "area": Area._meta.db_table,
    "house": House._meta.db_table,
    "household": Household._meta.db_table,
    "person": Person._meta.db_table,
    "membership": HouseholdMembership._meta.db_table,
}
_MODEL_OF: Final[dict[str, type[Any]]] = {
    "house": House,
    "household": Household,
    "person": Person,
    "area": Area,
}
_COLUMNS_OF: Final = {
    "house": (
        "house_code", "number", "number_order", "area_id", "road", "lane", "point", "point_source", "search_text",
    ),
    "person": (
        "title", "given_name", "family_name", "sex", "birth_date", "birth_precision", "citizen_id_encrypted",
        "citizen_id_hash", "citizen_id_is_valid", "citizen_id_note", "phone", "nationality", "vital_state",
        "death_date", "search_name",
    ),
}  # fmt: skip


def _undone(row: str, after: str = "") -> str:
    """How far the version of a row went up by imports that were undone again: once there, once back."""
    later = f"AND o.id > {after}" if after else ""
    return (
        "2 * (SELECT count(*) FROM residents_importchange o JOIN residents_importbatch b ON b.id = o.batch_id "
        f"WHERE o.row_id = {row} AND b.state = 'undone' {later})"
    )


_NOT_PRISTINE: Final = (
    # made by this import, changed by somebody since
    """UPDATE undo_person u SET kept = true FROM residents_person p
       WHERE p.id = u.id AND ((p.version <> 1 AND p.version <> 1 + {}) OR p.state <> 'active')""".format(
        _undone("p.id")
    ),
    """UPDATE undo_person u SET kept = true FROM residents_householdmembership m
       WHERE m.person_id = u.id AND (m.ended_on IS NOT NULL
             OR NOT EXISTS (SELECT 1 FROM undo_membership s WHERE s.id = m.id))""",
    """UPDATE undo_house u SET kept = true FROM residents_house x
       WHERE x.id = u.id AND ((x.version <> 1 AND x.version <> 1 + {}) OR x.state <> 'active')""".format(
        _undone("x.id")
    ),
    "UPDATE undo_household u SET kept = true FROM residents_household k WHERE k.id = u.id AND k.state <> 'active'",
    # statements and decisions of people about a row keep it
    *(
        f"UPDATE undo_{kind} u SET kept = true WHERE EXISTS "
        f"(SELECT 1 FROM residents_fact f WHERE f.subject_id = u.id)"
        for kind in ("person", "house", "household")
    ),
)
_FOLLOWING: Final = (
    # a stay is kept with its person, a household with its stays, a house with its households
    """UPDATE undo_membership u SET kept = true FROM residents_householdmembership m
       WHERE m.id = u.id AND (m.ended_on IS NOT NULL
             OR EXISTS (SELECT 1 FROM undo_person p WHERE p.id = m.person_id AND p.kept))""",
    """UPDATE undo_household u SET kept = true FROM residents_householdmembership m
       WHERE m.household_id = u.id AND NOT EXISTS (SELECT 1 FROM undo_membership s WHERE s.id = m.id AND NOT s.kept)""",
    """UPDATE undo_house u SET kept = true FROM residents_household k
       WHERE k.house_id = u.id AND NOT EXISTS (SELECT 1 FROM undo_household s WHERE s.id = k.id AND NOT s.kept)""",
    """UPDATE undo_household u SET kept = true FROM residents_household k
       WHERE k.id = u.id AND EXISTS (SELECT 1 FROM undo_house h WHERE h.id = k.house_id AND h.kept)""",
)


@dataclass(frozen=True)
class UndoPlan:
    """แผนการย้อนกลับ: how many rows an undo takes back, and which stay because others changed them since."""

    taken_back: int
    kept_people: tuple[UUID, ...]
    kept_houses: tuple[UUID, ...]

    @property
    def kept(self) -> int:
        """How many persons and houses stay."""
        return len(self.kept_people) + len(self.kept_houses)


@transaction.atomic
def plan_undo(batch: ImportBatch) -> UndoPlan:
    """Return what an undo would do; nothing changes."""
    with connection.cursor() as cursor:
        _prepare(cursor, batch)
        people = _ids(
            cursor,
            "SELECT id FROM undo_person WHERE kept UNION SELECT row_id FROM undo_change "
            "WHERE kept AND kind = 'person'",
        )
        houses = _ids(
            cursor,
            "SELECT id FROM undo_house WHERE kept UNION SELECT row_id FROM undo_change "
            "WHERE kept AND kind = 'house'",
        )
        cursor.execute(
            "SELECT (SELECT count(*) FROM undo_person WHERE NOT kept) + "
            "(SELECT count(*) FROM undo_house WHERE NOT kept) + (SELECT count(*) FROM undo_change WHERE NOT kept)"
        )
        return UndoPlan(int(cursor.fetchone()[0]), tuple(people), tuple(houses))


@transaction.atomic
def request_undo(batch: ImportBatch, *, leave_changed: bool = False, by: User | None = None) -> ImportBatch:
    """Let an import be undone by a job.

    Raises UnableToImport when it is not in the register or another import is at work; UnableToUndoImport when
    rows were changed later and `leave_changed` does not say that they may stay.
    """
    policies.require(by, "residents.import")
    locked = lock_batch(batch.pk)
    if locked.state != ImportState.IMPORTED:
        raise UnableToImport(_("ย้อนกลับได้เฉพาะการนำเข้าที่เสร็จแล้ว"), code="not_imported")
    if not wait_for_turn(locked):
        raise UnableToImport(_("มีการนำเข้าอื่นทำงานอยู่ โปรดรอให้เสร็จก่อน"), code="waiting")
    kept = plan_undo(locked).kept
    if kept and not leave_changed:
        raise UnableToUndoImport(
            _("มี %(kept)s รายการที่ผู้อื่นแก้ไขหลังการนำเข้า ตรวจดูรายการ แล้วเลือก “ย้อนเฉพาะส่วนที่เหลือ”") % {"kept": kept},
            kept=kept,
        )
    locked.state, locked.alive_at = ImportState.UNDOING, timezone.now()
    locked.save(update_fields=["state", "alive_at"])
    audit.record("residents.import.undo_requested", locked, changes={"kept": [None, kept]})
    return locked


def undo_batch(municipality_id: int, batch_id: UUID) -> None:
    """Take back an import whose undo was requested; may be called again after a crash."""
    with town_context(municipality_id):
        batch = lock_batch(batch_id)
        if batch.state != ImportState.UNDOING:
            return
        plan = plan_undo(batch)
        with connection.cursor() as cursor:
            _take_back(cursor, batch)
        batch.state, batch.undone_at = ImportState.UNDONE, timezone.now()
        batch.counts = batch.counts | {"taken_back": plan.taken_back, "kept_on_undo": plan.kept}
        batch.save(update_fields=["state", "undone_at", "counts"])
        audit.record("residents.import.undone", batch, changes={"kept": [None, plan.kept]})
        publish(RegistryImportUndone(batch.pk))
        tell_starter(batch, _("ย้อนการนำเข้าทะเบียนแล้ว"))


def _prepare(cursor: CursorWrapper, batch: ImportBatch) -> None:
    """Put what the import made and changed into temporary tables, each row with the mark whether it is kept."""
    for table in TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS undo_{table}")
        cursor.execute(
            f"CREATE TEMP TABLE undo_{table} ON COMMIT DROP AS SELECT DISTINCT unnest(c.made_ids) AS id, false AS kept "
            f"FROM residents_importchange c WHERE c.batch_id = %s AND c.\"table\" = '{table}'",
            [batch.pk],
        )
        cursor.execute(f"ANALYZE undo_{table}")
    cursor.execute("DROP TABLE IF EXISTS undo_change")
    cursor.execute(
        f"""CREATE TEMP TABLE undo_change ON COMMIT DROP AS
            SELECT c.id, c."table" AS kind, c.row_id, c.version_after,
                   coalesce(p.version, x.version, c.version_after) NOT IN (
                       c.version_after, c.version_after + {_undone("c.row_id", "c.id")})
                   OR coalesce(p.state, x.state, 'active') <> 'active' AS kept
            FROM residents_importchange c
            LEFT JOIN residents_person p ON c."table" = 'person' AND p.id = c.row_id
            LEFT JOIN residents_house x ON c."table" = 'house' AND x.id = c.row_id
            WHERE c.batch_id = %s AND c.row_id IS NOT NULL""",
        [batch.pk],
    )
    for statement in (*_NOT_PRISTINE, *_references(), *_FOLLOWING):
        cursor.execute(statement)


def _references() -> Iterator[str]:
    """Yield statements that keep every row to which a row of any other app points."""
    own = {House, Household, Person, HouseholdMembership}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, TenantForeignKey) or (model in own and field.name != "merged_into"):
                continue
            for kind, target in _MODEL_OF.items():
                if field.related_model is target and model not in own | {Area}:
                    yield (
                        f"UPDATE undo_{kind} u SET kept = true WHERE EXISTS (SELECT 1 FROM "
                        f'"{model._meta.db_table}" t WHERE t."{field.column}" = u.id)'
                    )
                elif field.related_model is target:
                    yield (
                        f'UPDATE undo_{kind} u SET kept = true WHERE u.id IN (SELECT t."{field.column}" FROM '
                        f'"{model._meta.db_table}" t WHERE t."{field.column}" IS NOT NULL)'
                    )


def _ids(cursor: CursorWrapper, statement: str) -> list[UUID]:
    cursor.execute(statement)
    return [row[0] for row in cursor.fetchall()]


def _take_back(cursor: CursorWrapper, batch: ImportBatch) -> None:
    _delete(cursor, "membership")
    _restore_stays(cursor)
    _restore_rows(cursor, batch)
    for table in ("person", "household", "house"):
        _delete(cursor, table)
    cursor.execute(
        "DELETE FROM residents_area a USING undo_area u WHERE a.id = u.id "
        "AND NOT EXISTS (SELECT 1 FROM residents_house x WHERE x.area_id = a.id)"
    )


def _delete(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(f"DELETE FROM {_TABLE_OF[table]} t USING undo_{table} u WHERE t.id = u.id AND NOT u.kept")


def _restore_stays(cursor: CursorWrapper) -> None:
    """Open again the stays that the import ended, unless the person has another one since."""
    cursor.execute("SELECT id FROM undo_change WHERE kind = 'membership'")
    changes = ImportChange.objects.filter(pk__in=[row[0] for row in cursor.fetchall()])
    for change in list(changes):
        before = read_before(change)
        cursor.execute(
            """UPDATE residents_householdmembership m SET ended_on = %(ended_on)s, end_reason = %(end_reason)s,
                      role = %(role)s
               WHERE m.id = %(id)s AND NOT EXISTS (
                     SELECT 1 FROM residents_householdmembership o WHERE o.person_id = m.person_id
                     AND o.kind = m.kind AND o.ended_on IS NULL AND o.id <> m.id)""",
            {**before, "id": change.row_id},
        )


def _restore_rows(cursor: CursorWrapper, batch: ImportBatch) -> None:
    for table, columns in _COLUMNS_OF.items():
        cursor.execute("SELECT id FROM undo_change WHERE kind = %s AND NOT kept", [table])
        changes = ImportChange.objects.filter(pk__in=[row[0] for row in cursor.fetchall()])
        assignments = ", ".join(f"{column} = %({column})s{_cast(column)}" for column in columns)
        statement = (
            f"UPDATE {_TABLE_OF[table]} SET {assignments}, version = version + 1, "
            "updated_at = %(now)s WHERE id = %(id)s"
        )
        # A whole list: a query between two rows of one executemany would wait for itself.
        parameters = [
            {**_values(read_before(change)), "id": change.row_id, "now": timezone.now()} for change in changes
        ]
        cursor.executemany(statement, parameters)


def _cast(column: str) -> str:
    return "::geometry" if column == "point" else ""


def _values(before: dict[str, Any]) -> dict[str, Any]:
    sealed = ("citizen_id_encrypted", "citizen_id_hash")
    return {key: bytes.fromhex(value) if key in sealed and value else value for key, value in before.items()}
