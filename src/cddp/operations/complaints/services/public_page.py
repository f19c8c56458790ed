"""ตั้งค่าหน้าของประชาชน."""

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TownSetting
from cddp.foundation.values.phone import parse_phone
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.policies import may_configure, refuse_unless
from cddp.operations.complaints.queries.public_page import PHONE_SETTING
from cddp.operations.complaints.services.settings_rows import write_row


def set_public_phone(user: User, phone: str) -> str:
    """Keep the town's telephone for citizens, as digits; "" for none. Return it."""
    refuse_unless(may_configure(user))
    digits = parse_phone(phone).digits if phone.strip() else ""
    if phone.strip() and not digits:
        raise UnableToConfigure(_("เบอร์โทรไม่ครบหรือไม่ถูกต้อง เช่น 053-511-013"), field="phone", code="phone")
    row = TownSetting.objects.select_for_update().filter(key=PHONE_SETTING).first()
    write_row(user, row or TownSetting(key=PHONE_SETTING), {"value": digits}, kind="public_phone")
    return digits
