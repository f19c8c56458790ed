from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class AssetsConfig(CityApp):
    name = "cddp.registers.assets"
    label = "assets"
    verbose_name = _("ทรัพย์สินของเทศบาล")
