"""เรื่องร้องเรียนสำหรับวัด: a town of its own with 100,000 problems, then a million, skewed as real ones are.

Two years; 40 % of the places within 20 m of 2,000 hot spots in 10 × 10 km; 85 % closed; Thai words put together from
phrases. Everything is a hash of the row's number, so two runs make the same rows. One report a problem: the most
problems that so many reports can be. Rows are made in the database, by SQL, without the program's services.
"""

import os
from typing import Any

import psycopg
from _city import connect, drop_database, make_database, run_django
from _measure import say
from _sql_rows import HIGH, SUPER, WIDE, corner, drop_indexes, insert_rows, model_of, ordered_id, r

DATABASE = f"cddp_bench_complaints_{os.getpid()}"
SMALL = f"{DATABASE}_small"
TOWN_ID = 5183
SPOTS = 2_000
TABLES = ("complaints_intake", "complaints_need", "complaints_report")

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
        rebuilt = drop_indexes(city, TABLES)
        city.execute("DROP TABLE IF EXISTS bench_row")
        west, south = corner(city, TOWN_ID)
        city.execute(_ROWS.format(first=first, last=last, west=west, south=south))
        for model_name, given in _TABLES:
            insert_rows(city, model_of(f"complaints.{model_name}"), given, TOWN_ID)
        city.execute("DROP TABLE bench_row")
        for definition in rebuilt:
            city.execute(definition)
        for table in TABLES:
            city.execute(f"VACUUM ANALYZE {table}")


def keep_as_small() -> None:
    """Copy the town as it is now, so that it can be measured beside the one that grows on."""
    from django.db import connection

    connection.close()
    with connect("postgres", SUPER) as server:
        server.execute(f'CREATE DATABASE "{SMALL}" TEMPLATE "{DATABASE}"')


def clean_up() -> None:
    """Leave nothing behind."""
    drop_database(DATABASE)
    drop_database(SMALL)


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────


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

_TABLES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Intake",
        {
            "id": ordered_id("i"), "channel": "'web'", "external_id": "'bench-' || b.n", "received_at": "b.at",
            "payload": "jsonb_build_object('text', b.words)", "occurred_at": "b.at",
        },
    ),
    (
        "Need",
        {
            "id": ordered_id("d"), "number": f"'N-' || {_SIGNS}", "title": "left(b.words, 80)", "family": "b.family",
            "category_id": "b.category_id", "shape": _POINT, "address": "''", "area_code": "''", "state": _STATE,
            "outcome": "CASE WHEN b.closed THEN 'done' ELSE '' END", "is_open": "NOT b.closed",
            "state_since": "coalesce(b.finished_at, b.at)", "finished_at": "b.finished_at",
            "division_id": _DIVISION, "opened_at": "b.at", "due_at": _DUE,
            "updated_at": "coalesce(b.finished_at, b.at)", "reports_count": "1", "voices": "1", "channels": "1",
            "months": "1", "last_told_at": "b.at", "search_text": "b.key",
        },
    ),
    (
        "Report",
        {
            "id": ordered_id("r"), "intake_id": ordered_id("i"), "need_id": ordered_id("d"), "channel": "'web'",
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
    west, south = corner(city, TOWN_ID)
    city.execute(
        f"""CREATE TABLE bench_spot AS SELECT n, {west} + {r(21)} * {WIDE} AS lon, {south} + {r(22)} * {HIGH} AS lat
            FROM generate_series(1::bigint, {SPOTS}) n"""
    )
