"""The screens of members, tokens and the audit trail: the litany."""

from uuid import uuid4

import pytest

from cddp.foundation.accounts.models import ApiToken, Membership, User
from cddp.foundation.accounts.services import let_work_here
from cddp.foundation.tenancy.current import town_context
from tests.towns import NEIGHBOUR_ID, PASSWORD, make_user

MEMBERS = "/administration/members/"


@pytest.fixture
def admin(town):
    return make_user("admin", "town_admin")


@pytest.fixture
def foreign_member(town, stranger):
    return stranger.membership


def new_member(**changes):
    return {
        "username": "somsri",
        "password": "ยาวพอ-และ-ไม่ง่าย-2569",
        "full_name": "นางสมศรี ทดสอบ",
        "roles": ["officer"],
        "area_codes": "1, 2",
    } | changes


@pytest.mark.parametrize(
    "url", [MEMBERS, f"{MEMBERS}new/", "/administration/audit/", "/administration/tokens/"]
)
def test_an_administrator_opens_each(login, admin, url):
    assert login(admin).get(url).status_code == 200


@pytest.mark.parametrize("url", [MEMBERS, f"{MEMBERS}new/", "/administration/audit/"])
def test_a_colleague_without_the_right_is_refused(login, officer, url):
    assert login(officer).get(url).status_code == 403


@pytest.mark.parametrize(
    "url", [MEMBERS, f"{MEMBERS}new/", "/administration/audit/", "/administration/tokens/"]
)
def test_a_visitor_is_sent_to_sign_in(client, town, url):
    response = client.get(url)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_a_stranger_of_another_town_is_not_found(login, admin, foreign_member):
    assert login(admin).get(f"{MEMBERS}{foreign_member.pk}/").status_code == 404
    assert login(admin).post(f"{MEMBERS}{foreign_member.pk}/working/").status_code == 404


def test_a_bad_id_is_not_found(login, admin):
    assert login(admin).get(f"{MEMBERS}{uuid4()}/").status_code == 404


def test_writes_refuse_get(login, admin, registrar):
    assert login(admin).get(f"{MEMBERS}{registrar.membership.pk}/working/").status_code == 405


def test_a_new_member_can_sign_in_and_work(client, login, admin):
    response = login(admin).post(f"{MEMBERS}new/", new_member())
    made = Membership.objects.get(user__username="somsri")
    assert response.url == f"{MEMBERS}{made.pk}/"
    assert (made.roles, made.area_codes) == (["officer"], ["1", "2"])
    assert made.user.check_password("ยาวพอ-และ-ไม่ง่าย-2569")


def test_bad_input_keeps_what_was_typed(login, admin):
    response = login(admin).post(f"{MEMBERS}new/", new_member(username="ไทย", roles=[]))
    assert response.status_code == 422
    assert "นางสมศรี ทดสอบ" in response.content.decode()
    assert not User.objects.filter(full_name="นางสมศรี ทดสอบ").exists()


def test_roles_change_and_are_recorded(login, admin, officer):
    url = f"{MEMBERS}{officer.membership.pk}/"
    login(admin).post(url, {"full_name": "นายใหม่", "roles": ["registrar"], "area_codes": ""})
    officer.membership.refresh_from_db()
    assert officer.membership.roles == ["registrar"]
    assert "นายใหม่" not in str(login(admin).get("/administration/audit/").status_code)


def test_a_stopped_member_is_out_at_the_next_request(client, login, admin, officer):
    login(admin).post(f"{MEMBERS}{officer.membership.pk}/working/", {"stop": ""})
    assert login(officer).get("/administration/tokens/").status_code in (302, 403, 404)


def test_nobody_locks_themselves_out(login, admin):
    response = login(admin).post(f"{MEMBERS}{admin.membership.pk}/working/", {"stop": ""})
    admin.membership.refresh_from_db()
    assert admin.membership.is_active
    assert response.status_code == 422


def test_a_token_is_shown_once_and_can_be_revoked(login, registrar):
    client = login(registrar)
    page = client.post(
        "/administration/tokens/", {"name": "บัญชี", "permissions": ["residents.view"], "days": 9}
    )
    assert "cddp-5183-" in page.content.decode()
    assert "cddp-5183-" not in client.get("/administration/tokens/").content.decode()
    token = ApiToken.objects.get()
    client.post(f"/administration/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at


def test_a_colleague_cannot_revoke_my_token(login, registrar, officer):
    login(registrar).post(
        "/administration/tokens/", {"name": "x", "permissions": ["residents.view"], "days": 9}
    )
    token = ApiToken.objects.get()
    assert login(officer).post(f"/administration/tokens/{token.pk}/revoke/").status_code == 404


def test_who_works_in_two_towns_can_choose(client, town, registrar):
    with town_context(NEIGHBOUR_ID):
        let_work_here(registrar, roles=["officer"])
    client.force_login(registrar, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/administration/tokens/").content.decode()
    assert "บ้านข้างเคียง" in page


def test_a_lost_password_is_set_anew_and_ends_open_sessions(login, admin, officer):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    login(admin).post(f"{MEMBERS}{officer.membership.pk}/password/", {"password": "ใหม่-ยาว-พอ-2569"})
    officer.refresh_from_db()
    assert officer.check_password("ใหม่-ยาว-พอ-2569")
    assert elsewhere.get("/administration/tokens/").status_code == 302


def test_who_also_works_elsewhere_keeps_name_and_password(login, admin, officer):
    with town_context(NEIGHBOUR_ID):
        let_work_here(officer, roles=["officer"])
    client = login(admin)
    password = client.post(f"{MEMBERS}{officer.membership.pk}/password/", {"password": "ใหม่-ยาว-พอ-2569"})
    change = {"full_name": "คนอื่น", "email": "taken@example.test", "roles": ["registrar"]}
    renamed = client.post(f"{MEMBERS}{officer.membership.pk}/", change)
    officer.refresh_from_db()
    assert (password.status_code, renamed.status_code) == (422, 422)
    assert officer.email == ""
    assert officer.check_password(PASSWORD)
    same = {"full_name": officer.full_name, "email": "", "roles": ["registrar"]}
    assert client.post(f"{MEMBERS}{officer.membership.pk}/", same).status_code == 302


def test_who_is_stopped_in_one_town_goes_on_in_the_other(client, town, admin, officer):
    with town_context(NEIGHBOUR_ID):
        elsewhere = let_work_here(officer, roles=["officer"])
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    first = client.get("/administration/tokens/").context["user"].membership
    stopped = officer.membership if first.municipality_id == town.pk else elsewhere
    with town_context(stopped.municipality_id):
        Membership.objects.filter(pk=stopped.pk).update(is_active=False)
    second = client.get("/administration/tokens/").context["user"].membership
    assert second.municipality_id != first.municipality_id


def test_signing_in_is_throttled(client, town):
    make_user("target", "officer")
    answers = [
        client.post("/accounts/login/", {"login": "target", "password": f"wrong-{n}"}).content.decode()
        for n in range(8)
    ]
    right = client.post("/accounts/login/", {"login": "target", "password": PASSWORD})
    assert right.status_code != 302, "after many wrong passwords even the right one must wait"
    assert len(set(answers)) >= 1
