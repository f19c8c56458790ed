"""ความผิดปกติของ Traffy: how the real server has been seen, or must be expected, to go wrong."""

import json
from dataclasses import dataclass
from typing import Any

PHP_WARNING = (
    '<br />\n<b>Warning</b>:  Undefined array key "org_id" in <b>/x.php</b> on line <b>208</b><br />\n'
)


@dataclass
class Fault:
    """ความผิดปกติที่จะเกิด: for the next `times` calls of a path; `seconds` are waited first."""

    path: str
    kind: str
    times: int = 1
    message: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class Reply:
    """คำตอบ: code 0 closes the connection without a word."""

    code: int
    body: bytes


def json_reply(content: Any, *, code: int = 200) -> Reply:
    return Reply(code, json.dumps(content, ensure_ascii=False).encode())


def success(status: Any, credit: int | None) -> dict[str, Any]:
    return {
        "status": status,
        "message": "",
        "exec_time": "0.193s",
        "source": "db",
        "credit_balance": credit,
        "api_log_session_id": 1,
    }


def before(fault: Fault) -> Reply | None:
    """Return what is answered instead of doing anything; None when the fault comes afterwards."""
    failing = {"status": "fail", "exec_time": "0.01s", "results": []}
    replies = {
        "fail": json_reply(failing | {"message": fault.message or "Something went wrong"}),
        "expired": json_reply(failing | {"message": "This token has expired | Token นี้หมดอายุแล้ว"}),
        "invalid_token": json_reply(failing | {"message": "ERR 1 - Invalid token"}),
        "quota": json_reply(failing | {"message": "Running out of API usage quota", "credit_balance": 0}),
        "http_401": json_reply({"message": "Unauthorized"}, code=401),
        "http_403": json_reply({"message": "Forbidden"}, code=403),
        "http_404": json_reply({"message": "no Route matched with those values"}, code=404),
        "http_429": Reply(429, b"Too many requests"),
        "http_500": Reply(500, b"<html>Internal Server Error</html>"),
        "http_502": Reply(502, b"<html>Bad Gateway</html>"),
        "html": Reply(200, b"<html><body>Maintenance</body></html>"),
        "nothing": Reply(200, b""),
        "file_not_found": Reply(200, b"File not found"),
        "drop": Reply(0, b""),
        "null_results": json_reply({"status": "success", "message": "", "results": None}),
        "odd_results": json_reply({"status": "success", "message": "", "results": "ok"}),
        "no_token": json_reply({"status": "success", "results": {}}),
    }
    return replies.get(fault.kind)


def change(fault: Fault, reply: Reply) -> Reply:
    """Return the answer after the deed was done, spoilt as the fault says."""
    if fault.kind == "php_warning":
        return Reply(reply.code, PHP_WARNING.encode() + reply.body)
    if fault.kind == "bom":
        return Reply(reply.code, b"\xef\xbb\xbf" + reply.body)
    if fault.kind == "cut":
        return Reply(reply.code, reply.body[: len(reply.body) // 2])
    if fault.kind == "done_then_500":
        return Reply(500, b"<html>Internal Server Error</html>")
    content = json.loads(reply.body)
    if fault.kind == "repeat":
        content["results"] = content["results"] * 2
    if fault.kind == "gaps":
        content["results"] = {str(place * 2): row for place, row in enumerate(content["results"])}
    if fault.kind == "not_rows":
        content["results"] = [*content["results"], None, "เปล่า", {"ไม่ใช่": "เรื่อง"}]
    if fault.kind == "short":
        content["count"] = len(content["results"]) + 7
    if fault.kind == "secret_in_message":
        content |= {"status": "fail", "message": fault.message}
    return json_reply(content, code=reply.code)
