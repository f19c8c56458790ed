"""จองแถว: take hold of problems before changing them, always in the same order, so that nobody waits in a ring."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.operations.complaints.errors import NeedChangedMeanwhile
from cddp.operations.complaints.models import Need


def lock_needs(need_ids: Iterable[UUID], user: User | None) -> dict[UUID, Need]:
    """Return these problems by id, locked. Raises Http404 when the person may not see one of them."""
    wanted = set(need_ids)
    rows = Need.objects.all() if user is None else Need.objects.visible_to(user)
    found = {
        need.pk: need for need in rows.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    }
    if set(found) != wanted:
        raise Http404
    return found


def lock_need(need_id: UUID, user: User | None, *, version: int | None = None) -> Need:
    """Return one problem, locked. Raises NeedChangedMeanwhile when it is no longer the version the person saw."""
    need = lock_needs([need_id], user)[need_id]
    if version is not None and need.version != version:
        raise NeedChangedMeanwhile(
            _("มีผู้แก้ไขเรื่องนี้ระหว่างที่ท่านเปิดหน้าอยู่ ข้อความของท่านยังอยู่ กรุณาดูสิ่งที่เปลี่ยนแล้วบันทึกอีกครั้ง"),
            need_id=need.pk,
            version=need.version,
        )
    return need
