"""เมนูของภาพรวม."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points import MenuItem, menu_items

menu_items.add(
    MenuItem(
        key="dashboards",
        label=_("ภาพรวมเมือง"),
        url_name="dashboards:overview",
        icon="chart-bar",
        permission="dashboards.view",
        group="insight",
        order=10,
        on_phone_bar=True,
    )
)
