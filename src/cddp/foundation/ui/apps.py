from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "cddp.foundation.ui"
    label = "ui"
    verbose_name = _("หน้าตาของระบบ")

    def ready(self) -> None:
        from cddp.foundation.ui import checks  # noqa: F401  (registers the system check)
