"""ตัวเลือกของเจ้าหน้าที่: all that an officer may choose from, by one statement, since one page needs all of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cddp.foundation.accounts.roles import permissions_of
from cddp.foundation.tenancy.current import required_municipality_id

CHOICES = """
SELECT 'category' AS kind, c.id, c.name, c.key AS more, NULL::uuid AS of, c.is_private AS flag,
       NULL::text[] AS roles, c."order" AS place, c.is_active AS is_offered
FROM complaints_category c WHERE c.municipality_id = %(town)s
UNION ALL
SELECT 'division', d.id, d.name, '', NULL, false, NULL, 0, true
FROM accounts_division d WHERE d.municipality_id = %(town)s
UNION ALL
SELECT 'area', NULL, a.name, a.code, NULL, a.boundary IS NOT NULL, NULL, coalesce(a.number, 0), true
FROM residents_area a WHERE a.municipality_id = %(town)s
UNION ALL
SELECT 'member', m.id, coalesce(nullif(u.full_name, ''), u.username), m.position, m.division_id, false,
       m.roles::text[], 0, true
FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
WHERE m.municipality_id = %(town)s AND m.is_active AND u.is_active AND {working}
UNION ALL
SELECT 'agency', g.id, g.name, g.what_for, NULL, false, NULL, 0, true
FROM complaints_agency g WHERE g.municipality_id = %(town)s AND g.is_active AND {working}
UNION ALL
SELECT 'template', t.id, t.name, t.body, NULL, false, NULL, t."order", true
FROM complaints_messagetemplate t WHERE t.municipality_id = %(town)s AND t.is_active AND {working}
ORDER BY 1, 8, 3
"""


@dataclass(frozen=True)
class Choice:
    """ตัวเลือก: `more` is a category's key, an area's code, a person's position, a template's words."""

    id: UUID
    name: str
    more: str = ""
    of: UUID | None = None
    flag: bool = False


@dataclass
class Choices:
    """ตัวเลือกทั้งหมดของเทศบาล."""

    categories: list[Choice] = field(default_factory=list)
    divisions: list[Choice] = field(default_factory=list)
    areas: list[Choice] = field(default_factory=list)
    members: list[Choice] = field(default_factory=list)
    agencies: list[Choice] = field(default_factory=list)
    templates: list[Choice] = field(default_factory=list)
    names: dict[UUID, str] = field(default_factory=dict)
    """{id: name} of all categories and divisions, also those that can no longer be chosen."""

    def category(self, pk: UUID | str | None) -> Choice | None:
        """Return a category by its id, None when it is none of the town's."""
        return next((each for each in self.categories if str(each.id) == str(pk)), None)

    def area_names(self) -> dict[str, str]:
        """Return {code: name} of the areas."""
        return {each.more: each.name for each in self.areas}

    def members_by_division(self) -> Sequence[tuple[str, list[tuple[str, str]]]]:
        """Return (division, [(id, name)]) for a list of people to choose from."""
        names = {each.id: each.name for each in self.divisions}
        grouped: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in self.members:
            group = names.get(each.of, "") if each.of else ""
            grouped[group or _("ไม่สังกัดกอง")].append((str(each.id), each.name))
        return sorted(grouped.items())


PLACES = {
    "category": "categories",
    "division": "divisions",
    "area": "areas",
    "member": "members",
    "agency": "agencies",
    "template": "templates",
}


def list_choices(*, working: bool = True) -> Choices:
    """Return what may be chosen; people, agencies and templates only where somebody works (`working`)."""
    found = Choices()
    with connection.cursor() as cursor:
        cursor.execute(
            CHOICES.format(working="true" if working else "false"), {"town": required_municipality_id()}
        )
        for kind, pk, name, more, of, flag, roles, place, is_offered in cursor.fetchall():
            if kind in ("category", "division"):
                found.names[pk] = name
            if not is_offered or (kind == "member" and "complaints.work" not in permissions_of(roles)):
                continue
            shown = f"หมู่ {place} {name}" if kind == "area" and place else name
            getattr(found, PLACES[kind]).append(Choice(pk, shown, more, of, flag))
    return found
