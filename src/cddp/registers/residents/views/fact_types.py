"""หน้าจอชนิดข้อเท็จจริง: list, make, edit, retire."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.values.errors import UnableTo
from cddp.registers.residents.choices import FactLevel, FactValueKind
from cddp.registers.residents.forms.facts import COLOUR_CYCLE, ChoiceFormSet, FactTypeForm, choices_of
from cddp.registers.residents.models import FactType
from cddp.registers.residents.queries.facts import list_fact_types, with_usage
from cddp.registers.residents.services import fact_types as services

SPARE_LINES = 4


@requires("residents.manage_fact_types")
def fact_types(request: HttpRequest) -> HttpResponse:
    """List all kinds of facts by what they are about, with how many rows have a value."""
    types = list(with_usage(list_fact_types(request.user, active_only=False)))  # type: ignore[arg-type]
    groups = [
        {"level": label, "types": [each for each in types if each.level == level]}
        for level, label in FactLevel.choices
    ]
    crumbs = [(_("ทะเบียน"), reverse("residents:find")), (_("ชนิดข้อเท็จจริง"), "")]
    values = {"groups": groups, "count": len(types), "breadcrumbs": crumbs}
    return render(request, "residents/fact_types.html", values)


def _choice_lines(choices: list[dict[str, str]]) -> list[dict[str, str]]:
    spare = [
        {"value": "", "label": "", "colour": COLOUR_CYCLE[(len(choices) + place) % len(COLOUR_CYCLE)]}
        for place in range(SPARE_LINES)
    ]
    return [*choices, *spare]


def _show(request: HttpRequest, form: FactTypeForm, lines: Any, fact_type: FactType | None) -> HttpResponse:
    title = _("แก้ไข: %(name)s") % {"name": fact_type.name} if fact_type else _("สร้างชนิดข้อเท็จจริง")
    values = {
        "form": form,
        "lines": lines,
        "fact_type": fact_type,
        "title": title,
        "with_choices": fact_type is None or fact_type.value_kind == FactValueKind.CHOICE,
        "breadcrumbs": [(_("ชนิดข้อเท็จจริง"), reverse("residents:fact_types")), (title, "")],
    }
    return render(request, "residents/fact_type.html", values, status=422 if form.is_bound else 200)


@requires("residents.manage_fact_types")
def fact_type_new(request: HttpRequest) -> HttpResponse:
    """Make a kind of fact."""
    posted: Any = request.POST if request.method == "POST" else None
    initial = {"level": FactLevel.HOUSE, "value_kind": FactValueKind.CHOICE}
    form = FactTypeForm(posted, initial=initial)
    lines = ChoiceFormSet(posted, initial=_choice_lines([]), prefix="choices")
    if posted is None or not (form.is_valid() and lines.is_valid()):
        return _show(request, form, lines, None)
    given = dict(form.cleaned_data)
    given["choices"] = choices_of(lines) if given["value_kind"] == FactValueKind.CHOICE else []
    try:
        made = services.make_fact_type(**given, by=request.user)  # type: ignore[arg-type]
    except UnableTo as refusal:
        form.add_error(None if refusal.code == "choices" else "name", refusal.message)
        return _show(request, form, lines, None)
    messages.success(request, _("สร้าง “%(name)s” แล้ว") % {"name": made.name})
    return redirect("residents:fact_types")


@requires("residents.manage_fact_types")
def fact_type_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a kind of fact; of a declared one only how long it stays fresh."""
    fact_type = get_object_or_404(FactType.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    posted: Any = request.POST if request.method == "POST" else None
    initial = {name: getattr(fact_type, name) for name in services.CHANGEABLE}
    form = FactTypeForm(posted, initial=initial, fact_type=fact_type)
    has_choices = fact_type.value_kind == FactValueKind.CHOICE and not fact_type.declared_by
    lines = ChoiceFormSet(
        posted if has_choices else None, initial=_choice_lines(fact_type.choices), prefix="choices"
    )
    if posted is None or not form.is_valid() or (has_choices and not lines.is_valid()):
        return _show(request, form, lines, fact_type)
    changes = dict(form.cleaned_data) | ({"choices": choices_of(lines)} if has_choices else {})
    try:
        services.change_fact_type(fact_type, by=request.user, **changes)  # type: ignore[arg-type]
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show(request, form, lines, fact_type)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("residents:fact_types")


@requires("residents.manage_fact_types")
@require_POST
def fact_type_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop offering a kind of fact, or offer it again."""
    fact_type = get_object_or_404(FactType.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    services.retire_fact_type(fact_type, is_active=not fact_type.is_active, by=request.user)  # type: ignore[arg-type]
    words = _("เลิกใช้แล้ว") if fact_type.is_active else _("นำกลับมาใช้แล้ว")
    messages.success(request, f"{fact_type.name}: {words}")
    return redirect("residents:fact_types")
