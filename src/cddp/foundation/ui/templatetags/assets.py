"""แท็กสำหรับไฟล์ส่วนหน้าและไอคอน: {% asset "shell" %} and {% icon "house" %}."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cddp.foundation.ui.build import entry_files, icon_paths

register = template.Library()


@register.simple_tag
def asset(name: str) -> SafeString:
    """Return the links, preloads and script of one entry: "shell" (each page), "chart", "map", "print"."""
    files = entry_files(name)
    return format_html(
        "{}{}{}{}",
        _each('<link rel="preload" as="font" type="font/woff2" href="{}" crossorigin>', files["fonts"]),
        _each('<link rel="stylesheet" href="{}">', files["styles"]),
        _each('<link rel="modulepreload" href="{}">', files["preloads"]),
        _each('<script type="module" src="{}"></script>', files["scripts"]),
    )


def _each(shape: str, addresses: list[str]) -> SafeString:
    return format_html_join("", shape, ((address,) for address in addresses))


@register.simple_tag
def icon(name: str, label: str = "", extra_class: str = "") -> SafeString:
    """Draw an icon of frontend/icons.ts; without a label it is decoration and hidden from screen readers."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" {}>{}</svg>',
        f" {extra_class}" if extra_class else "",
        spoken,
        mark_safe(icon_paths(name)),  # noqa: S308  (our own build)
    )
