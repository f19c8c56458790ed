from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class MaintenanceConfig(CityApp):
    name = "cddp.operations.maintenance"
    label = "maintenance"
    verbose_name = _("งานซ่อมบำรุง")
