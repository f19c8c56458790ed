"""งานเบื้องหลังของเทศบาล: jobs that run in the name of the town that asked for them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from cddp.foundation.tenancy.current import required_municipality_id, town_context

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


class TownTask:
    """งานของเทศบาล: a task that remembers the town it was asked in. `defer(**arguments)` enqueues it."""

    def __init__(self, task: Task[Any, Any, Any]) -> None:
        self.task = task

    def defer_in(self, *, seconds: int, **arguments: Any) -> int:
        """Enqueue in the current transaction, to run after this many seconds."""
        town = required_municipality_id()
        return self.task.configure(schedule_in={"seconds": seconds}).defer(municipality_id=town, **arguments)

    def defer(self, *, lock: str | None = None, queueing_lock: str | None = None, **arguments: Any) -> int:
        """Enqueue in the current transaction; return the job's number."""
        town = required_municipality_id()
        configured = self.task.configure(lock=lock, queueing_lock=queueing_lock)
        return configured.defer(municipality_id=town, **arguments)


def town_task(
    *, name: str, queue: str = "default", in_transaction: bool = True, retry: Any = RETRY
) -> Callable[[Callable[..., None]], TownTask]:
    """Make a function a job of a town. With `in_transaction=False` the function opens `town_context` itself,
    which long work that commits in portions needs; it is then given `municipality_id`.
    """

    def mark(function: Callable[..., None]) -> TownTask:
        @wraps(function)
        def run(municipality_id: int, **arguments: Any) -> None:
            if not in_transaction:
                function(municipality_id=municipality_id, **arguments)
                return
            with town_context(municipality_id):
                function(**arguments)

        make_task: Any = app.task(name=name, queue=queue, retry=retry)
        return TownTask(make_task(run))

    return mark
