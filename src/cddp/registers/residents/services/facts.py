"""บันทึกข้อเท็จจริง: add dated statements, never overwrite one; keep the newest of each kind at hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.audit.context import current_acting
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import FactSource, RegistryState
from cddp.registers.residents.errors import UnableToRecordFact
from cddp.registers.residents.events import FactRecorded, FactsRecorded, FactWithdrawn
from cddp.registers.residents.models import Fact, FactType, House, Household, Person
from cddp.registers.residents.queries.merging import MODEL_OF, level_of, list_ids_stood_for
from cddp.registers.residents.rules.facts import UnfitValue, read_value
from cddp.registers.residents.services import current_facts

__all__ = ["FactInput", "Subject", "record_fact", "record_facts", "withdraw_fact"]

Subject = House | Household | Person
CLOCK_SKEW = timedelta(minutes=10)
PORTION = 5_000


@dataclass(frozen=True, slots=True)
class FactInput:
    """ข้อเท็จจริงที่จะบันทึก: one statement of a batch; `observed_at` is aware."""

    fact_type: FactType
    subject_id: UUID
    value: Any
    observed_at: datetime


@transaction.atomic
def record_fact(
    fact_type: FactType,
    subject: Subject,
    value: Any,
    *,
    source: str = FactSource.OFFICER,
    source_id: UUID | None = None,
    observed_at: datetime | None = None,
    note: str = "",
    by: User | None = None,
) -> Fact:
    """Add one statement about a house, household or person. Raises UnableToRecordFact, UnableToAct."""
    policies.require(by, "residents.record_fact")
    policies.require_in_reach(by, subject)
    _check_fits(fact_type, subject, by)
    fact = Fact.objects.create(
        fact_type=fact_type,
        level=fact_type.level,
        subject_id=subject.pk,
        value=_read(fact_type, value),
        source=source,
        source_id=source_id,
        observed_at=_checked_moment(observed_at),
        recorded_by=by.pk if by else current_acting().user_id,
        note=normalise_line(note)[:300],
    )
    current_facts.keep_newest([fact])
    audit.record("residents.fact.recorded", subject, changes={"fact": [None, str(fact.pk)]})
    publish(FactRecorded(fact.pk, fact_type.key, fact.level, fact.subject_id, fact.observed_at))
    return fact


def _check_fits(fact_type: FactType, subject: Subject, by: User | None) -> None:
    if by is not None and not FactType.objects.visible_to(by).filter(pk=fact_type.pk).exists():
        raise UnableToRecordFact(_("บัญชีนี้ไม่มีสิทธิ์บันทึกข้อเท็จจริงชนิดนี้"), code="not_visible")
    if not fact_type.is_active:
        raise UnableToRecordFact(_("ข้อเท็จจริงชนิดนี้เลิกใช้แล้ว"), code="retired")
    if fact_type.level != level_of(subject):
        raise UnableToRecordFact(
            _("ข้อเท็จจริงชนิดนี้เป็นของ%(level)s") % {"level": fact_type.get_level_display()}, code="level"
        )
    if subject.state == RegistryState.MERGED:
        raise UnableToRecordFact(_("รายการนี้รวมกับรายการอื่นแล้ว โปรดบันทึกที่รายการที่เก็บไว้"), code="merged")


def _read(fact_type: FactType, value: Any) -> Any:
    try:
        return read_value(fact_type.value_kind, value, fact_type.choices)
    except UnfitValue as problem:
        raise UnableToRecordFact(f"{fact_type.name}: {problem}", code="value") from None


def _checked_moment(observed_at: datetime | None) -> datetime:
    now = timezone.now()
    if observed_at is not None and observed_at > now + CLOCK_SKEW:
        raise UnableToRecordFact(_("วันที่ของข้อเท็จจริงอยู่ในอนาคต"), code="future")
    return observed_at or now


@transaction.atomic
def record_facts(
    inputs: Iterable[FactInput],
    *,
    source: str,
    source_id: UUID | None = None,
    by: User | None = None,
) -> int:
    """Add many statements at once (an import, a survey); return how many. One audit entry, one event.

    Raises UnableToRecordFact for the first value that does not fit: then none is added.
    """
    policies.require(by, "residents.record_fact")
    recorded_by = by.pk if by else current_acting().user_id
    count, keys, portion = 0, set(), list[Fact]()
    for each in inputs:
        fact = Fact(
            fact_type=each.fact_type,
            level=each.fact_type.level,
            subject_id=each.subject_id,
            value=_read(each.fact_type, each.value),
            source=source,
            source_id=source_id,
            observed_at=_checked_moment(each.observed_at),
            recorded_by=recorded_by,
        )
        keys.add(each.fact_type.key)
        portion.append(fact)
        if len(portion) == PORTION:
            count += _add(portion)
            portion = []
    count += _add(portion)
    if count:
        counted = {"count": [None, count], "types": [None, sorted(keys)]}
        audit.record("residents.facts.recorded", Fact, target_id=source_id, changes=counted)
        publish(FactsRecorded(tuple(sorted(keys)), source, source_id, count))
    return count


def _add(facts: list[Fact]) -> int:
    Fact.objects.bulk_create(facts)
    current_facts.keep_newest(facts)
    return len(facts)


@transaction.atomic
def withdraw_fact(fact: Fact, *, reason: str = "", by: User | None = None) -> Fact:
    """Take a wrong statement back by a further row; what was true before it becomes current again.

    Whoever recorded it may withdraw it, and who may change the register. Raises UnableToRecordFact.
    """
    policies.require(by, "residents.record_fact")
    # Two people may press undo at once: the subject's row is the lock, since facts themselves are unchangeable.
    subject = MODEL_OF[fact.level].objects.select_for_update().get(pk=fact.subject_id)
    policies.require_in_reach(by, subject)
    if by is not None and fact.recorded_by != by.pk:
        policies.require(by, "residents.change")
    if fact.withdraws_id is not None or Fact.objects.filter(withdraws=fact).exists():
        raise UnableToRecordFact(_("ถอนรายการนี้ไปแล้ว"), code="withdrawn")
    withdrawal = Fact.objects.create(
        fact_type_id=fact.fact_type_id,
        level=fact.level,
        subject_id=fact.subject_id,
        value=None,
        source=FactSource.OFFICER,
        observed_at=timezone.now(),
        recorded_by=by.pk if by else current_acting().user_id,
        note=normalise_line(reason)[:300],
        withdraws=fact,
    )
    kept = subject
    while kept.merged_into is not None:
        kept = kept.merged_into
    current_facts.rebuild(kept.pk, list_ids_stood_for(kept), fact.fact_type_id)
    audit.record("residents.fact.withdrawn", subject, changes={"fact": [str(fact.pk), None]})
    publish(FactWithdrawn(fact.pk, fact.fact_type.key, fact.level, fact.subject_id))
    return withdrawal
