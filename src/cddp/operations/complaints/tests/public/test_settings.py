"""ตั้งค่าหน้าของประชาชน: the telephone people are told to call."""

import pytest
from django.urls import reverse

from cddp.foundation.audit.models import AuditEntry
from cddp.operations.complaints.queries.public_page import find_public_phone
from cddp.operations.complaints.tests.public.citizens import FORM
from tests.towns import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town):
    return make_user("admin", "town_admin")


def test_the_telephone_stands_on_the_form(login, admin, client):
    answer = login(admin).post(reverse("complaints:public_pages"), {"phone": "053-511 013"})
    assert answer.status_code == 302
    assert find_public_phone() == "053511013"
    client.logout()
    assert 'href="tel:053511013"' in client.get(FORM).content.decode()
    assert AuditEntry.objects.filter(action="complaints.public_phone.added").exists()


def test_it_may_be_changed_and_taken_away(login, admin):
    client = login(admin)
    for phone, kept in [("053511013", "053511013"), ("0812345678", "0812345678"), ("", "")]:
        client.post(reverse("complaints:public_pages"), {"phone": phone})
        assert find_public_phone() == kept


def test_what_cannot_be_called_stays_in_the_form(login, admin):
    answer = login(admin).post(reverse("complaints:public_pages"), {"phone": "12"})
    assert answer.status_code == 422
    assert 'value="12"' in answer.content.decode()
    assert find_public_phone() == ""


def test_only_who_may_configure(login, officer, client):
    address = reverse("complaints:public_pages")
    assert client.get(address).status_code == 302
    assert login(officer).get(address).status_code == 403
    assert login(officer).post(address, {"phone": "053511013"}).status_code == 403
