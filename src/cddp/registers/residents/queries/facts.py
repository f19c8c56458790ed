"""อ่านข้อเท็จจริง: what is true now, what was said before, and how much of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from cddp.foundation.accounts.models import User
from cddp.registers.residents.choices import FactSource
from cddp.registers.residents.models import CurrentFact, Fact, FactType
from cddp.registers.residents.queries.counting import count_of
from cddp.registers.residents.rules.facts import show_value


@dataclass(frozen=True)
class ShownFact:
    """ข้อเท็จจริงที่แสดง: one current value with where it comes from and whether it is still fresh."""

    fact_type: FactType
    fact: Fact
    text: str
    is_stale: bool
    colour: str = ""

    @property
    def source(self) -> str:
        """The Thai name of where it comes from."""
        return str(FactSource(self.fact.source).label)


def show(fact_type: FactType, value: object) -> str:
    """Return a value of this type as people read it."""
    return show_value(fact_type.value_kind, value, fact_type.choices, fact_type.unit)  # type: ignore[arg-type]


def colour_of(fact_type: FactType, value: object) -> str:
    """Return the class of the value's colour ("#c0392b"), "" for kinds without colours."""
    return next((choice["colour"] for choice in fact_type.choices if choice["value"] == value), "")


def list_current_facts(user: User, subject_ids: Sequence[UUID], today: date) -> dict[UUID, list[ShownFact]]:
    """Return what is true now of each subject, of the types this person may see, in the order of the types."""
    rows = (
        CurrentFact.objects.filter(
            subject_id__in=subject_ids, fact_type__in=FactType.objects.visible_to(user)
        )
        .select_related("fact_type", "fact")
        .order_by("fact_type__level", "fact_type__name")
    )
    by_subject: dict[UUID, list[ShownFact]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject_id].append(
            ShownFact(
                row.fact_type,
                row.fact,
                show(row.fact_type, row.value),
                is_stale=row.stale_on is not None and row.stale_on <= today,
                colour=colour_of(row.fact_type, row.value),
            )
        )
    return by_subject


def list_statements(user: User, subject_ids: Iterable[UUID], *, limit: int = 100) -> list[Fact]:
    """Return every statement about these rows, newest first, with `is_withdrawn` and `text`."""
    facts = (
        Fact.objects.filter(subject_id__in=list(subject_ids), fact_type__in=FactType.objects.visible_to(user))
        .annotate(is_withdrawn=Exists(Fact.objects.filter(withdraws=OuterRef("pk"))))
        .select_related("fact_type", "withdraws")
        .order_by("-observed_at", "-id")
    )
    found: list[Fact] = list(facts[:limit])
    for fact in found:
        fact.text = show(fact.fact_type, fact.value)  # type: ignore[attr-defined]
    return found


def find_fact(user: User, fact_id: UUID) -> Fact | None:
    """Return one statement of a type this person may see, or None."""
    visible = Fact.objects.filter(fact_type__in=FactType.objects.visible_to(user))
    return visible.filter(pk=fact_id).select_related("fact_type").first()


def list_fact_types(user: User, *, level: str = "", active_only: bool = True) -> QuerySet[FactType]:
    """Return the types this person may see, those of one level when it is named."""
    types = FactType.objects.visible_to(user)
    types = types.filter(is_active=True) if active_only else types
    return types.filter(level=level) if level else types


def with_usage(types: QuerySet[FactType]) -> QuerySet[FactType]:
    """Annotate how many subjects have a current value of each type, as `usage`."""
    return types.annotate(
        usage=count_of(CurrentFact.objects.filter(fact_type_id=OuterRef("pk")), "fact_type_id")
    )
