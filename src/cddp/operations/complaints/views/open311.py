"""Open311 GeoReport v2 ทาง HTTP: /open311/<town>/v2/… in XML and JSON.

Reading is for everybody, browsers of other sites included, and knows no session: what is shown is the same to all.
Writing needs a key in the body. Each answer, refusals too, comes in the format that was asked for.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial, wraps
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from cddp.foundation.accounts.access import public
from cddp.foundation.accounts.models import User
from cddp.foundation.accounts.tokens import find_token_user, municipality_of_token
from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import GeoReportProblem as Reasons
from cddp.operations.complaints.policies import may_file
from cddp.operations.complaints.queries.open311 import (
    Showing,
    attributes_of_services,
    find_request,
    find_service,
    is_public_number,
    list_requests,
    list_services,
)
from cddp.operations.complaints.rules.open311 import (
    CONTENT_TYPES,
    XML,
    Document,
    Problem,
    definition_document,
    discovery_document,
    errors_document,
    receipt_document,
    refusal_document,
    requests_document,
    services_document,
    token_document,
    write,
)
from cddp.operations.complaints.rules.open311_asking import Fields, read_list, read_post, wants_extensions
from cddp.operations.complaints.services.open311 import Sending, notice_of, take_request

Answer = Callable[..., Document]
READING: Final = ("GET", "HEAD")
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
KEPT_SECONDS: Final = 60
TOWN_REMEMBERED_S: Final = 60
MINUTE_S: Final = 60


class _Refused(Exception):
    """The call cannot be answered; what was begun is undone."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def georeport(*methods: str) -> Callable[[Answer], Callable[..., HttpResponse]]:
    """Make a function that returns a document, for a town it is given, an address of the interface."""

    def mark(answer: Answer) -> Callable[..., HttpResponse]:
        @wraps(answer)
        def view(request: HttpRequest, slug: str, fmt: str, **names: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return _with_rights(request, HttpResponse(status=204), methods)
            # What stands in a path is not cleaned by CleanInputGuard.
            names = {name: value.replace("\x00", "") for name, value in names.items()}
            # Whoever reads is no person of ours: no language but the town's, and no session is looked at.
            with translation.override(settings.LANGUAGE_CODE):
                document, status = _answer(request, slug, fmt, methods, partial(answer, **names))
            return _with_rights(request, _response(request, document, status, fmt), methods)

        # A key in the body is no cookie: no other site can make a browser send it along.
        return public(csrf_exempt(transaction.non_atomic_requests(view)))

    return mark


def _answer(
    request: HttpRequest, slug: str, fmt: str, methods: tuple[str, ...], answer: Answer
) -> tuple[Document, int]:
    try:
        if fmt not in CONTENT_TYPES:
            raise _Refused(Problem(Reasons.UNKNOWN_FORMAT))
        if request.method not in methods:
            raise _Refused(Problem(Reasons.WRONG_METHOD))
        town = _find_town(slug, request)
        with town_context(town.pk):
            return answer(request, town), 200
    except _Refused as refused:
        return errors_document(refused.problems), refused.problems[0].status
    except UnableTo as unable:
        return refusal_document(400, unable.message), 400


def _find_town(slug: str, request: HttpRequest) -> Municipality:
    town = _remembered_town(slug)
    fields = request.POST if request.method == "POST" else request.GET
    asked = fields.get("jurisdiction_id", "").strip()
    if town is None or (asked and asked not in (town.slug, str(town.pk))):
        raise _Refused(Problem(Reasons.UNKNOWN_TOWN))
    return town


def _remembered_town(slug: str) -> Municipality | None:
    key = f"open311.town:{slug}"
    town: Municipality | None = caches["local"].get(key)
    if town is None:
        town = Municipality.objects.defer("boundary").filter(slug=slug).first()
        # A town that is not there is not remembered: names made up would push out what is.
        if town is not None:
            caches["local"].set(key, town, TOWN_REMEMBERED_S)
    return town


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────


@georeport(*READING)
def discovery(request: HttpRequest, town: Municipality) -> Document:
    """Say where the service of a town stands, and how one gets a key."""
    own_page = request.build_absolute_uri(reverse("portal:town", args=[town.slug]))
    services_at = reverse("complaints:open311_services", kwargs={"slug": town.slug, "fmt": XML})
    return discovery_document(
        contact=f"{town.display_name} {own_page}",
        key_service=_("ขอ api_key จากผู้ดูแลระบบของ%(town)s") % {"town": town.display_name},
        url=request.build_absolute_uri(services_at.removesuffix(f"/services.{XML}")),
        is_test=town.is_demo,
    )


@georeport(*READING)
def services(request: HttpRequest, town: Municipality) -> Document:
    """Say what may be reported."""
    return services_document(list_services())


@georeport(*READING)
def definition(request: HttpRequest, town: Municipality, code: str) -> Document:
    """Say what one service asks for besides where and what."""
    service = find_service(code)
    if service is None:
        raise _Refused(Problem(Reasons.UNKNOWN_SERVICE))
    return definition_document(service.key, attributes_of_services())


@sensitive_post_parameters()
@georeport(*READING, "POST")
def requests(request: HttpRequest, town: Municipality) -> Document:
    """List reports, or take one in."""
    return _take(request, town) if request.method == "POST" else _list(request, town)


@georeport(*READING)
def one_request(request: HttpRequest, town: Municipality, number: str) -> Document:
    """Show one report."""
    showing = _showing(request, town, extended=wants_extensions(_fields(request.GET)))
    found = find_request(number, showing)
    if found is None:
        raise _Refused(Problem(Reasons.UNKNOWN_REQUEST))
    return requests_document([found])


@georeport(*READING)
def token(request: HttpRequest, town: Municipality, number: str) -> Document:
    """Lead from a token to its report. Ours are numbered at once, so each is the token of itself."""
    if not is_public_number(number):
        raise _Refused(Problem(Reasons.UNKNOWN_TOKEN))
    return token_document(number, number)


def _list(request: HttpRequest, town: Municipality) -> Document:
    asked, problems = read_list(_fields(request.GET), now=timezone.now())
    if asked is None:
        raise _Refused(*problems)
    return requests_document(list_requests(asked, _showing(request, town, extended=asked.extended)))


def _take(request: HttpRequest, town: Municipality) -> Document:
    if request.content_type not in FORM_TYPES:
        raise _Refused(Problem(Reasons.NOT_A_FORM))
    now = timezone.now()
    sender = _find_sender(request, town, now)
    if request.FILES:
        raise _Refused(Problem(Reasons.FILE_SENT))
    posted, problems = read_post(_fields(request.POST))
    if posted is None:
        raise _Refused(*problems)
    with acting(_who(request, sender)):
        sending = Sending(sender, now, request.headers.get("Idempotency-Key", "").strip())
        receipt = take_request(posted, sending)
    if isinstance(receipt, Problem):
        raise _Refused(receipt)
    return receipt_document(receipt.report.number, notice_of(receipt))


# ── who writes ────────────────────────────────────────────────────────────────────────────────────────


def _find_sender(request: HttpRequest, town: Municipality, now: dt.datetime) -> User:
    """Return the member in whose name a key writes. Raises _Refused for no key, a wrong one, and too many posts."""
    key = request.POST.get("api_key", "").strip()
    if not key:
        in_address = "api_key" in request.GET
        raise _Refused(Problem(Reasons.KEY_IN_ADDRESS if in_address else Reasons.NO_KEY))
    sender = find_token_user(key, at=now) if municipality_of_token(key) == town.pk else None
    if sender is None or not may_file(sender):
        raise _Refused(Problem(Reasons.BAD_KEY))
    limit = settings.OPEN311_POSTS_PER_MINUTE
    if _count_post(key, now) > limit:
        raise _Refused(Problem(Reasons.TOO_MANY, limit=limit))
    return sender


def _count_post(key: str, now: dt.datetime) -> int:
    """Return how many posts of a key this process has seen in this minute.

    Each process counts for itself: the shared cache stands in the database and would cost more than the report.
    """
    name = f"open311:{sha256(key.encode()).hexdigest()[:32]}:{now:%H%M}"
    caches["local"].add(name, 0, MINUTE_S)
    return caches["local"].incr(name)


def _who(request: HttpRequest, sender: User) -> Acting:
    return Acting(sender.pk, str(sender), uuid4().hex, get_client_ip(request))


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────


def _fields(values: Any) -> Fields:
    return dict(values.lists())


def _showing(request: HttpRequest, town: Municipality, *, extended: bool) -> Showing:
    def photo_address(number: str, photo_id: UUID) -> str:
        path = reverse("complaints:public_photo", args=[town.slug, number, photo_id])
        return request.build_absolute_uri(path)

    return Showing(town.display_name, photo_address, extended)


def _response(request: HttpRequest, document: Document, status: int, fmt: str) -> HttpResponse:
    form = fmt if fmt in CONTENT_TYPES else XML
    body = write(document, form)
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPES[form])
    if status != 200 or request.method == "POST":
        response["Cache-Control"] = "no-store"
        if status == 429:
            response["Retry-After"] = str(MINUTE_S)
        return response
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response["ETag"] = quote_etag(sha256(body).hexdigest()[:32])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _with_rights(request: HttpRequest, response: HttpResponse, methods: tuple[str, ...]) -> HttpResponse:
    """Say what may be done here. Pages of other sites may read, without anybody's cookies; none may write."""
    allowed = ", ".join([*methods, "OPTIONS"])
    if response.status_code in (204, 405):
        response["Allow"] = allowed
    if request.method != "POST":
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = ", ".join([*READING, "OPTIONS"])
        response["Access-Control-Expose-Headers"] = "ETag"
    return response
