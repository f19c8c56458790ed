"""ตัวช่วยทดสอบ LINE: deliver events to the webhook as LINE does, and run the jobs that wait."""

import io
from random import Random

from django.urls import reverse
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.events import bus
from cddp.foundation.notify.tasks import send_message
from cddp.operations.complaints import tasks
from cddp.operations.complaints.rules.line_taps import Action, write_tap
from tests.fakes.line import FakeLine
from tests.fakes.line_people import Person, deliver

CONFIRM, CANCEL = write_tap(Action.CONFIRM), write_tap(Action.CANCEL)
LIGHTING = write_tap(Action.CATEGORY, "lighting")
TASKS = {
    "complaints.read_line": tasks.read_line.task,
    "complaints.fetch_line_photo": tasks.fetch_line_photo.task,
    "complaints.greet_line_group": tasks.greet_line_group.task,
    "notify.send_message": send_message.task,
}


def picture(colour: str = "red", side: int = 40) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(made, "JPEG")
    return made.getvalue()


def webhook(town) -> str:
    return reverse("complaints:line_webhook", args=[town.slug])


def post(client, town, line: FakeLine, *events):
    """Deliver these events together; LINE must be told 200."""
    answer = deliver(client, webhook(town), line, events)
    assert answer.status_code == 200, answer.content
    return answer


def waiting(*names: str) -> list[ProcrastinateJob]:
    names = names or tuple(TASKS)
    return list(ProcrastinateJob.objects.filter(status="todo", task_name__in=names).order_by("pk"))


def run(job: ProcrastinateJob) -> None:
    """Run one job as a worker does."""
    ProcrastinateJob.objects.filter(pk=job.pk).update(status="doing")
    TASKS[job.task_name].func(**job.args)
    ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")


def work(*names: str, most: int = 200, also_later: bool = False) -> int:
    """Run the jobs that wait (with `also_later` those put off too), and those that they enqueue; return how many."""
    done = 0
    while done < most:
        jobs = [job for job in waiting(*names) if also_later or job.scheduled_at is None]
        if not jobs:
            return done
        for job in jobs:
            run(job)
            done += 1
    raise AssertionError("jobs without end")


def tell_listeners() -> int:
    """Tell the listeners of events that wait; return how many were told."""
    jobs = list(
        ProcrastinateJob.objects.filter(status="todo", task_name="events.tell_listener").order_by("pk")
    )
    for job in jobs:
        bus.tell(job.args["listener"], job.args["event_name"], job.args["payload"])
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")
    return len(jobs)


def person(line: FakeLine, seed: int = 1) -> Person:
    """Make a friend of the account who writes from now on."""
    from django.utils import timezone

    return Person(Random(seed), line, at_ms=int(timezone.now().timestamp() * 1000) - 60_000)
