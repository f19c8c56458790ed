"""วัดการรับเรื่อง: reports filed over HTTP through Open311, as a partner's app does, and what one of them costs.

Whole and end to end: key, limit, envelope, terms, look-up of near problems, report, problem, histories, reporter,
audit, a job, commit. The floor is the same statements, replayed bare on an open connection.
"""

import datetime as dt
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from _city import connect, running_server
from _complaints_rows import DATABASE, PLACES, SUBJECTS, TAILS, TOWN_ID
from _measure import Report, median, say
from _people import worker
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

MOST_QUERIES, FEWEST_PER_SECOND = 15, 80
# Bare, the same statements go at most so many times as fast.
FLOOR_RATIO = 4
WARM_UP_S, MEASURED_S = 3.0, 12.0
CONNECTIONS = 8
HANDS_THAT_FILL = 4
KEYS = 40
PATH = "/open311/ban-klang/v2/requests.json"
# The server's own frame around each call.
NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def measure_cost(report: Report) -> None:
    """Count the statements of one report, in this process, with a listener: new, and one more voice."""
    import _complaints_outbox  # noqa: F401 - so that it listens here too

    places, key = Places(seed=1), make_keys(1)[0]
    forms = [places.form(key, places.lonely) for _ in range(6)]
    # The same words at the same place from another telephone: one more voice of the same problem.
    again = [form | {"phone": f"089{place:07d}"} for place, form in enumerate(forms)]
    for name, told in (("new", forms), ("one_more_voice", again)):
        spent = [len(_file_here(form)) for form in told][1:]
        report.at_most(f"create_queries_{name}", max(spent), "queries", MOST_QUERIES)


def measure_speed(report: Report, rows: str, *, seed: int) -> None:
    """File from two and from four hands at once; every report that was acknowledged must be there, once.

    Two hands that each wait for their answer leave the two web processes idle a third of the time: what two
    processes can do is seen with four.
    """
    places, keys = Places(seed), make_keys(KEYS)
    before = _count()
    with running_server(DATABASE, "_complaints_outbox:application") as port:
        filed = 0
        for hands in (2, HANDS_THAT_FILL):
            done = file_for(places, keys, port, hands)
            filed += done.all_filed
            took = sorted(done.took)
            name = f"create_{rows}_c{hands}"
            if hands == HANDS_THAT_FILL:
                report.at_least(name, done.per_second, "per_s", FEWEST_PER_SECOND)
            else:
                report.told(name, done.per_second, "per_s")
            report.told(f"create_{rows}_c{hands}_p50", median(took), "ms")
            report.told(f"create_{rows}_c{hands}_p95", took[int(len(took) * 0.95)], "ms")
    report.at_most(f"create_{rows}_lost_or_doubled", abs(_count() - before - filed), "reports", 0)
    floor = floor_per_second(places, keys[0])
    report.told(f"create_{rows}_floor_c2", floor, "per_s")
    slower = floor / report.value_of(f"create_{rows}_c2")
    report.at_most(f"create_{rows}_c2_ratio", slower, "x", FLOOR_RATIO)


# ── what is filed ─────────────────────────────────────────────────────────────────────────────────────


class Places:
    """ที่ที่แจ้ง: hot spots and everywhere else, in the shares of the rows that are there already."""

    def __init__(self, seed: int) -> None:
        with connect(DATABASE, "cddp_super") as city:
            spots: Any = city.execute("SELECT lon, lat FROM bench_spot").fetchall()
            services: Any = city.execute(
                """SELECT key FROM complaints_category WHERE municipality_id = %s AND NOT is_private
                   ORDER BY "order", key""",
                [TOWN_ID],
            ).fetchall()
        self.spots, self.services = spots, [key for (key,) in services]
        self.west, self.east = min(x for x, _y in spots), max(x for x, _y in spots)
        self.south, self.north = min(y for _x, y in spots), max(y for _x, y in spots)
        self.dice = Random(seed)

    def anywhere(self) -> tuple[float, float]:
        return self.busy() if self.dice.random() < 0.4 else self.lonely()

    def busy(self) -> tuple[float, float]:
        longitude, latitude = self.dice.choice(self.spots)
        return longitude + self.dice.uniform(-1, 1) * 0.00018, latitude + self.dice.uniform(-1, 1) * 0.00018

    def lonely(self) -> tuple[float, float]:
        return self.dice.uniform(self.west, self.east), self.dice.uniform(self.south, self.north)

    def form(self, key: str, choose: Callable[[], tuple[float, float]] | None = None) -> dict[str, str]:
        """Return the fields of one report; half of the people name their telephone."""
        longitude, latitude = (choose or self.anywhere)()
        words = " ".join(self.dice.choice(each) for each in (SUBJECTS, PLACES, TAILS))
        service = self.services[int(len(self.services) * self.dice.random() ** 2)]
        phone = {"phone": f"08{self.dice.randrange(10**8):08d}"} if self.dice.random() < 0.5 else {}
        place = {"lat": f"{latitude:.6f}", "long": f"{longitude:.6f}"}
        return {"api_key": key, "service_code": service, "description": words, **place, **phone}


def make_keys(count: int) -> list[str]:
    """Make keys of a member of the town, each with a limit of its own."""
    from cddp.foundation.accounts.tokens import make_token
    from cddp.foundation.tenancy.current import town_context

    member, made = worker().membership, []
    assert member is not None
    with town_context(TOWN_ID):
        for number in range(count):
            life, granted = dt.timedelta(days=1), ["complaints.file"]
            made.append(
                make_token(member, name=f"bench {number}", permissions=granted, at=timezone.now(), life=life)[
                    1
                ]
            )
    return made


