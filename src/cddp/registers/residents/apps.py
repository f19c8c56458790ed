from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class ResidentsConfig(CityApp):
    name = "cddp.registers.residents"
    label = "residents"
    verbose_name = _("ทะเบียนบ้านและบุคคล")
