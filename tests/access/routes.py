"""เส้นทางและตัวอย่างที่อยู่: every route of the product with an address to try it by."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from cddp.foundation.accounts.access import ACCESS_MARK
from tests.architecture.third_party_routes import access_of

NOBODY = UUID("00000000-0000-7000-8000-000000000000")
SAMPLES = {
    "UUIDConverter": str(NOBODY),
    "UUIDStrConverter": str(NOBODY),
    "IntConverter": "1",
    "SlugConverter": "nothing",
    "StringConverter": "nothing",
}
# The API's parameters are checked by their schema, after the address: what stands there must be of its form.
BY_NAME = {"level": "house"}
API, PURPOSE = "api/v1/", "?purpose=ตรวจสอบทะเบียน"


@dataclass(frozen=True)
class Route:
    """เส้นทาง: its pattern, an address that names nothing real, and who may open it."""

    pattern: str
    address: str
    access: str


def every_route() -> list[Route]:
    """Return each route once, in the order of the addresses."""
    return sorted(set(_walk(get_resolver(), "", "")), key=lambda route: route.pattern)


def _walk(resolver: URLResolver, pattern: str, address: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if not isinstance(entry.pattern, RoutePattern):
            # A library's regular expression: its own tests cover it; the mark is checked in tests/architecture.
            continue
        written = pattern + str(entry.pattern)
        tried = address + _example(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, written, tried)
        elif isinstance(entry, URLPattern):
            access = getattr(entry.callback, ACCESS_MARK, None) or access_of(entry.callback) or "?"
            yield Route(written, f"/{tried}{PURPOSE if tried.startswith(API) else ''}", access)


def _example(pattern: RoutePattern) -> str:
    text = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__
        by_schema = BY_NAME.get(name) or (
            str(NOBODY) if kind == "StringConverter" and name.endswith("_id") else ""
        )
        for written in (
            f"<{name}>",
            *(f"<{prefix}:{name}>" for prefix in ("uuid", "uuidstr", "int", "slug", "str", "path")),
        ):
            text = text.replace(written, by_schema or SAMPLES.get(kind, "nothing"))
    return text
