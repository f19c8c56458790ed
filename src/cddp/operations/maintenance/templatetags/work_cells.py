"""ช่องของรายการใบสั่งงาน: what stands in each of fifty rows, put together in Python."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.templatetags.assets import icon
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.choices import Priority
from cddp.operations.maintenance.models import WorkOrder

register = template.Library()

DUE_BADGES = {
    "late": ("badge-bad", "triangle-alert"),
    "today": ("badge-warn", "clock"),
    "soon": ("badge-warn", "clock"),
}


@register.simple_tag
def state_badge(row: WorkOrder) -> SafeString:
    """Show the state as an icon and words."""
    look, drawing = row.state_look
    return badge(look, drawing, row.get_state_display())


@register.simple_tag
def due_cell(value: Any) -> SafeString:
    """Show until when (queries.work.Due): how it stands, and the day below."""
    if value.kind in DUE_BADGES:
        words = badge(*DUE_BADGES[value.kind], value.words)
    elif value.words:
        words = format_html('<span class="nowrap">{}</span>', value.words)
    else:
        words = format_html('<span class="none">{}</span>', "–")
    return format_html("{}{}", words, line_below(value.date))


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


def badge(look: str, drawing: str, words: str) -> SafeString:
    """Return a badge."""
    return format_html('<span class="{}">{}{}</span>', f"badge {look}".strip(), icon(drawing), words)


def line_below(words: Any) -> str:
    """Return a smaller line below, nothing for nothing."""
    return format_html('<span class="need-line">{}</span>', words) if words else ""
