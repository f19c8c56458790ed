"""วัดการเคลื่อนไหวอะไหล่: workers of their own move parts at once; afterwards the ledger must agree to the last satang.

A worker is a process: reserve, issue, give back, release for work orders, and now and then a transfer or a delivery;
each act a transaction of its own, through the services with all they do. The floor is one worker's bare SQL of the same
kind of act, sent in one go: begin, town, lock, line, level, work order, audit, commit.
"""

import json
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
from _city import connect, variables
from _maintenance_rows import AT, DATABASE, TOWN_ID
from _measure import Report, say

WORKERS = (1, 2, 4, 8)
GOAL_PER_SECOND = 1_000
WARM_UP_S, MEASURED_S = 1.5, 6.0


def measure(report: Report, *, seconds: float = MEASURED_S) -> None:
    """Move with more and more workers; print the best, what bare SQL does, and whether anything went wrong."""
    before, expected = _count_lines(), 0
    best = 0.0
    for workers in WORKERS:
        done = _move_by(workers, seconds)
        expected += done["lines"]
        report.told(f"movements_c{workers}", done["per_second"], "per_s")
        best = max(best, done["per_second"])
    report.at_least("movements", best, "per_s", GOAL_PER_SECOND)
    floor = max(_floor_by(workers, seconds) for workers in WORKERS[:3])
    report.told("movements_floor", floor, "per_s")
    report.told("movements_floor_ratio", floor / best, "x")
    # The bare lines of the floor go to a store of their own, so that the ledger of the others can be compared.
    report.at_most("movements_lost_or_doubled", abs(_count_lines() - before - expected), "lines", 0)
    report.at_most("levels_that_differ", _count_differences(), "levels", 0)
    report.at_most("costs_that_differ", _count_wrong_costs(), "work_orders", 0)


def _move_by(workers: int, seconds: float) -> dict[str, float]:
    say(f"moving parts with {workers} worker{'s' if workers > 1 else ''}")
    told = _run("move", workers, seconds)
    return {
        "per_second": sum(each["per_second"] for each in told),
        "lines": sum(each["lines"] for each in told),
    }


def _floor_by(workers: int, seconds: float) -> float:
    say(f"the same by bare SQL with {workers}")
    return float(sum(each["per_second"] for each in _run("floor", workers, seconds)))


def _run(what: str, workers: int, seconds: float) -> list[dict[str, Any]]:
    """Start the workers, and return what each of them tells at its end."""
    start = time.time() + 4.0
    command = [sys.executable, str(Path(__file__).resolve()), what, DATABASE, str(start), str(seconds)]
    environment = variables(DATABASE, "app")
    running = [
        subprocess.Popen([*command, str(number)], env=environment, stdout=subprocess.PIPE, text=True)
        for number in range(workers)
    ]
    told = [worker.communicate()[0] for worker in running]
    if any(worker.returncode for worker in running):
        raise SystemExit("a worker of the benchmark failed")
    return [json.loads(text.splitlines()[-1]) for text in told]


def _count_lines() -> int:
    with connect(DATABASE, "cddp_super") as town:
        row: Any = town.execute(
            "SELECT count(*) FROM maintenance_movement WHERE reason <> 'floor'"
        ).fetchone()
    return int(row[0])


def _count_differences() -> int:
    from cddp.foundation.tenancy.current import town_context
    from cddp.operations.maintenance.services.recounting import compare

    with town_context(TOWN_ID):
        return len(compare())


def _count_wrong_costs() -> int:
    with connect(DATABASE, "cddp_super") as town:
        row: Any = town.execute(
            """SELECT count(*) FROM maintenance_workorder w WHERE parts_satang <> coalesce(
                 (SELECT -sum(value_delta_satang) FROM maintenance_movement m
                  WHERE m.municipality_id = w.municipality_id AND m.work_order_id = w.id), 0)"""
        ).fetchone()
    return int(row[0])


# ── a worker ──────────────────────────────────────────────────────────────────────────────────────────


