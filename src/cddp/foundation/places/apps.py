from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "cddp.foundation.places"
    label = "places"
    verbose_name = _("พื้นที่ปกครอง")
