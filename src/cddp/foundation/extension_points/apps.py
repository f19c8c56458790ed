from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExtensionPointsConfig(AppConfig):
    name = "cddp.foundation.extension_points"
    label = "extension_points"
    verbose_name = _("จุดต่อขยาย")
