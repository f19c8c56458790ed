from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "cddp.foundation.ui"
    label = "ui"
    verbose_name = _("หน้าตาของระบบ")

    def ready(self) -> None:
        # Django's own Thai says "ฟิลด์นี้จำเป็น", which no citizen says.
        Field.default_error_messages["required"] = _("กรุณากรอกข้อมูลช่องนี้")
        from cddp.foundation.ui import checks  # noqa: F401  (registers the system check)
