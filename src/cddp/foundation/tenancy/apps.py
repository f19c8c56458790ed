from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "cddp.foundation.tenancy"
    label = "tenancy"
    verbose_name = _("เทศบาล")

    def ready(self) -> None:
        from cddp.foundation.tenancy.security import secure_tables

        post_migrate.connect(secure_tables, sender=self)
