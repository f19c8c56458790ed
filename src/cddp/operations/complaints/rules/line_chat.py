"""บทสนทนาทาง LINE: everything one person ever sent, folded into what it means; a pure function of the set of events.

LINE delivers events twice and out of order. So nothing is remembered between two deliveries: the events are put
in LINE's own order of time, each counted once, and read from the first to the last. Whatever the order of
arrival, the same events mean the same; an event that comes late may change what a filing holds, never its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cddp.operations.complaints.rules.line_drafts import Draft, Place, Step, next_step, step_named
from cddp.operations.complaints.rules.line_events import ChatEvent, EventKind
from cddp.operations.complaints.rules.line_meaning import (
    Addition,
    Conversation,
    Filing,
    Prompt,
    Rating,
    Reopening,
)
from cddp.operations.complaints.rules.line_phrases import Phrase, read_phrase
from cddp.operations.complaints.rules.line_taps import Action, Tap, read_tap

# Somebody who was asked answers now, or the next thing they write is another matter.
ANSWER_TIME_MS: Final = 30 * 60 * 1000
# Photos of one set that are still on their way when the person has already confirmed.
SET_TIME_MS: Final = 2 * 60 * 1000
# Stands for words that are no longer known; it never leaves the fold.
FORGOTTEN: Final = "…"


def fold_conversation(
    events: Iterable[ChatEvent], *, category_words: Mapping[str, str] | None = None
) -> Conversation:
    """Return what one person's events mean. `category_words`: typed names of categories, to their keys."""
    ordered = sorted(_each_once(events), key=lambda event: event.place_in_talk)
    fold = _Fold(ordered, category_words if category_words is not None else {})
    for event in ordered:
        fold.take(event)
    return fold.result()


def _each_once(events: Iterable[ChatEvent]) -> Iterable[ChatEvent]:
    """Keep one of each id, always the same one: copies differ in how often they were delivered."""
    kept: dict[str, ChatEvent] = {}
    for event in events:
        known = kept.get(event.event_id)
        if known is None or _preference(event) < _preference(known):
            kept[event.event_id] = event
    return kept.values()


def _preference(event: ChatEvent) -> tuple[object, ...]:
    return (event.is_redelivery, event.at_ms, event.kind.value, event.message_id, event.text, event.tap)


@dataclass(frozen=True)
class _Asked:
    """What a person adds to a report: opened by a tap, filled by what follows."""

    key: str
    number: str
    question: str
    at_ms: int
    draft: Draft


