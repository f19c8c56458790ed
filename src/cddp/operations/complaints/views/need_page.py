"""หน้าปัญหา: all that stands on the page of one problem, with whichever form the officer is filling in.

The page is drawn in three cases: to look (200), to correct what was typed (422), and when somebody else was
faster (409). In the last two the form comes back as it was filled in, in its own place.
"""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.acts import ActForm
from cddp.foundation.ui.panels import panels_of
from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.complaints.choices import CategoryFamily, Placeholder, ReportState
from cddp.operations.complaints.forms import needs as forms
from cddp.operations.complaints.forms import works as work_forms
from cddp.operations.complaints.models import Need, Photo, Report
from cddp.operations.complaints.policies import may_open_work
from cddp.operations.complaints.queries.assets import offer_assets
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.choices import Choices, list_choices
from cddp.operations.complaints.queries.needs import due_of, list_photos, list_voices, voices_words
from cddp.operations.complaints.queries.suggestions import Suggestion, suggest
from cddp.operations.complaints.queries.terms import DEFAULT_RADIUS_M
from cddp.operations.complaints.queries.timeline import Moment, changes_since, list_timeline
from cddp.operations.complaints.queries.works import Work, list_attachable, list_works
from cddp.operations.complaints.rules.states import STEPS
from cddp.operations.complaints.rules.wording import fill
from cddp.operations.complaints.services.deadlines import deadline_of
from cddp.operations.complaints.views.crumbs import crumbs_of
from cddp.operations.maintenance.choices import FINISHED_STATES

# What somebody goes out to repair: here a work order is the likely next step.
REPAIRED = frozenset(
    {
        CategoryFamily.ROAD,
        CategoryFamily.WATER,
        CategoryFamily.LIGHT,
        CategoryFamily.CLEAN,
        CategoryFamily.GREEN,
        CategoryFamily.SAFETY,
    }
)
RIGHTS = ("triage", "assign", "work", "reporter", "export")
FORMS: tuple[type[ActForm], ...] = (
    forms.AcceptForm,
    forms.StepForm,
    forms.CloseForm,
    forms.ReopenForm,
    forms.AssignForm,
    forms.CategoryForm,
    forms.PriorityForm,
    forms.TitleForm,
    forms.HiddenForm,
    forms.PauseForm,
    forms.ResumeForm,
    forms.MessageForm,
    forms.InternalForm,
    forms.PhotoForm,
    work_forms.AssetForm,
    work_forms.WorkForm,
    work_forms.AttachForm,
)


@dataclass(frozen=True)
class Voice:
    """เสียงหนึ่งราย: what was said, with its pictures and how it came to this problem."""

    report: Report
    photos: Sequence[Photo]

    @property
    def link(self) -> Any:
        links: list[Any] = getattr(self.report, "links_here", [])
        return links[0] if links else None


def rights_of(user: User) -> dict[str, bool]:
    """Return which acts the person may do, for templates: {"triage": True, …}."""
    beside = {"open_work": may_open_work(user), "see_asset": user.has_perm("assets.view")}
    return {right: user.has_perm(f"complaints.{right}") for right in RIGHTS} | beside


