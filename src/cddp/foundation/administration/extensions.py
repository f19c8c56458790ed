"""เมนูจัดการระบบ."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points import MenuItem, menu_items

menu_items.add(
    MenuItem(
        "administration.members",
        _("ผู้ใช้และสิทธิ์"),
        "administration:members",
        "users",
        permission="accounts.manage",
        group="settings",
        order=10,
    )
)
menu_items.add(
    MenuItem(
        "administration.audit",
        _("บันทึกการใช้งาน"),
        "administration:audit",
        "history",
        permission="audit.view",
        group="settings",
        order=20,
    )
)