class _Fold:
    """The state between two events. Drafts are replaced, never changed."""

    def __init__(self, ordered: list[ChatEvent], category_words: Mapping[str, str]) -> None:
        self.category_words = category_words
        self.unsent = frozenset(event.message_id for event in ordered if event.kind is EventKind.UNSEND)
        self.edits = {event.message_id: event.text for event in ordered if event.kind is EventKind.EDIT}
        self.read_ids: set[str] = set()
        self.draft = Draft()
        self.filed: list[tuple[str, int, Draft]] = []
        self.added: list[_Asked] = []
        self.ratings: list[Rating] = []
        self.reopenings: list[Reopening] = []
        self.is_answering = False
        self.is_following = True
        self.prompt, self.prompt_about = Prompt.NONE, ""
        self.last: ChatEvent | None = None
        self.photos_missing = 0

    # ── each kind of event ────────────────────────────────────────────────────────────────────────

    def take(self, event: ChatEvent) -> None:
        taken: Mapping[EventKind, Callable[[ChatEvent], None]] = {
            EventKind.TEXT: self._take_text,
            EventKind.EDIT: self._take_edit,
            EventKind.PHOTO: self._take_photo,
            EventKind.PLACE: self._take_place,
            EventKind.TAP: self._take_tap,
            EventKind.FOLLOW: self._take_follow,
            EventKind.UNFOLLOW: self._take_unfollow,
            EventKind.OTHER_MEDIA: lambda _event: self._answer(Prompt.CANNOT_READ),
        }
        if event.kind is EventKind.UNSEND:
            # What was confirmed before stays a filing, without these words; see `result`.
            self.draft = self.draft.without({event.message_id})
        if event.kind not in taken:
            return
        self.photos_missing = 0
        self.is_following = True
        taken[event.kind](event)
        self.last = event

    def _take_text(self, event: ChatEvent) -> None:
        phrase, words = read_phrase(event.text), self.edits.get(event.message_id, event.text)
        if event.message_id in self.unsent and not event.text:
            # Its words are forgotten, but they stood there: what was filed with them stays filed.
            phrase, words = Phrase.OTHER, FORGOTTEN
        self.read_ids.add(event.message_id)
        if self._still_answers(event, phrase):
            self._add(event, lambda draft: draft.with_text(event.message_id, words, event.at_ms))
        elif phrase is Phrase.OTHER:
            self._take_words(event, words)
        else:
            self.read_ids.discard(event.message_id)
            self._take_phrase(event, phrase)

    def _take_edit(self, event: ChatEvent) -> None:
        # The words of a text are its last ones from the start. But "สวัสดี" that became a complaint is news.
        if event.message_id not in self.read_ids:
            self._take_text(event)

    def _take_words(self, event: ChatEvent, words: str) -> None:
        step = self._step()
        key = self.category_words.get(words.strip()) if step is Step.CATEGORY else None
        if key is not None:
            self.draft = self.draft.with_category(key, event.at_ms)
        elif step is Step.PLACE:
            self.draft = self.draft.with_place_words(event.message_id, words, event.at_ms)
        else:
            self.draft = self.draft.with_text(event.message_id, words, event.at_ms)
        self._answer(Prompt.ASK)

    def _take_phrase(self, event: ChatEvent, phrase: Phrase) -> None:
        was_answering, self.is_answering = self.is_answering, False
        if phrase is Phrase.CONFIRM or (phrase is Phrase.YES and self._step() is Step.CONFIRM):
            self._confirm(event)
        elif phrase is Phrase.CANCEL:
            self.draft = self.draft if was_answering else Draft()
            self._answer(Prompt.CANCELLED)
        elif phrase is Phrase.SKIP:
            self.draft = self.draft.skipping(self._step())
            self._answer(Prompt.ASK)
        else:
            self._answer(_PHRASE_PROMPTS[phrase])

    def _take_photo(self, event: ChatEvent) -> None:
        if not self._follows_its_set(event):
            if self._still_answers(event):
                self._add(event, lambda draft: draft.with_photo(event))
            else:
                self.draft = self.draft.with_photo(event)
                self._answer(Prompt.ASK)
        self.photos_missing = self._missing_of_set(event)

    def _take_place(self, event: ChatEvent) -> None:
        if event.lat is None or event.lng is None:
            return
        place = Place(event.message_id, event.lat, event.lng, event.address, event.title)
        if self._still_answers(event):
            self._add(event, lambda draft: draft.with_place(place, event.at_ms))
        else:
            self.draft = self.draft.with_place(place, event.at_ms)
            self._answer(Prompt.ASK)

    def _take_follow(self, event: ChatEvent) -> None:
        self._answer(Prompt.WELCOME)

    def _take_unfollow(self, event: ChatEvent) -> None:
        self.is_following, self.is_answering = False, False
        self._answer(Prompt.NONE)

    def _take_tap(self, event: ChatEvent) -> None:
        tap = read_tap(event.tap)
        if tap is None:
            self._answer(Prompt.OLD_BUTTON)
            return
        self.is_answering = False
        taken: Mapping[Action, Callable[[ChatEvent, Tap], None]] = {
            Action.CATEGORY: self._tap_category,
            Action.SKIP: self._tap_skip,
            Action.CHANGE: self._tap_change,
            Action.ADD: self._tap_add,
            Action.ANSWER: self._tap_answer,
            Action.RATE: self._tap_rate,
            Action.REOPEN: self._tap_reopen,
        }
        if tap.action in taken:
            taken[tap.action](event, tap)
        elif tap.action in (Action.CONFIRM, Action.JOIN):
            self._confirm(event, joins=tap.said())
        elif tap.action is Action.CANCEL:
            self.draft = Draft()
            self._answer(Prompt.CANCELLED)
        else:
            self._answer(_TAP_PROMPTS[tap.action])

    # ── taps ──────────────────────────────────────────────────────────────────────────────────────

    def _tap_category(self, event: ChatEvent, tap: Tap) -> None:
        self.draft = self.draft.with_category(tap.said(), event.at_ms)
        self._answer(Prompt.ASK)

    def _tap_skip(self, event: ChatEvent, tap: Tap) -> None:
        self.draft = self.draft.skipping(step_named(tap.said()))
        self._answer(Prompt.ASK)

    def _tap_change(self, event: ChatEvent, tap: Tap) -> None:
        self.draft = self.draft.changing(step_named(tap.said()))
        self._answer(Prompt.ASK)

    def _tap_add(self, event: ChatEvent, tap: Tap) -> None:
        """Hand what lies in the draft to a report that exists."""
        if not self.draft.is_fileable:
            self._answer(Prompt.NOTHING_TO_FILE)
            return
        self.added.append(_Asked(event.event_id, tap.said(), "", event.at_ms, self.draft))
        self.draft = Draft()
        self._answer(Prompt.ADDED, tap.said())

    def _tap_answer(self, event: ChatEvent, tap: Tap) -> None:
        self._await_words(event, tap.said(), tap.said(1))
        self._answer(Prompt.ASK_ANSWER, tap.said())

    def _tap_rate(self, event: ChatEvent, tap: Tap) -> None:
        if not tap.said() or tap.said(1) not in ("1", "2", "3", "4", "5"):
            self._answer(Prompt.OLD_BUTTON)
            return
        self.ratings.append(Rating(event.event_id, tap.said(), int(tap.said(1)), event.at_ms))
        self._answer(Prompt.RATED, tap.said())

    def _tap_reopen(self, event: ChatEvent, tap: Tap) -> None:
        self.reopenings.append(Reopening(event.event_id, tap.said(), event.at_ms))
        self._await_words(event, tap.said(), "")
        self._answer(Prompt.REOPENED, tap.said())

    # ── what several have in common ───────────────────────────────────────────────────────────────

    def _confirm(self, event: ChatEvent, *, joins: str = "") -> None:
        if self.draft.is_fileable:
            self.filed.append((event.event_id, event.at_ms, self.draft.joining(joins)))
            self.draft = Draft()
            self._answer(Prompt.FILED, event.event_id)
        elif self.draft.is_blank and self.prompt in (Prompt.FILED, Prompt.ALREADY_FILED):
            # The button was tapped twice.
            self._answer(Prompt.ALREADY_FILED, self.prompt_about)
        else:
            self._answer(Prompt.NOTHING_TO_FILE)

    def _answer(self, prompt: Prompt, about: str = "") -> None:
        self.prompt, self.prompt_about = prompt, about

    def _await_words(self, event: ChatEvent, number: str, question: str) -> None:
        self.added.append(_Asked(event.event_id, number, question, event.at_ms, Draft()))
        self.is_answering = True

    def _still_answers(self, event: ChatEvent, phrase: Phrase = Phrase.OTHER) -> bool:
        """Tell whether the event belongs to what the person was just asked; "ใช่ครับ" is an answer then."""
        if not self.is_answering or phrase in (Phrase.CANCEL, Phrase.MINE, Phrase.HELP):
            return False
        is_late = self.last is not None and event.at_ms - self.last.at_ms > ANSWER_TIME_MS
        self.is_answering = not is_late
        return self.is_answering

    def _add(self, event: ChatEvent, change: Callable[[Draft], Draft]) -> None:
        asked = self.added[-1]
        self.added[-1] = replace(asked, draft=change(asked.draft))
        self._answer(Prompt.ADDED, asked.number)

    def _step(self) -> Step:
        return next_step(self.draft)

    def _follows_its_set(self, event: ChatEvent) -> bool:
        """Put a photo that was overtaken by "confirm" to the filing that holds the rest of its set."""
        if not self.filed or self.draft.count_of_set(event.set_id):
            return False
        key, confirmed_at_ms, draft = self.filed[-1]
        if not draft.count_of_set(event.set_id) or event.at_ms - confirmed_at_ms > SET_TIME_MS:
            return False
        self.filed[-1] = (key, confirmed_at_ms, draft.with_photo(event))
        self._answer(Prompt.FILED, key)
        return True

    def _missing_of_set(self, event: ChatEvent) -> int:
        """Return how many photos of this one's set are still on their way."""
        holding = [
            self.draft,
            *(each.draft for each in self.added[-1:]),
            *(each[-1] for each in self.filed[-1:]),
        ]
        come = max(draft.count_of_set(event.set_id) for draft in holding)
        return max((event.set_total or 0) - come, 0) if come else 0

    # ── the end ───────────────────────────────────────────────────────────────────────────────────

    def result(self) -> Conversation:
        draft = self.draft.without(self.unsent)
        additions = (_addition(each, self.unsent) for each in self.added)
        return Conversation(
            filings=tuple(_filing(*each, self.unsent) for each in self.filed),
            additions=tuple(addition for addition in additions if addition is not None),
            ratings=tuple(self.ratings),
            reopenings=tuple(self.reopenings),
            draft=draft,
            step=next_step(draft),
            prompt=self.prompt,
            prompt_about=self.prompt_about,
            is_following=self.is_following,
            forgotten_ids=self.unsent,
            last_event_id=self.last.event_id if self.last else "",
            last_at_ms=self.last.at_ms if self.last else 0,
            photos_missing=self.photos_missing,
        )


