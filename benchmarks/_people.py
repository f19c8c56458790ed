"""ผู้ใช้ของการวัด: sign in as a person of the first town, as a browser does."""

from _city import Site
from django.test import Client

from cddp.config.demo.accounts import username_of
from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import town_context

TOWN_ID = 5183
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def worker() -> User:
    """Return somebody who may see and change everything in the first town, membership included."""
    from cddp.foundation.accounts.queries import list_memberships_of

    user = User.objects.get(username=username_of("ban-klang", "town_admin"))
    with town_context(TOWN_ID, user_id=user.pk):
        user.membership = list_memberships_of(user.pk).filter(municipality_id=TOWN_ID).get()
    return user


def signed_in_client() -> Client:
    """Return Django's test client, signed in: it runs in this process, so its queries can be counted."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(worker(), backend=BACKEND)
    return client


def signed_in_cookies() -> str:
    """Return the cookies that a browser has after opening the map."""
    client = signed_in_client()
    client.get("/map/")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def sign_in(port: int) -> Site:
    """Return a connection to the server, signed in."""
    return Site(port, signed_in_cookies())
