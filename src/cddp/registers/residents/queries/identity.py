"""อ่านเลขประจำตัวประชาชน: exact look-up and the masked form; whole numbers only by `services.identity`."""

from cddp.foundation.files.cipher import decrypt, keyed_hash
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values import citizen_id
from cddp.registers.residents.choices import RegistryState
from cddp.registers.residents.models import Person


def context_of_town() -> str:
    """Return the context in which numbers of the current town are sealed and hashed."""
    return f"citizen_id:{required_municipality_id()}"


def hash_of(digits: str) -> bytes:
    """Return the keyed hash by which 13 digits are found in the current town."""
    return keyed_hash(digits, context=context_of_town())


def find_by_citizen_id(text: object) -> Person | None:
    """Return the one active person with this number (in any writing), or None."""
    digits = citizen_id.parse_citizen_id(text).digits
    if not digits:
        return None
    return Person.objects.filter(citizen_id_hash=hash_of(digits), state=RegistryState.ACTIVE).first()


def masked_citizen_id(person: Person) -> str:
    """Return "1-5099-xxxxx-12-3", or "" when the person has no number here."""
    return citizen_id.mask(digits_of(person)) if person.citizen_id_encrypted else ""


def digits_of(person: Person) -> str:
    """Return the whole number; to be called only where the look is recorded or the result is masked."""
    return decrypt(
        bytes(person.citizen_id_encrypted or b""), context=f"citizen_id:{person.municipality_id}"
    ).decode()
