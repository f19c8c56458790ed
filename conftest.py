"""ฐานข้อมูลของการทดสอบ: tests run as the program runs: under row-level security, in the name of a town."""

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.db import connection

    from cddp.config.settings import database_for

    # Settings were read before this file: the owner's entry replaces the program's.
    owner = database_for("owner")
    connection.settings_dict.update({key: owner[key] for key in ("USER", "HOST", "NAME")})

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests count queries: the second look at a page must cost what the first did.
    settings.MENU_COUNTS_REMEMBERED_S = 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker of xdist has a database of its own."""


@pytest.fixture(scope="session")
def program_role(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The owner made the test database; everything after goes on as the program's own role."""
    from django.db import connection

    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # Only tests empty tables wholesale; the program may not.
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO cddp_app")
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        connection.settings_dict["OPTIONS"] = options | {"options": "-c role=cddp_app"}
        yield
        connection.close()
        connection.settings_dict["OPTIONS"] = options


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest, program_role: None, _django_db_helper: None
) -> Iterator[None]:
    """Every test that touches the database runs as the program's role, and leaves no job behind."""
    from django.db import connection

    yield
    marked = request.node.get_closest_marker("django_db")
    if marked is not None and marked.kwargs.get("transaction"):
        # Django empties its own tables after such a test; those of the jobs it does not know.
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }


pytest_plugins = ["tests.towns", "tests.fakes.line_fixtures"]
