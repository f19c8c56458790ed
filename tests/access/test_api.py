"""ส่วนต่อประสาน /api/v1: whatever is sent, no fault of ours is the answer; and no door beside the screens'."""

import json
import os
from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from cddp.config.api import api
from cddp.foundation.accounts.tokens import make_token
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.models import FactType
from cddp.registers.residents.services.fact_types import sync_declared_fact_types
from cddp.registers.residents.tests import samples
from tests.towns import make_user

ROOT = "/api/v1"
EXAMPLES = int(os.environ.get("CDDP_API_EXAMPLES", "12"))
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, item in api.get_openapi_schema(path_prefix=f"{ROOT}/")["paths"].items()
    for method in item
)


@pytest.fixture
def home(town):
    sync_declared_fact_types()
    return samples.house("12/3")


@pytest.fixture
def token(registrar):
    _made, written = make_token(
        registrar.membership,
        name="ทดสอบ",
        permissions=sorted(registrar.membership.permissions),
        at=timezone.now(),
        life=timedelta(days=1),
    )
    return written


@pytest.fixture
def as_program(client, token):
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture
def program(home):
    """The whole program as a server calls it; only that the test's transaction is not closed between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_a_fault_of_ours(program, home, token, operation, mode):
    method, _blank, path = operation.partition(" ")
    someone = samples.person(at=home)
    real = {
        "house_id": str(home.pk),
        "person_id": str(someone.pk),
        "subject_id": str(home.pk),
        "level": "house",
        "fact_type": FactType.objects.filter(level="house").values_list("key", flat=True)[0],
    }
    # Read through the program itself: the schema that callers see.
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", program)
    strategy = schema[path][method].as_strategy(generation_mode=mode)

    @given(case=strategy, meets_something=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case, meets_something):
        if meets_something:
            _point_at(case, real)
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        assert response.status_code < 500, (operation, response.status_code)

    ask()


def _point_at(case, real):
    """Let a case name rows that exist: else nearly all end at 404, before any of our own work."""
    if isinstance(case.path_parameters, dict):
        case.path_parameters.update({name: real[name] for name in case.path_parameters if name in real})
    if isinstance(case.body, dict):
        case.body.update({name: real[name] for name in case.body if name in real})


def test_every_operation_is_tried():
    assert len(OPERATIONS) >= 7


@pytest.mark.parametrize(
    "value", ['"\\u0000"', '"\\ud800"', "NaN", "Infinity", "1e400", "1" * 5000, "[" * 5000, "null"]
)
def test_odd_values_are_refused_in_words(home, as_program, value):
    body = (
        f'{{"level": "house", "subject_id": "{home.pk}", "fact_type": "elderly_in_house", "value": {value}}}'
    )
    answer = as_program.post(f"{ROOT}/facts", body, content_type="application/json")
    assert answer.status_code in (400, 422)


def test_a_stranger_s_token_finds_nothing_here(home, towns, stranger, client):
    with town_context(towns[1].pk):
        _made, written = make_token(
            stranger.membership,
            name="ทดสอบ",
            permissions=["residents.view", "residents.view_person", "residents.record_fact"],
            at=timezone.now(),
            life=timedelta(days=1),
        )
    someone, bearer = samples.person(at=home), {"Authorization": f"Bearer {written}"}
    purpose = "?purpose=ตรวจสอบทะเบียน"
    assert client.get(f"{ROOT}/houses", headers=bearer).json()["items"] == []
    assert client.get(f"{ROOT}/houses/{home.pk}", headers=bearer).status_code == 404
    assert client.get(f"{ROOT}/people/{someone.pk}{purpose}", headers=bearer).status_code == 404
    assert client.get(f"{ROOT}/facts/person/{someone.pk}{purpose}", headers=bearer).status_code == 404


@pytest.mark.parametrize(
    "written", ["", "Bearer", "Bearer x", "Bearer cddp-5183-" + "a" * 43, "Basic eDp5", "Bearer cddp-9-\x7f"]
)
def test_a_token_that_is_none_opens_nothing(home, client, login, registrar, written):
    # Not even to one who is signed in: a request that shows a token is judged by the token.
    client = login(registrar)
    assert client.get(f"{ROOT}/houses", headers={"Authorization": written}).status_code == 401


def test_a_token_grants_no_more_than_was_named(home, client, registrar):
    _made, written = make_token(
        registrar.membership,
        name="อ่านบ้าน",
        permissions=["residents.view"],
        at=timezone.now(),
        life=timedelta(days=1),
    )
    bearer = {"Authorization": f"Bearer {written}"}
    assert client.get(f"{ROOT}/houses", headers=bearer).status_code == 200
    assert client.get(f"{ROOT}/people?purpose=ตรวจสอบทะเบียน", headers=bearer).status_code == 403
    assert client.get("/residents/houses/", headers=bearer).status_code == 302


def test_a_volunteer_sees_only_their_own_area(home, client):
    elsewhere = samples.house("9", moo=9)
    someone = samples.person("สมหมาย", at=elsewhere)
    volunteer = make_user("aosomo", "volunteer", area_codes=("moo-4",))
    client.force_login(volunteer, backend="allauth.account.auth_backends.AuthenticationBackend")
    purpose = "?purpose=เยี่ยมบ้าน"
    assert [row["id"] for row in client.get(f"{ROOT}/houses").json()["items"]] == [str(home.pk)]
    assert client.get(f"{ROOT}/houses/{elsewhere.pk}").status_code == 404
    assert client.get(f"{ROOT}/people/{someone.pk}{purpose}").status_code == 404
    assert client.get(f"{ROOT}/people{purpose}").json()["items"] == []


def test_a_session_needs_its_csrf_token_to_write(home, registrar):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(registrar, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = {"level": "house", "subject_id": str(home.pk), "fact_type": "elderly_in_house", "value": 1}
    answer = client.post(f"{ROOT}/facts", json.dumps(body), content_type="application/json")
    assert answer.status_code == 403


@pytest.mark.parametrize("purpose", ["", "?purpose=", "?purpose=x", "?purpose=%20%20%20%20%20"])
def test_nothing_of_a_person_without_a_purpose(home, as_program, purpose):
    someone = samples.person(at=home)
    for address in (
        f"{ROOT}/people",
        f"{ROOT}/people/{someone.pk}",
        f"{ROOT}/facts/person/{someone.pk}",
    ):
        assert as_program.get(address + purpose).status_code in (403, 422), address
    assert not AuditEntry.objects.filter(action__in=["residents.person.viewed", "residents.person.listed"])


def test_a_purpose_that_grows_when_masked_is_kept_shortened(home, as_program):
    someone = samples.person(at=home)
    words = "1 ม." * 50
    assert as_program.get(f"{ROOT}/people/{someone.pk}?purpose={words}").status_code == 200
    assert len(AuditEntry.objects.get(action="residents.person.viewed").purpose) == 200
