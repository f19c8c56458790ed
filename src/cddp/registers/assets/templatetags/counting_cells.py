"""ช่องของรายการตรวจนับ."""

from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cddp.foundation.ui.cells import badge
from cddp.registers.assets.choices import StockTakeResult
from cddp.registers.assets.models import StockTakeLine
from cddp.registers.assets.queries.counting import Progress
from cddp.registers.assets.templatetags.asset_cells import name_cell

register = template.Library()

LOOKS: Final = {
    "": ("", "circle-dashed"),
    StockTakeResult.FOUND: ("badge-good", "circle-check"),
    StockTakeResult.DAMAGED: ("badge-bad", "wrench"),
    StockTakeResult.ELSEWHERE: ("badge-note", "map-pin"),
    StockTakeResult.NOT_NEEDED: ("badge-warn", "archive"),
    StockTakeResult.MISSING: ("badge-bad", "search"),
}


@register.simple_tag
def result_badge(line: StockTakeLine) -> SafeString:
    """Show what was found of a thing."""
    return badge(*LOOKS[line.result], line.get_result_display() or _("ยังไม่ตรวจ"))


@register.simple_tag
def thing_cell(line: StockTakeLine) -> SafeString:
    """Show which thing, with its number and class below."""
    return name_cell(line.asset)


@register.simple_tag
def progress_cell(progress: Progress) -> SafeString:
    """Show how far a round is: a bar, and the same in words."""
    done = progress.total - progress.left
    words = _("ตรวจแล้ว %(done)s จาก %(total)s") % {"done": f"{done:,}", "total": f"{progress.total:,}"}
    return format_html(
        '<progress class="count-bar" max="{}" value="{}" aria-hidden="true"></progress><span class="small">{}</span>',
        progress.total or 1,
        done,
        words,
    )
