"""เรื่องที่กำลังแจ้ง: what a person has sent since their last filing, and what to ask next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from cddp.operations.complaints.rules.line_events import ChatEvent

_AFTER_THE_NUMBERED: Final = 10_000


class Step(Enum):
    """ขั้นตอน: what to ask next; the values stand in buttons."""

    START = "start"
    DESCRIBE = "describe"
    PHOTO = "photo"
    PLACE = "place"
    CATEGORY = "category"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Place:
    """ตำแหน่งที่ส่งมา."""

    message_id: str
    lat: float
    lng: float
    address: str = ""
    title: str = ""


@dataclass(frozen=True)
class Photo:
    """รูปหนึ่งรูป: photos sent together share a set, with or without their number in it."""

    message_id: str
    came: tuple[int, str]
    set_id: str = ""
    set_index: int | None = None


@dataclass(frozen=True)
class Draft:
    """เรื่องที่ยังไม่ยืนยัน: texts and the words for the place bear the number of their message, to be forgotten by.

    Words for the place stand in the text too: it was said, and nothing that is said is dropped.
    """

    texts: tuple[tuple[str, str], ...] = ()
    photos: tuple[Photo, ...] = ()
    place: Place | None = None
    told_place: tuple[str, str] = ("", "")
    category_key: str = ""
    joins_need_id: str = ""
    skipped: frozenset[Step] = frozenset()
    wanted: Step | None = None
    asked_at_ms: int = 0

    @property
    def is_blank(self) -> bool:
        return not (self.texts or self.photos or self.place or self.category_key)

    @property
    def is_fileable(self) -> bool:
        """Tell whether there is a word or a photo: a place alone says nothing."""
        return bool(self.texts or self.photos)

    @property
    def text(self) -> str:
        return "\n".join(words for _message_id, words in self.texts)

    @property
    def place_words(self) -> str:
        return self.told_place[1]

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """Return the photos in the order they were chosen: a set stands where its first one came."""
        begins: dict[str, tuple[int, str]] = {}
        for photo in self.photos:
            name = photo.set_id or photo.message_id
            begins[name] = min(begins.get(name, photo.came), photo.came)

        def rank(photo: Photo) -> tuple[tuple[int, str], int, tuple[int, str]]:
            index = _AFTER_THE_NUMBERED if photo.set_index is None else photo.set_index
            return (begins[photo.set_id or photo.message_id], index, photo.came)

        return tuple(photo.message_id for photo in sorted(self.photos, key=rank))

    @property
    def message_ids(self) -> frozenset[str]:
        """Return the number of every message that stands in it."""
        told = {message_id for message_id, _words in self.texts} | {photo.message_id for photo in self.photos}
        return frozenset(told | {self.place.message_id} if self.place else told)

    def count_of_set(self, set_id: str) -> int:
        """Return how many photos of a set have come; none for no set."""
        return sum(1 for photo in self.photos if set_id and photo.set_id == set_id)

    def with_text(self, message_id: str, words: str, at_ms: int) -> Draft:
        """Add what was written; the same message twice counts once."""
        if message_id in self.message_ids or not words.strip():
            return self
        wanted = None if self.wanted is Step.DESCRIBE else self.wanted
        return self._begun(at_ms, texts=(*self.texts, (message_id, words.strip())), wanted=wanted)

    def with_place_words(self, message_id: str, words: str, at_ms: int) -> Draft:
        """Take the words as the place, for those who cannot send their location."""
        draft = self.with_text(message_id, words, at_ms)
        wanted = None if draft.wanted is Step.PLACE else draft.wanted
        return replace(draft, told_place=(message_id, words.strip()), wanted=wanted)

    def with_photo(self, event: ChatEvent) -> Draft:
        """Add a photo; the same message twice counts once."""
        if event.message_id in self.message_ids:
            return self
        photo = Photo(event.message_id, event.place_in_talk, event.set_id, event.set_index)
        wanted = None if self.wanted is Step.PHOTO else self.wanted
        return self._begun(event.at_ms, photos=(*self.photos, photo), wanted=wanted)

    def with_place(self, place: Place, at_ms: int) -> Draft:
        """Take the place; a later one replaces it."""
        wanted = None if self.wanted is Step.PLACE else self.wanted
        return self._begun(at_ms, place=place, wanted=wanted)

    def with_category(self, key: str, at_ms: int) -> Draft:
        """Take the category; a later one replaces it."""
        wanted = None if self.wanted is Step.CATEGORY else self.wanted
        return self._begun(at_ms, category_key=key, wanted=wanted)

    def joining(self, need_id: str) -> Draft:
        """Say that this is one more voice about a need that is known."""
        return replace(self, joins_need_id=need_id)

    def skipping(self, step: Step | None) -> Draft:
        """Ask for this no more."""
        if step is None or self.is_blank:
            return self
        wanted = None if self.wanted is step else self.wanted
        return replace(self, skipped=self.skipped | {step}, wanted=wanted)

    def changing(self, step: Step | None) -> Draft:
        """Ask for this again, until something of the kind comes or it is skipped."""
        if step in (None, Step.START, Step.CONFIRM) or self.is_blank:
            return self
        return replace(self, wanted=step)

    def without(self, message_ids: Collection[str]) -> Draft:
        """Forget these messages."""
        kept = self.place if self.place and self.place.message_id not in message_ids else None
        return replace(
            self,
            texts=tuple(each for each in self.texts if each[0] not in message_ids),
            photos=tuple(each for each in self.photos if each.message_id not in message_ids),
            place=kept,
            told_place=("", "") if self.told_place[0] in message_ids else self.told_place,
        )

    def _begun(self, at_ms: int, **changes: object) -> Draft:
        asked_at_ms = at_ms if self.is_blank else self.asked_at_ms
        return replace(self, asked_at_ms=asked_at_ms, **changes)  # type: ignore[arg-type]


def next_step(draft: Draft) -> Step:
    """Return what to ask next: words, photo, place, category, then whether all is right."""
    if draft.is_blank:
        return Step.START
    if draft.wanted is not None:
        return draft.wanted
    lacks = {
        Step.DESCRIBE: not draft.texts,
        Step.PHOTO: not draft.photos,
        Step.PLACE: draft.place is None and not draft.place_words,
        Step.CATEGORY: not draft.category_key,
    }
    # Words may be left out where a photo speaks.
    skipped = draft.skipped if draft.photos else draft.skipped - {Step.DESCRIBE}
    return next((step for step, lacking in lacks.items() if lacking and step not in skipped), Step.CONFIRM)


def step_named(name: str) -> Step | None:
    """Return the step that stands in a button, or None."""
    return next((step for step in Step if step.value == name), None)
