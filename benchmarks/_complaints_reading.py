"""วัดการอ่าน: the officer's list of fifty over HTTP, and the look-up of near problems, against their bare SQL."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from _city import Site, running_server
from _complaints_filing import Places
from _complaints_rows import DATABASE, SMALL, TAILS, TOWN_ID
from _measure import Report, Runs, alternate, median
from _people import sign_in, signed_in_client, worker
from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST_QUERIES, SLOWEST_MS, SLOWEST_NEAR_MS, FLATTEST = 8, 40, 2, 1.25
ROUNDS = 40
INBOX = "/complaints/?queue=all"
NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config('cddp.municipality'")
# Who asks: what any page pays before it begins.
SIGN_IN = re.compile(r'FROM "(django_session|accounts_user|accounts_membership)"')
# What the list shows of its rows, and no more, by the program's role on an open connection.
BARE_INBOX = """
SELECT n.id, n.number, n.title, n.state, n.outcome, n.priority, n.due_at, n.voices, n.unnamed, n.area_code, n.version,
       c.name, d.name, u.full_name
FROM complaints_need n
LEFT JOIN complaints_category c ON c.municipality_id = n.municipality_id AND c.id = n.category_id
LEFT JOIN accounts_division d ON d.municipality_id = n.municipality_id AND d.id = n.division_id
LEFT JOIN accounts_membership m ON m.municipality_id = n.municipality_id AND m.id = n.assignee_id
LEFT JOIN accounts_user u ON u.id = m.user_id
WHERE n.municipality_id = %s AND n.is_open AND n.reports_count > 0 AND NOT n.is_private
ORDER BY n.due_at, n.id LIMIT 51
"""


def measure(report: Report, rows: str) -> None:
    """Measure both at the size that the town has now."""
    _measure_inbox(report, rows)
    places = Places(seed=2)
    for name, choose in (("hot", places.busy), ("cold", places.lonely)):
        _measure_near(report, f"near_{name}_{rows}", [choose() for _ in range(ROUNDS)])


def compare(report: Report, cookies: str) -> None:
    """Say how much slower the list is in a town ten times as large, page beside page."""
    with running_server(SMALL) as small_port, running_server(DATABASE) as large_port:
        small, large = Site(small_port, cookies), Site(large_port, cookies)
        taken = alternate(
            {"small": lambda: _open(small), "large": lambda: _open(large)}, rounds=ROUNDS, warm_up=8
        )
    report.at_most("inbox_flatness", median(taken["large"]) / median(taken["small"]), "x", FLATTEST, taken)


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────


def _measure_inbox(report: Report, rows: str) -> None:
    client = signed_in_client()
    client.get(INBOX)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(INBOX)
    spent = [each["sql"] for each in seen if not each["sql"].startswith(NOT_QUERIES)]
    own = [each for each in spent if not SIGN_IN.search(each)]
    shown = answer.content.count(b'href="/complaints/needs/')
    report.at_least(f"inbox_rows_{rows}", shown, "rows", 50)
    report.at_most(f"inbox_queries_{rows}", len(own), "queries", MOST_QUERIES)
    report.told(f"inbox_queries_with_sign_in_{rows}", len(spent), "queries")
    with running_server(DATABASE) as port, _bare_connection() as bare:
        site = sign_in(port)
        taken = alternate(
            {"page": lambda: _open(site), "sql": lambda: bare.execute(BARE_INBOX, [TOWN_ID]).fetchall()},
            rounds=ROUNDS,
            warm_up=8,
        )
    page, floor = median(taken["page"]), median(taken["sql"])
    report.at_most(f"inbox_{rows}", page, "ms", SLOWEST_MS, runs=taken)
    report.told(f"inbox_{rows}_floor", floor, "ms")


def _open(site: Site) -> None:
    status, _headers, _body = site.get(INBOX)
    if status != 200:
        raise SystemExit(f"the inbox answers {status}")


# ── near problems ─────────────────────────────────────────────────────────────────────────────────────


def _measure_near(report: Report, figure: str, spots: Sequence[tuple[float, float]]) -> None:
    statements = [_near_statement(*spot) for spot in spots]
    with _bare_connection() as bare:
        taken: Runs = {"ms": []}
        found = 0
        for statement in statements:
            one = alternate({"ms": _asking(bare, statement)}, rounds=3, warm_up=1)
            taken["ms"].append(median(one["ms"]))
            found += len(bare.execute(statement).fetchall())
        plans = [_plan(bare, statement) for statement in statements[:5]]
    report.at_most(figure, median(taken["ms"]), "ms", SLOWEST_NEAR_MS, runs=taken)
    report.told(f"{figure}_p95", sorted(taken["ms"])[int(len(spots) * 0.95) - 1], "ms")
    report.told(f"{figure}_rows", found / len(spots), "rows")
    by_index = sum("need_near" in indexes and not scans for indexes, scans in plans)
    report.at_least(f"{figure}_by_index", by_index, "plans", len(plans))


def _near_statement(longitude: float, latitude: float) -> str:
    """Return the statement by which the program looks for problems near a place, as it sends it."""
    from django.contrib.gis.geos import Point
    from django.utils import timezone

    from cddp.foundation.tenancy.current import town_context
    from cddp.operations.complaints.models import Category
    from cddp.operations.complaints.queries.candidates import find_candidates

    with town_context(TOWN_ID):
        category = Category.objects.get(key="road")
        with CaptureQueriesContext(connection) as seen:
            find_candidates(
                Point(longitude, latitude, srid=4326),
                category.family,
                f"ถนนเป็นหลุมลึก {TAILS[0]}",
                category_id=category.pk,
                radius_m=category.radius_m,
                at=timezone.now(),
            )
    return next(each["sql"] for each in seen if "complaints_need" in each["sql"])


def _asking(bare: "psycopg.Connection[Any]", statement: str) -> Callable[[], Any]:
    return lambda: bare.execute(statement).fetchall()


def _plan(bare: "psycopg.Connection[Any]", statement: str) -> tuple[set[str], bool]:
    """Return the indexes that a plan enters by, and whether it reads the whole table of problems."""
    row: Any = bare.execute(f"EXPLAIN (FORMAT JSON) {statement}".replace("%", "%%"), []).fetchone()
    nodes = list(_nodes(row[0][0]["Plan"]))
    scans = any(
        node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "complaints_need" for node in nodes
    )
    return {node["Index Name"] for node in nodes if "Index Name" in node}, scans


def _nodes(node: dict[str, Any]) -> Any:
    yield node
    for inner in node.get("Plans", []):
        yield from _nodes(inner)


def _bare_connection() -> "psycopg.Connection[Any]":
    """Open a connection of the program's role that stands in the town for as long as it lives."""
    bare: psycopg.Connection[Any] = psycopg.connect(
        host=connection.settings_dict["HOST"], user="cddp_app", dbname=DATABASE, autocommit=True
    )
    member = worker()
    bare.execute(
        "SELECT set_config('cddp.municipality', %s, false), set_config('cddp.user', %s, false)",
        [str(TOWN_ID), str(member.pk)],
    )
    return bare
