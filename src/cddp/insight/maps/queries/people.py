"""ผู้ขอแผ่นแผนที่: the person and their work in the town, remembered by this process for half a minute."""

from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic
from uuid import UUID

from cddp.foundation.accounts.models import User
from cddp.foundation.accounts.queries import list_memberships_of
from cddp.foundation.tenancy.current import town_context

REMEMBERED_S = 30.0
MOST_REMEMBERED = 2_000

_known: dict[tuple[UUID, int], tuple[float, User | None]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Viewer:
    """ผู้ดู: one person in the name of one town; `permission_class` tells what they may see, as a short hash."""

    user: User
    municipality_id: int
    permission_class: str


def find_viewer(user_id: UUID, municipality_id: int) -> Viewer | None:
    """Return the person if they work for the town, as known at most half a minute ago."""
    user = _remembered(user_id, municipality_id)
    return None if user is None else Viewer(user, municipality_id, permission_class_of(user))


def permission_class_of(user: User) -> str:
    """Return a hash that is the same only for the same person with the same roles, areas and division."""
    membership = user.membership
    if membership is None:
        return ""
    facts = (
        str(user.pk),
        sorted(membership.roles),
        sorted(membership.area_codes),
        str(membership.division_id),
    )
    return sha256(repr(facts).encode()).hexdigest()[:16]


def forget_people() -> None:
    """Let the next request read the person again (tests)."""
    _known.clear()


def _remembered(user_id: UUID, municipality_id: int) -> User | None:
    key = (user_id, municipality_id)
    found = _known.get(key)
    if found is not None and monotonic() - found[0] <= REMEMBERED_S:
        return found[1]
    user = _read(user_id, municipality_id)
    with _lock:
        if len(_known) >= MOST_REMEMBERED:
            _known.clear()
        _known[key] = (monotonic(), user)
    return user


def _read(user_id: UUID, municipality_id: int) -> User | None:
    with town_context(municipality_id, user_id=user_id):
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        user.membership = list_memberships_of(user_id).filter(municipality_id=municipality_id).first()
        if user.membership is None:
            return None
        # Read now: later the person is used outside this transaction.
        _ = user.membership.permissions, user.membership.area_limit
        return user
