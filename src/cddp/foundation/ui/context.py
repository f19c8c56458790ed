"""สิ่งที่ทุกหน้าต้องรู้: town, menu, theme and unread notices, each asked only when a template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.accounts.queries import list_memberships_of
from cddp.foundation.extension_points import MenuItem, menu_items
from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.templatetags.assets import icon

MENU_GROUPS = {
    "work": _("งานประจำวัน"),
    "registers": _("ทะเบียนเมือง"),
    "insight": _("ภาพรวมและแผนที่"),
    "settings": _("จัดการระบบ"),
}
PHONE_BAR_SIZE = 4
NOTICES_SHOWN = 8
THEMES = ("light", "dark")
_GROUP = '<div class="menu-group"><p class="menu-heading">{}</p>{}</div>\n'
_LINK = '<a class="menu-link" href="{}"{}>{}<span>{}</span>{}</a>\n'
_COUNT = '<span class="menu-count">{}</span>'
_IS_CURRENT = format_html(' aria-current="{}"', "page")


@dataclass(frozen=True)
class MenuLink:
    """รายการเมนู: a menu item that this person may open."""

    item: MenuItem
    url: str
    is_current: bool
    count: int | None


@dataclass(frozen=True)
class MenuGroup:
    """กลุ่มเมนู."""

    title: Any
    links: Sequence[MenuLink]


class Shell:
    """กรอบของหน้า: what the header, the rail and the bottom bar show to this person."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    search_url = "/search/"  # the portal's, which stands above us and so has no name here

    @property
    def home_url(self) -> str:
        """Return where the town's name leads: the desk for staff, the front page for everybody else."""
        return str(settings.LOGIN_REDIRECT_URL) if self.membership else "/"

    @property
    def upload_limit_mb(self) -> int:
        """Return how large a file may be that is sent here, in megabytes."""
        return int(settings.UPLOAD_LIMIT_BYTES // 2**20)

    @property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @property
    def membership(self) -> Membership | None:
        return self.user.membership if self.user else None

    @property
    def town(self) -> Municipality | None:
        return self.membership.municipality if self.membership else None

    @property
    def theme(self) -> str:
        """Return "light" or "dark" when the person chose, "" to follow the system."""
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def other_towns(self) -> list[Membership]:
        """Return where else this person works; empty for most people."""
        if self.user is None or self.membership is None:
            return []
        here = self.membership.municipality_id
        known = self.user.own_memberships
        memberships = list_memberships_of(self.user.pk) if known is None else known
        return [each for each in memberships if each.municipality_id != here]

    @cached_property
    def unread(self) -> list[Notification]:
        """Return the newest unread notices, one more than are shown when there are more."""
        if self.membership is None or self.user is None:
            return []
        unread = Notification.objects.filter(user_id=self.user.pk, read_at=None)
        return list(unread.order_by("-created_at")[: NOTICES_SHOWN + 1])

    @property
    def unread_words(self) -> str:
        return f"{NOTICES_SHOWN}+" if len(self.unread) > NOTICES_SHOWN else str(len(self.unread) or "")

    @cached_property
    def links(self) -> list[MenuLink]:
        user = self.user
        if user is None:
            return []
        found = [self._link(item, user) for item in menu_items if item.opens_to(user)]
        links = [link for link in found if link is not None]
        return self._with_current(links)

    def _link(self, item: MenuItem, user: User) -> MenuLink | None:
        url = _address_of(item.url_name)
        return MenuLink(item, url, is_current=False, count=self._count(item, user)) if url else None

    def _count(self, item: MenuItem, user: User) -> int | None:
        if item.count is None or user.membership is None:
            return None
        # Every page shows the menu: a number that is some seconds old is worth two queries less on each.
        key = f"menu.{user.membership.municipality_id}.{user.pk}.{item.key}"
        count: int | None = caches["local"].get(key)
        if count is None:
            count = item.count(user)
            caches["local"].set(key, count, settings.MENU_COUNTS_REMEMBERED_S)
        return count

    @cached_property
    def drawn_menu(self) -> SafeString:
        """Return the menu as HTML: it stands on every page twice, in the rail and in the sheet of a phone."""
        return format_html_join(
            "", _GROUP, ((group.title, _draw_links(group.links)) for group in self.groups)
        )

    def _with_current(self, links: list[MenuLink]) -> list[MenuLink]:
        # The longest address that the page's own begins with: /residents/import/ is not /residents/.
        path = self.request.path
        fitting = [
            link.url for link in links if path == link.url or path.startswith(link.url.rstrip("/") + "/")
        ]
        current = max(fitting, key=len, default=None)
        return [MenuLink(link.item, link.url, link.url == current, link.count) for link in links]

    @property
    def groups(self) -> list[MenuGroup]:
        groups = [
            MenuGroup(title, [link for link in self.links if link.item.group == key])
            for key, title in MENU_GROUPS.items()
        ]
        return [group for group in groups if group.links]

    @property
    def phone_bar(self) -> list[MenuLink]:
        chosen = [link for link in self.links if link.item.on_phone_bar] or self.links
        return chosen[:PHONE_BAR_SIZE]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: {"shell": Shell}."""
    return {"shell": Shell(request)}


# Thirty on every page, and none ever changes.
@cache
def _address_of(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""  # an app under construction must not take the whole menu down


def _draw_links(links: Sequence[MenuLink]) -> SafeString:
    return format_html_join(
        "",
        _LINK,
        (
            (
                link.url,
                _IS_CURRENT if link.is_current else "",
                icon(link.item.icon),
                link.item.label,
                format_html(_COUNT, f"{link.count:,}") if link.count else "",
            )
            for link in links
        ),
    )
