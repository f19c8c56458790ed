from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CddpConfig(AppConfig):
    name = "cddp.config"
    label = "cddp"
    verbose_name = _("แพลตฟอร์มข้อมูลเมือง")

    def ready(self) -> None:
        from cddp.config import checks  # noqa: F401  (registers the system checks)
