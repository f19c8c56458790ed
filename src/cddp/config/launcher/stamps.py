"""Stamps let a second start skip what is done: a stamp is the digest of all that a step depends on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from cddp.config.launcher.layout import Layout


def digest_of(
    root: Path, patterns: Iterable[str], *, extra: str = "", skip: frozenset[str] = frozenset()
) -> str:
    """SHA-256 over the names and contents of all files that match; folders named in `skip` are left out."""
    total = hashlib.sha256(extra.encode())
    for path in sorted({found for pattern in patterns for found in root.glob(pattern)}):
        relative = path.relative_to(root)
        if skip.isdisjoint(relative.parts) and path.is_file():
            total.update(os.fsencode(relative) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class Stamp:
    """One step's mark, in `var/stamps/` or beside its result. Fresh only while all its results exist."""

    def __init__(
        self,
        layout: Layout,
        name: str,
        digest: str,
        *,
        results: Iterable[Path] = (),
        folder: Path | None = None,
    ) -> None:
        self.path = (folder or layout.stamps) / name
        self.digest = digest
        self.results = tuple(results)

    def is_fresh(self) -> bool:
        """Whether the step may be skipped."""
        try:
            written = self.path.read_text(encoding="utf-8")
        except OSError:
            return False
        return written == self.digest and all(result.exists() for result in self.results)

    def write(self) -> None:
        """Say that the step is done; the rename makes the mark whole or absent."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".part")
        draft.write_text(self.digest, encoding="utf-8")
        draft.replace(self.path)
