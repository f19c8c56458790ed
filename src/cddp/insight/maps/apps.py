from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class MapsConfig(CityApp):
    name = "cddp.insight.maps"
    label = "maps"
    verbose_name = _("แผนที่")
