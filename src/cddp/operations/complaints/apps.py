from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class ComplaintsConfig(CityApp):
    name = "cddp.operations.complaints"
    label = "complaints"
    verbose_name = _("เรื่องร้องเรียน")
