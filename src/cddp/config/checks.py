"""ตรวจค่าตั้ง: wrong or missing settings are named, with what to do, before anything starts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

KEY_BYTES = 32


@register(Tags.security)
def keys_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name each key file that is missing or too short."""
    problems: list[CheckMessage] = []
    for name, path in (
        ("identity_key", settings.IDENTITY_KEY_FILE),
        ("lookup_key", settings.LOOKUP_KEY_FILE),
    ):
        if not Path(path).is_file() or len(Path(path).read_bytes()) < KEY_BYTES:
            problems.append(
                Error(
                    f"ไม่พบกุญแจ {name} ขนาด {KEY_BYTES} ไบต์ที่ {path}",
                    hint="รัน ./cddp up เพื่อสร้าง หรือชี้ CDDP_KEYS_DIR ไปยังกุญแจเดิม (กุญแจใหม่เปิดข้อมูลเก่าไม่ได้)",
                    id="cddp.E001",
                )
            )
    return problems


@register(Tags.security)
def policy_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the policy folder when it is wrong."""
    if (settings.POLICY_DIR / "roles.yaml").is_file():
        return []
    return [Error(f"ไม่พบ roles.yaml ใน {settings.POLICY_DIR}", hint="ตั้งค่า CDDP_POLICY_DIR", id="cddp.E002")]


@register(Tags.security, deploy=True)
def served_behind_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn an operator whose cookies would travel in the clear."""
    if settings.BEHIND_TLS:
        return []
    return [
        Warning(
            "คุกกี้ยังไม่ถูกจำกัดให้ส่งผ่าน HTTPS",
            hint="ตั้งค่า CDDP_BEHIND_TLS=1 เมื่ออยู่หลังพร็อกซีที่มี TLS",
            id="cddp.W001",
        )
    ]
