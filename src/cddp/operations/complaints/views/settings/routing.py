"""หน้ากติกาส่งเรื่อง: the rules in order, a place to try them, and the form of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.complaints.choices import CategoryFamily, Channel, Priority
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.forms.settings import RuleForm, TrialForm
from cddp.operations.complaints.models import RoutingRule
from cddp.operations.complaints.queries.settings import Trial, list_offered, list_rules, try_rules
from cddp.operations.complaints.queries.terms import list_holidays
from cddp.operations.complaints.rules.deadlines import due_at
from cddp.operations.complaints.services.routing import (
    RULE_FIELDS,
    add_rule,
    change_rule,
    move_rule,
    remove_rule,
)
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings

CONDITION_WORDS = {
    "category_id": gettext_lazy("ประเภท"),
    "family": gettext_lazy("กลุ่มเรื่อง"),
    "area_code": gettext_lazy("หมู่/ชุมชน"),
    "channel": gettext_lazy("ช่องทาง"),
}


@dataclass(frozen=True)
class Line:
    """กติกาหนึ่งข้อบนหน้าจอ: its conditions in words and, while it is tried, whether it fits and why not."""

    rule: RoutingRule
    conditions: Sequence[tuple[Any, str]]
    is_winner: bool = False
    misfits: Sequence[Any] | None = None


@requires("complaints.configure")
@require_safe
def routing(request: HttpRequest) -> HttpResponse:
    """Show the rules in their order, and what they would do with a report that the person describes."""
    rules, offered = list_rules(), list_offered(user_of(request))
    form = TrialForm(request.GET if "channel" in request.GET else None, offered=offered)
    trial = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        trial = try_rules(
            user_of(request),
            rules,
            category_id=given["category"],
            area_code=given["area"],
            channel=given["channel"],
        )
    context = {
        "lines": [_line(rule, offered, trial) for rule in rules],
        "form": form,
        "trial": trial,
        "outcome": _outcome(trial, offered) if trial else None,
        "breadcrumbs": crumbs_under_settings(_("กติกาส่งเรื่อง")),
    }
    return render(request, "complaints/settings/routing.html", context)


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """Add a rule at the end."""
    form = RuleForm(request.POST or None, offered=list_offered(user_of(request)))
    if request.method == "POST" and form.is_valid():
        try:
            add_rule(user_of(request), form.cleaned_data)
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("เพิ่มกติกาแล้ว ข้อใหม่อยู่ท้ายสุด"))
            return redirect("complaints:routing")
    return _show(request, form, _("เพิ่มกติกา"))


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a rule."""
    rule = get_object_or_404(RoutingRule, pk=pk)
    initial = {name: getattr(rule, name) for name in RULE_FIELDS}
    form = RuleForm(request.POST or None, initial=initial, offered=list_offered(user_of(request)))
    if request.method == "POST" and form.is_valid():
        change_rule(user_of(request), pk, form.cleaned_data)
        messages.success(request, _("บันทึกแล้ว"))
        return redirect("complaints:routing")
    return _show(request, form, _("แก้ไขกติกา"))


@requires("complaints.configure")
@require_POST
def rule_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a rule change places with the one above or below."""
    move_rule(user_of(request), pk, "up" if request.POST.get("way") == "up" else "down")
    return redirect(f"{reverse('complaints:routing')}#rule-{pk}")


@requires("complaints.configure")
@require_POST
def rule_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete a rule."""
    remove_rule(user_of(request), pk)
    messages.success(request, _("ลบกติกาแล้ว เรื่องที่ส่งไปแล้วยังอยู่ที่เดิม"))
    return redirect("complaints:routing")


def _show(request: HttpRequest, form: RuleForm, title: str) -> HttpResponse:
    back = reverse("complaints:routing")
    context = {
        "form": form,
        "title": title,
        "back": back,
        "breadcrumbs": crumbs_under_settings(title, (_("กติกาส่งเรื่อง"), back)),
    }
    return render(request, "complaints/settings/form.html", context, status=422 if form.errors else 200)


def _line(rule: RoutingRule, offered: Mapping[str, Any], trial: Trial | None) -> Line:
    areas = dict(offered["areas"])
    asked = {
        "category_id": rule.category.name if rule.category else "",
        "family": str(CategoryFamily(rule.family).label) if rule.family else "",
        "area_code": areas.get(rule.area_code, rule.area_code),
        "channel": str(Channel(rule.channel).label) if rule.channel else "",
    }
    conditions = [(CONDITION_WORDS[name], words) for name, words in asked.items() if words]
    if trial is None:
        return Line(rule, conditions)
    missed = [CONDITION_WORDS[name] for name in trial.misfits[rule.pk]]
    return Line(rule, conditions, is_winner=rule.pk == trial.winner, misfits=missed)


def _outcome(trial: Trial, offered: Mapping[str, Any]) -> dict[str, Any]:
    terms, now = trial.terms, timezone.now()
    divisions = dict(offered["divisions"])
    colleagues = dict(offered["colleagues"])
    return {
        "division": divisions.get(terms.division_id, ""),
        "assignee": colleagues.get(terms.assignee_id, ""),
        "priority": Priority(terms.priority).label,
        "area": dict(offered["areas"]).get(terms.area_code, ""),
        "days": terms.working_days,
        "due": None
        if terms.working_days is None
        else due_at(now, terms.working_days, holidays=list_holidays()),
    }
