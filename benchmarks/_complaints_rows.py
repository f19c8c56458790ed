"""เรื่องร้องเรียนสำหรับวัด: a town of its own with 100,000 problems, then a million, skewed as real ones are.

Two years; 40 % of the places within 20 m of 2,000 hot spots in 10 × 10 km; 85 % closed; Thai words put together from
phrases. Everything is a hash of the row's number, so two runs make the same rows. One report a problem: the most
problems that so many reports can be. Rows are made in the database, by SQL, without the program's services.
"""

import datetime as dt
import os
from typing import Any

import psycopg
from _city import connect, drop_database, make_database, run_django
from _measure import say
from psycopg import sql

DATABASE = f"cddp_bench_complaints_{os.getpid()}"
TOWN_ID = 5183
SUPER = "cddp_super"
SPOTS = 2_000
TABLES = ("complaints_intake", "complaints_need", "complaints_report")
# 10 km in degrees at 18.6° north.
WIDE, HIGH = 0.0948, 0.0898

SUBJECTS = (
    "ไฟทางดับทั้งซอย", "หลอดไฟถนนติด ๆ ดับ ๆ", "ถนนเป็นหลุมลึก", "ถนนทรุดตัวเป็นแอ่ง", "ฝาท่อระบายน้ำแตก",
    "ท่ออุดตันน้ำไม่ไหล", "น้ำท่วมขังผิวจราจร", "ขยะล้นถังส่งกลิ่นเหม็น", "มีคนลักลอบทิ้งขยะ", "ต้นไม้ล้มขวางทาง",
    "กิ่งไม้พาดสายไฟ", "ป้ายจราจรหาย", "สัญญาณไฟจราจรเสีย", "สุนัขจรจัดไล่กัด", "เผาขยะควันเต็มหมู่บ้าน",
    "เสียงดังจากร้านอาหาร", "ทางเท้าแตกเดินไม่ได้", "สายสื่อสารห้อยต่ำ", "น้ำประปาไม่ไหล", "คลองตื้นเขินวัชพืชเต็ม",
    "รถจอดกีดขวางทางเข้า", "สะพานชำรุดราวกันตกหัก", "กล้องวงจรปิดเสีย", "ขอสอบถามการชำระภาษี",
)  # fmt: skip
PLACES = (
    "หน้าวัดป่าสัก", "ตรงข้ามตลาดสด", "ปากซอยโรงเรียน", "ข้างศูนย์เด็กเล็ก", "หลังอนามัย", "หน้าร้านขายของชำ", "ทางเข้าหมู่บ้าน",
    "สี่แยกไฟแดง", "ริมคลองส่งน้ำ", "หน้าที่ทำการผู้ใหญ่บ้าน", "ใกล้สะพานข้ามลำเหมือง", "ข้างสนามกีฬา",
)  # fmt: skip
TAILS = (
    "มานานหลายวันแล้ว", "เคยแจ้งแล้วยังไม่มีใครมา", "เด็กนักเรียนผ่านทุกวัน เกรงว่าจะเกิดอันตราย", "ช่วยดำเนินการด้วยครับ", "ช่วยแก้ไขด้วยค่ะ",
    "ตอนกลางคืนมืดมาก มองไม่เห็นทาง", "ฝนตกทีไรเป็นแบบนี้ทุกครั้ง", "ชาวบ้านเดือดร้อนหลายหลังคาเรือน",
)  # fmt: skip


def provide_town() -> None:
    """Make the database with one demo town in it."""
    drop_database(DATABASE)
    make_database(DATABASE)
    run_django(DATABASE, "demo", "--households", "2000", "--towns", "1")
    with connect(DATABASE, SUPER) as city:
        _make_words(city)


def grow(first: int, last: int) -> None:
    """Add the problems numbered from `first` to `last`; leave statistics and indexes as a running town has them."""
    say(f"making problems {first:,} to {last:,}")
    with connect(DATABASE, SUPER) as city:
        # Rows of no sender: the keys between them hold by the way they are made.
        city.execute("SET session_replication_role = replica")
        city.execute("SET maintenance_work_mem = '1GB'")
        rebuilt = _drop_indexes(city)
        city.execute("DROP TABLE IF EXISTS bench_row")
        west, south = _corner(city)
        city.execute(_ROWS.format(first=first, last=last, west=west, south=south))
        for table, model_name, given in _TABLES:
            _insert(city, table, _model(model_name), given)
        city.execute("DROP TABLE bench_row")
        for definition in rebuilt:
            city.execute(definition)
        for table in TABLES:
            city.execute(f"VACUUM ANALYZE {table}")


