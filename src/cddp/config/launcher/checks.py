"""`./cddp test`, `lint`, `fix`, `bench`: all checks in one order, fast ones first, none skipped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cddp.config.launcher import environment, preparation
from cddp.config.launcher.audit import audit
from cddp.config.launcher.console import LauncherError, say
from cddp.config.launcher.database import TEST_TEMPLATE
from cddp.config.launcher.frontend import node_environment
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.log_scan import scan_logs


@dataclass(frozen=True, slots=True)
class Stage:
    """One check: a command, or a function that prints and returns an exit code."""

    name: str
    title: str
    command: tuple[str, ...] = ()
    function: Callable[[Layout], int] | None = None

    @property
    def is_pytest(self) -> bool:
        """Whether pytest runs it."""
        return "pytest" in self.command


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one stage ended; `closing` is the last line that pytest printed."""

    stage: Stage
    code: int
    seconds: float
    closing: str


def stages(layout: Layout) -> list[Stage]:
    """All checks in the order in which they run."""
    return [
        Stage("format", "รูปแบบโค้ด · format", tool("ruff", "format", "--check", ".")),
        Stage("lint", "กฎโค้ด · lint", tool("ruff", "check", ".")),
        Stage("templates", "แม่แบบหน้าเว็บ · templates", function=check_templates),
        Stage("types", "ชนิดข้อมูล · types", tool("mypy")),
        Stage("contracts", "สัญญาระหว่างชั้น · import contracts", tool("lint-imports")),
        Stage("frontend", "ชนิดข้อมูลหน้าเว็บ · front-end types", function=check_front_end),
        Stage(
            "architecture", "สถาปัตยกรรม · architecture", pytest(layout, "architecture", "tests/architecture")
        ),
        Stage("unit", "หน่วยย่อย · unit", pytest(layout, "unit", "src", *other_tests(layout), "-n", "2")),
        Stage("access", "ตารางสิทธิ์ · access table", pytest(layout, "access", "tests/access", "-n", "2")),
        Stage(
            "e2e",
            "เบราว์เซอร์ · browser",
            pytest(
                *(layout, "e2e", "tests/e2e", f"--basetemp={layout.journeys}"),
                *("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"),
            ),
        ),
        Stage("logs", "ไม่มีเลขประจำตัวในบันทึก · no identity number in logs", function=scan_logs),
        Stage("audit", "ช่องโหว่ของไลบรารี · pip-audit", function=audit),
    ]


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """The command of a tool in our virtual environment."""
    return (str(Path(sys.executable).with_name(name)), *arguments)


def pytest(layout: Layout, name: str, *arguments: str) -> tuple[str, ...]:
    """A pytest run that writes all log records to a file, for the later look for identity numbers."""
    record = layout.logs / "test" / f"{name}.log"
    options = ("-o", "log_file_mode=a", f"--log-file={record}", "--log-file-level=INFO")
    return (sys.executable, "-m", "pytest", *arguments, *options)


def other_tests(layout: Layout) -> list[str]:
    """Test folders beside the source that have no stage of their own."""
    named = {"architecture", "access", "e2e"}
    entries = sorted((layout.root / "tests").glob("*"))
    folders = [
        entry
        for entry in entries
        if entry.is_dir() and entry.name not in named and any(entry.rglob("test_*.py"))
    ]
    return [str(entry.relative_to(layout.root)) for entry in [*folders, *layout.root.glob("tests/test_*.py")]]


def test(layout: Layout, arguments: list[str]) -> int:
    """Set up and run all stages, or the named ones; a path or option goes to pytest as it is."""
    known = stages(layout)
    names = {stage.name for stage in known}
    with preparation.alone(layout):
        preparation.prepare_machine(layout, for_tests=True)
        started = preparation.prepare_server(layout)
        preparation.collect_static(layout)
        preparation.prepare_test_template(layout)
    for old in (layout.logs / "test").glob("*.log"):
        old.unlink()
    (layout.logs / "test").mkdir(parents=True, exist_ok=True)
    try:
        if arguments and arguments[0] not in names:
            return run_visibly(layout, Stage("pytest", "pytest", pytest(layout, "given", *arguments))).code
        chosen = [stage for stage in known if not arguments or stage.name in arguments]
        return run_stages(layout, chosen, [word for word in arguments if word not in names])
    finally:
        if started:
            preparation.stop_server(layout)


