"""เมนูของผู้บริหารและผู้ตั้งค่า."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points import MenuItem, menu_items

menu_items.add(
    MenuItem(
        key="complaints.board",
        label=_("กระดานเรื่องร้องเรียน"),
        url_name="complaints:board",
        icon="activity",
        permission="complaints.board",
        group="insight",
        order=30,
    )
)
menu_items.add(
    MenuItem(
        key="complaints.settings",
        label=_("ตั้งค่าเรื่องร้องเรียน"),
        url_name="complaints:settings",
        icon="sliders-horizontal",
        permission="complaints.configure",
        group="settings",
        order=40,
    )
)
