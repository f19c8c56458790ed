"""การแจ้งเตือน: what people are told inside the program, and messages that leave it."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantModel

# What a free official account may push in Thailand.
FREE_PUSHES_A_MONTH = 300


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
    """ช่องทาง: how a message leaves; SMS becomes a gateway later."""

    EMAIL = "email", _("อีเมล")
    LINE = "line", _("LINE")


class MessageState(models.TextChoices):
    """สถานะข้อความ: QUEUED is still under way; the others are final until somebody sends again.

    FAILED: tried as often as is sensible. UNDELIVERABLE: will not arrive by this channel, so nobody tries.
    SETTLED: somebody told the person in another way.
    """

    QUEUED = "queued", _("รอส่ง")
    SENT = "sent", _("ส่งแล้ว")
    FAILED = "failed", _("ส่งไม่สำเร็จ")
    UNDELIVERABLE = "undeliverable", _("ส่งทางนี้ไม่ได้")
    SETTLED = "settled", _("แจ้งทางอื่นแล้ว")


class MessageTrouble(models.TextChoices):
    """เหตุที่ส่งไม่ได้: why a promised message did not leave, in words for the list of the staff."""

    BLOCKED = "blocked", _("ผู้รับปิดกั้นหรือเลิกติดตามบัญชี LINE")
    MONTHLY_LIMIT = "monthly_limit", _("ข้อความของเดือนนี้หมดโควตาแล้ว")
    REFUSED = "refused", _("LINE ไม่รับข้อความนี้")
    NO_ACCOUNT = "no_account", _("ยังไม่ได้ตั้งค่าบัญชี LINE หรือปิดใช้งานอยู่")
    OUT_OF_ATTEMPTS = "out_of_attempts", _("พยายามส่งครบจำนวนครั้งแล้ว")


class MessageQuerySet(models.QuerySet["Message"]):
    """ข้อความที่มองเห็น."""

    def visible_to(self, user: User) -> "MessageQuerySet":
        """Return the messages this person may see: contacts of people, so only who may send them again."""
        return self if user.has_perm("notify.send_again") else self.none()

    def not_delivered(self) -> "MessageQuerySet":
        """Return the messages that were promised and did not leave."""
        return self.filter(state__in=[MessageState.FAILED, MessageState.UNDELIVERABLE])

    def pushed_since(self, moment: datetime) -> "MessageQuerySet":
        """Return what was pushed by LINE since then: each counts against the month."""
        return self.filter(channel=Channel.LINE, state=MessageState.SENT, sent_at__gte=moment)


class Message(TenantModel):
    """ข้อความถึงบุคคล: one message by one channel, with its state; the text is kept for the record.

    Who gets it by LINE stands encrypted in `recipient_sealed`, and `recipient` then only says "LINE".
    """

    channel = models.CharField(_("ช่องทาง"), max_length=16, choices=Channel.choices)
    recipient = models.CharField(_("ผู้รับ"), max_length=254)
    recipient_sealed = models.BinaryField(_("ผู้รับ (เข้ารหัส)"), null=True, blank=True)
    recipient_hash = models.BinaryField(_("ลายนิ้วมือของผู้รับ"), max_length=32, null=True, blank=True)
    subject = models.CharField(_("หัวข้อ"), max_length=200, blank=True)
    body = models.TextField(_("ข้อความ"))
    payload = models.JSONField(_("ข้อความในรูปแบบของช่องทาง"), null=True, blank=True)
    milestone = models.CharField(_("จังหวะที่แจ้ง"), max_length=40, blank=True)
    reference = models.CharField(_("เลขที่เรื่อง"), max_length=120, blank=True)
    once_key = models.CharField(_("รหัสกันส่งซ้ำ"), max_length=120, blank=True, editable=False)
    retry_key = models.UUIDField(_("รหัสกันรับซ้ำของ LINE"), null=True, blank=True, editable=False)
    retry_key_used_at = models.DateTimeField(_("เริ่มใช้รหัสกันรับซ้ำเมื่อ"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("สถานะ"), max_length=16, choices=MessageState.choices, default=MessageState.QUEUED
    )
    trouble = models.CharField(_("เหตุที่ส่งไม่ได้"), max_length=16, choices=MessageTrouble.choices, blank=True)
    attempts = models.IntegerField(_("จำนวนครั้งที่พยายามส่ง"), default=0)
    last_error = models.CharField(_("เหตุที่ส่งไม่สำเร็จ"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    sent_at = models.DateTimeField(_("ส่งเมื่อ"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("ข้อความถึงบุคคล")
        verbose_name_plural = _("ข้อความถึงบุคคล")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "once_key"], name="message_once", condition=~models.Q(once_key="")
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "created_at"], name="message_state"),
            models.Index(
                fields=["municipality", "sent_at"],
                name="message_pushed",
                condition=models.Q(channel=Channel.LINE, state=MessageState.SENT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class LineAccount(TenantModel):
    """บัญชี LINE ของเทศบาล: the official account by which the town speaks; secrets are kept encrypted.

    `line_used` and `line_limit` are LINE's own figures as last asked: staff may push from LINE's console too. What
    we pushed since is counted from the messages; `queries.quota_meter` puts both together.
    """

    channel_id = models.CharField(_("รหัสช่องทาง (Channel ID)"), max_length=32)
    channel_secret_sealed = models.BinaryField(_("Channel secret (เข้ารหัส)"))
    access_token_sealed = models.BinaryField(_("Channel access token (เข้ารหัส)"))
    destination = models.CharField(_("รหัสของบัญชีในระบบ LINE"), max_length=64, blank=True)
    basic_id = models.CharField(_("ชื่อบัญชีสำหรับเพิ่มเพื่อน"), max_length=40, blank=True)
    monthly_limit = models.PositiveIntegerField(_("จำนวนข้อความต่อเดือน"), default=FREE_PUSHES_A_MONTH)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    line_limit = models.PositiveIntegerField(_("โควตาตามที่ LINE แจ้ง"), null=True, blank=True)
    line_used = models.PositiveIntegerField(_("ใช้ไปตามที่ LINE แจ้ง"), null=True, blank=True)
    line_asked_at = models.DateTimeField(_("ถาม LINE เมื่อ"), null=True, blank=True)
    limit_reached_at = models.DateTimeField(_("LINE แจ้งว่าโควตาหมดเมื่อ"), null=True, blank=True)
    created_at = models.DateTimeField(_("ตั้งค่าเมื่อ"), auto_now_add=True)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    class Meta:
        verbose_name = _("บัญชี LINE ของเทศบาล")
        verbose_name_plural = _("บัญชี LINE ของเทศบาล")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="line_account_of_town")]

    def __str__(self) -> str:
        return self.basic_id or self.channel_id
