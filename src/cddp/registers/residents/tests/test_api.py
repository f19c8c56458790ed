"""ส่วนต่อประสาน: the same permissions, looks recorded, numbers masked."""

import json

import pytest

from cddp.foundation.audit.models import AuditEntry
from cddp.registers.residents.models import CurrentFact, FactType
from cddp.registers.residents.services.fact_types import sync_declared_fact_types
from cddp.registers.residents.services.identity import set_citizen_id
from cddp.registers.residents.tests import samples

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"


@pytest.fixture
def home(town):
    sync_declared_fact_types()
    return samples.house("12/3")


def post(client, body):
    return client.post(f"{ROOT}/facts", json.dumps(body), content_type="application/json")


def test_houses_page_by_id(home, registrar, login):
    others = [samples.house(str(n), moo=5) for n in range(4)]
    client, seen, after = login(registrar), [], ""
    while True:
        answer = client.get(f"{ROOT}/houses?limit=2{after}").json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert sorted(seen) == sorted(str(house.pk) for house in [home, *others])
    assert client.get(f"{ROOT}/houses/{home.pk}").json()["number"] == "12/3"
    assert len(client.get(f"{ROOT}/houses?area={home.area_id}").json()["items"]) == 1
    assert client.get(f"{ROOT}/houses?placed=true").json()["items"] == []


def test_person_needs_a_purpose_and_is_recorded(home, registrar, login):
    someone, digits, client = samples.person(at=home), samples.citizen_id(), login(registrar)
    set_citizen_id(someone, digits)
    assert client.get(f"{ROOT}/people").status_code == 422
    answer = client.get(f"{ROOT}/people?purpose=ตรวจสอบทะเบียน")
    assert answer.json()["items"][0]["given_name"] == "สมศรี"
    assert digits not in answer.content.decode()
    assert client.get(f"{ROOT}/people/{someone.pk}?purpose=ตรวจสอบทะเบียน").json()["house_id"] == str(home.pk)
    entry = AuditEntry.objects.get(action="residents.person.viewed")
    assert (entry.target_id, entry.purpose) == (someone.pk, "ตรวจสอบทะเบียน")


def test_fact_is_recorded_read_and_withdrawn(home, registrar, login):
    client = login(registrar)
    body = {"level": "house", "subject_id": str(home.pk), "fact_type": "elderly_in_house", "value": 2}
    made = post(client, body)
    assert made.status_code == 201
    facts = client.get(f"{ROOT}/facts/house/{home.pk}").json()
    assert [(fact["fact_type"], fact["value"], fact["text"]) for fact in facts] == [
        ("elderly_in_house", 2, "2 คน")
    ]
    assert client.delete(f"{ROOT}/facts/{made.json()['id']}").status_code == 200
    assert not CurrentFact.objects.exists()
    assert {each["key"] for each in client.get(f"{ROOT}/fact-types").json()} == {
        each.key for each in FactType.objects.all()
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"value": "มาก"},
        {"value": 10**40},
        {"value": "\x00"},
        {"observed_at": "0001-01-01T00:00:00Z"},
        {"observed_at": "2999-01-01T00:00:00Z"},
        {"level": "dog"},
        {"note": "x" * 301},
    ],
)
def test_unfit_bodies_are_refused_in_words(home, registrar, login, changed):
    body = {"level": "house", "subject_id": str(home.pk), "fact_type": "elderly_in_house", "value": 2}
    assert post(login(registrar), body | changed).status_code == 422


def test_reader_stranger_and_visitor(home, officer, stranger, login, client, towns):
    someone = samples.person(at=home)
    reader = login(officer)
    assert reader.get(f"{ROOT}/houses").status_code == 200
    assert reader.get(f"{ROOT}/people?purpose=อยากรู้").status_code == 403
    body = {"level": "house", "subject_id": str(home.pk), "fact_type": "elderly_in_house", "value": 2}
    assert post(reader, body).status_code == 403
    login(stranger)
    assert client.get(f"{ROOT}/houses/{home.pk}").status_code == 404
    assert client.get(f"{ROOT}/people/{someone.pk}?purpose=อยากรู้จัง").status_code == 404
    client.logout()
    assert client.get(f"{ROOT}/houses").status_code == 401
