"""ข้อมูลจริงที่ใช้ทดสอบ: real public files that lie beside the repository, for tests only."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_path(*parts: str) -> Path:
    """Return the path of a file in `../shared` (or in $CDDP_SHARED_DIR); FileNotFoundError says what is missing.

    A test that needs it fails without it: a skipped test would prove nothing. The product never reads it.
    """
    folder = Path(os.environ.get("CDDP_SHARED_DIR") or REPOSITORY.parent / "shared")
    path = folder.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is missing. Tests on real data need the folder `shared` beside the repository"
            " (or set CDDP_SHARED_DIR)."
        )
    return path
