"""ความชอบของแต่ละคน: keep the columns and the views that a person chose for one list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.models import ColumnChoice, SavedView

NAME_LIMIT = 80
QUERY_LIMIT = 2000


def keep_preference(request: HttpRequest, bound: BoundList) -> None:
    """Do what the list's own small forms ask: columns, columns_reset, save_view, delete_view."""
    user = user_of(request)
    match request.POST.get("list_action"):
        case "columns":
            _keep_columns(request, bound, user)
        case "columns_reset":
            ColumnChoice.objects.filter(user_id=user.pk, list_key=bound.page.key).delete()
        case "save_view":
            _save_view(request, bound, user)
        case "delete_view":
            _delete_view(request, bound, user)
        case _:
            raise PermissionDenied


def _keep_columns(request: HttpRequest, bound: BoundList, user: User) -> None:
    known = {column.key for column in bound.columns}
    chosen = [key for key in request.POST.getlist("columns") if key in known]
    if chosen:
        ColumnChoice.objects.update_or_create(
            user_id=user.pk,
            list_key=bound.page.key,
            defaults={"columns": list(dict.fromkeys(chosen))},
        )


def _save_view(request: HttpRequest, bound: BoundList, user: User) -> None:
    name = request.POST.get("name", "").replace("\x00", "").strip()[:NAME_LIMIT]
    if not name:
        messages.error(request, _("กรุณาตั้งชื่อมุมมองก่อนบันทึก"))
        return
    if len(bound.query) > QUERY_LIMIT:
        messages.error(request, _("เงื่อนไขยาวเกินไป ไม่สามารถบันทึกเป็นมุมมองได้"))
        return
    membership = user.membership
    shared = request.POST.get("shared") == "1" and membership is not None
    SavedView.objects.update_or_create(
        user_id=user.pk,
        list_key=bound.page.key,
        name=name,
        defaults={
            "query": bound.query,
            "division_id": membership.division_id if shared and membership else None,
        },
    )
    messages.success(request, _("บันทึกมุมมอง “%(name)s” แล้ว") % {"name": name})


def _delete_view(request: HttpRequest, bound: BoundList, user: User) -> None:
    wanted = request.POST.get("view", "")
    for view in bound.saved_views:
        if str(view.pk) == wanted and view.user_id == user.pk:
            view.delete()
            messages.success(request, _("ลบมุมมอง “%(name)s” แล้ว") % {"name": view.name})
