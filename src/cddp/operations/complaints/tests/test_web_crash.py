"""เว็บที่ถูกฆ่าขณะรับเรื่อง: kill -9 of the real web server under load; what it acknowledged is there, once."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.conf import settings as product
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.models import Intake, Report
from cddp.operations.complaints.tests.needs import category
from cddp.operations.complaints.tests.open311_calls import API, FORM, POST, make_key
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db(transaction=True)
HANDS, EACH, KILLS = 4, 10, 2


class Web:
    """เว็บจริง: granian with two processes on the test's database, killed and started again like a bad night."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process = None

    def start(self):
        environment = os.environ | {
            "PYTHONPATH": str(product.SOURCE.parent),
            "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
            "CDDP_DATABASE_ROLE": "app",
            "CDDP_DATABASE_NAME": connection.settings_dict["NAME"],
            "CDDP_DATA_DIR": str(self.folder),
            "CDDP_KEYS_DIR": str(product.KEYS_DIR),
            "CDDP_SOCKET_DIR": str(connection.settings_dict["HOST"]),
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)]
        command += ["--workers", "2", "--blocking-threads", "2", "--no-ws", "cddp.config.wsgi:application"]
        with (self.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self):
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def web(tmp_path):
    web = Web(tmp_path)
    yield web
    web.kill()


class Partner:
    """แอปพันธมิตร: files its reports one after the other, and repeats each by its key until it is acknowledged."""

    def __init__(self, port, api_key, hand):
        self.port, self.api_key, self.hand = port, api_key, hand
        self.acknowledged = {}
        self.tries = 0

    def work(self, until):
        for turn in range(EACH):
            name = f"hand-{self.hand}-{turn}"
            while name not in self.acknowledged and time.monotonic() < until:
                self.tries += 1
                with suppress(OSError, http.client.HTTPException, ValueError, KeyError):
                    self.acknowledged[name] = self.file(name, turn)
                    break
                time.sleep(0.1)

    def file(self, name, turn):
        place = {"lat": f"{18.50 + self.hand / 50:.6f}", "long": f"{99.00 + turn / 50:.6f}"}
        body = urlencode(POST | place | {"api_key": self.api_key, "description": f"ไฟทางดับ {name}"})
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            line.request(
                "POST",
                f"{API}/requests.json",
                body.encode(),
                {"Content-Type": FORM, "Idempotency-Key": name, "Host": "localhost"},
            )
            answer = line.getresponse()
            told = json.loads(answer.read())
        finally:
            line.close()
        return told[0]["service_request_id"]


def test_web_killed_under_load_keeps_each_acknowledged_report_once(towns, web):
    with town_context(TOWN_ID):
        category()
        partners = [Partner(web.port, make_key(), hand) for hand in range(HANDS)]
    web.start()
    until = time.monotonic() + 300
    threads = [threading.Thread(target=each.work, args=(until,)) for each in partners]
    for thread in threads:
        thread.start()
    for kill in range(KILLS):
        wanted = (kill + 1) * HANDS * EACH // (KILLS + 2)
        while sum(len(each.acknowledged) for each in partners) < wanted and time.monotonic() < until:
            time.sleep(0.005)
        web.kill()
        web.start()
    for thread in threads:
        thread.join()

    told = {name: number for each in partners for name, number in each.acknowledged.items()}
    assert len(told) == HANDS * EACH, (web.folder / "web.log").read_text()[-2000:]
    assert sum(each.tries for each in partners) > len(told), (
        "nothing was cut off: the kill came at no bad moment"
    )
    assert len(set(told.values())) == len(told)
    with town_context(TOWN_ID):
        assert set(Report.objects.values_list("number", flat=True)) == set(told.values())
        assert Intake.objects.count() == len(told)
        assert Report.objects.filter(need=None).count() == 0
