"""แบบรายการตรวจ: templates of lines that a work order is given when it is opened; open work keeps its own lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.maintenance.choices import CheckKind
from cddp.operations.maintenance.errors import UnableToConfigure
from cddp.operations.maintenance.models import Checklist, ChecklistItem
from cddp.operations.maintenance.policies import require

CONFIGURE = "maintenance.configure"
MOST_LINES = 60


@dataclass(frozen=True)
class Line:
    """บรรทัดของแบบ: what is to be ticked, measured or written."""

    words: str
    kind: str = CheckKind.TICK
    unit: str = ""
    is_required: bool = False


@transaction.atomic
def keep_checklist(
    by: User, checklist_id: UUID | None, *, name: str, asset_class_id: UUID | None, lines: Sequence[Line]
) -> Checklist:
    """Write a template with its lines in their order. Raises UnableToConfigure."""
    require(by, CONFIGURE)
    rows = Checklist.objects.select_for_update(of=("self",))
    row = get_object_or_404(rows, pk=checklist_id) if checklist_id else Checklist()
    row.name, row.asset_class_id = normalise_line(name)[:120], asset_class_id
    _refuse_wrong(row, lines)
    before = [] if checklist_id is None else list(row.items.values_list("words", flat=True))
    row.save(force_insert=checklist_id is None)
    row.items.all().delete()
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                checklist=row,
                order=order,
                words=normalise_line(line.words)[:200],
                kind=line.kind,
                unit=normalise_line(line.unit)[:40] if line.kind == CheckKind.NUMBER else "",
                is_required=line.is_required,
            )
            for order, line in enumerate(lines, 1)
        ]
    )
    after = [line.words for line in lines]
    audit.record(
        "maintenance.checklist.kept", row, changes={"name": [None, row.name], "lines": [before, after]}
    )
    return row


@transaction.atomic
def set_in_use(by: User, checklist_id: UUID, *, is_active: bool) -> Checklist:
    """Stop offering a template, or offer it again."""
    require(by, CONFIGURE)
    row = get_object_or_404(Checklist.objects.select_for_update(of=("self",)), pk=checklist_id)
    before, row.is_active = row.is_active, is_active
    row.save(update_fields=["is_active"])
    audit.record("maintenance.checklist.kept", row, changes={"is_active": [before, is_active]})
    return row


def _refuse_wrong(row: Checklist, lines: Sequence[Line]) -> None:
    if not row.name:
        raise UnableToConfigure(_("กรุณาตั้งชื่อแบบรายการตรวจ"), field="name", code="no_name")
    if Checklist.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        raise UnableToConfigure(_("มีแบบรายการตรวจชื่อนี้แล้ว"), field="name", code="taken")
    if not lines:
        raise UnableToConfigure(_("กรุณาใส่รายการตรวจอย่างน้อยหนึ่งบรรทัด"), code="no_lines")
    if len(lines) > MOST_LINES:
        raise UnableToConfigure(_("ใส่ได้ไม่เกิน %(most)s บรรทัด") % {"most": MOST_LINES}, code="too_many")
    if any(not line.words.strip() or line.kind not in CheckKind.values for line in lines):
        raise UnableToConfigure(_("กรุณาเขียนทุกบรรทัดให้ครบ หรือลบบรรทัดที่ไม่ใช้"), code="empty_line")
