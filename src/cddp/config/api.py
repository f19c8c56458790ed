"""ส่วนต่อประสานสำหรับโปรแกรม: OpenAPI at /api/v1, with the same services and permissions as the screens."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import APIKeyCookie

from cddp.foundation.accounts.models import User
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.api import router as assets
from cddp.registers.residents.api import router as residents


class KnownCaller(APIKeyCookie):
    """ผู้เรียกที่รู้จัก: a session (with its CSRF check) or a token; TownMiddleware found who it is."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        user = request.user
        return user if isinstance(user, User) and user.membership is not None else None


api = NinjaAPI(
    title="CDDP",
    version="1",
    description="แพลตฟอร์มข้อมูลเมือง: ข้อมูลของเทศบาลที่ผู้เรียกทำงานอยู่เท่านั้น",
    auth=KnownCaller(),
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", residents)
api.add_router("", assets)


@api.exception_handler(UnableTo)
def unable(request: HttpRequest, error: UnableTo) -> HttpResponse:
    """Answer a refusal with its code and its words."""
    return api.create_response(request, {"code": error.code, "detail": error.message}, status=error.status)


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Answer a call without the permission."""
    return api.create_response(request, {"code": "forbidden", "detail": "ไม่มีสิทธิ์"}, status=403)


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer a stranger and a wrong id alike."""
    return api.create_response(request, {"code": "not_found", "detail": "ไม่พบ"}, status=404)
