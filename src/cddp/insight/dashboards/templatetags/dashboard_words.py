"""คำของภาพรวม: figures as people read them."""

from django import template

register = template.Library()


@register.filter
def figure(value: float, kind: str = "number") -> str:
    """Return "1,234", "4.5", or for a share (0–1) "30.2%"."""
    if kind == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
