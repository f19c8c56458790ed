"""Roles are a file that runs."""

import pytest

from cddp.foundation.accounts.models import Membership
from cddp.foundation.accounts.roles import load_roles, permissions_of
from cddp.foundation.accounts.services import UnableToChangeAccount, let_work_here
from tests.towns import make_user


def test_a_role_holds_what_it_includes():
    roles = load_roles()
    assert roles["officer"].permissions < roles["registrar"].permissions
    assert "residents.reveal_id" in roles["registrar"].permissions


def test_a_withdrawn_role_grants_nothing():
    assert permissions_of(["nobody-knows-it"]) == frozenset()


def test_the_mayor_sees_numbers_not_persons():
    assert "residents.view_person" not in permissions_of(["mayor"])


@pytest.mark.parametrize(
    ("roles", "codes", "limit"),
    [(["volunteer"], ["3"], ["3"]), (["volunteer", "officer"], ["3"], None), (["officer"], [], None)],
)
def test_only_a_pure_volunteer_is_bound_to_areas(roles, codes, limit):
    assert Membership(municipality_id=1, roles=roles, area_codes=codes).area_limit == limit


def test_an_unknown_role_is_refused(town):
    user = make_user("someone", "officer")
    with pytest.raises(UnableToChangeAccount):
        let_work_here(user, roles=["king"])


def test_a_person_without_membership_may_do_nothing(town):
    user = make_user("someone", "town_admin")
    user.membership = None
    assert not user.has_perm("residents.view")
