"""สิทธิ์ที่หน้าจอใช้: which buttons a page of the registers offers to this person."""

from typing import Any

SHOWN = ("change", "record_fact", "view_person", "reveal_id", "merge", "export")


def rights_of(user: Any) -> dict[str, bool]:
    """Return {"change": True, …} for the permissions of the registers."""
    return {name: user.has_perm(f"residents.{name}") for name in SHOWN}
