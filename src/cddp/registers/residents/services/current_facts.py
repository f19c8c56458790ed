"""ค่าปัจจุบัน: keep the newest statement of each kind about each subject; called by services of facts and merges."""

import json
from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.registers.residents.models import CurrentFact, Fact
from cddp.registers.residents.rules.facts import Value, stale_on, text_of

__all__ = ["keep_newest", "rebuild"]

PORTION = 5_000

# The newest observation wins; of two at the same moment the one recorded later (UUIDv7 grows).
_UPSERT = """
INSERT INTO residents_currentfact AS kept
    (id, municipality_id, fact_type_id, level, subject_id, value, value_text, fact_id, observed_at, stale_on)
SELECT id, %s, fact_type_id, level, subject_id, value::jsonb, value_text, fact_id, observed_at, stale_on
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::uuid[],
            %s::timestamptz[], %s::date[])
     AS given(id, fact_type_id, level, subject_id, value, value_text, fact_id, observed_at, stale_on)
ON CONFLICT (municipality_id, fact_type_id, subject_id) DO UPDATE
SET value = EXCLUDED.value, value_text = EXCLUDED.value_text, fact_id = EXCLUDED.fact_id,
    observed_at = EXCLUDED.observed_at, stale_on = EXCLUDED.stale_on
WHERE (kept.observed_at, kept.fact_id) < (EXCLUDED.observed_at, EXCLUDED.fact_id)
"""


def keep_newest(facts: Iterable[Fact]) -> None:
    """Make these statements current where they are newer than what is; `fact_type` must be loaded."""
    newest: dict[tuple[UUID, UUID], Fact] = {}
    for fact in facts:
        place = (fact.fact_type_id, fact.subject_id)
        if place not in newest or _age(newest[place]) < _age(fact):
            newest[place] = fact
    rows = list(newest.values())
    for start in range(0, len(rows), PORTION):
        _upsert(rows[start : start + PORTION])


def _age(fact: Fact) -> tuple[object, UUID]:
    return fact.observed_at, fact.pk


def _upsert(facts: Sequence[Fact]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            [
                required_municipality_id(),
                [uuid7() for _fact in facts],
                [fact.fact_type_id for fact in facts],
                [str(fact.level) for fact in facts],
                [fact.subject_id for fact in facts],
                [json.dumps(fact.value, ensure_ascii=False) for fact in facts],
                [text_of(cast(Value, fact.value)) for fact in facts],
                [fact.pk for fact in facts],
                [fact.observed_at for fact in facts],
                [_stale_on(fact) for fact in facts],
            ],
        )


def _stale_on(fact: Fact) -> object:
    return stale_on(timezone.localdate(fact.observed_at), fact.fact_type.fresh_months)


def rebuild(subject_id: UUID, stands_for: Sequence[UUID], fact_type_id: UUID | None = None) -> None:
    """Compute the current values of one subject anew from the statements about all rows it stands for."""
    current = CurrentFact.objects.filter(subject_id=subject_id)
    facts = Fact.objects.filter(subject_id__in=stands_for, withdraws=None, withdrawals=None)
    if fact_type_id is not None:
        current, facts = current.filter(fact_type_id=fact_type_id), facts.filter(fact_type_id=fact_type_id)
    current.delete()
    newest = list(
        facts.select_related("fact_type")
        .order_by("fact_type_id", "-observed_at", "-id")
        .distinct("fact_type_id")
    )
    for fact in newest:
        fact.subject_id = subject_id
    keep_newest(newest)
