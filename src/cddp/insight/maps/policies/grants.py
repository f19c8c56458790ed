"""ใบผ่านดูแผ่นแผนที่: a signed, short-lived cookie that lets a tile be drawn without reading session and user.

It says who asks, for which town, and with which rights at the time of signing; when those have changed since, it is
worth nothing. Tiles are many (30 on one screen), so each saved query counts.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from cddp.foundation.accounts.middleware import TOWN_SESSION_KEY
from cddp.insight.maps.queries.people import Viewer, find_viewer

COOKIE = "tile_grant"
COOKIE_PATH = "/tiles/"
LIFE_S = 600
_signer = signing.TimestampSigner(salt="maps.tile_grant")


@dataclass(frozen=True)
class TileGrant:
    """ใบผ่าน."""

    user_id: UUID
    municipality_id: int
    permission_class: str


def give_grant(response: HttpResponse, viewer: Viewer) -> None:
    """Put a grant for this person and town into the answer's cookie."""
    written = _signer.sign_object([str(viewer.user.pk), viewer.municipality_id, viewer.permission_class])
    response.set_cookie(
        COOKIE,
        written,
        max_age=LIFE_S,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.BEHIND_TLS,
    )


def find_grant(request: HttpRequest) -> TileGrant | None:
    """Return the grant that the request carries, None when there is none, it is too old, or not ours."""
    written = request.COOKIES.get(COOKIE)
    if not written:
        return None
    try:
        user_id, municipality_id, permission_class = _signer.unsign_object(written, max_age=LIFE_S)
    except signing.BadSignature:
        return None
    return TileGrant(UUID(user_id), int(municipality_id), permission_class)


def find_viewer_of(request: HttpRequest) -> Viewer | None:
    """Return who asks for a tile: by the grant, else by the session; None for a stranger."""
    grant = find_grant(request)
    if grant is not None:
        viewer = find_viewer(grant.user_id, grant.municipality_id)
        if viewer is not None and viewer.permission_class == grant.permission_class:
            return viewer
    municipality_id = request.session.get(TOWN_SESSION_KEY)
    if municipality_id is None or not request.user.is_authenticated:
        return None
    return find_viewer(request.user.pk, municipality_id)
