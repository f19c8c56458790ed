"""ทำหลายเรื่องพร้อมกัน: ask once, then do each by itself; what could not be done is said row by row."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.bulk import MOST_AT_ONCE, Outcome, do_each, seen_versions
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.forms.triage import BULK_FORMS, BulkForm
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.choices import list_choices
from cddp.operations.complaints.queries.needs import HEAVY
from cddp.operations.complaints.services import assigning, linking, moving
from cddp.operations.complaints.views.crumbs import HOME


def ask(action: str) -> Callable[[HttpRequest, QuerySet[Any]], HttpResponse]:
    """Return what an action of the inbox does first: it shows the ticked problems and asks for the rest."""

    def show(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        needs = list(rows.order_by("due_at", "pk")[: MOST_AT_ONCE + 1])
        if len(needs) > MOST_AT_ONCE:
            raise UnableToChangeNeed(
                _("ทำได้ครั้งละไม่เกิน %(most)s เรื่อง กรุณากรองให้แคบลง") % {"most": MOST_AT_ONCE}, code="too_many"
            )
        if action == "merge" and len(needs) < 2:
            raise UnableToChangeNeed(_("เลือกอย่างน้อยสองเรื่องที่จะรวมกัน"), code="too_few")
        if action == "merge" and len(needs) == 2:
            return redirect(f"{reverse('complaints:compare')}?a={needs[0].pk}&b={needs[1].pk}")
        return _show(request, action, needs, BULK_FORMS[action](list_choices()))

    return show


@requires("complaints.view")
@require_POST
def bulk(request: HttpRequest, action: str) -> HttpResponse:
    """Do it to each, in a savepoint of its own."""
    user, at = user_of(request), timezone.now()
    kind = BULK_FORMS.get(action)
    if kind is None:
        raise Http404
    if not user.has_perm(kind.permission):
        raise PermissionDenied
    seen = seen_versions(request, "need")
    needs = list(Need.objects.visible_to(user).filter(pk__in=seen).defer(*HEAVY).order_by("due_at", "pk"))
    if not needs:
        raise UnableToChangeNeed(_("ยังไม่ได้เลือกรายการ กรุณาเลือกอย่างน้อยหนึ่งรายการ"), code="nothing")
    form = kind(list_choices(), request.POST)
    if not form.is_valid():
        return _show(request, action, needs, form, status=422)
    outcome = do_each(needs, lambda each: DO[action](user, each, seen[each.pk], form.cleaned_data, at))
    return _tell(request, form, outcome)


def _show(
    request: HttpRequest, action: str, needs: Sequence[Need], form: BulkForm, status: int = 200
) -> HttpResponse:
    values = {
        "action": action,
        "needs": needs,
        "form": form,
        "breadcrumbs": [HOME, (form.title, "")],
    }
    return render(request, "complaints/needs/bulk.html", values, status=status)


def _tell(request: HttpRequest, form: BulkForm, outcome: Outcome[Need]) -> HttpResponse:
    words = _("ทำแล้ว %(count)s เรื่อง") % {"count": len(outcome.done)}
    if not outcome.failed:
        messages.success(request, words)
        return redirect("complaints:inbox")
    values = {
        "outcome": outcome,
        "title": form.title,
        "words": words,
        "breadcrumbs": [HOME, (form.title, "")],
    }
    return render(request, "complaints/needs/bulk_result.html", values)


# ── what is done to each; True when it was done to this one ───────────────────────────────────────


def _assign(user: User, need: Need, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    assigning.assign(
        user, need.pk, version=version, division_id=asked["division"], reason=asked["reason"], at=at
    )
    return True


def _state(user: User, need: Need, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    moving.change_state(
        user,
        need.pk,
        version=version,
        state=asked["state"],
        note=asked["note"],
        agency=asked["agency"] if asked["state"] == "forwarded" else "",
        at=at,
    )
    return True


def _category(user: User, need: Need, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    assigning.set_category(user, need.pk, version=version, category_id=asked["category"], at=at)
    return True


def _close(user: User, need: Need, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    moving.close_need(
        user,
        need.pk,
        version=version,
        outcome=asked["outcome"],
        words=asked["words"],
        agency=asked["agency"],
        at=at,
    )
    return True


def _merge(user: User, need: Need, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    if need.pk == asked["into"]:
        return False
    # The one that takes the others in changes with each of them: its version is ours after the first.
    linking.merge_needs(user, need.pk, asked["into"], version=None, at=at)
    return True


DO: dict[str, Callable[[User, Need, int, dict[str, Any], dt.datetime], bool]] = {
    "assign": _assign,
    "state": _state,
    "category": _category,
    "merge": _merge,
    "close": _close,
}
