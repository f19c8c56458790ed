"""เสียงของใคร: who spoke, sealed apart from what was said, and a fingerprint by which people are counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cddp.foundation.accounts.models import User
from cddp.foundation.files.cipher import decrypt, encrypt, keyed_hash
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.models import Report, Reporter

NAME_LIMIT, EMAIL_LIMIT = 150, 254


@dataclass(frozen=True)
class Contact:
    """ผู้แจ้ง: how to reach somebody; every part may be missing. `house_id` only where an officer knows the house."""

    name: str = ""
    phone: str = ""
    email: str = ""
    line_user_id: str = ""
    house_id: UUID | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.phone or self.email or self.line_user_id or self.house_id)


def voice_of(contact: Contact) -> bytes | None:
    """Return the keyed fingerprint of the person: of the telephone, else LINE, else e-mail; None for nobody known.

    One key a town: the same person in two towns has two fingerprints.
    """
    phone = parse_phone(contact.phone).digits if contact.phone else ""
    for kind, value in (("phone", phone), ("line", contact.line_user_id), ("email", contact.email.lower())):
        if value:
            return keyed_hash(f"{kind}:{value}", context=f"voice:{required_municipality_id()}")
    return None


def line_hash_of(line_user_id: str) -> bytes:
    """Return the fingerprint under which a LINE user is found again."""
    return keyed_hash(f"line:{line_user_id}", context=f"voice:{required_municipality_id()}")


def reporter_of(report: Report, contact: Contact, *, filed_by: User | None) -> Reporter:
    """Return who spoke for one report, sealed and unsaved."""
    return Reporter(
        report=report,
        name_sealed=_seal(normalise_line(contact.name)[:NAME_LIMIT]),
        phone_sealed=_seal(parse_phone(contact.phone).digits or normalise_line(contact.phone)[:40]),
        email_sealed=_seal(contact.email.strip()[:EMAIL_LIMIT]),
        line_sealed=_seal(contact.line_user_id),
        house_id=contact.house_id,
        filed_by=filed_by.pk if filed_by else None,
        filed_by_label=str(filed_by) if filed_by else "",
    )


def keep_reporter(report: Report, contact: Contact, *, filed_by: User | None) -> Reporter:
    """Write down who spoke for one report, sealed."""
    reporter = reporter_of(report, contact, filed_by=filed_by)
    reporter.save(force_insert=True)
    return reporter


def open_contact(reporter: Reporter) -> Contact:
    """Return who spoke, in the clear. The caller records the look and its purpose."""
    return Contact(
        name=_open(reporter.name_sealed),
        phone=_open(reporter.phone_sealed),
        email=_open(reporter.email_sealed),
        line_user_id=_open(reporter.line_sealed),
        house_id=reporter.house_id,
    )


def list_line_users(report_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return {report id: LINE user id} for those reports that came by LINE and were not forgotten."""
    rows = Reporter.objects.filter(report_id__in=report_ids, line_sealed__isnull=False)
    return {row.report_id: _open(row.line_sealed) for row in rows}


def _context() -> str:
    return f"reporter:{required_municipality_id()}"


def _seal(text: str) -> bytes | None:
    return encrypt(text.encode(), context=_context()) if text else None


def _open(sealed: bytes | memoryview | None) -> str:
    return decrypt(bytes(sealed), context=_context()).decode() if sealed else ""
