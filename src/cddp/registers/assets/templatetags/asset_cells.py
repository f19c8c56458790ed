"""ช่องของรายการทรัพย์สิน: what stands in each of fifty rows."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.cells import BLANK, badge, line_below
from cddp.foundation.ui.templatetags.assets import icon
from cddp.registers.assets.choices import CONDITION_LOOKS, NEVER_INSPECTED, Condition
from cddp.registers.assets.models import Asset

register = template.Library()


@register.simple_tag
def state_badge(row: Asset) -> SafeString:
    """Show in which state an asset is, as an icon and words."""
    look = row.state_look
    return badge(look.badge, look.icon, row.get_state_display())


@register.simple_tag
def condition_badge(value: Any) -> SafeString:
    """Show a condition (1–5, or None) as an icon, the number and words."""
    if not value:
        return badge(NEVER_INSPECTED.badge, NEVER_INSPECTED.icon, _("ยังไม่เคยตรวจ"))
    grade = Condition(value)
    look = CONDITION_LOOKS[grade]
    return badge(look.badge, look.icon, f"{grade.value} {grade.label}")


@register.simple_tag
def name_cell(row: Asset) -> SafeString:
    """Show what an asset is called, with the icon of its class and its number below."""
    below = " · ".join(filter(None, [row.number or _("ยังไม่มีเลข"), row.asset_class.name]))
    return format_html(
        '<a href="{}">{}</a>\n<span class="need-line">{} {}</span>',
        row.get_absolute_url(),
        row.name,
        icon(row.asset_class.icon),
        below,
    )


@register.simple_tag
def keeper_cell(row: Asset) -> SafeString:
    """Show which division keeps it, and who has it."""
    division = row.division.name if row.division else ""
    holder = str(row.holder.user) if row.holder else ""
    if not division and not holder:
        return BLANK
    if not division:
        return format_html("{}", holder)
    return format_html("{}{}", division, line_below(holder))
