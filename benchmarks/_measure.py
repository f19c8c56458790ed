"""วัดความเร็ว: what every benchmark shares: rounds that alternate, medians, and lines that the launcher reads.

A figure is printed as `NAME.figure value unit goal ok|short`; the program ends with 1 when one is short.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Run = Callable[[], Any]


@dataclass(frozen=True)
class Figure:
    """ตัวเลขหนึ่งตัว: `runs` holds the raw measurements it was made from."""

    name: str
    value: float
    unit: str
    goal: str
    is_ok: bool
    runs: dict[str, list[float]] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = f"{self.value:.2f}" if self.value < 100 and self.value != int(self.value) else f"{self.value:.0f}"
        return f"{self.name} {shown} {self.unit} {self.goal} {'ok' if self.is_ok else 'short'}"


class Report:
    """ผลการวัด: prints each figure as it comes and remembers whether all goals are met."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.figures: list[Figure] = []

    def at_most(
        self, figure: str, value: float, unit: str, limit: float, runs: dict[str, list[float]] | None = None
    ) -> None:
        """Print a figure that should not exceed `limit`."""
        self._add(Figure(f"{self.name}.{figure}", value, unit, f"<={limit:g}", value <= limit, runs or {}))

    def at_least(self, figure: str, value: float, unit: str, limit: float) -> None:
        """Print a figure that should reach `limit`."""
        self._add(Figure(f"{self.name}.{figure}", value, unit, f">={limit:g}", value >= limit))

    def told(
        self, figure: str, value: float, unit: str, runs: dict[str, list[float]] | None = None
    ) -> None:
        """Print a figure that has no goal."""
        self._add(Figure(f"{self.name}.{figure}", value, unit, "-", is_ok=True, runs=runs or {}))

    def _add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(figure, flush=True)

    def finish(self) -> int:
        """Write the raw runs where asked; return the exit code."""
        parser = argparse.ArgumentParser(description="วัดความเร็ว · benchmark")
        parser.add_argument("--json", type=Path, help="เก็บผลดิบ · keep the raw runs")
        path = parser.parse_args().json
        if path is not None:
            written = [asdict(figure) for figure in self.figures]
            path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return 0 if all(figure.is_ok for figure in self.figures) else 1


def say(text: str) -> None:
    """Tell what is being done; the launcher passes it on and does not take it for a figure."""
    print(f"# {text}", flush=True)


def alternate(runs: dict[str, Run], *, rounds: int, warm_up: int = 3) -> dict[str, list[float]]:
    """Run each in turn, round after round, so that a busy moment of the machine meets all; milliseconds."""
    for run in runs.values():
        for _ in range(warm_up):
            run()
    taken: dict[str, list[float]] = {name: [] for name in runs}
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
