"""คำตอบทาง LINE: what to say to the newest event, once everything else is done."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.models import LineContact, Report
from cddp.operations.complaints.queries.following import follow
from cddp.operations.complaints.queries.line import (
    CategoryNames,
    find_alike,
    follow_link,
    list_own,
    list_questions,
)
from cddp.operations.complaints.rules import line_words as words
from cddp.operations.complaints.rules.classifying import suggest_categories
from cddp.operations.complaints.rules.line_drafts import Step
from cddp.operations.complaints.rules.line_meaning import Conversation, Prompt
from cddp.operations.complaints.rules.line_words import Message
from cddp.operations.complaints.services.line_answers import Answered
from cddp.operations.complaints.services.line_contacts import own_reports
from cddp.operations.complaints.services.line_filing import Filed

MOST_MESSAGES = 5
# A question of an officer is put where the person is not in the middle of something else.
AT_EASE = frozenset(
    {Prompt.WELCOME, Prompt.HELP, Prompt.MY_REPORTS, Prompt.THANKS, Prompt.FILED, Prompt.CANCELLED}
)


@dataclass(frozen=True)
class Situation:
    """สถานการณ์: all that a reply may speak of."""

    contact: LineContact
    talk: Conversation
    town: Municipality
    names: CategoryNames
    filed: Filed
    answered: Answered
    at: dt.datetime


def compose(now: Situation) -> list[Message]:
    """Return what to say, at most five messages; LINE shows the buttons of the last one."""
    said = [_receipt(now, each.report) for each in now.filed.new]
    said += [words.not_filed(reason) for reason in now.filed.refusals]
    refusal = _refusal(now)
    if refusal is not None:
        said.append(words.not_possible(refusal))
    elif now.talk.prompt is not Prompt.FILED or not said:
        said += _SAYINGS[now.talk.prompt](now)
    if now.talk.prompt in AT_EASE:
        said += _open_question(now)
    return said[-MOST_MESSAGES:]


def _refusal(now: Situation) -> str | None:
    """Return why the last thing that the person did about a report could not be done."""
    talk, number = now.talk, now.talk.prompt_about
    keys: list[str] = []
    if talk.prompt is Prompt.ADDED:
        keys = [each.key for each in talk.additions if each.number == number]
    elif talk.prompt is Prompt.RATED:
        keys = [each.key for each in talk.ratings if each.number == number]
    elif talk.prompt is Prompt.REOPENED:
        keys = [each.key for each in talk.reopenings if each.number == number]
    return now.answered.refusals.get(keys[-1]) if keys else None


def _receipt(now: Situation, report: Report) -> Message:
    need = report.need
    is_joined = need is not None and need.opened_at < report.requested_at
    return words.filed(report.number, link=follow_link(report, now.town.slug), is_joined=is_joined)


def _ask(now: Situation) -> list[Message]:
    talk, draft = now.talk, now.talk.draft
    key = draft.category_key
    if talk.step is Step.CATEGORY:
        likely = [each.category for each in suggest_categories(draft.text)]
        return words.ask(talk.step, draft, now.names.choices(likely))
    if talk.step is Step.CONFIRM:
        place = (draft.place.lng, draft.place.lat) if draft.place else None
        alike = find_alike(place, now.names.id_of(key), draft.text, at=now.at)
        return words.ask(talk.step, draft, alike=alike, category=now.names.name_of(key))
    return words.ask(talk.step, draft)


def _ask_on(now: Situation) -> list[Message]:
    """Go on with what the person was in the middle of."""
    return [] if now.talk.draft.is_blank else _ask(now)


def _number(now: Situation) -> str:
    return now.filed.number_of.get(now.talk.prompt_about, now.talk.prompt_about)


def _rated(now: Situation) -> list[Message]:
    score = now.talk.ratings[-1].score if now.talk.ratings else 0
    return [words.rated(score, now.talk.prompt_about)]


def _ask_answer(now: Situation) -> list[Message]:
    report = own_reports(now.contact).filter(number=now.talk.prompt_about).first()
    if report is None:
        return [words.old_button()]
    return [words.ask_answer(report.number, follow(report, at=now.at).question)]


def _my_reports(now: Situation) -> list[Message]:
    return words.my_reports(list_own(own_reports(now.contact), now.town.slug))


def _filed_before(now: Situation) -> list[Message]:
    number = now.filed.number_of.get(now.talk.prompt_about)
    return [words.already_filed(number)] if number else []


_SAYINGS: Mapping[Prompt, Callable[[Situation], list[Message]]] = {
    Prompt.NONE: lambda _now: [],
    Prompt.WELCOME: lambda now: [*words.welcome(now.town.display_name), *_ask_on(now)],
    Prompt.HELP: lambda now: [*words.help_words(), *_ask_on(now)],
    Prompt.ASK: _ask,
    Prompt.FILED: _filed_before,
    Prompt.ALREADY_FILED: _filed_before,
    Prompt.NOTHING_TO_FILE: lambda _now: [words.nothing_to_file()],
    Prompt.CANCELLED: lambda now: [words.cancelled()] if now.talk.draft.is_blank else _ask(now),
    Prompt.MY_REPORTS: _my_reports,
    Prompt.RATED: _rated,
    Prompt.REOPENED: lambda now: [words.reopened(now.talk.prompt_about)],
    Prompt.ASK_ANSWER: _ask_answer,
    Prompt.ADDED: lambda now: [words.added(now.talk.prompt_about)],
    Prompt.CANNOT_READ: lambda now: [words.cannot_read(now.talk.step)],
    Prompt.THANKS: lambda now: _ask_on(now) or [words.thanks()],
    Prompt.OLD_BUTTON: lambda now: [words.old_button(), *_ask_on(now)],
}


def _open_question(now: Situation) -> list[Message]:
    """Return the question that an officer asked and that waits for an answer, of the latest reports."""
    if not now.talk.draft.is_blank:
        return []
    for note, report in list_questions(own_reports(now.contact)):
        if follow(report, at=now.at).question == note.body:
            return [words.question(report.number, "", note.body)]
    return []
