"""ผู้ใช้ กอง และการทำงานในเทศบาล: users, divisions, and who works where in which role."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.roles import load_roles, permissions_of
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.foundation.values.identifiers import uuid7


class UserManager(BaseUserManager["User"]):
    """ผู้จัดทำบัญชีผู้ใช้."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """ผู้ใช้: a person who signs in. What they may do is said by their membership of the current town."""

    id = models.UUIDField(_("รหัส"), primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("ชื่อผู้ใช้"), max_length=150, unique=True)
    password = models.CharField(_("รหัสผ่าน"), max_length=128)
    last_login = models.DateTimeField(_("เข้าใช้ล่าสุด"), null=True, blank=True)
    full_name = models.CharField(_("ชื่อ-นามสกุล"), max_length=150, blank=True)
    email = models.EmailField(_("อีเมล"), blank=True)
    language = models.CharField(_("ภาษา"), max_length=5, default="th")
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    date_joined = models.DateTimeField(_("วันที่เริ่มใช้"), auto_now_add=True)

    # The middleware (or `acting_as` in a job) sets it: the membership in whose name the user acts now.
    membership: "Membership | None" = None
    # All towns the user works for, when the middleware has read them anyway.
    own_memberships: "list[Membership] | None" = None
    is_staff = False
    is_superuser = False

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("ผู้ใช้")
        verbose_name_plural = _("ผู้ใช้")

    def __str__(self) -> str:
        return self.full_name or self.username

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Tell whether the user's roles in the current town grant `permission` ("residents.view")."""
        return self.is_active and self.membership is not None and permission in self.membership.permissions


class Division(TenantModel):
    """กอง: a division of the municipality (สำนักปลัด, กองช่าง, กองสวัสดิการสังคม …)."""

    code = models.SlugField(_("รหัสกอง"), max_length=40)
    name = models.CharField(_("ชื่อกอง"), max_length=120)

    class Meta:
        verbose_name = _("กอง")
        verbose_name_plural = _("กอง")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="division_code")]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """การทำงานในเทศบาล: one user in one town, with division, roles and, for volunteers, their areas."""

    user = models.ForeignKey(
        User, verbose_name=_("ผู้ใช้"), on_delete=models.CASCADE, related_name="+", db_index=True
    )
    division = TenantForeignKey(
        Division, verbose_name=_("กอง"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.CharField(_("ตำแหน่ง"), max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=40), verbose_name=_("บทบาท"), default=list)
    area_codes = ArrayField(
        models.CharField(max_length=20), verbose_name=_("พื้นที่รับผิดชอบ"), default=list, blank=True
    )
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    own_rows_visible_to_user = True

    class Meta:
        verbose_name = _("การทำงานในเทศบาล")
        verbose_name_plural = _("การทำงานในเทศบาล")
        constraints = [models.UniqueConstraint(fields=["municipality", "user"], name="membership_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.roles}"

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Return what this person may do in this town."""
        return permissions_of(self.roles)

    @property
    def role_names(self) -> list[str]:
        """Return the Thai names of the roles."""
        roles = load_roles()
        return [roles[key].name for key in self.roles if key in roles]

    @property
    def area_limit(self) -> list[str] | None:
        """Return the codes of the only areas this person may see, or None when the whole town."""
        roles = load_roles()
        bound = [roles[key].area_bound for key in self.roles if key in roles]
        return self.area_codes if bound and all(bound) else None


class ApiToken(TenantModel):
    """โทเคนของโปรแกรม: lets a program act as one member, with no more than the named permissions.

    The token itself is shown once; only its hash is kept.
    """

    member = TenantForeignKey(
        Membership, verbose_name=_("ในนามของ"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("ชื่อโทเคน"), max_length=120)
    token_hash = models.BinaryField(_("ลายนิ้วมือของโทเคน"), max_length=32)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("สิทธิ์ที่ให้"), default=list)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    expires_at = models.DateTimeField(_("หมดอายุ"))
    last_used_on = models.DateField(_("ใช้ล่าสุดเมื่อ"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ยกเลิกเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("โทเคนของโปรแกรม")
        verbose_name_plural = _("โทเคนของโปรแกรม")
        constraints = [models.UniqueConstraint(fields=["municipality", "token_hash"], name="api_token_hash")]

    def __str__(self) -> str:
        return self.name
