"""นำเข้าที่ถูกฆ่ากลางคัน: kill -9 in mid-import; what is in is what the checkpoint says, and the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.models import Asset, AssetEvent, AssetImport
from cddp.registers.assets.services import importing
from cddp.registers.assets.tests.geo_samples import check, geojson, lamp_features
from cddp.registers.assets.tests.samples import lamps
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db(transaction=True)
LAMPS, PORTION = 1_200, 10
APPLY = """
import sys, uuid, django
django.setup()
from cddp.registers.assets.services import importing
importing.apply_import(int(sys.argv[1]), uuid.UUID(sys.argv[2]))
"""


def start(found: AssetImport, folder: Path) -> subprocess.Popen[bytes]:
    """Apply the import in a process of its own, on the database and files of this test."""
    environment = os.environ | {
        "PYTHONPATH": str(settings.SOURCE.parent),
        "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
        "CDDP_DATABASE_ROLE": "app",
        "CDDP_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "CDDP_DATA_DIR": str(folder),
        "CDDP_KEYS_DIR": str(settings.KEYS_DIR),
        "CDDP_SOCKET_DIR": str(connection.settings_dict["HOST"]),
        "CDDP_IMPORT_PORTION_ROWS": str(PORTION),
    }
    return subprocess.Popen([sys.executable, "-c", APPLY, str(TOWN_ID), str(found.pk)], env=environment)


def wait_until_rows(found: AssetImport, least: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with town_context(TOWN_ID):
            if AssetImport.objects.get(pk=found.pk).rows_done >= least:
                return
        time.sleep(0.005)
    raise AssertionError("the import did not begin")


def test_a_killed_import_loses_nothing_and_nothing_comes_twice(towns: Any, tmp_path: Path) -> None:
    with town_context(TOWN_ID):
        kind = lamps()
        found = check(towns[0], geojson(lamp_features(LAMPS)), "ไฟ.geojson", kind)
        importing.confirm_import(None, found.pk)
    process = start(found, tmp_path)
    wait_until_rows(found, 2 * PORTION)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with town_context(TOWN_ID):
        found.refresh_from_db()
        assert found.state == ImportState.IMPORTING
        assert found.rows_done < LAMPS
        assert Asset.objects.count() == AssetEvent.objects.count() == found.rows_done
    importing.apply_import(TOWN_ID, found.pk)
    with town_context(TOWN_ID):
        found.refresh_from_db()
        assert found.state == ImportState.IMPORTED
        assert Asset.objects.count() == AssetEvent.objects.count() == LAMPS
        assert not Asset.objects.filter(search_text="").exists()
