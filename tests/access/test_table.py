"""เส้นทาง × บทบาท: what each role gets at each address, and that no address is left out.

Rules are checked for every pair; the whole table is on record in `table.json`, so that a change of access is seen
in review. Re-record on purpose: `CDDP_RECORD=1 pytest tests/access/test_table.py`.
"""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings

from cddp.foundation.accounts.roles import load_roles
from tests.access.routes import every_route
from tests.towns import make_user

TABLE = Path(__file__).with_name("table.json")
ROUTES = every_route()
VISITOR = "visitor"
ROLES = [VISITOR, *sorted(load_roles())]


@pytest.mark.parametrize("role", ROLES)
def test_every_pair_keeps_the_rules_and_the_record(role, town, client):
    answers = ask_everywhere(client, role)
    wrong = [
        f"{role} at {route.pattern} ({route.access}): {answers[route.pattern]}"
        for route in ROUTES
        if not keeps_the_rules(route.access, role, answers[route.pattern])
    ]
    assert wrong == []
    recorded = json.loads(TABLE.read_text(encoding="utf-8"))
    if os.environ.get("CDDP_RECORD"):
        recorded = {pattern: recorded.get(pattern, {}) | {role: answers[pattern]} for pattern in answers}
        words = json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False)
        TABLE.write_text(f"{words}\n", encoding="utf-8")
    changed = {
        pattern: status
        for pattern, status in answers.items()
        if recorded.get(pattern, {}).get(role) != status
    }
    assert changed == {}, "access changed: look, then record again with CDDP_RECORD=1"


def test_what_is_on_record_is_still_there():
    recorded = json.loads(TABLE.read_text(encoding="utf-8"))
    assert set(recorded) == {route.pattern for route in ROUTES}
    assert {role for row in recorded.values() for role in row} == set(ROLES)


def ask_everywhere(client, role: str) -> dict[str, int]:
    """Ask every address in a role: {pattern: status}."""
    client.raise_request_exception = False
    user = None if role == VISITOR else make_user(f"only-{role}", role, area_codes=("1",))
    found, session = {}, ""
    for route in ROUTES:
        # Some addresses end the session.
        if user is not None and _session_of(client) != session:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = _session_of(client)
        found[route.pattern] = client.get(route.address).status_code
    return found


def _session_of(client) -> str:
    morsel = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else "none"


def keeps_the_rules(access: str, role: str, status: int) -> bool:
    """Tell whether a role may get this status at an address of this access."""
    if status >= 500:
        return False
    if access == "public":
        return status not in (401, 403)
    if access == "api":
        return status in (401, 405) if role == VISITOR else status != 302
    if role == VISITOR:
        return status in (302, 404, 405)
    if access == "signed_in":
        return status != 403
    # A mark of several permissions opens to whoever holds one of them.
    if load_roles()[role].permissions & set(access.split(" | ")):
        return status not in (401, 403)
    return status in (403, 404, 405)


@pytest.mark.parametrize(
    ("access", "role", "status"),
    [
        ("maintenance.view | maintenance.work", "technician", 403),
        ("maintenance.view | maintenance.work", "volunteer", 200),
        ("residents.view", "visitor", 200),
        ("residents.reveal_id", "mayor", 200),
        ("residents.view", "registrar", 403),
        ("public", "visitor", 403),
        ("api", "visitor", 200),
        ("signed_in", "visitor", 200),
        ("public", "visitor", 500),
    ],
)
def test_a_breach_would_be_noticed(access, role, status):
    assert not keeps_the_rules(access, role, status)


def test_every_route_has_an_access(db):
    assert [route.pattern for route in ROUTES if route.access == "?"] == []
    assert len(ROUTES) > 20


def test_pages_carry_the_strict_policy(client, town):  # more in test_headers.py
    response = client.get("/accounts/login/")
    policy = response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self'" in policy
    assert response["X-Frame-Options"] == "DENY"
