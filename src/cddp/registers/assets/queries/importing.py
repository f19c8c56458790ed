"""อ่านการนำเข้าทรัพย์สิน: rows as they stood in the file, and problems in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import Case, CharField, F, Func, QuerySet, Value, When
from django.db.models.lookups import Exact

from cddp.registers.assets.choices import GeometryKind, ImportOutcome
from cddp.registers.assets.models import AssetAttribute, AssetImport, AssetImportRow
from cddp.registers.assets.rules.importing.columns import ATTRIBUTE, FIELD_BY_KEY
from cddp.registers.assets.rules.importing.problems import text_of

SEVERITIES = ("error", "warning")
_MORE_LABELS = {"shape": "ตำแหน่ง"}


@dataclass(frozen=True)
class Problem:
    """ปัญหาหนึ่งข้อของแถว: in which column, what stood there, why it is wrong and how to mend it."""

    severity: str
    column: str
    value: str
    reason: str
    fix: str


@dataclass(frozen=True)
class RefusedRow:
    """แถวที่ไม่รับ: with its problems and, where its shape is a point, (latitude, longitude) as it would come in."""

    row: AssetImportRow
    problems: list[Problem]
    place: tuple[float, float] | None


@dataclass(frozen=True)
class ProblemCount:
    """จำนวนแถวของปัญหาหนึ่งชนิด: `key` is "field|code" as the filter of the rows understands it."""

    key: str
    severity: str
    label: str
    reason: str
    fix: str
    rows: int


def list_rows(found: AssetImport) -> QuerySet[AssetImportRow]:
    """Return the staged rows of an import, in the order of the file."""
    return AssetImportRow.objects.filter(batch_id=found.pk).defer("shape", "before").order_by("row_number")


def labels_of(found: AssetImport) -> dict[str, str]:
    """Return what the fields are called: by their column in the file, or by ourselves."""
    own = AssetAttribute.objects.filter(asset_class_id=found.asset_class_id).values_list("key", "name")
    labels = {key: field.label for key, field in FIELD_BY_KEY.items()} | _MORE_LABELS
    return labels | {ATTRIBUTE + key: name for key, name in own} | dict(found.mapping)


def list_problems(row: AssetImportRow, found: AssetImport, labels: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with a row, the gravest first."""
    told = []
    for field, code in row.problems:
        words = text_of(code)
        value = str(row.raw.get(found.mapping.get(field, ""), ""))
        told.append(Problem(words.severity, labels.get(field, field), value, words.reason, words.fix))
    return sorted(told, key=lambda problem: SEVERITIES.index(problem.severity))


def count_problems(found: AssetImport) -> list[ProblemCount]:
    """Return the kinds of problems of an import with their rows, the gravest and most frequent first."""
    labels, told = labels_of(found), []
    for key, rows in found.problem_counts.items():
        field, _bar, code = key.partition("|")
        words = text_of(code)
        told.append(
            ProblemCount(key, words.severity, labels.get(field, field), words.reason, words.fix, rows)
        )
    return sorted(told, key=lambda each: (SEVERITIES.index(each.severity), -each.rows))


def with_problem(rows: QuerySet[AssetImportRow], key: str) -> QuerySet[AssetImportRow]:
    """Return the rows that bear the problem "field|code"."""
    field, _bar, code = key.partition("|")
    return rows.filter(problems__contains=[[field, code]])


def _refused(found: AssetImport) -> QuerySet[AssetImportRow]:
    return list_rows(found).filter(outcome=ImportOutcome.REFUSED)


def _is_point() -> Exact:
    return Exact(Func(F("shape"), function="GeometryType", output_field=CharField()), Value("POINT"))


def has_points(found: AssetImport) -> bool:
    """Tell whether the rows that stay out come from a map of points, which stand in no column of the file."""
    asset_class = found.asset_class
    if found.reading.get("kind") == "table" or asset_class is None:
        return False
    return asset_class.geometry != GeometryKind.LINE or _refused(found).filter(_is_point()).exists()


def list_refused(found: AssetImport) -> Iterator[RefusedRow]:
    """Yield the rows that stay out, each with its problems and its place."""
    labels = labels_of(found)
    # Only the points: a line may have 20,000 of them.
    point = Case(When(_is_point(), then=F("shape")), default=None, output_field=PointField())
    rows: Iterable[Any] = _refused(found).annotate(point=point).iterator(chunk_size=2000)
    for row in rows:
        place = (row.point.y, row.point.x) if row.point else None
        yield RefusedRow(row, list_problems(row, found, labels), place)
