"""บทบาท: roles and their permissions, read from `policy/roles.yaml`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings


@dataclass(frozen=True)
class Role:
    """บทบาท: `permissions` holds its own and those of the roles it includes."""

    key: str
    name: str
    permissions: frozenset[str]
    area_bound: bool = False


@cache
def load_roles() -> dict[str, Role]:
    """Return every role by key. Raises KeyError when a role includes one that does not exist."""
    written = yaml.safe_load((settings.POLICY_DIR / "roles.yaml").read_text(encoding="utf-8"))["roles"]
    return {
        key: Role(key, role["name"], _permissions(written, key), role.get("area_bound", False))
        for key, role in written.items()
    }


def _permissions(written: dict[str, Any], key: str) -> frozenset[str]:
    own = frozenset(written[key].get("permissions", []))
    return own.union(*(_permissions(written, other) for other in written[key].get("includes", [])))


def permissions_of(role_keys: Iterable[str]) -> frozenset[str]:
    """Return what a person with these roles may do; a role that was withdrawn grants nothing."""
    roles = load_roles()
    return frozenset().union(*(roles[key].permissions for key in role_keys if key in roles))


def role_choices() -> list[tuple[str, str]]:
    """Return (key, Thai name) for a form."""
    return [(role.key, role.name) for role in load_roles().values()]
