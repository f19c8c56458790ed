"""การแจ้งเตือน: what people are told inside the program, and messages that leave it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantModel


class Notification(TenantModel):
    """การแจ้งเตือนในระบบ: one line for one member of staff."""

    user = models.ForeignKey(User, verbose_name=_("ผู้รับ"), on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("หัวข้อ"), max_length=200)
    body = models.TextField(_("ข้อความ"), blank=True)
    link = models.CharField(_("ลิงก์"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("เมื่อ"), auto_now_add=True)
    read_at = models.DateTimeField(_("อ่านเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("การแจ้งเตือน")
        verbose_name_plural = _("การแจ้งเตือน")
        indexes = [
            models.Index(
                fields=["municipality", "user", "-created_at"],
                name="notification_unread",
                condition=models.Q(read_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Channel(models.TextChoices):
    """ช่องทาง: how a message leaves; LINE and SMS become gateways later."""

    EMAIL = "email", _("อีเมล")


class MessageState(models.TextChoices):
    """สถานะข้อความ."""

    QUEUED = "queued", _("รอส่ง")
    SENT = "sent", _("ส่งแล้ว")
    FAILED = "failed", _("ส่งไม่สำเร็จ")


class Message(TenantModel):
    """ข้อความถึงบุคคล: one message by one channel, with its state; the text is kept for the record."""

    channel = models.CharField(_("ช่องทาง"), max_length=16, choices=Channel.choices)
    recipient = models.CharField(_("ผู้รับ"), max_length=254)
    subject = models.CharField(_("หัวข้อ"), max_length=200, blank=True)
    body = models.TextField(_("ข้อความ"))
    state = models.CharField(
        _("สถานะ"), max_length=16, choices=MessageState.choices, default=MessageState.QUEUED
    )
    attempts = models.IntegerField(_("จำนวนครั้งที่พยายามส่ง"), default=0)
    last_error = models.CharField(_("เหตุที่ส่งไม่สำเร็จ"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    sent_at = models.DateTimeField(_("ส่งเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("ข้อความถึงบุคคล")
        verbose_name_plural = _("ข้อความถึงบุคคล")
        indexes = [models.Index(fields=["municipality", "state", "created_at"], name="message_state")]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
