"""ลืมเมื่อถึงเวลา: the person goes, the matter stays."""

import datetime as dt

import pytest

from cddp.operations.complaints.models import Intake, LineContact, Need, RefusedDelivery, Report, Reporter
from cddp.operations.complaints.services import forgetting
from cddp.operations.complaints.services.voices import Contact, open_contact
from cddp.operations.complaints.tests.needs import NOW, category, tell

YEAR_LATER = (NOW + dt.timedelta(days=400)).date()


@pytest.fixture(autouse=True)
def _town(town):
    category()


def close_all() -> None:
    Report.objects.update(state="finished", updated_at=NOW)


def test_who_told_is_forgotten_once_it_has_long_been_over():
    tell(contact=Contact(name="นางบัวผัน ทดสอบ", phone="0812345678", line_user_id="U1"))
    assert forgetting.forget_reporters(YEAR_LATER) == 0, "it is still open"
    close_all()
    assert forgetting.forget_reporters(NOW.date()) == 0, "it is not over long enough"
    assert forgetting.forget_reporters(YEAR_LATER) == 1
    assert open_contact(Reporter.objects.get()) == Contact()
    assert Need.objects.get().voices == 1
    assert Report.objects.get().description
    assert forgetting.forget_reporters(YEAR_LATER) == 0


def test_envelopes_are_emptied_and_still_refuse_a_second_coming():
    tell(external_id="abc")
    assert forgetting.forget_payloads(YEAR_LATER) == 1
    assert Intake.objects.get().payload == {}
    assert not tell(external_id="abc").is_new


def test_silent_contacts_and_old_refusals_go():
    LineContact.objects.create(contact_hash=b"1", user_sealed=b"x", last_seen_at=NOW)
    LineContact.objects.create(contact_hash=b"2", user_sealed=b"x", last_seen_at=NOW + dt.timedelta(days=401))
    RefusedDelivery.objects.create(channel="line", reason="bad_signature", hour=NOW, last_at=NOW)
    assert forgetting.forget_line_contacts(YEAR_LATER) == 1
    assert forgetting.forget_refusals(YEAR_LATER) == 1
    assert LineContact.objects.count() == 1
