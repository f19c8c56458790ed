"""เรื่องของ Traffy จำลอง: a ticket in each form in which Traffy tells it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BUCKET = "https://storage.googleapis.com/traffy_public_bucket/"
BANGKOK = dt.timezone(dt.timedelta(hours=7))


def naive(**later: float) -> dt.datetime:
    """Return the time in Bangkok as Traffy writes it: without an offset."""
    return dt.datetime.now(BANGKOK).replace(tzinfo=None) + dt.timedelta(**later)


def _status(name: str, kind: str, issue_id: int, org_id: int | None, order: int) -> dict[str, Any]:
    return {
        "issue_status_id": issue_id,
        "org_statuses_id": org_id,
        "status": name,
        "status_en": None,
        "status_type": kind,
        "sort_order": order,
        "bg_color": "#FFA500",
        "is_active": True,
    }


STATUSES = (
    _status("รอรับเรื่อง", "waiting", 1, None, 1),
    _status("รับเรื่อง", "inprogress", 2, 16, 2),
    _status("กำลังดำเนินการ", "inprogress", 2, None, 3),
    _status("ส่งต่อ", "forward", 4, None, 4),
    _status("ติดตามเรื่อง", "follow", 5, None, 5),
    _status("เสร็จสิ้น", "finish", 3, None, 6),
    _status("ไม่เกี่ยวข้อง", "irrelevant", 6, None, 7),
)
TYPES = (
    {"type": "ถนน", "type_en": "Road", "issue_category_id": 1, "org_category_id": None, "index": 1},
    {"type": "ไฟฟ้า", "type_en": "Light", "issue_category_id": 2, "org_category_id": 10, "index": 2},
)


def status_named(statuses: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """Return a status of the list, or one that stands in no list: an office may have any."""
    made_up = {"status": label, "status_type": "inprogress", "issue_status_id": 2, "org_statuses_id": 99}
    return next((each for each in statuses if each["status"] == label), made_up)


@dataclass
class FakeTicket:
    """เรื่อง: `changes` are laid over each form of it, for coordinates or ids as they should not be."""

    number: str
    description: str
    at: dt.datetime
    org_ids: list[int]
    type: str = "ถนน"
    photo: str = f"{BUCKET}attachment/2026-11/before.jpeg"
    star: int | None = 0
    count_reopen: int = 0
    status: dict[str, Any] = field(default_factory=lambda: dict(STATUSES[0]))
    changes: dict[str, Any] = field(default_factory=dict)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    photo_after: str = BUCKET
    last_activity: dt.datetime = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.last_activity = self.last_activity or self.at
        self._step(self.at, None, None, self.description, self.photo)

    def _step(
        self, at: dt.datetime, org_id: int | None, org: str | None, note: str, photo: str | None
    ) -> None:
        step = {
            "timestamp": str(at),
            "status_id": self.status["issue_status_id"],
            "status": self.status["status"],
        }
        self.timeline.append(step | {"org_id": org_id, "org": org, "note": note, "photo": photo})

    def move(
        self,
        status: dict[str, Any],
        at: dt.datetime,
        org_id: int | None,
        org: str | None,
        note: str,
        photos: int = 0,
    ) -> None:
        """Move the ticket on, as an office or (without one) its reporter does."""
        self.status, self.last_activity = dict(status), at
        photo = f"{BUCKET}attachment/2026-11/after-{len(self.timeline)}.jpeg" if photos else None
        self.photo_after = photo or self.photo_after
        self._step(at, org_id, org, note, photo)

    def _what_all_tell(self, offices: Mapping[int, str]) -> dict[str, Any]:
        return {
            "ticket_id": self.number,
            "type": self.type,
            "organization": ", ".join(offices[each] for each in self.org_ids),
            "description": self.description,
            "photo": self.photo,
            "latitude": 18.58,
            "longitude": 99.01,
            "address": "ตำบลบ้านกลาง อำเภอเมืองลำพูน จังหวัดลำพูน",
            "subdistrict": "บ้านกลาง",
            "district": "เมืองลำพูน",
            "province": "ลำพูน",
            "timestamp": str(self.at),
        }

    def as_row(self, offices: Mapping[int, str]) -> dict[str, Any]:
        """Return it as get-issues lists it."""
        return {
            **self._what_all_tell(offices),
            "photo_after": self.photo_after,
            "timestamp_inprogress": None,
            "timestamp_finished": None,
            "org_finished": None,
            "status": self.status["status"],
            "confirmed": False,
            "star": self.star,
            "count_reopen": self.count_reopen,
            "last_activity": str(self.last_activity),
        } | self.changes

    def as_issue(self, offices: Mapping[int, str]) -> dict[str, Any]:
        """Return it as get-issue (v2) tells it."""
        office = {
            "timestamp": str(self.at),
            "type_id": 620543,
            "type": self.type,
            "issue_category_id": 1,
            "org_category_id": None,
            "status": self.status["status"],
            "status_en": None,
            "status_type": self.status["status_type"],
            "is_follow": False,
            "is_forward": False,
            "issue_status_id": self.status["issue_status_id"],
            "org_status_id": self.status["org_statuses_id"],
        }
        return {
            **self._what_all_tell(offices),
            "status_th_latest": self.status["status"],
            "status_type": self.status["status_type"],
            "confirmed": False,
            "star": self.star,
            "count_reopen": self.count_reopen,
            "last_activity": str(self.last_activity),
            "orgs": [office | {"org_id": each, "name": offices[each]} for each in self.org_ids],
            "timeline": list(self.timeline),
        } | self.changes

    def as_new_signal(self, offices: Mapping[int, str]) -> dict[str, Any]:
        return {
            "timestamp": str(self.at),
            "ticket_id": self.number,
            "description": self.description,
            "type_id": 12,
            "type": self.type,
            "photo": [self.photo],
            "latitude": 18.58,
            "longitude": 99.01,
            "address": "ตำบลบ้านกลาง",
            "orgs": [{"org_id": each, "org": offices[each]} for each in self.org_ids],
        }

    def as_status_signal(self, org: str, note: str) -> dict[str, Any]:
        return {
            "timestamp": str(self.last_activity),
            "ticket_id": self.number,
            "org": org,
            "status": self.status["status"],
            "note": note,
            "photo": [],
        }

    def as_chat_signal(self, words: str, at: dt.datetime, *, org: tuple[int, str] | None) -> dict[str, Any]:
        org_id, name = org or (None, None)
        return {
            "event": "chat",
            "message_comment_id": 2_115_000 + int(at.timestamp() * 1000) % 1_000_000,
            "message_id": 2_040_189,
            "ticket_id": self.number,
            "comment": words,
            "timestamp": str(at),
            "sender_org_id": org_id,
            "sender_org": name,
            "sender_user_id": 4006,
            "sender_username": "ผู้ใช้ทดสอบ",
        }
