"""ช่องของรายการใบสั่งงาน: what stands in each of fifty rows."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.cells import badge, due, line_below
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.choices import Priority
from cddp.operations.maintenance.models import WorkOrder

register = template.Library()

due_cell = register.simple_tag(due, name="due_cell")


@register.simple_tag
def state_badge(row: WorkOrder) -> SafeString:
    """Show the state as an icon and words."""
    look, drawing = row.state_look
    return badge(look, drawing, row.get_state_display())


@register.simple_tag
def plan_cell(row: WorkOrder) -> SafeString:
    """Show when it is planned, and who does it."""
    if row.planned_on is None:
        day = format_html('<span class="none">{}</span>', _("ยังไม่นัด"))
    else:
        hour = f" {row.planned_from:%H:%M}" if row.planned_from else ""
        day = format_html('<span class="nowrap">{}{}</span>', format_short(row.planned_on), hour)
    return format_html("{}{}", day, line_below(str(row.lead.user) if row.lead else ""))


@register.simple_tag
def title_cell(row: WorkOrder) -> SafeString:
    """Show what is to be done, where, and what is special about it."""
    return format_html(
        '<a href="{}">{}</a>\n<span class="need-line">{}{}</span>',
        row.get_absolute_url(),
        row.title,
        row.place,
        format_html_join("", " {}", ((each,) for each in marks(row))),
    )


def marks(row: WorkOrder) -> list[SafeString]:
    """Return the badges of what is special."""
    found = []
    if row.priority != Priority.NORMAL:
        found.append(badge("badge-bad", "flag", row.get_priority_display()))
    if row.contractor_id:
        found.append(badge("badge-note", "hand-helping", _("จ้าง")))
    return found
