"""Looks for identity numbers in whatever was logged: names the place, never the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cddp.config.launcher.layout import Layout

#: 13 digits that begin with 1–8, in a row or as printed on the card (1-2345-67890-12-3).
NUMBER = re.compile(r"(?<![\d.])[1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d(?!\d)")


def has_valid_check_digit(text: str) -> bool:
    """Whether the last of 13 digits is the check digit of the others (modulus 11, Department of Provincial
    Administration)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    total = sum(digit * weight for digit, weight in zip(digits[:12], range(13, 1, -1), strict=True))
    return (11 - total % 11) % 10 == digits[12]


def find_numbers(path: Path) -> Iterator[int]:
    """Line numbers of `path` that hold an identity number."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if any(has_valid_check_digit(match.group()) for match in NUMBER.finditer(line)):
                yield number


def log_files(layout: Layout) -> list[Path]:
    """Every log of the program, of the tests and of the database server."""
    folders = (layout.logs, layout.postgres / "log", layout.journeys)
    found = [path for folder in folders if folder.is_dir() for path in folder.rglob("*.log*")]
    # What apt and npm say holds hashes and sizes, and comes before any resident does.
    return sorted(path for path in found if path.name not in {"apt.log", "npm.log"})


def scan_logs(layout: Layout) -> int:
    """Print each place with an identity number; 1 if there is any."""
    files = log_files(layout)
    places = [f"{path}:{number}" for path in files for number in find_numbers(path)]
    for place in places[:50]:
        print(f"  ✗ พบเลขประจำตัวในบันทึก · identity number in a log: {place}")
    print(f"  ตรวจ {len(files)} ไฟล์ พบ {len(places)} แห่ง · {len(files)} files, {len(places)} places")
    return 1 if places else 0
