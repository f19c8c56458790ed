"""เมนูของโต๊ะทำงาน."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points import MenuItem, menu_items

menu_items.add(
    MenuItem(
        key="portal.desk",
        label=_("โต๊ะทำงาน"),
        url_name="portal:desk",
        icon="layout-dashboard",
        permission="desk.view",
        group="work",
        order=5,
        on_phone_bar=True,
    )
)
