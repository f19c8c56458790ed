"""หน้ารวมการตั้งค่า: one card for each table of the town's own, saying in a line what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires
from cddp.foundation.notify.models import LineAccount
from cddp.foundation.notify.queries import find_line_account
from cddp.operations.complaints.models import TraffyAccount
from cddp.operations.complaints.queries.public_page import find_public_phone
from cddp.operations.complaints.queries.settings import count_settings
from cddp.operations.complaints.queries.traffy import find_account
from cddp.operations.complaints.views.crumbs import HOME

SETTINGS = (gettext_lazy("ตั้งค่า"), "/complaints/settings/")
TENTH_MONTH = 10


@dataclass(frozen=True)
class Card:
    """การ์ด: where it leads, what it is for, how it stands; `warning` says what is missing."""

    url: str
    icon: str
    title: str
    purpose: str
    standing: str
    warning: str = ""


def crumbs_under_settings(title: Any, *between: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the links above a page of the settings."""
    return [HOME, SETTINGS, *between, (title, "")]


@requires("complaints.configure")
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Show what can be set up."""
    values = {
        "cards": _cards(count_settings(today=timezone.localdate())),
        "breadcrumbs": [HOME, (SETTINGS[0], "")],
    }
    return render(request, "complaints/settings/hub.html", values)


def _cards(counts: Mapping[str, int]) -> list[Card]:
    return [
        Card(
            reverse("complaints:promises"),
            "timer",
            _("มาตรฐานเวลา"),
            _("เรื่องแต่ละประเภทต้องเสร็จในกี่วันทำการ"),
            _("กำหนดไว้ %(count)s ค่า") % {"count": counts["promises"]},
            "" if counts["promises"] else _("ยังไม่ได้กำหนด เรื่องใหม่จะไม่มีวันครบกำหนด"),
        ),
        Card(
            reverse("complaints:holidays"),
            "calendar-days",
            _("วันหยุด"),
            _("วันที่เทศบาลปิด ระบบไม่นับเป็นวันทำการ"),
            _("ปีนี้ %(count)s วัน") % {"count": counts["this_year"]},
            _warn_of_days_off(counts),
        ),
        Card(
            reverse("complaints:routing"),
            "route",
            _("กติกาส่งเรื่อง"),
            _("เรื่องใหม่ส่งไปกองไหนโดยไม่ต้องรอคัดแยก"),
            _("ใช้อยู่ %(count)s ข้อ") % {"count": counts["rules"]},
            "" if counts["rules"] else _("ยังไม่มีกติกา เจ้าหน้าที่ต้องมอบหมายเองทุกเรื่อง"),
        ),
        Card(
            reverse("complaints:wordings"),
            "message-square",
            _("ข้อความสำเร็จรูป"),
            _("ถ้อยคำที่ใช้ตอบผู้แจ้งบ่อย ๆ"),
            _("ใช้อยู่ %(count)s ข้อความ") % {"count": counts["wordings"]},
        ),
        Card(
            reverse("complaints:agencies"),
            "building-2",
            _("หน่วยงานอื่น"),
            _("เมื่อไม่ใช่หน้าที่ของเทศบาล จะส่งต่อให้ใคร"),
            _("มี %(count)s หน่วยงาน") % {"count": counts["agencies"]},
        ),
        _public_pages(find_public_phone()),
        _line(find_line_account()),
        _traffy(find_account()),
    ]


def _public_pages(phone: str) -> Card:
    return Card(
        reverse("complaints:public_pages"),
        "megaphone",
        _("หน้าของประชาชน"),
        _("เบอร์โทรที่ผู้แจ้งเห็นในหน้าแจ้งเรื่องและหน้าติดตาม"),
        _("โทร %(phone)s") % {"phone": phone} if phone else _("ยังไม่แสดงเบอร์โทร"),
    )


def _line(account: LineAccount | None) -> Card:
    in_use = account is not None and account.is_active
    return Card(
        reverse("complaints:line_settings"),
        "message-square",
        _("บัญชี LINE"),
        _("ประชาชนแจ้งเรื่องและรับแจ้งผลในแชต LINE ของเทศบาล"),
        _("ใช้งานอยู่") if in_use else _("ยังไม่ได้ใช้"),
    )


def _traffy(account: TraffyAccount | None) -> Card:
    in_use = account is not None and account.is_active
    return Card(
        reverse("complaints:traffy_settings"),
        "repeat",
        _("เชื่อมต่อ Traffy Fondue"),
        _("รับเรื่องจาก Traffy Fondue และแจ้งผลกลับไปเอง"),
        _("ใช้งานอยู่") if in_use else _("ยังไม่ได้ใช้"),
        account.last_problem if account is not None else "",
    )


def _warn_of_days_off(counts: Mapping[str, int]) -> str:
    if not counts["this_year"]:
        return _("ยังไม่ได้ใส่วันหยุดของปีนี้")
    if not counts["next_year"] and timezone.localdate().month >= TENTH_MONTH:
        return _("ยังไม่ได้ใส่วันหยุดของปีหน้า")
    return ""
