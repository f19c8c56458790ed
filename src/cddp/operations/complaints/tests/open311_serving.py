"""เว็บจริงของการทดสอบ: the whole program behind a real socket, on the test's own database connection."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections


class _Silent(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing of each call."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve in a thread of its own, one call after the other; yield the address."""
    own = connections["default"]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Silent)

    def run() -> None:
        connections["default"] = own
        server.serve_forever(poll_interval=0.02)

    # The test's transaction must outlive each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    own.inc_thread_sharing()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        own.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
