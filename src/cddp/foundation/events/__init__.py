"""เหตุการณ์และงานเบื้องหลัง: events between apps, and jobs in the same transaction."""

from cddp.foundation.events.bus import listen, publish

__all__ = ["listen", "publish"]
