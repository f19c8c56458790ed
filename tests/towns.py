"""เมืองสมมติของการทดสอบ: two towns and the people every test needs: owner, colleague, stranger."""

from collections.abc import Iterator

import pytest
from django.db import connection

from cddp.foundation.accounts.models import User
from cddp.foundation.accounts.services import let_work_here
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality, MunicipalityKind

TOWN_ID = 5183
NEIGHBOUR_ID = 5295
PASSWORD = "ทดสอบ-ยาว-พอ-2569"


def make_town(municipality_id: int, name: str, slug: str) -> Municipality:
    """Make a town as the operator does: the program's own role may not."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE cddp_owner")
        town = Municipality.objects.create(
            id=municipality_id,
            name_th=name,
            name_en=slug,
            slug=slug,
            kind=MunicipalityKind.SUBDISTRICT,
            is_demo=True,
        )
        cursor.execute("SET ROLE cddp_app")
    return town


@pytest.fixture
def towns(db: None) -> tuple[Municipality, Municipality]:
    """Two towns side by side; nobody is in either yet."""
    return (
        make_town(TOWN_ID, "บ้านทดสอบ", "test-town"),
        make_town(NEIGHBOUR_ID, "บ้านข้างเคียง", "neighbour"),
    )


@pytest.fixture
def town(towns: tuple[Municipality, Municipality]) -> Iterator[Municipality]:
    """The test runs in the name of this town."""
    with town_context(towns[0].pk):
        yield towns[0]


def make_user(username: str, *roles: str, area_codes: tuple[str, ...] = ()) -> User:
    """Make a user who works in the current town in these roles, ready to be handed to `visible_to`."""
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, PASSWORD, full_name=f"นางสาว{username} ทดสอบ"
    )
    user.membership = let_work_here(user, roles=roles, area_codes=area_codes)
    return user


@pytest.fixture
def registrar(town: Municipality) -> User:
    """Owner of the work: may see and change residents."""
    return make_user("registrar", "registrar")


@pytest.fixture
def officer(town: Municipality) -> User:
    """Colleague who may look at houses, not at persons."""
    return make_user("officer", "officer")


@pytest.fixture
def stranger(towns: tuple[Municipality, Municipality]) -> User:
    """A registrar of the neighbouring town."""
    with town_context(towns[1].pk):
        return make_user("stranger", "registrar")


@pytest.fixture
def login(client):
    """Return a client signed in as a user: `login(registrar).get(…)`."""

    def sign_in(user: User):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
