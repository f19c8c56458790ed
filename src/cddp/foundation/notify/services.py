"""แจ้งผู้คน: tell staff inside the program, and send messages by jobs in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.files.cipher import encrypt, keyed_hash
from cddp.foundation.notify.errors import UnableToAskLine, UnableToSendAgain
from cddp.foundation.notify.line import MESSAGES_PER_CALL, Answer, LineClient, Outcome
from cddp.foundation.notify.models import Channel, Message, MessageState, MessageTrouble, Notification
from cddp.foundation.notify.queries import (
    FORGOTTEN_AFTER,
    access_token_of,
    find_line_account,
    line_context,
)
from cddp.foundation.notify.tasks import send_message

LineMessages = Sequence[dict[str, Any]]


def notify(user_ids: Iterable[UUID], title: str, *, body: str = "", link: str = "") -> None:
    """Put one line in front of each of these people."""
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, title=title, body=body, link=link) for user_id in user_ids]
    )


def send_email(recipient: str, subject: str, body: str) -> Message:
    """Queue one e-mail; its state tells whether it left."""
    message = Message.objects.create(channel=Channel.EMAIL, recipient=recipient, subject=subject, body=body)
    send_message.defer(message_id=str(message.pk))
    return message


def send_line(
    user_id: str,
    messages: LineMessages,
    *,
    milestone: str,
    reference: str = "",
    once_key: str = "",
    is_blocked: bool = False,
) -> Message:
    """Promise a person one push by LINE (1–5 messages, LINE's own JSON); a job sends it, or it is listed.

    Each push is one of the few of the month: `milestone` says which it is, `reference` is the number people know
    the matter by. With a `once_key` the same promise made twice is one message. For somebody who blocked the
    account nothing is tried, but the message stands in the list of those to be told another way.
    """
    message, made = Message.objects.get_or_create(
        once_key=once_key or f"line:{uuid4()}",
        defaults={
            "channel": Channel.LINE,
            "recipient": "LINE",
            "recipient_sealed": encrypt(user_id.encode(), context=line_context()),
            "recipient_hash": keyed_hash(user_id, context=line_context()),
            "body": text_of(messages),
            "payload": list(messages[:MESSAGES_PER_CALL]),
            "milestone": milestone,
            "reference": reference,
            "retry_key": uuid4(),
            "state": MessageState.UNDELIVERABLE if is_blocked else MessageState.QUEUED,
            "trouble": MessageTrouble.BLOCKED if is_blocked else "",
        },
    )
    if made and not is_blocked:
        send_message.defer(message_id=str(message.pk))
    return message


def find_line_client() -> LineClient:
    """Return a client that speaks as the town's account. Raises UnableToAskLine "no_account" when there is none.

    It may be used after the transaction is over.
    """
    account = find_line_account()
    if account is None or not account.is_active:
        raise UnableToAskLine(_("ยังไม่ได้ตั้งค่าบัญชี LINE หรือปิดใช้งานอยู่"), code="no_account")
    return LineClient(access_token_of(account))


def reply_line(reply_token: str, messages: LineMessages) -> Answer:
    """Answer an event within its minute, free of charge. Best effort: what comes too late is lost, and told so.

    It speaks to LINE at once, so call it when the change it tells of is committed.
    """
    try:
        client = find_line_client()
    except UnableToAskLine as refusal:
        return Answer(Outcome.REFUSED, reason=refusal.code)
    return client.reply(reply_token, list(messages))


def text_of(messages: LineMessages) -> str:
    """Return what a person reads in these messages, for the record and for a printed slip."""
    parts = [str(each.get("text") or each.get("altText") or "") for each in messages]
    return "\n\n".join(part for part in parts if part)


@transaction.atomic
def send_again(message: Message, *, by: User, at: datetime) -> Message:
    """Queue a message anew that did not leave. Raises UnableToSendAgain when it left, or still tries to."""
    message = _lock_undelivered(message, by, at)
    message.state, message.trouble, message.last_error, message.attempts = MessageState.QUEUED, "", "", 0
    message.save(update_fields=["state", "trouble", "last_error", "attempts"])
    send_message.defer(message_id=str(message.pk))
    audit.record("notify.message.sent_again", message)
    return message


@transaction.atomic
def settle_message(message: Message, *, by: User, at: datetime) -> Message:
    """Note that the person was told in another way. Raises UnableToSendAgain when the message left."""
    message = _lock_undelivered(message, by, at)
    message.state = MessageState.SETTLED
    message.save(update_fields=["state"])
    audit.record("notify.message.settled", message)
    return message


def _lock_undelivered(message: Message, by: User, at: datetime) -> Message:
    if not by.has_perm("notify.send_again"):
        raise UnableToSendAgain(_("บัญชีนี้ไม่มีสิทธิ์ส่งข้อความซ้ำ"), code="not_allowed")
    message = Message.objects.select_for_update().get(pk=message.pk)
    waits = message.state == MessageState.QUEUED and message.created_at > at - FORGOTTEN_AFTER
    if message.state in (MessageState.SENT, MessageState.SETTLED) or waits:
        raise UnableToSendAgain(_("ข้อความนี้ส่งไปแล้ว หรือกำลังรอส่งอยู่"), code="not_waiting")
    return message


def give_up_on(user_id: str) -> int:
    """Take what waits for somebody who has just blocked the account off the queue; it stays listed."""
    waiting = Message.objects.filter(
        state=MessageState.QUEUED, recipient_hash=keyed_hash(user_id, context=line_context())
    )
    return waiting.update(state=MessageState.UNDELIVERABLE, trouble=MessageTrouble.BLOCKED)


def mark_read(user: User, *, at: datetime) -> int:
    """Mark everything this person was told as read; return how many lines."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)


def forget_notifications(before: date) -> int:
    """Delete what people have read before this day; return how many lines."""
    return Notification.objects.filter(read_at__date__lt=before).delete()[0]


def forget_messages(before: date) -> int:
    """Delete messages made before this day, whatever became of them; return how many."""
    return Message.objects.filter(created_at__date__lt=before).delete()[0]
