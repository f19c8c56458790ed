"""การเข้าใช้ของเจ้าหน้าที่: accounts are made by the town's administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody may make an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
