"""ผู้รับจ้าง: the firms that work for the town."""

from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits
from cddp.operations.maintenance.errors import UnableToConfigure
from cddp.operations.maintenance.models import Contractor
from cddp.operations.maintenance.policies import require

PLAN = "maintenance.plan"
FIELDS = ("name", "tax_number", "phone", "is_active")


@transaction.atomic
def save_contractor(
    by: User | None,
    contractor_id: UUID | None = None,
    *,
    name: str,
    tax_number: str = "",
    phone: str = "",
    is_active: bool = True,
) -> Contractor:
    """Take a firm in, or change it. Raises UnableToConfigure."""
    require(by, PLAN)
    rows = Contractor.objects.select_for_update(of=("self",))
    row = get_object_or_404(rows, pk=contractor_id) if contractor_id else Contractor()
    before = {field: getattr(row, field) for field in FIELDS}
    row.name, row.is_active = normalise_line(name), is_active
    row.tax_number = to_arabic_digits(tax_number).replace("-", "").replace(" ", "")
    row.phone = _read_phone(phone)
    _refuse_wrong(row)
    changes = audit.changes_between(before, {field: getattr(row, field) for field in FIELDS})
    row.save()
    audit.record("maintenance.contractor.saved", row, changes=changes)
    return row


def _read_phone(text: str) -> str:
    if not text.strip():
        return ""
    reading = parse_phone(text)
    if not reading.digits:
        raise UnableToConfigure(_("กรุณาตรวจหมายเลขโทรศัพท์"), field="phone", code="phone")
    return f"{reading.digits} ต่อ {reading.extension}" if reading.extension else reading.digits


def _refuse_wrong(row: Contractor) -> None:
    if not 2 <= len(row.name) <= 200:
        raise UnableToConfigure(_("กรุณากรอกชื่อผู้รับจ้าง"), field="name", code="name")
    if row.tax_number and not (
        row.tax_number.isascii() and row.tax_number.isdigit() and len(row.tax_number) == 13
    ):
        raise UnableToConfigure(_("เลขประจำตัวผู้เสียภาษีมี 13 หลัก"), field="tax_number", code="tax_number")
    if Contractor.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise UnableToConfigure(_("มีผู้รับจ้างชื่อนี้แล้ว"), field="name", code="name_taken")
