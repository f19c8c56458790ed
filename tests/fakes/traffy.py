"""Traffy จำลอง: an exchange API of our own, with the faults of the real one on demand.

    with running_traffy() as fake:
        fake.citizen_reports("ไฟดับ", number="2026-AAAAAA")
        fake.fail("get-issues", "php_warning")

What it would send to the town's webhook gathers in `fake.signals` as (verb, payload): a test delivers it, early, late,
twice or never. All people and places are invented.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.traffy_faults import Fault, Reply, before, change, json_reply, success
from tests.fakes.traffy_tickets import STATUSES, TYPES, FakeTicket, naive, status_named

USER, PASSWORD = "town", "รหัสลับ-ของเมือง"
OWN_ORG, OTHER_ORG = 151, 1302


class FakeTraffy:
    """เซิร์ฟเวอร์จำลอง: its tickets, its quota, what was asked of it and what goes wrong next."""

    def __init__(self) -> None:
        self.url = ""
        self.offices = {OWN_ORG: "เทศบาลทดสอบ", OTHER_ORG: "การไฟฟ้าทดสอบ"}
        self.passwords = {USER: PASSWORD}
        self.tickets: dict[str, FakeTicket] = {}
        self.statuses: list[dict[str, Any]] = [dict(each) for each in STATUSES]
        self.credit: int | None = None
        self.limit = 1000
        self.now: Callable[[], Any] = naive
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.signals: list[tuple[str, dict[str, Any]]] = []
        self.caches_issues = False
        self.auth_as_list = False
        self.success: Any = "success"
        self.tokens_given = 0
        self._good_tokens: set[str] = set()
        self._cache: dict[str, dict[str, Any]] = {}
        self._faults: list[Fault] = []
        self._lock = threading.RLock()

    # ── what a test does to it ────────────────────────────────────────────────────────────────────────

    def fail(self, path: str, kind: str, *, times: int = 1, message: str = "", seconds: float = 0) -> None:
        """Let the next calls of a path ("get-issues", "" for any) go wrong."""
        self._faults.append(Fault(path, kind, times, message, seconds))

    def expire_tokens(self) -> None:
        self._good_tokens.clear()

    def citizen_reports(self, words: str, *, number: str, **fields: Any) -> FakeTicket:
        """Let a citizen file a ticket with Traffy; the webhook rings."""
        ticket = FakeTicket(number, words, at=self.now(), org_ids=[OWN_ORG], **fields)
        self.tickets[number] = ticket
        self.signals.append(("POST", ticket.as_new_signal(self.offices)))
        return ticket

    def staff_moves(
        self, number: str, label: str, *, note: str = "", org_id: int = OWN_ORG, **more: Any
    ) -> None:
        """Let somebody at a screen of Traffy's move a ticket; the webhook rings."""
        ticket = self.tickets[number]
        ticket.move(
            status_named(self.statuses, label), self.now(), org_id, self.offices[org_id], note, **more
        )
        self.signals.append(("PATCH", ticket.as_status_signal(self.offices[org_id], note)))

    def citizen_reopens(self, number: str) -> None:
        """Let the reporter say that nothing was done: the closed ticket waits again."""
        ticket = self.tickets[number]
        ticket.count_reopen += 1
        ticket.move(status_named(self.statuses, "รอรับเรื่อง"), self.now(), None, None, "ยังไม่ได้แก้ไข")
        self.signals.append(("PATCH", ticket.as_status_signal("", "ยังไม่ได้แก้ไข")))

    def citizen_chats(self, number: str, words: str) -> None:
        ticket = self.tickets[number]
        ticket.last_activity = self.now()
        self.signals.append(("POST", ticket.as_chat_signal(words, self.now(), org=None)))

    def asked(self, path: str) -> list[dict[str, Any]]:
        """Return what came with each call of a path, in order."""
        return [content for _method, name, content in self.calls if name.startswith(path)]

    # ── what it answers ───────────────────────────────────────────────────────────────────────────────

    def answer(self, method: str, address: str, headers: Any, body: bytes) -> Reply | None:
        parts = urlsplit(address)
        path = parts.path.strip("/")
        content = {name: values[0] for name, values in parse_qs(parts.query).items()}
        content |= json.loads(body) if body else {}
        with self._lock:
            self.calls.append((method, path, content))
            fault = next((each for each in self._faults if each.times and path.startswith(each.path)), None)
            if fault is not None:
                fault.times -= 1
        if fault is not None:
            time.sleep(fault.seconds)
            early = before(fault)
            if early is not None:
                return early if early.code else None
        with self._lock:
            reply = self._do(method, path, content, headers.get("Authorization", ""))
        return change(fault, reply) if fault is not None else reply

    def _do(self, method: str, path: str, content: dict[str, Any], authorization: str) -> Reply:
        if self.credit == 0:
            return self._refusal("Running out of API usage quota | โควต้าการใช้งานประจำเดือนหมด")
        if self.credit is not None:
            self.credit -= 1
        if (method, path) == ("POST", "get-auth/v1"):
            return self._get_auth(content)
        words = authorization.removeprefix("Bearer ")
        if words not in self._good_tokens:
            known = words.startswith("token-")
            message = "This token has expired | Token นี้หมดอายุแล้ว" if known else "ERR 1 - Invalid token"
            return self._refusal(message)
        act = self._ACTS.get((method, path))
        return act(self, content) if act else json_reply({"message": "no Route matched"}, code=404)

    def _refusal(self, message: str) -> Reply:
        return json_reply(
            {
                "status": "fail",
                "message": message,
                "exec_time": "0.012s",
                "credit_balance": self.credit,
                "results": [],
            }
        )

    def _success(self, **more: Any) -> Reply:
        envelope = success(self.success, self.credit)
        if self.credit is not None and self.credit <= 10:
            envelope |= {"status": "warning", "message": "Almost running out of API usage quota"}
        return json_reply(envelope | more)

    def _get_auth(self, content: dict[str, Any]) -> Reply:
        if self.passwords.get(content.get("user", "")) != content.get("pass"):
            return self._refusal("Invalid user or pass")
        self.tokens_given += 1
        token = f"token-{self.tokens_given}-สลับ".encode().hex()
        token = f"token-{token}"
        self._good_tokens.add(token)
        found = {"token": token, "expire_timestamp": naive(hours=24).strftime("%Y-%m-%d %H:%M:%S")}
        results = [found] if self.auth_as_list else found
        return self._success(results=results, quota_limit=self.limit, permissions=["read", "write"])

    def _get_issues(self, content: dict[str, Any]) -> Reply:
        if "org_id" not in content:
            reply = self._success(count=0, results=[])
            return Reply(200, b'<br />\n<b>Warning</b>:  Undefined array key "org_id"<br />\n' + reply.body)
        wanted = {int(each) for each in content["org_id"].split(",")}
        days = {"today": 1, "3days": 3, "all": 100_000}[content.get("duration", "today")]
        rows = [
            ticket.as_row(self.offices)
            for ticket in self.tickets.values()
            if wanted & set(ticket.org_ids)
            and (self.now() - ticket.last_activity).total_seconds() <= days * 86_400
        ]
        return self._success(org_id=sorted(wanted), count=len(rows), results=rows[:5000])

    def _get_issue(self, content: dict[str, Any]) -> Reply:
        ticket = self.tickets.get(content.get("ticket_id", ""))
        if ticket is None:
            return self._refusal("ticket_id not found")
        if not self.caches_issues or ticket.number not in self._cache:
            self._cache[ticket.number] = ticket.as_issue(self.offices)
        return self._success(ticket_id=ticket.number, results=self._cache[ticket.number])

    def _get_statuses(self, content: dict[str, Any]) -> Reply:
        return self._success(org_id=int(content["org_id"]), count=len(self.statuses), results=self.statuses)

    def _get_types(self, content: dict[str, Any]) -> Reply:
        return self._success(org_id=int(content["org_id"]), count=len(TYPES), results=TYPES)

    def _update_issue(self, content: dict[str, Any]) -> Reply:
        ticket = self.tickets.get(content.get("ticket_id", ""))
        if not content.get("note"):
            return self._refusal("[note] is not specified")
        meant = [each for each in self.statuses if self._is_meant(each, content)]
        # A central number means the central status, also where offices have names of their own under it.
        status = min(meant, key=lambda each: each["org_statuses_id"] is not None, default=None)
        if ticket is None or status is None:
            return self._refusal(
                "ticket_id not found" if ticket is None else "[issue_status_id] is not specified"
            )
        photos = content.get("photo_base64") or content.get("photo") or []
        ticket.move(status, self.now(), OWN_ORG, self.offices[OWN_ORG], content["note"], photos=len(photos))
        self.signals.append(("PATCH", ticket.as_status_signal(self.offices[OWN_ORG], content["note"])))
        return self._success(org_id=[OWN_ORG], source="db", results={})

    @staticmethod
    def _is_meant(status: dict[str, Any], content: dict[str, Any]) -> bool:
        if content.get("org_status_id") is not None:
            return bool(status["org_statuses_id"] == content["org_status_id"])
        if content.get("issue_status_id") is not None:
            return bool(status["issue_status_id"] == content["issue_status_id"])
        return bool(status["status"] == content.get("state_name"))

    def _comment(self, content: dict[str, Any]) -> Reply:
        ticket = self.tickets.get(content.get("ticket_id", ""))
        if ticket is None:
            return self._refusal("ticket_id not found")
        ticket.comments.append(content["comment"])
        ticket.last_activity = self.now()
        org = (OWN_ORG, self.offices[OWN_ORG])
        self.signals.append(("POST", ticket.as_chat_signal(content["comment"], self.now(), org=org)))
        return self._success(results={})

    def _join_forward(self, content: dict[str, Any]) -> Reply:
        ticket = self.tickets[content["ticket_id"]]
        ticket.org_ids += [each for each in content["destination_group"] if each not in ticket.org_ids]
        label = "ส่งต่อ(ใหม่)" if content["scenario"] == 2 else ticket.status["status"]
        status = {"status": label, "status_type": "forward", "issue_status_id": None, "org_statuses_id": None}
        ticket.move(status, self.now(), OWN_ORG, self.offices[OWN_ORG], content.get("note", ""))
        return json_reply({"status": 200, "message": "OK", "credit_balance": self.credit})

    def _new_issue(self, content: dict[str, Any]) -> Reply:
        number = f"2026-NEW{len(self.tickets):03d}"
        place = {"latitude": content["latitude"], "longitude": content["longitude"]}
        self.tickets[number] = FakeTicket(
            number, content["description"], at=self.now(), org_ids=[OWN_ORG], changes=place
        )
        results = {"ticket_id": number, "password": "ความลับของเรื่อง"}
        return self._success(results=results, api_log_session="77", org_id=[OWN_ORG])

    _ACTS: dict[tuple[str, str], Callable[["FakeTraffy", dict[str, Any]], Reply]] = {
        ("GET", "get-issues/v2"): _get_issues,
        ("GET", "get-issue/v2"): _get_issue,
        ("GET", "get-status-list/v2"): _get_statuses,
        ("GET", "get-type-list/v2"): _get_types,
        ("PATCH", "update-issue/v1"): _update_issue,
        ("POST", "comment/v1"): _comment,
        ("POST", "join-forward/v1"): _join_forward,
        ("POST", "new-issue/v1"): _new_issue,
    }


def _handler(fake: FakeTraffy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = fake.answer(self.command, self.path, self.headers, body)
            if reply is None:
                self.connection.close()
                return
            self.send_response(reply.code)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = _take

        def log_message(self, *args: Any) -> None:
            """Say nothing: a test reads `fake.calls`."""

    return Handler


@contextmanager
def running_traffy() -> Iterator[FakeTraffy]:
    """Run a fake server on a free port while the block lasts."""
    fake = FakeTraffy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
