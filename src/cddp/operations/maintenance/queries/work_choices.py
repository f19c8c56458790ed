"""ตัวเลือกของใบสั่งงาน: divisions, people, contractors, checklists, villages, classes, asked by one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cddp.foundation.accounts.roles import permissions_of
from cddp.foundation.tenancy.current import required_municipality_id

CHOICES = """
SELECT 'division' AS kind, d.id, d.name, '' AS more, NULL::uuid AS of, NULL::text[] AS roles, 0 AS place
FROM accounts_division d WHERE d.municipality_id = %(town)s
UNION ALL
SELECT 'area', NULL, a.name, a.code, NULL, NULL, coalesce(a.number, 0)
FROM residents_area a WHERE a.municipality_id = %(town)s
UNION ALL
SELECT 'member', m.id, coalesce(nullif(u.full_name, ''), u.username), m.position, m.division_id,
       m.roles::text[], 0
FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
WHERE m.municipality_id = %(town)s AND m.is_active AND u.is_active
UNION ALL
SELECT 'contractor', c.id, c.name, c.phone, NULL, NULL, 0
FROM maintenance_contractor c WHERE c.municipality_id = %(town)s AND c.is_active
UNION ALL
SELECT 'checklist', l.id, l.name, '', l.asset_class_id, NULL, 0
FROM maintenance_checklist l WHERE l.municipality_id = %(town)s AND l.is_active
UNION ALL
SELECT 'asset_class', k.id, k.name, k.icon, NULL, NULL, k."order"
FROM assets_assetclass k WHERE k.municipality_id = %(town)s
ORDER BY 1, 7, 3
"""


@dataclass(frozen=True)
class Choice:
    """ตัวเลือก: `more` is an area's code, a person's position; `of` a person's division, a checklist's class."""

    id: UUID
    name: str
    more: str = ""
    of: UUID | None = None


@dataclass
class Choices:
    """ตัวเลือกทั้งหมดของเทศบาล; `members` are those who do maintenance work."""

    divisions: list[Choice] = field(default_factory=list)
    areas: list[Choice] = field(default_factory=list)
    members: list[Choice] = field(default_factory=list)
    contractors: list[Choice] = field(default_factory=list)
    checklists: list[Choice] = field(default_factory=list)
    asset_classes: list[Choice] = field(default_factory=list)

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
    "division": "divisions",
    "area": "areas",
    "member": "members",
    "contractor": "contractors",
    "checklist": "checklists",
    "asset_class": "asset_classes",
}


def list_choices() -> Choices:
    """Return what may be chosen."""
    found = Choices()
    with connection.cursor() as cursor:
        cursor.execute(CHOICES, {"town": required_municipality_id()})
        for kind, pk, name, more, of, roles, place in cursor.fetchall():
            if kind == "member" and "maintenance.work" not in permissions_of(roles):
                continue
            shown = f"หมู่ {place} {name}" if kind == "area" and place else name
            getattr(found, PLACES[kind]).append(Choice(pk, shown, more, of))
    return found
