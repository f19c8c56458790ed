"""เลขประจำตัวประชาชน: kept encrypted, found by a keyed hash, shown only for a stated purpose.

The number is in no log, no audit entry and no address.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.files.cipher import encrypt
from cddp.foundation.values import citizen_id
from cddp.foundation.values.masking import mask_text
from cddp.registers.residents import policies
from cddp.registers.residents.choices import RegistryState
from cddp.registers.residents.errors import UnableToRevealCitizenId, UnableToSetCitizenId
from cddp.registers.residents.events import PersonChanged
from cddp.registers.residents.models import Person
from cddp.registers.residents.queries.identity import (
    context_of_town,
    digits_of,
    find_by_citizen_id,
    hash_of,
    masked_citizen_id,
)

__all__ = [
    "SealedCitizenId",
    "clear_citizen_id",
    "find_by_citizen_id",
    "hash_of",
    "masked_citizen_id",
    "place_citizen_id",
    "reveal_citizen_id",
    "seal",
    "set_citizen_id",
]

SHORTEST_PURPOSE = 5


@dataclass(frozen=True, slots=True)
class SealedCitizenId:
    """เลขที่ปิดผนึกแล้ว: the two columns of a person that stand for the number."""

    encrypted: bytes
    hash: bytes


def seal(digits: str) -> SealedCitizenId:
    """Return the encrypted form and the keyed hash of 13 digits, for the current town."""
    return SealedCitizenId(encrypt(digits.encode(), context=context_of_town()), hash_of(digits))


def place_citizen_id(person: Person, text: object, *, override_reason: str = "") -> list[str]:
    """Put a number into the fields of an unsaved or locked person; return the names of the fields to save.

    Raises UnableToSetCitizenId: code "unreadable" (no 13 digits), "doubtful" (check digit or first digit
    fails and no reason is given), "taken" (another active person has it).
    """
    reading = citizen_id.parse_citizen_id(text)
    if not reading.digits:
        raise UnableToSetCitizenId(
            _("%(problem)s โปรดตรวจสอบจากบัตรหรือทะเบียนบ้าน หรือเว้นว่างไว้") % {"problem": reading.problem_text},
            code="unreadable",
        )
    if not reading.is_sound and not override_reason.strip():
        raise UnableToSetCitizenId(
            _("%(problem)s หากเลขตรงตามเอกสารจริง ให้ระบุเหตุผลเพื่อยืนยัน") % {"problem": reading.problem_text},
            code="doubtful",
        )
    _refuse_taken(person.pk, reading.digits)
    sealed = seal(reading.digits)
    person.citizen_id_encrypted, person.citizen_id_hash = sealed.encrypted, sealed.hash
    person.citizen_id_is_valid = reading.is_sound
    person.citizen_id_note = "" if reading.is_sound else override_reason.strip()[:200]
    return ["citizen_id_encrypted", "citizen_id_hash", "citizen_id_is_valid", "citizen_id_note"]


def _refuse_taken(person_id: UUID, digits: str) -> None:
    holders = Person.objects.filter(citizen_id_hash=hash_of(digits), state=RegistryState.ACTIVE)
    if holders.exclude(pk=person_id).exists():
        raise UnableToSetCitizenId(
            _("เลขนี้เป็นของบุคคลอื่นในทะเบียนแล้ว ค้นหาเลขนี้เพื่อเปิดดู หรือรวมรายการหากเป็นคนเดียวกัน"), code="taken"
        )


@transaction.atomic
def set_citizen_id(
    person: Person, text: object, *, override_reason: str = "", by: User | None = None
) -> Person:
    """Give the person this number. Raises as `place_citizen_id`; the audit entry holds no number."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, person)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    fields = place_citizen_id(locked, text, override_reason=override_reason)
    return _save(locked, fields, "residents.person.citizen_id_set")


@transaction.atomic
def clear_citizen_id(person: Person, *, by: User | None = None) -> Person:
    """Take the number away: it was somebody else's, or a mistake."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, person)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    locked.citizen_id_encrypted = locked.citizen_id_hash = None
    locked.citizen_id_is_valid, locked.citizen_id_note = True, ""
    fields = ["citizen_id_encrypted", "citizen_id_hash", "citizen_id_is_valid", "citizen_id_note"]
    return _save(locked, fields, "residents.person.citizen_id_cleared")


def _save(person: Person, fields: list[str], action: str) -> Person:
    person.version += 1
    person.save(update_fields=[*fields, "version", "updated_at"])
    audit.record(action, person, changes={"citizen_id_is_valid": [None, person.citizen_id_is_valid]})
    publish(PersonChanged(person.pk, ("citizen_id",)))
    return person


def reveal_citizen_id(person: Person, *, purpose: str, by: User) -> str:
    """Return the 13 digits, once, and record who asked and why. Raises UnableToRevealCitizenId."""
    policies.require(by, "residents.reveal_id")
    policies.require_in_reach(by, person)
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise UnableToRevealCitizenId(_("โปรดระบุวัตถุประสงค์ที่ต้องใช้เลขประจำตัวประชาชน"), code="purpose")
    if not person.citizen_id_encrypted:
        raise UnableToRevealCitizenId(_("บุคคลนี้ไม่มีเลขประจำตัวประชาชนในทะเบียน"), code="absent")
    audit.record("residents.person.citizen_id_revealed", person, purpose=mask_text(purpose.strip())[:200])
    return digits_of(person)
