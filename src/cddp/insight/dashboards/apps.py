from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class DashboardsConfig(CityApp):
    name = "cddp.insight.dashboards"
    label = "dashboards"
    verbose_name = _("ภาพรวม")
