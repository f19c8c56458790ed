"""LINE ตัวปลอม: a server on the loopback that speaks LINE's Messaging API with its faults, and records it.

It is as strict as the real one: a reply token is good once and for a minute, a retry key is remembered, pushes
are counted against the month, and a message that breaks a limit is refused.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

TOKEN_GOOD_FOR_S = 60
CONTENT = re.compile(r"/v2/bot/message/([^/]+)/content")
MONTHLY = "You have reached your monthly limit."
RATE = "The API rate limit has been exceeded. Try again later."


@dataclass
class Fault:
    """What goes wrong with one request. `after` does the work first: the answer alone is lost."""

    status: int = 500
    message: str = "Internal Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0
    after: bool = False


@dataclass
class Sent:
    """A reply or push that the server took."""

    to: str
    messages: list[dict[str, Any]]
    is_push: bool = False
    retry_key: str = ""

    @property
    def text(self) -> str:
        return "\n".join(each.get("text", "") for each in self.messages)


class FakeLine:
    """One official account at LINE. `faults["push"].append(Fault(…))` makes the next push go wrong."""

    def __init__(self) -> None:
        self.access_token = "token-of-the-test-town"
        self.channel_secret = "secret-of-the-test-town"
        self.destination = "U" + "d" * 32
        self.quota: int | None = 300
        self.used = 0
        self.sent: list[Sent] = []
        self.loadings: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.contents: dict[str, tuple[bytes, str]] = {}
        self.strangers: set[str] = set()
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.clock = time.time
        self._tokens: dict[str, tuple[str, float]] = {}
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()

    def give_token(self, token: str, user_id: str) -> None:
        """Remember a reply token that goes out with an event."""
        self._tokens[token] = (user_id, self.clock())

    def told(self, user_id: str) -> list[str]:
        """Return every text this person read, oldest first."""
        return [sent.text for sent in self.sent if sent.to == user_id]

    @property
    def replies(self) -> list[Sent]:
        return [sent for sent in self.sent if not sent.is_push]

    @property
    def pushes(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.is_push]

    # ── what the routes do ────────────────────────────────────────────────────────────────────────

    def reply(self, body: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        with self._lock:
            user_id, given_at = self._tokens.pop(body.get("replyToken", ""), ("", 0.0))
            if not user_id or self.clock() - given_at > TOKEN_GOOD_FOR_S:
                return 400, {"message": "Invalid reply token"}, {}
            if wrong := faults_in(body.get("messages")):
                return 400, wrong, {}
            self.sent.append(Sent(user_id, body["messages"]))
        return 200, {"sentMessages": [{"id": "1"} for _each in body["messages"]]}, {}

    def push(self, body: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        key = headers.get("X-Line-Retry-Key", "")
        with self._lock:
            if key and not _is_uuid(key):
                return 400, {"message": "Invalid retry key"}, {}
            if key in self._keys:
                told = {"message": "The retry key is already accepted"}
                return 409, told, {"x-line-accepted-request-id": self._keys[key]}
            if wrong := faults_in(body.get("messages")):
                return 400, wrong, {}
            if not re.fullmatch(r"[UCR][0-9a-f]{32}", body.get("to", "")):
                return 400, {"message": "The property, 'to', in the request body is invalid"}, {}
            if body["to"] in self.strangers:
                return 400, {"message": "Failed to send messages"}, {}
            if self.quota is not None and self.used >= self.quota:
                return 429, {"message": MONTHLY}, {}
            self.used += 1
            if key:
                self._keys[key] = str(uuid4())
            self.sent.append(Sent(body["to"], body["messages"], is_push=True, retry_key=key))
        return 200, {"sentMessages": [{"id": "1"} for _each in body["messages"]]}, {}

    def loading(self, body: dict[str, Any], headers: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        if body.get("loadingSeconds", 20) not in range(5, 61, 5):
            return 400, {"message": "loadingSeconds"}, {}
        self.loadings.append(body["chatId"])
        return 202, {}, {}

    def figures(self, path: str) -> tuple[int, dict[str, Any], dict[str, str]]:
        if path == "/v2/bot/message/quota":
            told: dict[str, Any] = {"type": "none"}
            if self.quota is not None:
                told = {"type": "limited", "value": self.quota}
            return 200, told, {}
        if path == "/v2/bot/message/quota/consumption":
            return 200, {"totalUsage": self.used}, {}
        if path == "/v2/bot/info":
            return 200, {"userId": self.destination, "basicId": "@testtown"}, {}
        return 404, {"message": "Not found"}, {}


def faults_in(messages: Any) -> dict[str, Any] | None:
    """Return LINE's complaint about the messages, or None: the limits of its reference."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        return _bad("messages", "Size must be between 1 and 5")
    for number, message in enumerate(messages):
        place = f"messages[{number}]"
        if message.get("type") != "text" or not 1 <= _units(message.get("text")) <= 5000:
            return _bad(f"{place}.text", "Length must be between 1 and 5000")
        items = message.get("quickReply", {"items": [None]})["items"]
        if not 1 <= len(items) <= 13:
            return _bad(f"{place}.quickReply.items", "Size must be between 1 and 13")
        for item in items if "quickReply" in message else []:
            if wrong := _fault_in_action(item):
                return _bad(f"{place}.quickReply.items.action.{wrong}", "invalid")
    return None


