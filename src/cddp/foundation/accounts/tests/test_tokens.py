"""A token opens no more than was said, no longer than was said, and only in its own town."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cddp.foundation.accounts.models import ApiToken
from cddp.foundation.accounts.services import UnableToChangeAccount
from cddp.foundation.accounts.tokens import find_token_user, make_token, municipality_of_token, revoke_token
from cddp.foundation.tenancy.current import town_context
from tests.towns import NEIGHBOUR_ID, TOWN_ID

NOW = timezone.now()
WEEK = timedelta(days=7)


@pytest.fixture
def token(registrar):
    return make_token(registrar.membership, name="ระบบบัญชี", permissions=["residents.view"], at=NOW, life=WEEK)


def test_a_token_grants_its_own_permissions_only(token, registrar):
    user = find_token_user(token[1], at=NOW)
    assert user == registrar
    assert user.has_perm("residents.view")
    assert not user.has_perm("residents.reveal_id")


def test_the_secret_is_not_stored(token):
    secret = token[1].rsplit("-", 1)[1]
    assert secret.encode() not in bytes(ApiToken.objects.get().token_hash)


def test_it_ends_by_time_and_by_hand(token):
    assert find_token_user(token[1], at=NOW + timedelta(days=8)) is None
    revoke_token(token[0], at=NOW)
    assert find_token_user(token[1], at=NOW) is None


def test_it_opens_nothing_in_another_town(token):
    with town_context(NEIGHBOUR_ID):
        assert find_token_user(token[1], at=NOW) is None


@pytest.mark.parametrize("written", ["", "cddp-5183", "cddp-x-y", "cddp-5183-short", "Bearer x", "๕๑๘๓"])
def test_nonsense_opens_nothing(town, written):
    assert municipality_of_token(written) is None
    assert find_token_user(written, at=NOW) is None


def test_the_town_can_be_read_from_it(token):
    assert municipality_of_token(token[1]) == TOWN_ID


def test_nobody_hands_out_more_than_they_hold(officer):
    with pytest.raises(UnableToChangeAccount):
        make_token(officer.membership, name="x", permissions=["residents.reveal_id"], at=NOW, life=WEEK)


def test_a_life_over_a_year_is_refused(registrar):
    with pytest.raises(UnableToChangeAccount):
        make_token(registrar.membership, name="x", permissions=[], at=NOW, life=timedelta(days=400))
