"""อ่านการนำเข้า: rows with the cells as they stood in the file, problems in words, people who came and went."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cddp.foundation.files.cipher import decrypt
from cddp.foundation.values.masking import mask_text
from cddp.registers.residents.choices import ImportOutcome
from cddp.registers.residents.models import HouseholdMembership, ImportAbsence, ImportBatch, ImportRow
from cddp.registers.residents.rules.importing.columns import FIELD_BY_KEY
from cddp.registers.residents.rules.importing.problems import text_of

NOT_TAKEN = (ImportOutcome.REJECTED, ImportOutcome.AMBIGUOUS)
SEVERITIES = ("error", "unclear", "warning")


@dataclass(frozen=True)
class Problem:
    """ปัญหาหนึ่งข้อของแถว: in which column, what stood there, why it is wrong and how to mend it."""

    severity: str
    column: str
    value: str
    reason: str
    fix: str


@dataclass(frozen=True)
class ProblemCount:
    """จำนวนแถวของปัญหาหนึ่งชนิด: `key` is "field.code" as the filter of the rows understands it."""

    key: str
    severity: str
    label: str
    reason: str
    fix: str
    rows: int


def list_rows(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Return the staged rows of a batch, in the order of the file."""
    return ImportRow.objects.filter(batch_id=batch.pk).order_by("row_number")


def read_raw(row: ImportRow) -> list[str]:
    """Return the texts of a row as they stood in the file, in the order of the columns."""
    context = f"import_row:{row.municipality_id}"
    texts: list[str] = json.loads(decrypt(bytes(row.raw_encrypted), context=context))
    return texts


def list_problems(row: ImportRow, batch: ImportBatch) -> list[Problem]:
    """Return what is wrong with a row, the gravest first."""
    if not row.problems:
        return []
    cells = dict(zip(batch.reading.get("columns", []), read_raw(row), strict=False))
    found = []
    for field, code in row.problems:
        words = text_of(code)
        column = batch.mapping.get(field, "")
        value = cells.get(column, "") if column else _point(cells, batch) if field == "latitude" else ""
        label = column or (FIELD_BY_KEY[field].label if field in FIELD_BY_KEY else "ทั้งแถว")
        if field == "citizen_id":
            value = mask_text(value)  # the download of rejected rows shows it whole, and is recorded
        found.append(Problem(words.severity, label, value, words.reason, words.fix))
    return sorted(found, key=lambda problem: SEVERITIES.index(problem.severity))


def _point(cells: dict[str, str], batch: ImportBatch) -> str:
    return cells.get(batch.mapping.get("point", ""), "")


def count_problems(batch: ImportBatch) -> list[ProblemCount]:
    """Return the kinds of problems of a batch with their rows, the gravest and most frequent first."""
    found = []
    for key, rows in batch.problem_counts.items():
        field, _dot, code = key.partition(".")
        words = text_of(code)
        label = FIELD_BY_KEY[field].label if field in FIELD_BY_KEY else "ทั้งแถว"
        found.append(ProblemCount(key, words.severity, label, words.reason, words.fix, rows))
    return sorted(found, key=lambda each: (SEVERITIES.index(each.severity), -each.rows))


def with_problem(rows: QuerySet[ImportRow], key: str) -> QuerySet[ImportRow]:
    """Return the rows that bear the problem "field.code"."""
    field, _dot, code = key.partition(".")
    return rows.filter(problems__contains=[[field, code]])


def list_absent(batch: ImportBatch) -> QuerySet[HouseholdMembership]:
    """Return the registered stays of people whom the file does not name."""
    absences = ImportAbsence.objects.filter(batch=batch)
    return (
        HouseholdMembership.objects.filter(pk__in=absences.values("membership_id"))
        .select_related("person", "household__house__area")
        .order_by("household__house__number_order", "person__given_name", "pk")
    )


def list_not_taken(batch: ImportBatch) -> Iterator[tuple[ImportRow, list[str], list[Problem]]]:
    """Yield the rows that stay out, each with its cells and problems."""
    rows: Iterable[Any] = list_rows(batch).filter(outcome__in=NOT_TAKEN).iterator(chunk_size=2000)
    for row in rows:
        yield row, read_raw(row), list_problems(row, batch)
