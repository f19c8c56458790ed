"""Where the launcher keeps things: every path is decided here and nowhere else."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

#: sockaddr_un.sun_path holds 108 bytes with the closing zero (unix(7)).
SOCKET_PATH_LIMIT = 107
SOCKET_NAME = ".s.PGSQL.5432"
POSTGRES_USER = "postgres"
MOVED_CLUSTERS = Path("/var/lib/cddp")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one working copy. `root` is the repository, `data` is all that the program writes."""

    root: Path
    data: Path
    postgres: Path
    sockets: Path

    @property
    def files(self) -> Path:
        """Uploaded files."""
        return self.data / "files"

    @property
    def keys(self) -> Path:
        """Key files, readable by their owner only."""
        return self.data / "keys"

    @property
    def logs(self) -> Path:
        """Logs of web, worker and tools."""
        return self.data / "log"

    @property
    def journeys(self) -> Path:
        """Where browser tests run the program: their logs are searched too."""
        return self.data / "test-journeys"

    @property
    def stamps(self) -> Path:
        """Marks of steps that are done."""
        return self.data / "stamps"

    @property
    def source(self) -> Path:
        """The folder on the Python path."""
        return self.root / "src"

    @property
    def venv(self) -> Path:
        """The virtual environment that `./cddp` keeps equal to the lock."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"


def find_layout(environ: dict[str, str] | None = None) -> Layout:
    """Read the layout from the environment; `CDDP_DATA_DIR` moves all written data elsewhere."""
    settings = dict(os.environ) if environ is None else environ
    root = Path(__file__).resolve().parents[4]
    data = Path(settings.get("CDDP_DATA_DIR") or root / "var").expanduser().resolve()
    postgres = choose_cluster_folder(data)
    given = settings.get("CDDP_SOCKET_DIR")
    sockets = Path(given) if given else choose_socket_folder(data, postgres)
    return Layout(root=root, data=data, postgres=postgres, sockets=sockets)


def choose_cluster_folder(data: Path) -> Path:
    """`<data>/postgres`, or a folder under /var/lib/cddp when root's repository is closed to `postgres`.

    PostgreSQL refuses to run as root, so root starts it as `postgres`, who cannot walk into /root. A cluster
    that was made stays where it is, even when the folder's mode is changed later.
    """
    here = data / "postgres"
    if os.geteuid() != 0:
        return here
    elsewhere = MOVED_CLUSTERS / short_name(data) / "postgres"
    made = [folder for folder in (elsewhere, here) if (folder / "PG_VERSION").exists()]
    if made:
        return made[0]
    return here if is_open_to_others(data) else elsewhere


def choose_socket_folder(data: Path, postgres: Path) -> Path:
    """`<data>/run` when the socket's whole path fits into the kernel's limit, else a short folder by hash."""
    preferred = postgres.parent / "run"
    # The server's setting is a list: quotes and commas in a name would have to be written in its own way.
    is_plain = not set(str(preferred)) & set("\"',\\\n")
    if is_plain and len(os.fsencode(preferred / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return preferred
    if os.geteuid() == 0:
        return Path("/run/cddp") / short_name(data)
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path("/tmp")  # noqa: S108
    return base / f"cddp-{os.geteuid()}-{short_name(data)}"


def short_name(path: Path) -> str:
    """Ten letters that stand for a path, the same at every start."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def is_open_to_others(path: Path) -> bool:
    """Whether every existing folder on the way to `path` lets other users walk through."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())
