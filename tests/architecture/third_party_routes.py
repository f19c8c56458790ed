"""เส้นทางของไลบรารี: routes that come from libraries, and who may open them (they carry no mark of ours)."""

# By the module a view comes from; each line says why.
ACCESS_BY_MODULE = {
    "allauth.account.views": "public",  # sign-in, sign-out, lost password; its own pages demand a session
    "allauth.mfa.": "public",  # second factor and passkeys; demand a session or a begun sign-in
    "allauth.usersessions.views": "signed_in",  # LoginRequiredMixin
    "django.views.generic.base": "public",  # redirects
    "ninja.openapi.": "public",  # the description of the API: it tells what may be asked, and no row
    "ninja.": "api",  # tokens and sessions are checked by the API itself: tests/access/test_api.py
}


def access_of(view: object) -> str | None:
    """Return who may open a library's view, or None when it is not listed."""
    plain = getattr(view, "func", view)  # a partial of a library's view
    module = getattr(getattr(plain, "view_class", plain), "__module__", "")
    return next((access for prefix, access in ACCESS_BY_MODULE.items() if module.startswith(prefix)), None)
