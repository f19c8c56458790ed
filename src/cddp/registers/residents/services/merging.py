"""รวมรายการซ้ำ และแยกกลับ: two rows of one person, house or household become one, and two again.

A merge deletes nothing: the absorbed row stays, marked and pointing to the kept one; what hung on it is moved,
and each move is written down. Undoing moves back exactly that, and refuses when somebody changed it since.
Facts are never moved: the kept row is shown with the facts of all rows it stands for.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import EndReason, FactLevel, RegistryState, Sex, VitalState
from cddp.registers.residents.errors import UnableToMerge
from cddp.registers.residents.events import RowsMerged, RowsUnmerged
from cddp.registers.residents.models import (
    DistinctPair,
    House,
    Household,
    HouseholdMembership,
    Merge,
    Person,
)
from cddp.registers.residents.queries.merging import MODEL_OF, level_of, list_ids_stood_for
from cddp.registers.residents.rules import merging as rules
from cddp.registers.residents.services import current_facts
from cddp.registers.residents.services.houses import refresh_search as refresh_house_search
from cddp.registers.residents.services.people import refresh_search as refresh_person_search

__all__ = ["merge", "problem_of", "say_distinct", "unmerge"]

Row = House | Household | Person
MovedRow = dict[str, Any]

TABLES: dict[str, type[models.Model]] = {"membership": HouseholdMembership, "household": Household}
# Blank fields of the kept row that take the absorbed row's value, in groups that only make sense together.
FILLABLE: dict[str, tuple[tuple[str, ...], ...]] = {
    FactLevel.PERSON: (
        ("citizen_id_hash", "citizen_id_encrypted", "citizen_id_is_valid", "citizen_id_note"),
        ("birth_date", "birth_precision"),
        ("sex",),
        ("phone",),
        ("nationality",),
        ("family_name",),
        ("title",),
    ),
    FactLevel.HOUSE: (("point", "point_source"), ("house_code",), ("area",), ("road",), ("lane",)),
    FactLevel.HOUSEHOLD: (("name",),),
}


def problem_of(kept: Row, absorbed: Row) -> rules.Problem | None:
    """Return (code, Thai reason) why the two must not be merged, or None: for the screen, before asking."""
    if type(kept) is not type(absorbed) or kept.pk == absorbed.pk:
        return rules.same_row_problem()
    if isinstance(kept, Person) and isinstance(absorbed, Person):
        return rules.person_problem(_person_traits(kept), _person_traits(absorbed))
    if isinstance(kept, House) and isinstance(absorbed, House):
        distance = _distance_m(kept, absorbed)
        return rules.house_problem(_house_traits(kept), _house_traits(absorbed), distance)
    if isinstance(kept, Household) and isinstance(absorbed, Household):
        return rules.household_problem(
            rules.HouseholdTraits(kept.state, str(kept.house_id)),
            rules.HouseholdTraits(absorbed.state, str(absorbed.house_id)),
        )
    return rules.same_row_problem()


@transaction.atomic
def merge(kept: Row, absorbed: Row, *, reason: str = "", by: User | None = None) -> Merge:
    """Let `kept` stand for both. Raises UnableToMerge with the reason where it is doubtful that they are one."""
    policies.require(by, "residents.merge")
    kept, absorbed = _lock_both(kept, absorbed)
    policies.require_in_reach(by, kept)
    policies.require_in_reach(by, absorbed)
    if problem := problem_of(kept, absorbed):
        raise UnableToMerge(problem[1], code=problem[0])
    level = level_of(kept)
    moved = _move_everything(kept, absorbed)
    filled = _fill_blanks(kept, absorbed)
    _mark(absorbed, RegistryState.MERGED, kept)
    _save_filled(kept, filled)
    made = Merge.objects.create(
        kind=level,
        kept_id=kept.pk,
        absorbed_id=absorbed.pk,
        moved=moved,
        filled=filled,
        reason=normalise_line(reason)[:300],
        merged_by=by.pk if by else None,
    )
    _rebuild_facts(kept, absorbed)
    audit.record(f"residents.{level}.merged", kept, changes={"absorbed": [None, str(absorbed.pk)]})
    audit.record(f"residents.{level}.absorbed", absorbed, changes={"merged_into": [None, str(kept.pk)]})
    publish(RowsMerged(made.pk, level, kept.pk, absorbed.pk))
    return made


@transaction.atomic
def unmerge(made: Merge, *, by: User | None = None) -> Merge:
    """Make the two rows of a merge two again, as they were. Raises UnableToMerge when that is not possible."""
    policies.require(by, "residents.merge")
    made = Merge.objects.select_for_update().get(pk=made.pk)
    if made.undone_at is not None:
        raise UnableToMerge(_("แยกรายการนี้กลับไปแล้ว"), code="undone")
    rows = MODEL_OF[made.kind].objects.select_for_update().in_bulk([made.kept_id, made.absorbed_id])
    kept, absorbed = rows[made.kept_id], rows[made.absorbed_id]
    policies.require_in_reach(by, kept)
    if kept.state == RegistryState.MERGED:
        raise UnableToMerge(_("รายการที่เก็บไว้ถูกรวมต่อไปแล้ว ให้แยกการรวมครั้งหลังก่อน"), code="merged_further")
    for moved in reversed(made.moved):
        _move_back(moved)
    _empty_filled(kept, absorbed, made.filled)
    _mark(absorbed, RegistryState.ACTIVE, None)
    made.undone_at, made.undone_by = timezone.now(), by.pk if by else None
    made.save(update_fields=["undone_at", "undone_by"])
    _rebuild_facts(kept, absorbed)
    audit.record(f"residents.{made.kind}.unmerged", kept, changes={"absorbed": [str(absorbed.pk), None]})
    audit.record(f"residents.{made.kind}.released", absorbed, changes={"merged_into": [str(kept.pk), None]})
    publish(RowsUnmerged(made.pk, made.kind, kept.pk, absorbed.pk))
    return made


@transaction.atomic
def say_distinct(first: Row, second: Row, *, by: User | None = None) -> DistinctPair:
    """Note that two rows that look alike are two, so that they are not suggested again."""
    policies.require(by, "residents.merge")
    low, high = sorted((first.pk, second.pk))
    pair, made = DistinctPair.objects.get_or_create(
        first_id=low,
        second_id=high,
        defaults={"kind": level_of(first), "decided_by": by.pk if by else None},
    )
    if made:
        audit.record("residents.pair.said_distinct", first, changes={"other": [None, str(second.pk)]})
    return pair


def _lock_both(kept: Row, absorbed: Row) -> tuple[Any, Any]:
    if type(kept) is not type(absorbed) or kept.pk == absorbed.pk:
        code, words = rules.same_row_problem()
        raise UnableToMerge(words, code=code)
    # In one order always, so that two people merging the same pair cannot wait for each other.
    rows = type(kept).objects.select_for_update().order_by("pk").in_bulk([kept.pk, absorbed.pk])
    return rows[kept.pk], rows[absorbed.pk]


# ── what hangs on a row ───────────────────────────────────────────────────────────────────────────


def _move_everything(kept: Row, absorbed: Row) -> list[MovedRow]:
    if isinstance(kept, Person):
        return _move_stays(kept, absorbed)
    if isinstance(kept, House):
        return _move_households(kept, absorbed)
    stays = HouseholdMembership.objects.select_for_update().filter(household_id=absorbed.pk).order_by("pk")
    return [_move("membership", stay, "household_id", kept.pk) for stay in stays]


def _move_stays(kept: Person, absorbed: Row) -> list[MovedRow]:
    open_kinds = set(kept.memberships.filter(ended_on=None).values_list("kind", flat=True))
    moved: list[MovedRow] = []
    for stay in HouseholdMembership.objects.select_for_update().filter(person_id=absorbed.pk).order_by("pk"):
        # One person is registered in one house and lives in one: the kept row's own open stay goes on.
        if stay.ended_on is None and stay.kind in open_kinds:
            moved.append(_move("membership", stay, "ended_on", timezone.localdate()))
            moved.append(_move("membership", stay, "end_reason", EndReason.MERGED))
        moved.append(_move("membership", stay, "person_id", kept.pk))
    return moved


def _move_households(kept: House, absorbed: Row) -> list[MovedRow]:
    last = kept.households.aggregate(last=models.Max("sequence"))["last"] or 0
    moved: list[MovedRow] = []
    households = Household.objects.select_for_update().filter(house_id=absorbed.pk).order_by("sequence")
    for place, household in enumerate(households, start=last + 1):
        # First the number: (house, sequence) must be free at each step.
        moved.append(_move("household", household, "sequence", 10_000 + place))
        moved.append(_move("household", household, "house_id", kept.pk))
        moved.append(_move("household", household, "sequence", place))
    return moved


def _move(table: str, row: models.Model, field: str, after: Any) -> MovedRow:
    before = getattr(row, field)
    setattr(row, field, after)
    row.save(update_fields=[field])
    return {
        "table": table,
        "id": str(row.pk),
        "field": field,
        "before": _plain(before),
        "after": _plain(after),
    }


def _move_back(moved: MovedRow) -> None:
    table = TABLES[moved["table"]]
    row = table._default_manager.select_for_update().get(pk=moved["id"])
    if _plain(getattr(row, moved["field"])) != moved["after"]:
        raise UnableToMerge(
            _("มีการแก้ไขการอยู่อาศัยหลังการรวม จึงแยกกลับอัตโนมัติไม่ได้ โปรดย้ายด้วยตนเอง"), code="changed_since"
        )
    field = table._meta.get_field(moved["field"].removesuffix("_id"))
    # A foreign key's column holds the key itself; any other field reads its own stored form.
    value = UUID(moved["before"]) if field.is_relation else field.to_python(moved["before"])  # type: ignore[union-attr]
    setattr(row, moved["field"], value)
    row.save(update_fields=[moved["field"]])


def _plain(value: Any) -> Any:
    if isinstance(value, date | UUID):
        return str(value)
    return str(value) if isinstance(value, models.TextChoices) else value


# ── blank fields ──────────────────────────────────────────────────────────────────────────────────


def _fill_blanks(kept: Row, absorbed: Row) -> list[str]:
    filled: list[str] = []
    for group in FILLABLE[level_of(kept)]:
        if _is_blank(getattr(kept, group[0])) and not _is_blank(getattr(absorbed, group[0])):
            for name in group:
                setattr(kept, name, getattr(absorbed, name))
            filled += group
    return filled


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value in ("", Sex.UNKNOWN))


def _empty_filled(kept: Row, absorbed: Row, filled: list[str]) -> None:
    """Blank the fields that the merge filled, unless somebody has written something else there since."""
    emptied: list[str] = []
    for group in FILLABLE[level_of(kept)]:
        if group[0] in filled and _same(getattr(kept, group[0]), getattr(absorbed, group[0])):
            for name in group:
                setattr(kept, name, _blank_of(kept, name))
            emptied += group
    _save_filled(kept, emptied)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, memoryview | bytes) and isinstance(other, memoryview | bytes):
        return bytes(one) == bytes(other)
    return bool(one == other)


def _blank_of(row: Row, name: str) -> Any:
    field = type(row)._meta.get_field(name)
    return None if field.null else field.get_default()  # type: ignore[union-attr]


def _save_filled(row: Row, fields: list[str]) -> None:
    if not fields:
        return
    if isinstance(row, House):
        refresh_house_search(row)
        fields = [*fields, "search_text", "number_order"]
    if isinstance(row, Person) and "family_name" in fields:
        refresh_person_search(row)
        fields = [*fields, "search_name"]
    if not isinstance(row, Household):
        row.version += 1
        fields = [*fields, "version", "updated_at"]
    row.save(update_fields=fields)


def _mark(absorbed: Row, state: str, kept: Row | None) -> None:
    absorbed.state, absorbed.merged_into = state, kept
    absorbed.save(update_fields=["state", "merged_into"])


def _rebuild_facts(kept: Row, absorbed: Row) -> None:
    current_facts.rebuild(kept.pk, list_ids_stood_for(kept))
    # While it is absorbed, the row has no current values of its own: counts and maps would count it twice.
    stands_for = [] if absorbed.state == RegistryState.MERGED else list_ids_stood_for(absorbed)
    current_facts.rebuild(absorbed.pk, stands_for)


# ── traits ────────────────────────────────────────────────────────────────────────────────────────


def _person_traits(person: Person) -> rules.PersonTraits:
    return rules.PersonTraits(
        state=person.state,
        sex=person.sex,
        birth_date=person.birth_date,
        is_alive=person.vital_state == VitalState.ALIVE,
        id_hash=bytes(person.citizen_id_hash or b""),
        has_valid_id=bool(person.citizen_id_hash) and person.citizen_id_is_valid,
    )


def _house_traits(house: House) -> rules.HouseTraits:
    return rules.HouseTraits(
        house.state, house.house_code, str(house.area_id or ""), house.is_central_register
    )


def _distance_m(one: House, other: House) -> float | None:
    if one.point is None or other.point is None:
        return None
    measured = House.objects.annotate(apart=Distance("point", other.point, spheroid=True)).values_list(
        "apart", flat=True
    )
    apart = measured.get(pk=one.pk)
    return float(apart.m) if apart is not None else None
