"""แจ้งผู้คน: tell staff inside the program, and send messages by jobs in the same transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from cddp.foundation.accounts.models import User
from cddp.foundation.notify.models import Channel, Message, Notification
from cddp.foundation.notify.tasks import send_message


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


def mark_read(user: User, *, at: datetime) -> int:
    """Mark everything this person was told as read; return how many lines."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)


def forget_notifications(before: date) -> int:
    """Delete what people have read before this day; return how many lines."""
    return Notification.objects.filter(read_at__date__lt=before).delete()[0]


def forget_messages(before: date) -> int:
    """Delete messages made before this day, whatever became of them; return how many."""
    return Message.objects.filter(created_at__date__lt=before).delete()[0]
