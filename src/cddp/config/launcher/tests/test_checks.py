"""The stages of `./cddp test`, the audit's verdict, benchmark lines, and the look for identity numbers."""

import json
import sys
from pathlib import Path

import pytest

from cddp.config.launcher import audit
from cddp.config.launcher.benchmarks import read_figure
from cddp.config.launcher.checks import Stage, database_options, run_and_listen, run_stages, stages
from cddp.config.launcher.layout import Layout, find_layout
from cddp.config.launcher.log_scan import find_numbers, has_valid_check_digit, scan_logs


@pytest.fixture
def place(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path / "var", tmp_path / "var" / "postgres", tmp_path / "var" / "run")


def test_stages_come_fast_first_and_end_with_the_audit() -> None:
    names = [stage.name for stage in stages(find_layout())]
    assert names[:2] == ["format", "lint"]
    assert names[-1] == "audit"
    assert names.index("unit") < names.index("access") < names.index("e2e") < names.index("logs")


def test_a_failing_stage_stops_nobody_and_fails_the_whole(
    place: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def stage(name: str, code: int) -> Stage:
        def run(_: Layout) -> int:
            ran.append(name)
            return code

        return Stage(name, name, function=run)

    assert run_stages(place, [stage("one", 1), stage("two", 0)], []) == 1
    assert ran == ["one", "two"]
    assert "✗ one" in capsys.readouterr().out
    assert run_stages(place, [stage("two", 0)], []) == 0


def test_words_are_passed_on_and_the_closing_line_is_kept(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    program = "print('..', end='', flush=True); print('\\n\\n3 passed in 1s'); raise SystemExit(4)"
    assert run_and_listen(find_layout(), [sys.executable, "-c", program]) == (4, "3 passed in 1s")
    assert b"..\n\n3 passed in 1s" in capfdbinary.readouterr().out


def test_test_databases_are_made_once_for_each_number_of_workers() -> None:
    by_name = {stage.name: stage for stage in stages(find_layout())}
    order = [by_name[name] for name in ("architecture", "unit", "access", "e2e")]
    new = ["--create-db" in database_options(stage, order[:place]) for place, stage in enumerate(order)]
    assert new == [True, True, False, False]
    assert "--create-db" in database_options(by_name["e2e"], [by_name["lint"]])


def test_audit_tells_findings_from_silence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = {"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    skipped = {"name": "y", "skip_reason": "Dependency not found on PyPI"}
    found = audit.read_verdict(json.dumps({"dependencies": [library, skipped]}))
    assert found.findings == ("x 1: PYSEC-1 (fixed in 2)",)
    assert (found.asked, found.unknown) == (1, 1)
    with pytest.raises(ValueError, match=r".*"):
        audit.read_verdict("")
    assert audit.unreachable(["no route"]) == 0
    assert "NOT CHECKED" in capsys.readouterr().out


def test_benchmark_lines() -> None:
    assert read_figure("house.tile_z14 1.21 × ≤1.3 ok") == {
        "figure": "house.tile_z14",
        "value": "1.21",
        "unit": "×",
        "goal": "≤1.3",
        "verdict": "ok",
    }
    assert read_figure("loading 1,000,000 houses …") is None
    assert read_figure("house.tile_z14 1.21 × ≤1.3 great") is None


def test_identity_numbers_are_found_and_never_repeated(
    place: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    # Built here digit by digit: this file itself must hold no number.
    digits = "110170020345"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    number = digits + str((11 - total % 11) % 10)
    wrong = digits + str((12 - total % 11) % 10)
    assert has_valid_check_digit(number)
    assert not has_valid_check_digit(wrong)
    place.logs.mkdir(parents=True)
    log = place.logs / "web.log"
    dashed = f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
    log.write_text(f"fine\nhash 9{number}7 and {wrong}\nfound {number}\nfound {dashed}\n", encoding="utf-8")
    assert list(find_numbers(log)) == [3, 4]
    assert scan_logs(place) == 1
    printed = capsys.readouterr().out
    assert "web.log:3" in printed
    assert number not in printed
