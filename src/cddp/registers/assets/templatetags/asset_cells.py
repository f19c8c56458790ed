"""ช่องของรายการทรัพย์สิน: what stands in each of fifty rows, put together in Python."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.templatetags.assets import icon
from cddp.registers.assets.choices import CONDITION_LOOKS, NEVER_INSPECTED, Condition, Look
from cddp.registers.assets.models import Asset

register = template.Library()


@register.simple_tag
def state_badge(row: Asset) -> SafeString:
    """Show in which state an asset is, as an icon and words."""
    return _badge(row.state_look, row.get_state_display())


@register.simple_tag
def condition_badge(value: Any) -> SafeString:
    """Show a condition (1–5, or None) as an icon, the number and words."""
    if not value:
        return _badge(NEVER_INSPECTED, _("ยังไม่เคยตรวจ"))
    grade = Condition(value)
    return _badge(CONDITION_LOOKS[grade], f"{grade.value} {grade.label}")


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
        return SafeString('<span class="none">–</span>')
    if not division:
        return format_html("{}", holder)
    return format_html(
        "{}{}", division, format_html('<span class="need-line">{}</span>', holder) if holder else ""
    )


def _badge(look: Look, words: Any) -> SafeString:
    return format_html('<span class="{}">{}{}</span>', f"badge {look.badge}".strip(), icon(look.icon), words)
