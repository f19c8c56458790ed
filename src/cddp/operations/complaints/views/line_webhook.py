"""LINE เรียกมา: the address that LINE calls with what people did. Nothing is read before the signature is right."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import public
from cddp.foundation.notify.line import verify_signature
from cddp.foundation.notify.queries import channel_secret_of, find_line_account
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints import tasks
from cddp.operations.complaints.choices import Channel, RefusalReason
from cddp.operations.complaints.rules.line_events import read_events
from cddp.operations.complaints.services.line_intake import keep_delivery
from cddp.operations.complaints.services.refusals import count_refusal

# A hundred texts of 5,000 Thai signs; LINE sends far less at once.
BODY_LIMIT_BYTES = 2 * 1024 * 1024


@csrf_exempt
@public
@require_POST
def webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what LINE brings, and say so when it is committed; a job reads it."""
    town = get_object_or_404(Municipality, slug=slug)
    with town_context(town.pk):
        status, refusal = _take(request)
        if refusal is not None:
            count_refusal(Channel.LINE, refusal, at=timezone.now())
    # Not raised: the count of what was refused would be rolled back with it.
    return HttpResponse(status=status)


def _take(request: HttpRequest) -> tuple[HTTPStatus, RefusalReason | None]:
    account = find_line_account()
    if account is None or not account.is_active:
        return HTTPStatus.NOT_FOUND, RefusalReason.UNKNOWN_SENDER
    try:
        raw = request.read(BODY_LIMIT_BYTES + 1)
    except UnreadablePostError:
        return HTTPStatus.BAD_REQUEST, RefusalReason.UNREADABLE
    if len(raw) > BODY_LIMIT_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, RefusalReason.TOO_LARGE
    signature = request.headers.get("x-line-signature")
    if not signature:
        return HTTPStatus.UNAUTHORIZED, RefusalReason.NO_SIGNATURE
    if not verify_signature(channel_secret_of(account), raw, signature):
        return HTTPStatus.UNAUTHORIZED, RefusalReason.BAD_SIGNATURE
    return HTTPStatus.OK, _keep(raw)


def _keep(raw: bytes) -> RefusalReason | None:
    delivery = read_events(raw)
    if not delivery.is_readable:
        # LINE signed it, and would only send the same again.
        return RefusalReason.UNREADABLE
    kept = keep_delivery(delivery)
    tasks.read_line_soon(kept.contact_ids)
    for reply_token in kept.reply_tokens_of_groups:
        tasks.greet_line_group_soon(reply_token)
    return None
