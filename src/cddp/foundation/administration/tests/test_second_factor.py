"""A second factor by an authenticator app: set up, demanded at the next sign-in, and listed sessions."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.towns import PASSWORD, make_user


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, username: str):
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


@pytest.fixture
def user(town):
    return make_user("careful", "officer")


def test_a_second_factor_is_demanded_once_it_is_set_up(user):
    client = Client()
    assert sign_in(client, "careful").url == "/desk/"
    assert "/reauthenticate/" in client.get("/accounts/2fa/totp/activate/").url
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode(), "people without a camera type the secret"
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert done.status_code == 302

    other = Client()
    asked = sign_in(other, "careful")
    assert "/2fa/authenticate/" in asked.url
    assert other.get("/administration/tokens/").status_code == 302
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert other.get("/administration/tokens/").status_code == 302


def test_passkeys_and_recovery_codes_are_offered(user):
    client = Client()
    sign_in(client, "careful")
    page = client.get("/accounts/2fa/").content.decode()
    assert "/accounts/2fa/webauthn/" in page


def test_the_person_sees_where_they_are_signed_in(user):
    client, elsewhere = Client(), Client()
    sign_in(client, "careful")
    sign_in(elsewhere, "careful")
    page = client.get("/accounts/sessions/").content.decode()
    assert len(re.findall("<tr>", page)) == 3
    client.post("/accounts/sessions/")
    assert elsewhere.get("/administration/tokens/").status_code == 302
    assert client.get("/administration/tokens/").status_code == 200
