"""ช่องของรายการปัญหา: what stands in each of fifty rows."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.cells import badge, due, line_below
from cddp.foundation.ui.filling import fill
from cddp.foundation.ui.templatetags.assets import icon
from cddp.operations.complaints.choices import Priority
from cddp.operations.complaints.models import Need

register = template.Library()

due_cell = register.simple_tag(due, name="due_cell")


@register.simple_tag
def state_badge(row: Any) -> SafeString:
    """Show the state of a problem or a report, as an icon and words."""
    look, drawing = row.state_look
    return badge(look, drawing, row.state_words)


@register.simple_tag
def whose_cell(row: Need, division: str) -> SafeString:
    """Show who works on it, and the division below."""
    if row.assignee:
        return fill("{}{}", row.assignee.user, line_below(division))
    if division:
        return fill("{}", division)
    return fill('<span class="none">{}</span>', _("ยังไม่มอบหมาย"))


@register.simple_tag
def title_cell(row: Need, value: str) -> SafeString:
    """Show what a problem is called, how many speak of it, and what is special about it."""
    marks = _marks(row)
    return fill(
        '<a href="{}">{}</a>\n<span class="need-line">{} {}{}</span>',
        row.get_absolute_url(),
        row.title or row.number,
        icon("users-round"),
        value,
        fill(" {}" * len(marks), *marks) if marks else "",
    )


def _marks(row: Need) -> list[SafeString]:
    marks = []
    if row.priority != Priority.NORMAL:
        marks.append(badge("badge-bad", "flag", row.get_priority_display()))
    if row.came_back_count:
        marks.append(badge("badge-warn", "rotate-ccw", _("กลับมาอีก")))
    if row.is_private:
        marks.append(badge("badge-note", "lock", _("ลับ")))
    if row.photos_waiting:
        marks.append(badge("", "image", _("รูปรอตรวจ %(n)s") % {"n": row.photos_waiting}))
    return marks
