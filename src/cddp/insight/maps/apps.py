from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class MapsConfig(CityApp):
    name = "cddp.insight.maps"
    label = "maps"
    verbose_name = _("แผนที่")

    def ready(self) -> None:
        super().ready()
        from cddp.insight.maps.services.setting_up import set_up_maps

        post_migrate.connect(set_up_maps, sender=self)
