"""ส่งข้อความ: one job a message, by the gateway of its channel."""

from datetime import timedelta
from smtplib import SMTPException
from uuid import uuid4

from django.core.mail import send_mail
from django.utils import timezone

from cddp.foundation.events.jobs import town_task
from cddp.foundation.files.cipher import decrypt
from cddp.foundation.notify.errors import UnableToAskLine
from cddp.foundation.notify.line import Answer, LineClient, Outcome
from cddp.foundation.notify.models import Channel, LineAccount, Message, MessageState, MessageTrouble
from cddp.foundation.notify.queries import access_token_of, line_context, quota_meter

ATTEMPTS = 8
# 20 s, 40 s … then hourly: about four hours, well within the day for which LINE remembers a retry key.
LINE_ATTEMPTS = 12
LONGEST_WAIT_S = 3600
RETRY_KEY_GOOD_FOR = timedelta(hours=23)
ASK_LINE_AGAIN_AFTER = timedelta(hours=6)


@town_task(name="notify.send_message")
def send_message(message_id: str) -> None:
    """Send one queued message; after the last attempt it stays listed as failed."""
    # Forgotten meanwhile, or asked for again while the first job still waited: nothing to do.
    message = Message.objects.select_for_update().filter(pk=message_id, state=MessageState.QUEUED).first()
    if message is None:
        return
    wait_s = _send_by_line(message) if message.channel == Channel.LINE else _send_by_email(message)
    message.save(
        update_fields=[
            "attempts",
            "state",
            "sent_at",
            "last_error",
            "trouble",
            "retry_key",
            "retry_key_used_at",
        ]
    )
    if message.state == MessageState.QUEUED:
        send_message.defer_in(seconds=wait_s, message_id=message_id)


def _send_by_email(message: Message) -> int:
    message.attempts += 1
    try:
        send_mail(message.subject, message.body, None, [message.recipient])
    except (SMTPException, OSError) as error:
        _note_failure(message, type(error).__name__, most=ATTEMPTS)
    else:
        _note_sent(message)
    return 10 << message.attempts


def _send_by_line(message: Message) -> int:
    """Push, unless it is known that it cannot arrive; return how long to wait before the next attempt."""
    # Locked: two pushes at once must not both take the last one of the month.
    account = LineAccount.objects.select_for_update().first()
    if account is None or not account.is_active:
        _note_undeliverable(message, MessageTrouble.NO_ACCOUNT)
        return 0
    client = LineClient(access_token_of(account))
    refresh_figures(account, client)
    if quota_meter(account, at=timezone.now()).remaining < 1:
        _note_undeliverable(message, MessageTrouble.MONTHLY_LIMIT)
        return 0
    answer = _push(message, client)
    _note_answer(message, account, answer)
    return answer.retry_after_s or min(10 << message.attempts, LONGEST_WAIT_S)


def _push(message: Message, client: LineClient) -> Answer:
    message.attempts += 1
    # LINE forgets a key after a day; an older one would protect from nothing and mislead whoever reads it.
    used_at = message.retry_key_used_at
    if message.retry_key is None or (used_at and timezone.now() - used_at > RETRY_KEY_GOOD_FOR):
        message.retry_key, message.retry_key_used_at = uuid4(), None
    message.retry_key_used_at = message.retry_key_used_at or timezone.now()
    to = decrypt(bytes(message.recipient_sealed or b""), context=line_context()).decode()
    return client.push(to, message.payload or [], message.retry_key)


def _note_answer(message: Message, account: LineAccount, answer: Answer) -> None:
    if answer.is_accepted:
        _note_sent(message)
    elif answer.may_try_again:
        _note_failure(message, answer.reason, most=LINE_ATTEMPTS)
    elif answer.outcome is Outcome.MONTHLY_LIMIT:
        account.limit_reached_at = timezone.now()
        account.save(update_fields=["limit_reached_at"])
        _note_undeliverable(message, MessageTrouble.MONTHLY_LIMIT, answer.reason)
    else:
        _note_undeliverable(message, MessageTrouble.REFUSED, answer.reason)


def refresh_figures(account: LineAccount, client: LineClient) -> None:
    """Ask LINE for its own figures now and then; when it does not answer, the old ones stay."""
    now = timezone.now()
    if account.line_asked_at is not None and now - account.line_asked_at < ASK_LINE_AGAIN_AFTER:
        return
    try:
        account.line_limit, account.line_used = client.get_quota(), client.get_consumption()
    except UnableToAskLine:
        return
    account.line_asked_at = now
    account.save(update_fields=["line_limit", "line_used", "line_asked_at"])


def _note_sent(message: Message) -> None:
    message.state, message.sent_at = MessageState.SENT, timezone.now()
    message.last_error, message.trouble = "", ""


def _note_failure(message: Message, reason: str, *, most: int) -> None:
    message.last_error = reason[:300]
    if message.attempts >= most:
        message.state, message.trouble = MessageState.FAILED, MessageTrouble.OUT_OF_ATTEMPTS


def _note_undeliverable(message: Message, trouble: MessageTrouble, reason: str = "") -> None:
    message.state, message.trouble, message.last_error = MessageState.UNDELIVERABLE, trouble, reason[:300]