def _fault_in_action(item: Any) -> str:
    action = item.get("action", {})
    kind = action.get("type")
    if item.get("type") != "action" or kind not in (
        "message",
        "postback",
        "location",
        "camera",
        "cameraRoll",
    ):
        return "type"
    if not 1 <= _units(action.get("label")) <= 20:
        return "label"
    if kind == "message" and not 1 <= _units(action.get("text")) <= 300:
        return "text"
    if kind != "postback":
        return ""
    if not 1 <= _units(action.get("data")) <= 300:
        return "data"
    return "displayText" if _units(action.get("displayText", "x")) not in range(1, 301) else ""


def _units(text: Any) -> int:
    return len(text.encode("utf-16-le")) // 2 if isinstance(text, str) else 0


def _bad(where: str, message: str) -> dict[str, Any]:
    told = "The request body has 1 error(s)"
    return {"message": told, "details": [{"message": message, "property": where}]}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer in two small packets would wait 40 ms for the other side's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    line: FakeLine

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        raw = self.rfile.read(length)
        routes = {
            "/v2/bot/message/reply": ("reply", self.line.reply),
            "/v2/bot/message/push": ("push", self.line.push),
            "/v2/bot/chat/loading/start": ("loading", self.line.loading),
        }
        name, action = routes.get(self.path, ("unknown", None))
        if action is None:
            self._answer(404, {"message": "Not found"})
            return
        self._serve(name, lambda: action(json.loads(raw), self.headers))

    def do_GET(self) -> None:
        found = CONTENT.fullmatch(self.path)
        if found is None:
            self._serve("figures", lambda: self.line.figures(self.path))
            return
        stored = self.line.contents.get(found[1])
        if stored is None:
            self._serve("content", lambda: (404, {"message": "Not found"}, {}))
        else:
            self._serve("content", lambda: (200, stored[0], {"Content-Type": stored[1]}))

    def _serve(self, name: str, work: Any) -> None:
        self.line.requests.append((self.command, self.path))
        if self.headers.get("Authorization") != f"Bearer {self.line.access_token}":
            self._answer(401, {"message": "Authentication failed. Confirm that the access token is valid."})
            return
        fault = self.line.faults[name].popleft() if self.line.faults[name] else None
        if fault is None:
            self._answer(*work())
            return
        if fault.after:
            work()
        time.sleep(fault.hang_s)
        if fault.status == 0:
            self.close_connection = True
            return
        self._answer(fault.status, {"message": fault.message}, fault.headers)

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked did not wait

    def log_message(self, *arguments: Any) -> None:
        """Keep the output of tests readable."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def running(line: FakeLine) -> Iterator[str]:
    """Serve on a free port of the loopback; yield the address."""
    handler = type("Requests", (_Requests,), {"line": line})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
