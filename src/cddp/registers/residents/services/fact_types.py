"""ชนิดข้อเท็จจริง: made by officers on a screen, or declared by apps for every town."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.extension_points import FactTypeDeclaration, fact_types
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import FactValueKind, Sensitivity
from cddp.registers.residents.errors import UnableToChangeFactType
from cddp.registers.residents.models import CurrentFact, Fact, FactType
from cddp.registers.residents.rules.facts import choices_problem

__all__ = ["change_fact_type", "make_fact_type", "retire_fact_type", "sync_declared_fact_types"]

CHANGEABLE = ("name", "description", "unit", "choices", "sensitivity", "fresh_months", "is_active")
OF_THE_TOWN = frozenset({"fresh_months", "is_active"})
"""What a town may decide about a type that an app declares."""

Choices = Sequence[Mapping[str, str]]


@transaction.atomic
def make_fact_type(
    *,
    name: str,
    level: str,
    value_kind: str,
    key: str = "",
    unit: str = "",
    choices: Choices = (),
    sensitivity: str = Sensitivity.INTERNAL,
    fresh_months: int | None = 12,
    description: str = "",
    by: User | None = None,
) -> FactType:
    """Make a kind of fact. Raises UnableToChangeFactType for a taken name or unfit choices."""
    policies.require(by, "residents.manage_fact_types")
    fact_type = FactType(
        key=key or slugify(name)[:60] or f"own-{uuid7().hex[-10:]}", level=level, value_kind=value_kind
    )
    written = {"name": name, "unit": unit, "choices": list(choices), "sensitivity": sensitivity}
    _put(fact_type, written | {"fresh_months": fresh_months, "description": description})
    if FactType.objects.filter(key=fact_type.key).exists():
        raise UnableToChangeFactType(_("มีชนิดข้อเท็จจริงรหัสนี้แล้ว"), code="key_taken")
    fact_type.save(force_insert=True)
    audit.record("residents.fact_type.made", fact_type, changes={"name": [None, fact_type.name]})
    return fact_type


@transaction.atomic
def change_fact_type(fact_type: FactType, *, by: User | None = None, **changes: Any) -> FactType:
    """Change some of CHANGEABLE; level and kind of value stay, since statements were made in them.

    Raises UnableToChangeFactType when a choice that is in use would be lost, or for what an app declares.
    """
    policies.require(by, "residents.manage_fact_types")
    locked = FactType.objects.select_for_update().get(pk=fact_type.pk)
    before = {name: getattr(locked, name) for name in CHANGEABLE}
    _put(locked, changes)
    difference = audit.changes_between(before, {name: getattr(locked, name) for name in CHANGEABLE})
    if locked.declared_by and set(difference) - OF_THE_TOWN:
        raise UnableToChangeFactType(_("ชนิดนี้ระบบประกาศไว้ เปลี่ยนได้เฉพาะอายุข้อมูลและการใช้งาน"), code="declared")
    if "choices" in difference:
        _refuse_lost_choices(locked, before["choices"])
    if difference:
        locked.save(update_fields=list(difference))
        audit.record("residents.fact_type.changed", locked, changes=difference)
    return locked


def retire_fact_type(fact_type: FactType, *, is_active: bool, by: User | None = None) -> FactType:
    """Stop offering a kind of fact, or offer it again; its statements stay."""
    return change_fact_type(fact_type, by=by, is_active=is_active)


def _put(fact_type: FactType, changes: Mapping[str, Any]) -> None:
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not a changeable field of a fact type: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(fact_type, name, value)
    fact_type.name = normalise_line(fact_type.name)[:120]
    fact_type.unit = normalise_line(fact_type.unit)[:40]
    fact_type.description = normalise(fact_type.description)
    if not fact_type.name:
        raise UnableToChangeFactType(_("โปรดตั้งชื่อชนิดข้อเท็จจริง"), code="name")
    others = FactType.objects.filter(name=fact_type.name, level=fact_type.level).exclude(pk=fact_type.pk)
    if others.exists():
        raise UnableToChangeFactType(_("มีชนิดข้อเท็จจริงชื่อนี้แล้ว"), code="name_taken")
    if problem := choices_problem(fact_type.value_kind, fact_type.choices):
        raise UnableToChangeFactType(problem, code="choices")


def _refuse_lost_choices(fact_type: FactType, before: Choices) -> None:
    lost = {choice["value"] for choice in before} - {choice["value"] for choice in fact_type.choices}
    used = set(
        CurrentFact.objects.filter(fact_type=fact_type, value_text__in=lost).values_list(
            "value_text", flat=True
        )
    )
    if not used and lost:
        used = {value for value in lost if Fact.objects.filter(fact_type=fact_type, value=value).exists()}
    if used:
        labels = ", ".join(choice["label"] for choice in before if choice["value"] in used)
        raise UnableToChangeFactType(
            _("ตัวเลือก %(labels)s มีการใช้งานแล้ว จึงเอาออกไม่ได้") % {"labels": labels}, code="choice_used"
        )


@transaction.atomic
def sync_declared_fact_types() -> int:
    """Give the current town every fact type that the apps declare; return how many were made or changed.

    The town's own decisions (how long a fact stays fresh, whether it is used) are kept.
    """
    existing = {fact_type.key: fact_type for fact_type in FactType.objects.all()}
    return sum(_sync(each, existing.get(each.key)) for each in fact_types)


def _sync(declared: FactTypeDeclaration, fact_type: FactType | None) -> bool:
    written: dict[str, Any] = {
        "name": declared.name,
        "level": declared.level,
        "value_kind": declared.value_kind,
        "unit": declared.unit,
        "choices": [dict(zip(("value", "label", "colour"), each, strict=True)) for each in declared.choices],
        "sensitivity": declared.sensitivity,
        "description": declared.description,
        "declared_by": "cddp",
    }
    if declared.value_kind == FactValueKind.CHOICE and (
        problem := choices_problem("choice", written["choices"])
    ):
        raise ValueError(f"{declared.key}: {problem}")
    if fact_type is None:
        FactType.objects.create(key=declared.key, fresh_months=declared.fresh_months, **written)
        return True
    changed = [name for name, value in written.items() if getattr(fact_type, name) != value]
    for name in changed:
        setattr(fact_type, name, written[name])
    if changed:
        fact_type.save(update_fields=changed)
    return bool(changed)