def clean_up() -> None:
    """Leave nothing behind."""
    drop_database(DATABASE)


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────


def r(salt: int, of: str = "n") -> str:
    """Return SQL for a number between 0 and 1 that hangs on `of` alone."""
    return f"((hashint8extended({of}, {salt}) & 9007199254740991)::float8 / 9007199254740992)"


def _uuid(kind: str) -> str:
    """Return SQL for an id in the order of time, as the program makes them."""
    rest = f"md5('{kind}' || b.n)"
    at = "lpad(to_hex((extract(epoch FROM b.at) * 1000)::bigint), 12, '0')"
    return f"({at} || '7' || substr({rest}, 1, 3) || '8' || substr({rest}, 4, 15))::uuid"


_SIGNS = "upper(lpad(to_hex((b.n * 2654435761) % 4294967296), 8, '0'))"

_ROWS = f"""
CREATE UNLOGGED TABLE bench_row AS
SELECT p.n, p.at, p.closed,
       CASE WHEN p.closed THEN least(p.at + {r(9, "p.n")} * interval '60 days', now()) END AS finished_at,
       CASE WHEN p.hot THEN s.lon + ({r(4, "p.n")} - 0.5) * 0.00037 ELSE {{west}} + {r(4, "p.n")} * {WIDE} END AS lon,
       CASE WHEN p.hot THEN s.lat + ({r(5, "p.n")} - 0.5) * 0.00036 ELSE {{south}} + {r(5, "p.n")} * {HIGH} END AS lat,
       c.id AS category_id, c.family,
       w.words || ' ' || q.words || ' ' || t.words AS words, w.key || ' ' || q.key || ' ' || t.key AS key
FROM (SELECT n::bigint, now() - {r(1)} * interval '730 days' AS at, {r(6)} < 0.85 AS closed, {r(2)} < 0.4 AS hot,
             1 + floor({r(3)} * {SPOTS})::bigint AS spot
      FROM generate_series({{first}}::bigint, {{last}}::bigint) n) p
JOIN bench_spot s ON s.n = p.spot
CROSS JOIN LATERAL (SELECT CASE WHEN p.hot AND {r(8, "p.n")} < 0.8 THEN p.spot ELSE p.n END AS taste) k
JOIN bench_category c ON c.n = 1 + floor(power({r(7, "k.taste")}, 2) * (SELECT count(*) FROM bench_category))::int
JOIN bench_words w ON w.kind = 'subject' AND w.n = 1 + floor({r(10, "k.taste")} * {len(SUBJECTS)})::int
JOIN bench_words q ON q.kind = 'place' AND q.n = 1 + floor({r(11, "k.taste")} * {len(PLACES)})::int
JOIN bench_words t ON t.kind = 'tail' AND t.n = 1 + floor({r(12, "p.n")} * {len(TAILS)})::int
"""
_POINT = "ST_SetSRID(ST_MakePoint(b.lon, b.lat), 4326)"
_OPEN_STATES = "(ARRAY['received','triaged','in_progress','forwarded'])"
_STATE = f"""CASE WHEN NOT b.closed THEN {_OPEN_STATES}[1 + floor({r(13, "b.n")} * 4)::int]
             WHEN {r(14, "b.n")} < 0.9 THEN 'finished' ELSE 'irrelevant' END"""
_DUE = f"""CASE WHEN b.closed OR {r(16, "b.n")} < 0.3 THEN '2999-01-01 00:00+00'
           ELSE b.at + (3 + {r(17, "b.n")} * 60) * interval '1 day' END"""
_DIVISION = f"""CASE WHEN {r(15, "b.n")} < 0.7
                THEN (SELECT d.id FROM bench_division d WHERE d.n = 1 + (b.n % 7)) END"""
# Two of five say nobody's name; people tell of two things on average.
_VOICE = f"CASE WHEN {r(18, 'b.n')} < 0.6 THEN sha256((b.n / 2)::text::bytea) END"

