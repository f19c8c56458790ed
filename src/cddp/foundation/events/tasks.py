"""งานเบื้องหลังของเหตุการณ์: telling listeners, and taking up what a killed worker left."""

import logging
from typing import Any

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from cddp.foundation.events import bus
from cddp.foundation.tenancy.current import town_context

logger = logging.getLogger(__name__)

STALLED_AFTER_S = 30


@app.task(name="events.tell_listener", retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def tell_listener(
    listener: str, event_name: str, payload: dict[str, Any], municipality_id: int | None
) -> None:
    """Tell one listener of one event, in the name of the town where it happened."""
    with town_context(municipality_id):
        bus.tell(listener, event_name, payload)


@app.periodic(cron="* * * * *")
@app.task(name="events.retry_stalled", queueing_lock="events.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of workers that died (kill -9, power cut) back to the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # Another waits under the same queueing lock: one is enough, and it must not keep the rest from returning.
            logger.warning("Job %s of a lost worker is given up for one that waits to do the same", job.id)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            logger.warning("Job %s of a lost worker is queued again", job.id)