class Mover:
    """ผู้เบิก: does the acts of a storekeeper's day, in a mix."""

    def __init__(self, number: int) -> None:
        from cddp.foundation.tenancy.current import town_context
        from cddp.operations.maintenance.models import Part, Store, WorkOrder

        self.dice = Random(number)
        with town_context(TOWN_ID):
            self.parts = list(
                Part.objects.filter(code__startswith="B").order_by("code").values_list("pk", flat=True)[:200]
            )
            self.stores = list(
                Store.objects.filter(code__startswith="B").order_by("code").values_list("pk", flat=True)
            )
            orders = WorkOrder.objects.filter(number__startswith="B").order_by("number")
            self.orders = list(orders.values_list("pk", flat=True))[number * 30 : number * 30 + 30]
        self.lines = 0
        self.plans: list[tuple[str, UUID, UUID, UUID]] = []

    def act(self) -> None:
        """Do one act; most are for a work order."""
        from cddp.foundation.tenancy.current import town_context
        from cddp.operations.maintenance.services import stock

        name, part, store, order = self._choose()
        common = {"part_id": part, "store_id": store, "quantity": Decimal(1), "act": uuid4(), "at": AT}
        with town_context(TOWN_ID):
            if name == "transfer":
                other = self.dice.choice([each for each in self.stores if each != store])
                stock.transfer(None, **common, to_store_id=other)
            elif name == "receive":
                stock.receive(None, **common, unit_satang=12_000)
            else:
                getattr(stock, name)(None, **common, work_order_id=order)
        self.lines += 2 if name == "transfer" else 1

    def _choose(self) -> tuple[str, UUID, UUID, UUID]:
        """Reserve, take it, take another, bring one back: in this order for each part of a work order."""
        if not self.plans:
            part, store = self.dice.choice(self.parts), self.dice.choice(self.stores)
            order = self.dice.choice(self.orders)
            names = ["reserve", "issue", "issue", "give_back", "reserve", "release"]
            names.append(self.dice.choice(["transfer", "receive", "issue", "issue"]))
            self.plans = [(name, part, store, order) for name in reversed(names)]
        return self.plans.pop()


def move(start: float, seconds: float, number: int) -> dict[str, float]:
    """Act until the time is over; count from the moment at which all have begun."""
    import django

    django.setup()
    mover = Mover(number)
    while time.time() < start + WARM_UP_S:
        mover.act()
    began, before = time.perf_counter(), mover.lines
    while time.perf_counter() - began < seconds:
        mover.act()
    taken = time.perf_counter() - began
    return {"per_second": (mover.lines - before) / taken, "lines": mover.lines}


FLOOR = """
BEGIN;
SELECT set_config('cddp.municipality', '{town}', true);
SELECT on_hand FROM maintenance_workorder w, maintenance_stocklevel l
 WHERE w.id = '{order}' AND l.part_id = '{part}' AND l.store_id = '{store}' FOR NO KEY UPDATE;
INSERT INTO maintenance_movement (id, municipality_id, part_id, store_id, kind, quantity, on_hand_delta, reserved_delta,
  value_delta_satang, on_hand_after, reserved_after, work_order_id, act, reference, reason, at, by_label)
 VALUES ('{key}', {town}, '{part}', '{store}', 'issue', 1, 0, 0, 0, 0, 0, '{order}', '{key}', '', 'floor', now(), '');
UPDATE maintenance_stocklevel SET updated_at = now() WHERE part_id = '{part}' AND store_id = '{store}';
UPDATE maintenance_workorder SET parts_satang = parts_satang WHERE id = '{order}';
INSERT INTO audit_auditentry (id, municipality_id, at, action, actor_label, target_kind, target_id, changes, purpose,
  request_id)
 VALUES ('{key}', {town}, now(), 'maintenance.stock.issue', '', 'maintenance.part', '{part}', '{{}}', '', '');
COMMIT;
"""


def floor(start: float, seconds: float, number: int) -> dict[str, float]:
    """Send the bare statements of one act, all in one go."""
    import django

    django.setup()
    mover = Mover(number)
    done, began = 0, 0.0
    with psycopg.connect(host=variables(DATABASE, "app")["CDDP_SOCKET_DIR"], user="cddp_app", dbname=sys.argv[2],
                         autocommit=True) as link:  # fmt: skip
        while time.time() < start + WARM_UP_S + seconds:
            if not began and time.time() >= start + WARM_UP_S:
                done, began = 0, time.perf_counter()
            part, store = mover.dice.choice(mover.parts), mover.dice.choice(mover.stores)
            order = mover.dice.choice(mover.orders)
            link.execute(FLOOR.format(town=TOWN_ID, part=part, store=store, order=order, key=uuid4()))
            done += 1
    return {"per_second": done / (time.perf_counter() - began), "lines": 0}


if __name__ == "__main__":
    work = {"move": move, "floor": floor}[sys.argv[1]]
    print(json.dumps(work(float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))))
