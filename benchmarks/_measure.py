"""วัดความเร็ว: what every benchmark shares: rounds that alternate, medians, and lines that the launcher reads.

A figure is printed as `NAME.figure value unit goal ok|short`; the program ends with 1 when one is short.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Run = Callable[[], Any]
Runs = dict[str, list[float]]
# Benchmarks may borrow from the tests, which are found from the repository's root.
sys.path.append(str(Path(__file__).resolve().parents[1]))


@dataclass(frozen=True)
class Figure:
    """ตัวเลขหนึ่งตัว: its goal is a limit (with `at_least`, a floor), or None; `runs` are the raw measurements."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    runs: dict[str, list[float]] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Tell whether the goal is met."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        shown = (
            f"{self.value:.0f}" if self.value >= 100 or self.value == int(self.value) else f"{self.value:.2f}"
        )
        goal = "-" if self.goal is None else f"{'>=' if self.at_least else '<='}{self.goal:g}"
        return f"{self.name} {shown} {self.unit} {goal} {'ok' if self.is_ok else 'short'}"


class Report:
    """ผลการวัด: prints each figure as it comes and remembers whether all goals are met."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.figures: list[Figure] = []

    def at_most(self, figure: str, value: float, unit: str, limit: float, runs: Runs | None = None) -> None:
        """Print a figure that should not exceed `limit`."""
        self.add(Figure(f"{self.name}.{figure}", value, unit, limit, runs=runs or {}))

    def at_least(self, figure: str, value: float, unit: str, floor: float) -> None:
        """Print a figure that should reach `floor`."""
        self.add(Figure(f"{self.name}.{figure}", value, unit, floor, at_least=True))

    def told(self, figure: str, value: float, unit: str, runs: Runs | None = None) -> None:
        """Print a figure that has no goal."""
        self.add(Figure(f"{self.name}.{figure}", value, unit, runs=runs or {}))

    def add(self, figure: Figure) -> None:
        """Print and keep a figure."""
        self.figures.append(figure)
        print(figure, flush=True)

    def value_of(self, figure: str) -> float:
        """Return what a figure of this report was."""
        return next(each.value for each in self.figures if each.name == f"{self.name}.{figure}")

    def finish(self) -> int:
        """Write the raw runs where asked; return the exit code."""
        parser = argparse.ArgumentParser(description="วัดความเร็ว · benchmark")
        parser.add_argument("--json", type=Path, help="เก็บผลดิบ · keep the raw runs")
        path = parser.parse_args().json
        if path is not None:
            written = [asdict(figure) for figure in self.figures]
            path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return 0 if all(figure.is_ok for figure in self.figures) else 1


def report(figures: Iterable[Figure]) -> int:
    """Print figures that were measured elsewhere; return the exit code."""
    told = Report("")
    for figure in figures:
        told.add(figure)
    return told.finish()


def say(text: str) -> None:
    """Tell what is being done; the launcher passes it on and does not take it for a figure."""
    print(f"# {text}", flush=True)


def alternate(runs: dict[str, Run], *, rounds: int, warm_up: int = 3) -> Runs:
    """Run each in turn, round after round, so that a busy moment of the machine meets all; milliseconds."""
    for run in runs.values():
        for _ in range(warm_up):
            run()
    taken: Runs = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def seconds(run: Run) -> float:
    """Return how long one run takes, in seconds."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
