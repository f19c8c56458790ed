"""เมนูของทะเบียน."""

from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import MenuItem, menu_items
from cddp.registers.residents.models import House


def _houses_without_point(user: User) -> int:
    return House.objects.visible_to(user).active().without_point().count()


menu_items.add(
    MenuItem(
        "residents.find", _("คนและบ้าน"), "residents:find", "search", "residents.view", "registers", 10,
        on_phone_bar=True,
    )
)  # fmt: skip
menu_items.add(
    MenuItem("residents.houses", _("บ้าน"), "residents:houses", "house", "residents.view", "registers", 20)
)
menu_items.add(
    MenuItem(
        "residents.people", _("บุคคล"), "residents:people", "users", "residents.view_person", "registers", 30
    )
)
menu_items.add(
    MenuItem(
        "residents.without_point", _("บ้านที่ยังไม่มีพิกัด"), "residents:without_point", "map-pin-off",
        "residents.change", "registers", 40, count=_houses_without_point,
    )
)  # fmt: skip
menu_items.add(
    MenuItem(
        "residents.duplicates", _("รายการที่อาจซ้ำ"), "residents:duplicates", "git-merge", "residents.merge",
        "registers", 50,
    )
)  # fmt: skip
menu_items.add(
    MenuItem("residents.areas", _("หมู่และชุมชน"), "residents:areas", "map", "residents.view", "registers", 60)
)
menu_items.add(
    MenuItem(
        "residents.fact_types", _("ชนิดข้อเท็จจริง"), "residents:fact_types", "tag",
        "residents.manage_fact_types", "settings", 30,
    )
)  # fmt: skip
menu_items.add(
    MenuItem(
        "residents.imports",
        _("นำเข้าทะเบียน"),
        "residents:imports",
        "file-up",
        "residents.import",
        "registers",
        70,
    )
)
