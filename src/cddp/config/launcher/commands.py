"""The words after `./cddp`. What is not listed here is a command of Django's (`import`, `demo`, …)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from cddp.config.launcher import environment, preparation
from cddp.config.launcher.console import LauncherError, complain
from cddp.config.launcher.layout import Layout, find_layout

Command = Callable[[Layout, list[str]], int]

USAGE = """\
แพลตฟอร์มข้อมูลเมือง · City Digital Data Platform

  ./cddp up [--port N] [--host H] [--detach]   ติดตั้งส่วนที่ขาดแล้วเริ่มระบบ · set up and start
  ./cddp down                                  หยุด · stop
  ./cddp reset [--yes]                         ล้างข้อมูลทั้งหมด เหลือระบบเปล่า · drop all data
  ./cddp backup FILE [--with-keys]             สำรองข้อมูลระหว่างใช้งานได้ · back up while in use
  ./cddp restore FILE [--force]                กู้คืนและตรวจทุกตาราง · restore and verify
  ./cddp test [STAGE|PATH …]                   ตรวจทั้งหมด · all checks
  ./cddp lint · ./cddp fix                     ตรวจ/แก้รูปแบบโค้ด · style
  ./cddp bench [NAME …] [--json FILE]          วัดความเร็ว · benchmarks
  ./cddp shell                                 Python กับข้อมูล · Django shell
  ./cddp setup · migrate · web · worker        ทีละส่วน (systemd) · single parts
  ./cddp database-sql                          SQL เตรียม PostgreSQL ภายนอก · for an outside database
  ./cddp import KIND FILE · demo [OPTIONS] · manage COMMAND …   คำสั่งของ Django
"""


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(USAGE)
        return 0
    name, *rest = arguments
    try:
        command = find_command(name)
        return command(find_layout(), rest) if command else django(find_layout(), arguments)
    except LauncherError as error:
        complain(error)
        return 1
    except OSError as error:
        known = explain(error)
        if known is None:
            raise
        complain(known)
        return 1
    except KeyboardInterrupt:
        print("\nยกเลิกแล้ว · cancelled", file=sys.stderr)
        return 130


def explain(error: OSError) -> LauncherError | None:
    """Words for the two faults of a file system that people meet; None for any other."""
    if error.errno == errno.ENOSPC:
        return LauncherError(
            f"ดิสก์เต็ม เขียน {error.filename or ''} ไม่ได้",
            "The disk is full.",
            hint="df -h · CDDP_DATA_DIR=/ที่/ใหม่",
        )
    if isinstance(error, PermissionError):
        return LauncherError(
            f"ไม่มีสิทธิ์ใช้ {error.filename} (เคยเริ่มด้วยผู้ใช้อื่นหรือ root?) ให้ใช้ผู้ใช้เดิม หรือตั้ง CDDP_DATA_DIR",
            f"No permission for {error.filename}; start as the user who made it, or set CDDP_DATA_DIR.",
        )
    return None


def find_command(name: str) -> Command | None:
    """The launcher's own command of that name; modules are imported only when asked for."""
    from cddp.config.launcher import backup, checks, restore, serving

    commands: dict[str, Command] = {
        "up": serving.up,
        "down": serving.down,
        "supervise": serving.supervise,
        "web": web,
        "worker": worker,
        "reset": restore.reset,
        "backup": backup.backup,
        "restore": restore.restore,
        "test": checks.test,
        "lint": checks.lint,
        "fix": checks.fix,
        "bench": checks.bench,
        "migrate": migrate,
        "setup": setup,
        "database-sql": database_sql,
        "cluster-start": cluster_start,
        "manage": django,
    }
    return commands.get(name)


def cluster_start(layout: Layout, arguments: list[str]) -> int:
    """Start the private database and leave it running (for tests and tools)."""
    with preparation.alone(layout):
        environment.check_disk(layout)
        environment.make_keys(layout)
        preparation.prepare_server(layout)
    return 0


def setup(layout: Layout, arguments: list[str]) -> int:
    """Everything that `up` does before it starts web and worker (for systemd and images)."""
    with preparation.alone(layout):
        preparation.prepare_machine(layout)
        preparation.prepare_server(layout)
        preparation.prepare_tables(layout)
        preparation.collect_static(layout)
    return 0


def database_sql(layout: Layout, arguments: list[str]) -> int:
    """Print what a superuser runs once to make an outside PostgreSQL ready."""
    from cddp.config.launcher.outside import whole_script

    print(whole_script(), end="")
    return 0


def migrate(layout: Layout, arguments: list[str]) -> int:
    """Bring the tables to the state of the code; with arguments, pass them to Django's migrate."""
    ready(layout)
    if arguments:
        return django(layout, ["migrate", *arguments])
    preparation.prepare_tables(layout)
    return 0


def ready(layout: Layout) -> None:
    """Keys and a running server: what any Django command needs."""
    with preparation.alone(layout):
        environment.check_disk(layout)
        environment.make_keys(layout)
        if not environment.uses_outside_database():
            preparation.prepare_server_quietly(layout)


def django(layout: Layout, arguments: list[str]) -> int:
    """Hand over to Django in this very process."""
    ready(layout)
    words = arguments or ["help"]
    os.environ.update(environment.django_environment(layout, environment.role_for(words[0])))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["./cddp", *words])
    return 0


def web(layout: Layout, arguments: list[str]) -> int:
    """The web server alone, in place of this process (for systemd)."""
    from cddp.config.launcher import serving

    options = serving.read_options(arguments)
    port = serving.choose_port(options.host, options.port)
    return replace_by(layout, serving.web_command(options.host, port))


def worker(layout: Layout, arguments: list[str]) -> int:
    """The job runner alone, in place of this process (for systemd)."""
    from cddp.config.launcher import serving

    return replace_by(layout, [*serving.worker_command(), *arguments])


def replace_by(layout: Layout, command: list[str]) -> int:
    """Become another program, as the role of the running system."""
    ready(layout)
    variables = environment.django_environment(layout, "app")
    os.execve(command[0], command, variables)  # noqa: S606
