"""เลขประจำตัวประชาชน: doubtful is kept with a reason, nothing leaks."""

import logging

import pytest

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.values.citizen_id import mask
from cddp.registers.residents.errors import UnableToAct, UnableToRevealCitizenId, UnableToSetCitizenId
from cddp.registers.residents.models import Person
from cddp.registers.residents.services.identity import (
    clear_citizen_id,
    find_by_citizen_id,
    masked_citizen_id,
    reveal_citizen_id,
    set_citizen_id,
)
from cddp.registers.residents.tests import samples

pytestmark = pytest.mark.django_db


def test_number_is_stored_sealed_and_found_in_any_writing(town, registrar):
    digits = samples.citizen_id()
    someone = set_citizen_id(samples.person(), digits, by=registrar)
    stored = Person.objects.get(pk=someone.pk)
    assert digits.encode() not in bytes(stored.citizen_id_encrypted)
    assert (
        find_by_citizen_id(f"{digits[0]}-{digits[1:5]}-{digits[5:10]}-{digits[10:12]}-{digits[12]}") == stored
    )
    assert masked_citizen_id(stored) == mask(digits)


def test_failing_check_digit_needs_a_reason_and_is_never_lost(town, registrar):
    digits = samples.citizen_id()
    wrong = digits[:12] + str((int(digits[12]) + 1) % 10)
    someone = samples.person()
    with pytest.raises(UnableToSetCitizenId) as refusal:
        set_citizen_id(someone, wrong, by=registrar)
    assert refusal.value.code == "doubtful"
    kept = set_citizen_id(someone, wrong, override_reason="ตรงตามบัตรจริง", by=registrar)
    assert (kept.citizen_id_is_valid, kept.citizen_id_note) == (False, "ตรงตามบัตรจริง")
    assert find_by_citizen_id(wrong) == kept


def test_number_may_be_absent_and_taken_away(town, registrar):
    someone = samples.person()
    assert masked_citizen_id(someone) == ""
    set_citizen_id(someone, samples.citizen_id(), by=registrar)
    assert clear_citizen_id(someone, by=registrar).citizen_id_hash is None
    assert samples.person().citizen_id_hash is None


def test_same_number_is_refused_for_another(town, registrar):
    digits = samples.citizen_id()
    set_citizen_id(samples.person(), digits, by=registrar)
    with pytest.raises(UnableToSetCitizenId) as refusal:
        set_citizen_id(samples.person(), digits, by=registrar)
    assert refusal.value.code == "taken"
    assert digits not in refusal.value.message


def test_unreadable_number_is_refused(town, registrar):
    with pytest.raises(UnableToSetCitizenId) as refusal:
        set_citizen_id(samples.person(), "1.50991E+12", by=registrar)
    assert refusal.value.code == "unreadable"


def test_reveal_is_recorded_with_its_purpose(town, registrar, officer, caplog):
    digits = samples.citizen_id()
    someone = set_citizen_id(samples.person(), digits, by=registrar)
    with caplog.at_level(logging.DEBUG):
        assert reveal_citizen_id(someone, purpose="ออกหนังสือรับรอง", by=registrar) == digits
    entry = AuditEntry.objects.get(action="residents.person.citizen_id_revealed")
    assert (entry.target_id, entry.purpose) == (someone.pk, "ออกหนังสือรับรอง")
    with pytest.raises(UnableToRevealCitizenId):
        reveal_citizen_id(someone, purpose=" ", by=registrar)
    with pytest.raises(UnableToAct):
        reveal_citizen_id(someone, purpose="อยากรู้อยากเห็น", by=officer)
    written = caplog.text + "".join(f"{e.changes}{e.purpose}" for e in AuditEntry.objects.all())
    assert digits not in written