def _file_here(form: dict[str, str]) -> list[str]:
    """File once in this process; return the statements that it took."""
    client = Client(SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(PATH, form)
    if answer.status_code != 200:
        raise SystemExit(f"filing gave {answer.status_code}: {answer.content.decode()[:300]}")
    # Several rows go in one round trip: each statement counts.
    statements = ";\n".join(each["sql"] for each in seen).split(";\n")
    return [each for each in statements if not each.startswith(NOT_QUERIES)]


def _count() -> int:
    with connect(DATABASE, "cddp_super") as city:
        row: Any = city.execute("SELECT count(*) FROM complaints_report WHERE channel = 'open311'").fetchone()
    return int(row[0])


# ── over HTTP ─────────────────────────────────────────────────────────────────────────────────────────


class Done:
    """ผลของการส่ง: how many were acknowledged in all and while it counted, and how long each took."""

    def __init__(self) -> None:
        self.all_filed = 0
        self.took: list[float] = []
        self.lock = threading.Lock()

    @property
    def per_second(self) -> float:
        return len(self.took) / MEASURED_S


def file_for(places: Places, keys: Sequence[str], port: int, hands: int) -> Done:
    """File without pause from so many hands; each goes round its own kept-alive connections, as a proxy would."""
    done, began = Done(), time.monotonic()
    counts_from, until = began + WARM_UP_S, began + WARM_UP_S + MEASURED_S

    def work(hand: int) -> None:
        lines = [Line(port) for _ in range(CONNECTIONS)]
        turn, filed, took = 0, 0, []
        while time.monotonic() < until:
            form = places.form(keys[(turn * hands + hand) % len(keys)])
            started = time.monotonic()
            lines[turn % CONNECTIONS].post(form)
            ended = time.monotonic()
            turn, filed = turn + 1, filed + 1
            if counts_from <= started and ended <= until:
                took.append((ended - started) * 1000)
        with done.lock:
            done.all_filed += filed
            done.took += took

    threads = [threading.Thread(target=work, args=(hand,)) for hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


class Line:
    """สายที่เปิดค้างไว้: one kept-alive connection, written by hand: the client must not be what is measured."""

    def __init__(self, port: int) -> None:
        self.host = f"localhost:{port}"
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, form: dict[str, str]) -> None:
        """File once; anything but an acknowledgement ends the run."""
        body = urlencode(form).encode()
        head = f"POST {PATH} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        headers, _, rest = answer.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", headers, re.I)[1])  # type: ignore[index]
        while len(rest) < length:
            rest += self._more()
        if not headers.startswith(b"HTTP/1.1 200") or b"service_request_id" not in rest:
            raise SystemExit(f"filing gave {headers[:200].decode()} {rest[:300].decode()}")

    def _more(self) -> bytes:
        piece = self.socket.recv(65_536)
        if not piece:
            raise SystemExit("the server closed the line")
        return piece


# ── the floor ─────────────────────────────────────────────────────────────────────────────────────────

# A value stands alone in a statement, or in a JSON document; an id is written with its dashes there.
_HASH = re.compile(r"""['"x]([0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})['"]""")
_NUMBER = re.compile(r"""['"](N-[0-9A-Z]{8}|[0-9A-Z]{4}-[0-9A-Z]{4}(?:-[0-9A-Z]{4})?)['"]""")


def floor_per_second(places: Places, key: str, seconds: float = 6.0) -> float:
    """Return how many reports a second the bare statements of one allow, from two connections at once."""
    statements = _file_here(places.form(key, places.lonely) | {"phone": "0890000000"})
    marks = _marks_of(statements)
    counted = [0, 0]

    def work(hand: int) -> None:
        with psycopg.connect(
            host=connection.settings_dict["HOST"], user="cddp_app", dbname=DATABASE, autocommit=True
        ) as line:
            while time.monotonic() < until:
                fresh = _renamed(statements, marks)
                with line.transaction():
                    for statement in fresh:
                        line.execute(statement, prepare=False)
                counted[hand] += 1

    say("replaying the bare statements")
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(hand,)) for hand in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counted) / seconds


def _marks_of(statements: Sequence[str]) -> list[str]:
    """Return what must be new each time: ids of new rows, their numbers, the follow code, the envelope's name."""
    inserts = " ".join(each for each in statements if each.lstrip().startswith("INSERT"))
    hashes = {each.replace("-", "") for each in _HASH.findall(inserts)}
    marks = {*hashes, *_NUMBER.findall(inserts)} - _known_ids()
    return sorted(marks, key=len, reverse=True)


def _known_ids() -> set[str]:
    """Return the ids that a new report only points to."""
    tables = ("complaints_category", "accounts_division", "accounts_membership", "accounts_user")
    with connect(DATABASE, "cddp_super") as city:
        asked = " UNION ALL ".join(f"SELECT replace(id::text, '-', '') FROM {each}" for each in tables)
        rows: Any = city.execute(asked).fetchall()
    return {row[0] for row in rows}


def _renamed(statements: Sequence[str], marks: Sequence[str]) -> list[str]:
    whole = "\x00".join(statements)
    for mark in marks:
        fresh = secrets.token_hex(len(mark))[: len(mark)]
        if "-" in mark:
            fresh = "".join(sign if sign == "-" else fresh[at].upper() for at, sign in enumerate(mark))
        whole = whole.replace(mark, fresh)
        if len(mark) == 32:
            whole = whole.replace(str(UUID(mark)), str(UUID(fresh)))
    return whole.split("\x00")
