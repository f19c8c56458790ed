"""ส่งข้อความ."""

from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils import timezone

from cddp.foundation.events.jobs import town_task
from cddp.foundation.notify.models import Message, MessageState

ATTEMPTS = 8


@town_task(name="notify.send_message")
def send_message(message_id: str) -> None:
    """Send one queued message; after the last attempt it stays listed as failed."""
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state == MessageState.SENT:
        return
    message.attempts += 1
    try:
        send_mail(message.subject, message.body, None, [message.recipient])
    except (SMTPException, OSError) as error:
        message.last_error = type(error).__name__
        message.state = MessageState.FAILED if message.attempts >= ATTEMPTS else MessageState.QUEUED
    else:
        message.state, message.sent_at, message.last_error = MessageState.SENT, timezone.now(), ""
    message.save(update_fields=["attempts", "state", "sent_at", "last_error"])
    if message.state == MessageState.QUEUED:
        send_message.defer_in(seconds=2**message.attempts * 10, message_id=message_id)
