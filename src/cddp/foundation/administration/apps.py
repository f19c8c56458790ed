from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points.loading import CityApp


class AdministrationConfig(CityApp):
    """จัดการระบบ: the screens of accounts, audit and notices, which lie below the screens' own floor."""

    name = "cddp.foundation.administration"
    label = "administration"
    verbose_name = _("จัดการระบบ")