def show_need(
    request: HttpRequest,
    need: Need,
    *,
    at: dt.datetime,
    bound: ActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; `bound` is the form that was sent and is to be looked at again."""
    user = user_of(request)
    can = rights_of(user)
    choices = list_choices(working=can["triage"] or can["assign"] or can["work"])
    moments = list_timeline(need, {str(each.id): each.name for each in choices.categories})
    photos = list_photos(need)
    voices = _voices(need, photos)
    suggestions = _suggestions(need, voices, choices) if can["triage"] else []
    likeliest = suggestions[0].category.id if suggestions and suggestions[0].is_sure else None
    taken_up = _as_taken_up(need, likeliest, at=at)
    thing_and_work = _thing_and_work(user, need, can)
    initial = {
        "category": need.category_id or likeliest,
        "words": _result_of(thing_and_work["works"]),
    }
    values = {
        "need": need,
        "can": can,
        "due": due_of(need, at=at),
        "taken_up": taken_up,
        "taken_up_due": due_of(taken_up, at=at),
        "voices_words": voices_words(need),
        "area": choices.area_names().get(need.area_code, ""),
        "voices": voices,
        "more_voices": max(0, need.reports_count - len(voices)),
        "moments": moments,
        "candidates": _candidates(need, voices, at) if can["triage"] else [],
        "suggestions": suggestions,
        "choices": choices,
        "templates": [(each.name, fill(each.more, _blanks(need))) for each in choices.templates],
        "steps": [state for state in STEPS if state != need.state],
        "may_pause": need.is_open and need.has_deadline and not need.is_overdue(at),
        "place": place_of(need),
        "photos_after": [photo for photo in photos if photo.report_id is None],
        "public_url": public_url_of(need, user),
        **thing_and_work,
        "panels": panels_of(request, "complaints.need", need),
        "breadcrumbs": crumbs_of(need),
        "merged_act": _act_to_undo(request, moments),
        "bound": bound,
        "changes": changes_since(moments, bound.seen) if bound is not None and status == 409 else None,
        "forms": _forms(need, choices, moments, initial, bound),
    }
    template = "complaints/needs/print.html" if request.GET.get("print") else "complaints/needs/need.html"
    return render(request, template, values, status=status)


def seen_at(need: Need, moments: Sequence[Moment]) -> str:
    """Return up to when the officer has seen what happened, as it goes into the forms."""
    latest = max([need.updated_at, *(moment.changed_at or moment.at for moment in moments)])
    return latest.isoformat()


def _forms(
    need: Need,
    choices: Choices,
    moments: Sequence[Moment],
    proposed: dict[str, Any],
    bound: ActForm | None,
) -> dict[str, ActForm]:
    initial = proposed | {
        "version": need.version,
        "seen_at": seen_at(need, moments),
        "division": need.division_id,
        "assignee": need.assignee_id,
        "priority": need.priority,
        "title": need.title,
        "is_hidden": not need.is_hidden,
        "agency": need.agency,
        "lead": need.assignee_id,
    }
    found = {form.key: form(choices, initial=initial) for form in FORMS}
    if bound is not None:
        found[bound.key] = bound
    return found


# ── parts of the page ─────────────────────────────────────────────────────────────────────────────


def _voices(need: Need, photos: Sequence[Photo]) -> list[Voice]:
    return [
        Voice(report, [photo for photo in photos if photo.report_id == report.pk])
        for report in list_voices(need)
    ]


def _candidates(need: Need, voices: Sequence[Voice], at: dt.datetime) -> list[Candidate]:
    if need.is_private or (need.shape is None and need.asset_id is None) or not voices:
        return []
    return find_candidates(
        need.shape,
        need.family,
        voices[-1].report.description,
        category_id=need.category_id,
        radius_m=need.category.radius_m if need.category else DEFAULT_RADIUS_M,
        at=max(need.last_told_at, need.opened_at),
        without=[need.pk],
        asset_id=need.asset_id,
    )


def _thing_and_work(user: User, need: Need, can: dict[str, bool]) -> dict[str, Any]:
    """Return the town's thing that it is about, or those it may be, and the work that is done for it."""
    works = list_works(user, need)
    is_waiting = need.is_open and not any(each.is_under_way for each in works)
    return {
        "works": works,
        "work_under_way": any(each.is_under_way for each in works),
        "may_plan_work": user.has_perm("maintenance.plan"),
        "asset_offers": offer_assets(user, need) if can["triage"] and need.asset_id is None else [],
        "attachable": list_attachable(user, need) if can["open_work"] and need.is_open else [],
        "suggests_work": is_waiting and can["open_work"] and need.family in REPAIRED,
    }


def _suggestions(need: Need, voices: Sequence[Voice], choices: Choices) -> list[Suggestion]:
    if need.state != ReportState.RECEIVED or not voices:
        return []
    return suggest(voices[-1].report.description, choices)


def _as_taken_up(need: Need, category_id: UUID | None, *, at: dt.datetime) -> Need:
    """Return the problem with the promise that taking it up in this category would make; nothing is written."""
    if need.category_id is not None or category_id is None:
        return need
    taken_up = copy(need)
    taken_up.category_id = category_id
    taken_up.due_at = deadline_of(taken_up, at=at)
    return taken_up


def _result_of(works: Sequence[Work]) -> str:
    """Return what the reporters may be told of the work that is done: the technician's words, else what was asked."""
    done = [each.order for each in works if each.order.state in FINISHED_STATES]
    if not done:
        return ""
    last = max(done, key=lambda order: order.done_at or order.state_since)
    return mask_text(last.result.strip()) or _("ดำเนินการแล้ว: %(title)s") % {"title": mask_text(last.title)}


def _blanks(need: Need) -> dict[str, str]:
    return {
        Placeholder.NUMBER.value: need.number,
        Placeholder.CATEGORY.value: need.category.name if need.category else "",
        Placeholder.PLACE.value: need.address,
        Placeholder.DUE.value: format_short(need.due_at) if need.has_deadline else "",
        Placeholder.AGENCY.value: need.agency,
    }


def place_of(need: Need) -> dict[str, str] | None:
    """Return the middle of the place as texts that no locale changes, its form, and its address on the big map."""
    if need.shape is None:
        return None
    middle = need.shape if need.shape.geom_type == "Point" else need.shape.point_on_surface
    kinds = {"Point": _("จุด"), "LineString": _("แนวถนน"), "Polygon": _("บริเวณ")}
    longitude, latitude = f"{middle.x:.6f}", f"{middle.y:.6f}"
    return {
        "lng": longitude,
        "lat": latitude,
        "kind": kinds.get(need.shape.geom_type, ""),
        "geojson": need.shape.geojson,
        "url": f"{reverse('maps:map')}?layers=areas,needs&pick=needs:{need.pk}#17/{latitude}/{longitude}",
    }


def public_url_of(need: Need, user: User) -> str:
    """Return the address of the citizens' page, "" where there is none or it may not stand there."""
    if need.is_private or need.is_hidden or user.membership is None:
        return ""
    town: Municipality = user.membership.municipality
    try:
        return reverse("complaints:public_need", args=[town.slug, need.number])
    except NoReverseMatch:
        return ""


def _act_to_undo(request: HttpRequest, moments: Sequence[Moment]) -> Moment | None:
    """Return what was just merged, when the address says so and it still stands."""
    asked = request.GET.get("act", "")
    return next((each for each in moments if asked and str(each.act) == asked and not each.undone), None)
