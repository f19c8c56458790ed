"""ฐานข้อมูลของการทดสอบ: tests run as the program runs: under row-level security, in the name of a town."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("CDDP_DATABASE_ROLE", "owner")
os.environ.setdefault("CDDP_LOG_LEVEL", "INFO")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Make the test database as its owner, then go on as the program's own role."""
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


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }


pytest_plugins = ["tests.towns"]