_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "complaints_intake",
        "Intake",
        {
            "id": _uuid("i"), "channel": "'web'", "external_id": "'bench-' || b.n", "received_at": "b.at",
            "payload": "jsonb_build_object('text', b.words)", "occurred_at": "b.at",
        },
    ),
    (
        "complaints_need",
        "Need",
        {
            "id": _uuid("d"), "number": f"'N-' || {_SIGNS}", "title": "left(b.words, 80)", "family": "b.family",
            "category_id": "b.category_id", "shape": _POINT, "address": "''", "area_code": "''", "state": _STATE,
            "outcome": "CASE WHEN b.closed THEN 'done' ELSE '' END", "is_open": "NOT b.closed",
            "state_since": "coalesce(b.finished_at, b.at)", "finished_at": "b.finished_at",
            "division_id": _DIVISION, "opened_at": "b.at", "due_at": _DUE,
            "updated_at": "coalesce(b.finished_at, b.at)", "reports_count": "1", "voices": "1", "channels": "1",
            "months": "1", "last_told_at": "b.at", "search_text": "b.key",
        },
    ),
    (
        "complaints_report",
        "Report",
        {
            "id": _uuid("r"), "intake_id": _uuid("i"), "need_id": _uuid("d"), "channel": "'web'",
            "number": f"'B' || {_SIGNS}", "follow_code": f"'F-' || {_SIGNS}", "voice_hash": _VOICE,
            "description": "b.words", "category_id": "b.category_id", "state": _STATE, "point": _POINT, "address": "''",
            "requested_at": "b.at", "updated_at": "coalesce(b.finished_at, b.at)", "finished_at": "b.finished_at",
            "content_hash": "md5(b.n::text)", "search_text": "b.key",
        },
    ),
)  # fmt: skip


def _make_words(city: psycopg.Connection[Any]) -> None:
    """Write down the hot spots, and what a row may say and be about, numbered from 1."""
    from cddp.foundation.values.thai_text import search_key

    city.execute("CREATE TABLE bench_words (kind text, n int, words text, key text)")
    for kind, phrases in (("subject", SUBJECTS), ("place", PLACES), ("tail", TAILS)):
        for place, words in enumerate(phrases, start=1):
            key = search_key(words, drop_title=False, drop_tones=True)
            city.execute("INSERT INTO bench_words VALUES (%s, %s, %s, %s)", [kind, place, words, key])
    city.execute(
        """CREATE TABLE bench_category AS SELECT row_number() OVER (ORDER BY "order", key)::int AS n, id, family
           FROM complaints_category WHERE municipality_id = %s AND NOT is_private""",
        [TOWN_ID],
    )
    city.execute(
        """CREATE TABLE bench_division AS SELECT row_number() OVER (ORDER BY code)::int AS n, id
           FROM accounts_division WHERE municipality_id = %s""",
        [TOWN_ID],
    )
    west, south = _corner(city)
    city.execute(
        f"""CREATE TABLE bench_spot AS SELECT n, {west} + {r(21)} * {WIDE} AS lon, {south} + {r(22)} * {HIGH} AS lat
            FROM generate_series(1::bigint, {SPOTS}) n"""
    )


def _corner(city: psycopg.Connection[Any]) -> tuple[float, float]:
    """Return the south-west corner of a square around the middle of the town."""
    row: Any = city.execute(
        "SELECT ST_X(ST_Centroid(boundary)), ST_Y(ST_Centroid(boundary)) FROM tenancy_municipality WHERE id = %s",
        [TOWN_ID],
    ).fetchone()
    return float(row[0]) - WIDE / 2, float(row[1]) - HIGH / 2


# ── how they get in ───────────────────────────────────────────────────────────────────────────────────


def _model(name: str) -> Any:
    from django.apps import apps

    return apps.get_model("complaints", name)


def _insert(city: psycopg.Connection[Any], table: str, model: Any, given: dict[str, str]) -> None:
    """Add one row for each of bench_row; columns that are not given have the model's own default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, given) for field in fields)
    city.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM bench_row b")


def _value(field: Any, given: dict[str, str]) -> str:
    if field.column in given:
        return given[field.column]
    if field.column == "municipality_id":
        return str(TOWN_ID)
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return "now()"
    default = field.get_default() if field.has_default() else None if field.null else ""
    if isinstance(default, list | dict):
        return "'{}'"
    if isinstance(default, dt.datetime):
        return f"'{default.isoformat()}'"
    return str(sql.Literal(default).as_string(None))


def _drop_indexes(city: psycopg.Connection[Any]) -> list[str]:
    """Take the indexes that are not unique away; return how to make them again: faster than keeping them up."""
    rows: Any = city.execute(
        """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique""",
        [list(TABLES)],
    ).fetchall()
    for name, _definition in rows:
        city.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]
