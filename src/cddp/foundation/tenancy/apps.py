from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "cddp.foundation.tenancy"
    label = "tenancy"
    verbose_name = _("เทศบาล")

    def ready(self) -> None:
        from django.db.backends.postgresql.features import DatabaseFeatures

        from cddp.foundation.tenancy.security import secure_tables

        # In the database the primary keys are (municipality_id, id): GROUP BY id alone does not fix a row.
        DatabaseFeatures.allows_group_by_selected_pks = False
        post_migrate.connect(secure_tables, sender=self)