def _filing(key: str, at_ms: int, draft: Draft, unsent: frozenset[str]) -> Filing:
    left = draft.without(unsent)
    return Filing(
        key=key,
        asked_at_ms=draft.asked_at_ms,
        confirmed_at_ms=at_ms,
        texts=left.texts,
        photo_ids=left.photo_ids,
        category_key=left.category_key,
        place=left.place,
        place_words=left.place_words,
        joins_need_id=left.joins_need_id,
        message_ids=draft.message_ids,
    )


def _addition(asked: _Asked, unsent: frozenset[str]) -> Addition | None:
    left = asked.draft.without(unsent)
    if left.is_blank:
        return None
    return Addition(
        asked.key,
        asked.number,
        asked.question,
        asked.at_ms,
        texts=left.texts,
        photo_ids=left.photo_ids,
        place=left.place,
    )


_PHRASE_PROMPTS: Final = {
    Phrase.YES: Prompt.THANKS,
    Phrase.THANKS: Prompt.THANKS,
    Phrase.MINE: Prompt.MY_REPORTS,
    Phrase.HELP: Prompt.HELP,
    Phrase.GREETING: Prompt.WELCOME,
}
_TAP_PROMPTS: Final = {
    Action.NEW: Prompt.ASK,
    Action.HELP: Prompt.HELP,
    Action.MINE: Prompt.MY_REPORTS,
}
