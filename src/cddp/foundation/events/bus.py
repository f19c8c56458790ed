"""เหตุการณ์: what happened, told to whoever listens, and lost by no crash.

A lower app declares a frozen dataclass and publishes it; a higher app listens. Publishing enqueues one job
per listener in the same transaction as the change, so the change and its consequences are stored together
or not at all. A listener may be told twice after a crash: it must be idempotent.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from procrastinate.contrib.django import app
from pydantic import TypeAdapter

from cddp.foundation.tenancy.current import current_municipality_id

EventT = TypeVar("EventT")
Listener = Callable[[EventT], None]

_listeners: dict[str, list[Listener[Any]]] = defaultdict(list)
_event_types: dict[str, type[Any]] = {}


def name_of(thing: Any) -> str:
    """Return the dotted name by which a job finds an event type or a listener again."""
    return f"{thing.__module__}.{thing.__qualname__}"


@cache
def _adapter(event_name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_event_types[event_name])


def listen(event_type: type[EventT]) -> Callable[[Listener[EventT]], Listener[EventT]]:
    """Mark a function as a listener; `apps.py` imports `subscribers.py`, so that the mark takes effect."""

    def mark(listener: Listener[EventT]) -> Listener[EventT]:
        _event_types[name_of(event_type)] = event_type
        _listeners[name_of(event_type)].append(listener)
        return listener

    return mark


def publish(event: object) -> None:
    """Enqueue one job per listener, inside the surrounding transaction."""
    event_name = name_of(type(event))
    listeners = _listeners.get(event_name, [])
    if not listeners:
        return
    payload = _adapter(event_name).dump_python(event, mode="json")
    for listener in listeners:
        # By its name: the module of the job imports this one.
        app.configure_task("events.tell_listener").defer(
            listener=name_of(listener),
            event_name=event_name,
            payload=payload,
            municipality_id=current_municipality_id(),
        )


def tell(listener_name: str, event_name: str, payload: dict[str, Any]) -> None:
    """Call one listener with the event read back from its stored form. Raises LookupError for a lost name."""
    for listener in _listeners.get(event_name, []):
        if name_of(listener) == listener_name:
            listener(_adapter(event_name).validate_python(payload))
            return
    raise LookupError(listener_name)
