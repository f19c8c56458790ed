"""The last stage of the checks: known weaknesses of the locked libraries, by pip-audit."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cddp.config.launcher.layout import Layout


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pip-audit found: `findings` as "name version: id", and how many libraries it could ask about."""

    findings: tuple[str, ...]
    asked: int
    unknown: int


def read_verdict(text: str) -> Verdict:
    """Read pip-audit's JSON; raises ValueError when there is none (it could not even start asking)."""
    libraries = json.loads(text)["dependencies"]
    unknown = [library for library in libraries if "skip_reason" in library]
    findings = [
        f"{library['name']} {library['version']}: {weakness['id']}"
        f" (fixed in {', '.join(weakness['fix_versions']) or 'no version yet'})"
        for library in libraries
        for weakness in library.get("vulns", [])
    ]
    return Verdict(tuple(findings), asked=len(libraries) - len(unknown), unknown=len(unknown))


def audit(layout: Layout) -> int:
    """Ask about every locked library. Not being able to ask is said loudly and never called clean."""
    command = [str(Path(sys.executable).with_name("pip-audit")), "--requirement", "requirements.lock"]
    command += ["--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "20"]
    done = subprocess.run(  # noqa: S603
        command, cwd=layout.root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    try:
        verdict = read_verdict(done.stdout)
    except (ValueError, KeyError):
        return unreachable(done.stderr.strip().splitlines()[-1:] or ["-"])
    for finding in verdict.findings:
        print(f"  ✗ {finding}")
    if verdict.findings:
        return 1
    if verdict.asked == 0:
        return unreachable([f"the package index knows none of the {verdict.unknown} libraries"])
    note = f", {verdict.unknown} ถามไม่ได้ · could not be asked about" if verdict.unknown else ""
    print(f"  ไม่พบช่องโหว่ใน {verdict.asked} ไลบรารี · no known weakness in {verdict.asked} libraries{note}")
    return 0


def unreachable(words: list[str]) -> int:
    """Explain that nothing was checked. Not a failure: a machine without that service can still pass."""
    print("  ⚠ ถามฐานข้อมูลช่องโหว่ไม่ได้ ขั้นนี้จึงไม่ได้ตรวจ และไม่ได้แปลว่าไม่มีช่องโหว่")
    print("    Could not reach the advisory service: NOT CHECKED, which is not the same as clean.")
    print(f"    pip-audit: {words[0][:200]}")
    return 0
