"""เทศบาลของคำขอ: find the town and the role of the person, and run the request in their name."""

from collections.abc import Callable
from uuid import UUID, uuid4

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from cddp.foundation.accounts.models import User
from cddp.foundation.accounts.queries import list_memberships_of
from cddp.foundation.accounts.tokens import find_token_user, municipality_of_token
from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.tenancy.current import town_context

TOWN_SESSION_KEY = "municipality_id"


class TownMiddleware:
    """One transaction per request, in the name of the signed-in person's current town.

    A view that raises leaves nothing half-done: ATOMIC_REQUESTS gives each view a savepoint of its own,
    so that its error page can still read from the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.PATHS_WITHOUT_TOWN):
            return self.get_response(request)
        if request.path.startswith("/api/") and "Authorization" in request.headers:
            return self._as_program(request)
        user = request.user
        if not isinstance(user, User):
            with town_context(None), acting(_who(request, None)):
                return self.get_response(request)
        return self._at_work(request, user, request.session.get(TOWN_SESSION_KEY) or _first_town(user.pk))

    def _at_work(self, request: HttpRequest, user: User, municipality_id: int | None) -> HttpResponse:
        with town_context(municipality_id, user_id=user.pk), acting(_who(request, user)):
            user.own_memberships = list(list_memberships_of(user.pk)) if municipality_id else []
            here = (each for each in user.own_memberships if each.municipality_id == municipality_id)
            user.membership = next(here, None)
            if user.membership is None and user.own_memberships:
                # The work in this town was stopped since: the person goes on in another of theirs.
                return self._at_work(request, user, user.own_memberships[0].municipality_id)
            if user.membership is not None and request.session.get(TOWN_SESSION_KEY) != municipality_id:
                request.session[TOWN_SESSION_KEY] = municipality_id
            with translation.override(user.language or settings.LANGUAGE_CODE):
                return self.get_response(request)

    def _as_program(self, request: HttpRequest) -> HttpResponse:
        """Run a call that bears a token in the name of the token's member, and of nobody when it is no good."""
        written = request.headers["Authorization"].removeprefix("Bearer ").strip()
        with town_context(municipality_of_token(written)):
            user = find_token_user(written, at=timezone.now())
            request.user = user or AnonymousUser()
            # A token is sent by a program on purpose, never by a browser behind a person's back.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            with acting(_who(request, user)):
                return self.get_response(request)


def _first_town(user_id: UUID) -> int | None:
    with town_context(None, user_id=user_id):
        return list_memberships_of(user_id).values_list("municipality_id", flat=True).first()


def _who(request: HttpRequest, user: User | None) -> Acting:
    return Acting(
        user_id=user.pk if user else None,
        label=str(user) if user else "",
        request_id=uuid4().hex,
        address=get_client_ip(request),
    )
