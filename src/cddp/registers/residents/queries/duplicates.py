"""รายการที่อาจซ้ำ: pairs that look like one person or one house, for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cddp.foundation.accounts.models import User
from cddp.registers.residents.models import House, Person
from cddp.registers.residents.queries.finding import with_homes

MOST_SUGGESTED = 100

# Same name and same birth date; or same name, one birth date missing, and in one house; not yet judged.
_PEOPLE = """
WITH living AS (
    SELECT p.id, p.search_name, p.birth_date, p.sex, p.citizen_id_is_valid,
           CASE WHEN p.citizen_id_hash IS NULL THEN NULL ELSE p.citizen_id_is_valid END AS has_valid
    FROM residents_person AS p
    WHERE p.state = 'active' AND p.search_name <> ''
      AND p.search_name IN (SELECT search_name FROM residents_person WHERE state = 'active'
                            GROUP BY search_name HAVING count(*) > 1)
)
SELECT a.id, b.id, a.birth_date IS NOT NULL AND a.birth_date = b.birth_date
FROM living AS a JOIN living AS b ON a.search_name = b.search_name AND a.id < b.id
WHERE (a.birth_date = b.birth_date OR (
          (a.birth_date IS NULL OR b.birth_date IS NULL) AND EXISTS (
              SELECT 1 FROM residents_householdmembership AS sa
              JOIN residents_householdmembership AS sb ON sb.household_id = sa.household_id AND sb.person_id = b.id
              WHERE sa.person_id = a.id)))
  AND (a.sex = b.sex OR 'unknown' IN (a.sex, b.sex))
  AND NOT (a.has_valid IS TRUE AND b.has_valid IS TRUE)
  AND NOT EXISTS (SELECT 1 FROM residents_distinctpair AS d WHERE d.first_id = a.id AND d.second_id = b.id)
ORDER BY 3 DESC, a.search_name, a.id, b.id LIMIT %s
"""

_HOUSES = """
SELECT a.id, b.id
FROM residents_house AS a
JOIN residents_house AS b ON b.area_id = a.area_id AND b.number_order = a.number_order AND b.number = a.number
    AND a.id < b.id
WHERE a.state = 'active' AND b.state = 'active' AND NOT a.is_central_register AND NOT b.is_central_register
  AND a.number <> '-' AND (a.house_code = '' OR b.house_code = '' OR a.house_code = b.house_code)
  AND NOT EXISTS (SELECT 1 FROM residents_distinctpair AS d WHERE d.first_id = a.id AND d.second_id = b.id)
ORDER BY a.area_id, a.number_order, a.id, b.id LIMIT %s
"""


@dataclass(frozen=True)
class Suggestion:
    """คู่ที่อาจซ้ำ: two rows and why they are thought to be one."""

    kind: str
    first: Person | House
    second: Person | House
    reasons: Sequence[str]


def suggest_people(user: User) -> list[Suggestion]:
    """Return pairs of persons that may be one, the surest first; at most MOST_SUGGESTED."""
    pairs = _pairs(_PEOPLE)
    ids = {pk for pair in pairs for pk in pair[:2]}
    people = {p.pk: p for p in with_homes(Person.objects.visible_to(user).filter(pk__in=ids))}
    return [
        Suggestion("person", people[a], people[b], _person_reasons(same_birth=bool(same_birth)))
        for a, b, same_birth in pairs
        if a in people and b in people
    ]


def _person_reasons(*, same_birth: bool) -> list[str]:
    return ["ชื่อตรงกัน", "วันเกิดตรงกัน"] if same_birth else ["ชื่อตรงกัน", "อยู่บ้านเดียวกัน", "ไม่มีวันเกิดในรายการหนึ่ง"]


def suggest_houses(user: User) -> list[Suggestion]:
    """Return pairs of houses with one number in one area, and no contradicting code."""
    pairs = _pairs(_HOUSES)
    ids = {pk for pair in pairs for pk in pair[:2]}
    houses = House.objects.visible_to(user).select_related("area").in_bulk(ids)
    reasons = ["บ้านเลขที่ตรงกัน", "หมู่/ชุมชนเดียวกัน"]
    return [
        Suggestion("house", houses[a], houses[b], reasons) for a, b in pairs if a in houses and b in houses
    ]


def _pairs(statement: str) -> list[tuple[UUID, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_SUGGESTED])
        return list(cursor.fetchall())
