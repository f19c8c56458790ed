"""เมนูจัดการระบบ และกติกาเก็บรักษาของพื้นฐาน."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.extension_points import MenuItem, RetentionRule, menu_items, retention_rules
from cddp.foundation.notify.services import forget_messages, forget_notifications

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

retention_rules.add(RetentionRule("notify.notifications", forget_notifications))
retention_rules.add(RetentionRule("notify.messages", forget_messages))
