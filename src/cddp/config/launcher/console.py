"""What the launcher says on the terminal: Thai first, then short English, one line for each step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class LauncherError(Exception):
    """A step cannot go on. Carries words for the person at the terminal, in Thai and in English."""

    def __init__(self, thai: str, english: str, *, hint: str = "") -> None:
        self.thai, self.english, self.hint = thai, english, hint
        super().__init__(f"{thai} | {english}")


def say(thai: str, english: str = "") -> None:
    """Print one line."""
    line = f"{thai} · {english}" if english else thai
    print(line, flush=True)


def complain(error: LauncherError) -> None:
    """Print an error with its way out, to the error stream."""
    print(f"\n✗ {error.thai}\n  {error.english}", file=sys.stderr)
    if error.hint:
        print(f"\n{error.hint}", file=sys.stderr)
    sys.stderr.flush()


@contextmanager
def step(thai: str, english: str) -> Iterator[None]:
    """Show a step while it runs and the seconds it took when it ends."""
    started = time.monotonic()
    live = sys.stdout.isatty()
    if live:
        print(f"… {thai} · {english}", end="", flush=True)
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        start_of_line = "\r" if live else ""
        print(f"{start_of_line}{mark} {thai} · {english} ({time.monotonic() - started:.1f} s)", flush=True)
