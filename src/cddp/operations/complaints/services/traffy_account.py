"""บัญชี Traffy ของเทศบาล: keep its secrets sealed, ask Traffy whether they are good, keep what a talk left behind."""

import datetime as dt
import re
import secrets
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.audit import services as audit
from cddp.foundation.files.cipher import encrypt
from cddp.foundation.notify.services import notify
from cddp.operations.complaints.choices import TraffyFault
from cddp.operations.complaints.errors import UnableToConfigure, UnableToTalkToTraffy
from cddp.operations.complaints.gateways.traffy import TraffyClient
from cddp.operations.complaints.models import TraffyAccount
from cddp.operations.complaints.policies import may_configure
from cddp.operations.complaints.queries.traffy import (
    find_account,
    meter_of,
    password_of,
    sealed_for,
    token_of,
)

LONGEST_PASSWORD = 200
MOST_OFFICES = 20
SETTINGS_ADDRESS = "/complaints/settings/traffy/"
# A person waits before the screen.
TEST_TIMEOUT_S = 15.0
_ORG_ID = re.compile(r"[0-9]{1,12}")


def save_account(
    user: User,
    *,
    username: str,
    password: str = "",
    org_ids: Sequence[str],
    is_active: bool,
) -> TraffyAccount:
    """Make or change the town's account; an empty password keeps the one on record. Raises UnableToConfigure."""
    _refuse_stranger(user)
    account = TraffyAccount.objects.select_for_update().first() or TraffyAccount(webhook_key=_new_key())
    wanted = list(dict.fromkeys(org_ids))
    _refuse_bad(account, username, password, wanted)
    before = _told(account)
    is_another = bool(password) or username != account.username or wanted != account.org_ids
    account.username, account.org_ids, account.is_active = username, wanted, is_active
    if password:
        account.password_sealed = encrypt(password.encode(), context=sealed_for("password"))
    if is_another:
        # What is known of one account says nothing of another.
        account.token_sealed = account.token_until = None
        account.credit_balance = account.exhausted_until = None
        account.statuses = []
    account.last_problem = ""
    account.save()
    changes = audit.changes_between(before, _told(account))
    audit.record(
        "complaints.traffy_account.set",
        account,
        changes=changes | ({"password": ["…", "…"]} if password else {}),
    )
    return account


def renew_webhook_key(user: User) -> TraffyAccount:
    """Make a new address for signals; what rings at the old one is a stranger from now on."""
    _refuse_stranger(user)
    account = _locked_account()
    account.webhook_key = _new_key()
    account.save(update_fields=["webhook_key"])
    audit.record("complaints.traffy_account.key_renewed", account)
    return account


def check_account(user: User, *, at: dt.datetime) -> TraffyAccount:
    """Sign in at Traffy and read the statuses of the first office. Raises UnableToTalkToTraffy, fit for the screen."""
    _refuse_stranger(user)
    account = find_account()
    if account is None:
        raise UnableToConfigure(_("ยังไม่ได้บันทึกบัญชี Traffy"), code="no_account")
    with client_of(account, at=at, timeout_s=TEST_TIMEOUT_S) as client:
        try:
            client.sign_in()
            statuses = client.list_statuses(account.org_ids[0])
        finally:
            keep_talk(account, client)
    account.statuses = [status.as_json() for status in statuses]
    account.last_problem = ""
    account.save(update_fields=["statuses", "last_problem"])
    account.refresh_from_db()
    audit.record("complaints.traffy_account.checked", account)
    return account


def client_of(account: TraffyAccount, *, at: dt.datetime, timeout_s: float | None = None) -> TraffyClient:
    """Return a client that talks for this account."""
    return TraffyClient(
        user=account.username,
        password=password_of(account),
        org_ids=account.org_ids,
        now=at,
        token=token_of(account),
        meter=meter_of(account),
        timeout_s=timeout_s,
    )


def keep_talk(account: TraffyAccount, client: TraffyClient) -> None:
    """Keep the token and the quota a talk left behind, unless the account was changed meanwhile."""
    token = client.token
    _same(account).update(
        token_sealed=encrypt(token.words.encode(), context=sealed_for("token")) if token else None,
        token_until=token.until if token else None,
        credit_balance=client.meter.credit,
        exhausted_until=client.meter.exhausted_until,
    )


def keep_success(account: TraffyAccount, *, polled_at: dt.datetime) -> None:
    """Note that everything up to this moment has been read."""
    _same(account).update(last_polled_at=polled_at, last_problem="")


def keep_problem(account: TraffyAccount, refusal: UnableToTalkToTraffy) -> None:
    """Note what went wrong; a password that is wrong switches the account off, lest Traffy lock it.

    People are told once, and only of what does not pass by itself.
    """
    words = f"{refusal.message} ({refusal.detail})" if refusal.detail else refusal.message
    is_wrong = refusal.fault is TraffyFault.WRONG_PASSWORD
    off = {"is_active": False} if is_wrong else {}
    is_new = _same(account).exclude(last_problem=words[:300]).update(last_problem=words[:300], **off)
    if is_new and (not refusal.may_pass or refusal.fault is TraffyFault.QUOTA_USED_UP):
        _tell_who_can_help(refusal.message)


def _tell_who_can_help(words: str) -> None:
    people = list_colleagues(permission="complaints.configure")
    notify([member.user_id for member in people], words[:200], link=SETTINGS_ADDRESS)


def _same(account: TraffyAccount) -> QuerySet[TraffyAccount]:
    return TraffyAccount.objects.filter(
        pk=account.pk, username=account.username, password_sealed=bytes(account.password_sealed)
    )


def _locked_account() -> TraffyAccount:
    account = TraffyAccount.objects.select_for_update().first()
    if account is None:
        raise UnableToConfigure(_("ยังไม่ได้บันทึกบัญชี Traffy"), code="no_account")
    return account


def _refuse_stranger(user: User) -> None:
    if not may_configure(user):
        raise UnableToConfigure(_("บัญชีนี้ไม่มีสิทธิ์ตั้งค่าการเชื่อมต่อ Traffy"), code="forbidden")


def _refuse_bad(account: TraffyAccount, username: str, password: str, org_ids: list[str]) -> None:
    if not username or len(username) > 150:
        raise UnableToConfigure(_("กรุณากรอกชื่อผู้ใช้ที่ได้รับจาก Traffy Fondue"), field="username")
    if not password and not account.password_sealed:
        raise UnableToConfigure(_("กรุณากรอกรหัสผ่านที่ได้รับจาก Traffy Fondue"), field="password")
    if len(password) > LONGEST_PASSWORD:
        raise UnableToConfigure(_("รหัสผ่านยาวเกินไป"), field="password")
    if not 1 <= len(org_ids) <= MOST_OFFICES or not all(_ORG_ID.fullmatch(each) for each in org_ids):
        raise UnableToConfigure(_("กรุณากรอกรหัสหน่วยงานเป็นตัวเลข คั่นด้วยจุลภาค เช่น 151, 1302"), field="org_ids")


def _told(account: TraffyAccount) -> dict[str, object]:
    return {"username": account.username, "org_ids": list(account.org_ids), "is_active": account.is_active}


def _new_key() -> str:
    return secrets.token_urlsafe(32)
