from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class PortalConfig(CityApp):
    name = "cddp.portal"
    label = "portal"
    verbose_name = _("หน้าแรก")
