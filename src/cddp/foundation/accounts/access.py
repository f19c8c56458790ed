"""สิทธิ์เปิดหน้า: who may open a view. Every route carries one of these marks; a test refuses one without."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from cddp.foundation.accounts.models import User

View = Callable[..., HttpResponse]

ACCESS_MARK = "access"


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user of a guarded view. Raises PermissionDenied when there is none."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def public(view: View) -> View:
    """Open to everyone (ประชาชน). The mark says that someone decided so."""
    setattr(view, ACCESS_MARK, "public")
    return view


def signed_in(view: View) -> View:
    """For each person who is signed in, in whatever role; a visitor is sent to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    setattr(guarded, ACCESS_MARK, "signed_in")
    return guarded


def requires(*permissions: str) -> Callable[[View], View]:
    """Only for staff who hold one of `permissions`, such as "complaints.triage"; a visitor is sent to sign in."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(request.user.has_perm(each) for each in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        setattr(guarded, ACCESS_MARK, " | ".join(permissions))
        return guarded

    return mark
