"""หัวของคำตอบ: policy, cookies and caching on every kind of answer, limits on signing in, doors that stay shut."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from django.urls import reverse

from cddp.foundation.audit.models import AuditEntry
from cddp.registers.residents.tests import samples
from tests.access.routes import every_route
from tests.towns import PASSWORD, make_user

LOGIN = "/accounts/login/"
ADDRESSES = sorted({route.address for route in every_route()})
NONE, SELF = "'none'", "'self'"


@pytest.fixture
def home(town):
    return samples.house("12/3")


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


@pytest.mark.parametrize(
    "address", ["/", LOGIN, "/healthz", "/nothing-here/", "/residents/", "/api/v1/houses"]
)
def test_every_answer_carries_the_policy(client, town, address):
    found = directives(client.get(address)["Content-Security-Policy"])
    assert found["default-src"] == found["script-src"] == found["style-src"] == [SELF]
    assert found["object-src"] == found["frame-ancestors"] == [NONE]
    assert found["base-uri"] == found["form-action"] == [SELF]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & {
        w for v in found.values() for w in v
    }


@pytest.mark.parametrize("address", ["/", LOGIN, "/nothing-here/", "/residents/"])
def test_every_answer_says_nosniff_and_no_frame_and_keeps_its_referrer(client, town, address):
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_no_page_made_for_a_person_is_kept_by_browser_or_proxy(login, home):
    admin = make_user("admin", "town_admin")
    client = login(admin)
    client.raise_request_exception = False
    for address in [*ADDRESSES, reverse("residents:house", args=[home.pk]), "/residents/houses/?export=csv"]:
        answer = client.get(address)
        kept = answer.get("Cache-Control", "")
        # Tiles, and programs that are the same for everybody, may lie in the browser, to be asked for each time.
        may_lie = address.startswith("/tiles/") or address.endswith("/worker.js")
        assert "private" in kept or may_lie or address == "/healthz" or "no-store" in kept, (address, kept)
        assert "public" not in kept, address
        assert "no-store" in kept or may_lie or address == "/healthz", (address, kept)


def test_a_program_s_answer_is_not_kept(client, town):
    answer = client.get("/api/v1/houses", headers={"Authorization": "Bearer none"})
    assert answer["Cache-Control"] == "private, no-store"


def test_a_citizen_s_page_may_be_kept(client, town):
    assert "no-store" not in client.get("/").get("Cache-Control", "")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, town):
    make_user("somchai", "officer")
    answer = client.post(LOGIN, {"login": "somchai", "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert answer.status_code == 302
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get(LOGIN).cookies.get("csrftoken", {"samesite": "Lax"})["samesite"] == "Lax"
    grant = client.get("/map/layers.json").cookies["tile_grant"]
    assert (grant["httponly"], grant["samesite"], grant["path"]) == (True, "Strict", "/tiles/")


def test_behind_tls_cookies_travel_only_by_tls(tmp_path):
    import os
    import subprocess
    import sys

    asked = (
        "from cddp.config import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0,"
        "s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"CDDP_BEHIND_TLS": "1", "PYTHONPATH": str(settings.REPOSITORY / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["True", "True", "True", "True", "1"]


def test_signing_in_makes_a_new_session(client, town):
    make_user("somchai", "officer")
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    client.post(LOGIN, {"login": "somchai", "password": PASSWORD})
    assert client.session.session_key != before


class TestLimits:
    @pytest.fixture(autouse=True)
    def nothing_counted(self, db):
        caches["default"].clear()
        yield
        caches["default"].clear()

    def test_five_wrong_passwords_shut_the_account_for_a_while(self, client, town):
        make_user("somchai", "officer")
        for _attempt in range(5):
            client.post(LOGIN, {"login": "somchai", "password": "ผิด"})
        answer = client.post(LOGIN, {"login": "somchai", "password": PASSWORD})
        assert answer.status_code != 302
        assert "_auth_user_id" not in client.session

    def test_one_address_cannot_try_many_names(self, client, town):
        statuses = [
            client.post(LOGIN, {"login": f"name-{number}", "password": "ผิด"}).status_code
            for number in range(31)
        ]
        assert statuses[-1] == 429

    def test_a_claimed_address_does_not_escape_the_limit(self, client, town):
        for number in range(31):
            answer = client.post(
                LOGIN,
                {"login": f"name-{number}", "password": "ผิด"},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
            )
        assert answer.status_code == 429

    @override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
    def test_behind_the_proxy_each_person_has_an_address(self, login, registrar, home):
        client = login(registrar)
        someone = samples.person(at=home)
        session = client.session
        session["residents.purpose"] = "ทดสอบ"
        session.save()
        client.get(
            reverse("residents:person", args=[someone.pk]),
            headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.5"},
        )
        # Our proxy writes the last one; what stands before is what the client claims.
        assert AuditEntry.objects.get(action="residents.person.viewed").address == "203.0.113.5"


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/key/1-abc/",
        "/accounts/email/",
        "/accounts/confirm-email/abc/",
        "/admin/",
        "/__debug__/",
        "/media/",
        "/static/../settings.py",
        "/files/",
        "/.env",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_doors_that_stay_shut(client, login, registrar, address, method):
    assert getattr(client, method)(address).status_code == 404
    assert getattr(login(registrar), method)(address).status_code == 404


@pytest.mark.parametrize(
    "target", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:x"]
)
def test_no_way_leads_to_another_site(login, registrar, target):
    client = login(registrar)
    for address, given in [
        (reverse("ui:choose_language"), {"language": "th", "next": target}),
        (reverse("ui:read_notices"), {"next": target}),
        (reverse("residents:purpose"), {"purpose": "registry", "detail": "ทดสอบระบบ", "next": target}),
        (f"{LOGIN}?next={target}", {"login": "registrar", "password": PASSWORD, "next": target}),
    ]:
        answer = client.post(address, given)
        assert answer.status_code == 302, address
        assert "elsewhere" not in answer["Location"]
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")


def test_pages_are_packed_for_a_bad_signal(login, registrar):
    packed = login(registrar).get("/administration/tokens/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < 8_000