def run_stages(layout: Layout, chosen: list[Stage], extra: list[str]) -> int:
    """Run each stage whatever became of the one before; 0 only if all are well."""
    outcomes = []
    for number, stage in enumerate(chosen, start=1):
        print(f"\n━━ {number}/{len(chosen)} {stage.title}", flush=True)
        outcomes.append(run_visibly(layout, stage, [*extra, *database_options(stage, chosen[: number - 1])]))
    print("\n━━ สรุป · summary")
    for outcome in outcomes:
        mark = "✓" if outcome.code == 0 else "✗"
        print(f"  {mark} {outcome.stage.name:<14}{outcome.seconds:7.1f} s  {outcome.closing}")
    failed = [outcome.stage.name for outcome in outcomes if outcome.code != 0]
    total = sum(outcome.seconds for outcome in outcomes)
    if failed:
        say(f"\n✗ ไม่ผ่าน {len(failed)} จาก {len(outcomes)}: {', '.join(failed)}", f"failed, {total:.0f} s")
        return 1
    say(f"\n✓ ผ่านทั้ง {len(outcomes)} ขั้น", f"all {len(outcomes)} stages passed, {total:.0f} s")
    return 0


def database_options(stage: Stage, earlier: list[Stage]) -> list[str]:
    """Make test databases new in the first stage that uses them (one, or one for each of two), then keep them."""
    is_first = all(("-n" in other.command) != ("-n" in stage.command) for other in earlier if other.is_pytest)
    return ["--reuse-db", "--create-db"] if is_first else ["--reuse-db"]


def run_visibly(layout: Layout, stage: Stage, extra: list[str] | None = None) -> Outcome:
    """Run one stage with its output on the terminal; keep the closing line of pytest. No test run is a failure."""
    began = time.monotonic()
    if stage.function is not None:
        return Outcome(stage, stage.function(layout), time.monotonic() - began, "")
    command = [*stage.command, *(extra or [] if stage.is_pytest else [])]
    code, closing = run_and_listen(layout, command)
    return Outcome(stage, code, time.monotonic() - began, closing if stage.is_pytest else "")


def run_and_listen(layout: Layout, command: list[str]) -> tuple[int, str]:
    """Run a command, pass its words on as they come, and return its exit code and last line with words."""
    variables = {
        **environment.django_environment(layout, "owner"),
        "CDDP_TEST_TEMPLATE": TEST_TEMPLATE,
        "CDDP_TEST_SUFFIX": os.environ.get("CDDP_TEST_SUFFIX", "suite"),
        "COLUMNS": os.environ.get("COLUMNS", "110"),
    }
    tail = b""
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=layout.root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as running:
        assert running.stdout is not None  # noqa: S101
        # Not by lines: pytest's dots come one by one, and a journey may take a minute.
        while block := os.read(running.stdout.fileno(), 2**16):
            sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
            tail = (tail + block)[-2000:]
    lines = tail.decode("utf-8", "replace").strip().splitlines()
    return running.returncode, lines[-1].strip() if lines else ""


def check_templates(layout: Layout) -> int:
    """djLint's rules over all templates; not its layout, which moves spaces inside Thai sentences."""
    templates = [str(path) for path in sorted((layout.source / "cddp").glob("**/templates"))]
    return run_and_listen(layout, [*tool("djlint"), *templates, "--lint", "--quiet"])[0]


def check_front_end(layout: Layout) -> int:
    """TypeScript's own check."""
    node = node_environment(layout)
    done = subprocess.run(
        ["npx", "--no-install", "tsc", "--noEmit"],  # noqa: S607
        cwd=layout.root,
        env=node,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode


def lint(layout: Layout, arguments: list[str]) -> int:
    """Format, lint and contracts: what takes seconds."""
    quick = [stage for stage in stages(layout) if stage.name in {"format", "lint", "templates", "contracts"}]
    return run_stages(layout, quick, arguments)


def fix(layout: Layout, arguments: list[str]) -> int:
    """Let ruff put right what it can."""
    targets = arguments or ["."]
    first = run_and_listen(layout, [*tool("ruff", "check", "--fix"), *targets])[0]
    return run_and_listen(layout, [*tool("ruff", "format"), *targets])[0] or first


def bench(layout: Layout, arguments: list[str]) -> int:
    """Run `benchmarks/NAME.py` for each name (all without one); 0 only if no figure is short."""
    from cddp.config.launcher.benchmarks import run_benchmarks

    preparation_done = False
    with preparation.alone(layout):
        preparation.prepare_machine(layout)
        preparation_done = preparation.prepare_server(layout)
        preparation.prepare_tables(layout)
        preparation.collect_static(layout)
    try:
        return run_benchmarks(layout, arguments)
    except FileNotFoundError as error:
        raise LauncherError(f"ไม่พบ {error.filename}", "No such benchmark.") from error
    finally:
        if preparation_done:
            preparation.stop_server(layout)
