"""`./cddp bench [NAME …] [--json FILE]`: runs benchmark programs and reads the figures that they print."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from cddp.config.launcher import environment
from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.layout import Layout

VERDICTS = ("ok", "short")


def run_benchmarks(layout: Layout, arguments: list[str]) -> int:
    """Run the named programs one after another. Returns 0 only if all ended well and no figure is short."""
    parser = argparse.ArgumentParser(prog="./cddp bench", description="วัดความเร็ว · benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", type=Path, help="เก็บผลดิบ · keep the raw runs")
    options = parser.parse_args(arguments)
    figures: list[dict[str, str]] = []
    failed = False
    for name in options.names or available(layout):
        lines, code = run_one(layout, name)
        found = [figure for line in lines if (figure := read_figure(line)) is not None]
        figures += found
        failed |= code != 0 or any(figure["verdict"] == "short" for figure in found)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


def available(layout: Layout) -> list[str]:
    """Names of all benchmarks."""
    return sorted(
        path.stem for path in (layout.root / "benchmarks").glob("*.py") if not path.stem.startswith("_")
    )


def run_one(layout: Layout, name: str) -> tuple[list[str], int]:
    """Run one program, pass its lines on as they come, and return them with its exit code."""
    program = layout.root / "benchmarks" / f"{name}.py"
    if not program.exists():
        names = " ".join(available(layout)) or "-"
        raise LauncherError(f"ไม่มีการวัดชื่อ {name} (มี: {names})", f"No benchmark {name}; there are: {names}")
    lines = []
    with subprocess.Popen(  # noqa: S603
        [sys.executable, str(program)],
        cwd=layout.root,
        env=environment.django_environment(layout, "app"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None  # noqa: S101
        for line in running.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return lines, running.returncode


def read_figure(line: str) -> dict[str, str] | None:
    """`NAME.figure value unit goal ok|short` as a dictionary; None for any other line."""
    words = line.split()
    if len(words) < 5 or words[-1] not in VERDICTS or "." not in words[0]:
        return None
    name, value, unit, *goal, verdict = words
    return {"figure": name, "value": value, "unit": unit, "goal": " ".join(goal), "verdict": verdict}
