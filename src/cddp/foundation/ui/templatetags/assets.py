"""แท็กสำหรับไฟล์ส่วนหน้าและไอคอน: {% asset "shell" %} and {% icon "house" %}."""

from functools import lru_cache

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
    if not label:
        return _decoration(icon_paths(name), extra_class)
    return _drawing(icon_paths(name), format_html('role="img" aria-label="{}"', label), extra_class)


# A page of fifty rows holds some hundreds, of a few dozen kinds.
@lru_cache(maxsize=500)
def _decoration(paths: str, extra_class: str) -> SafeString:
    return _drawing(paths, mark_safe('aria-hidden="true"'), extra_class)


def _drawing(paths: str, spoken: SafeString, extra_class: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" {}>{}</svg>',
        f" {extra_class}" if extra_class else "",
        spoken,
        mark_safe(paths),  # noqa: S308  (our own build)
    )
