"""ความหมายของบทสนทนา: what the events of one person come to, once they are folded."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from cddp.operations.complaints.rules.line_drafts import Draft, Place, Step


class Prompt(Enum):
    """คำตอบที่ควรได้: what the newest event calls for. ASK asks for `Conversation.step`."""

    NONE = "none"
    WELCOME = "welcome"
    HELP = "help"
    ASK = "ask"
    FILED = "filed"
    ALREADY_FILED = "already_filed"
    NOTHING_TO_FILE = "nothing_to_file"
    CANCELLED = "cancelled"
    MY_REPORTS = "my_reports"
    RATED = "rated"
    REOPENED = "reopened"
    ASK_ANSWER = "ask_answer"
    ADDED = "added"
    CANNOT_READ = "cannot_read"
    THANKS = "thanks"
    OLD_BUTTON = "old_button"


@dataclass(frozen=True)
class Filing:
    """การแจ้งที่ยืนยันแล้ว: `key` is the id of the event that confirmed it. What was unsent since is left out."""

    key: str
    asked_at_ms: int
    confirmed_at_ms: int
    texts: tuple[tuple[str, str], ...]  # each with the number of its message
    photo_ids: tuple[str, ...]
    category_key: str
    place: Place | None
    place_words: str
    joins_need_id: str
    message_ids: frozenset[str]  # those that were unsent since, too

    @property
    def text(self) -> str:
        return "\n".join(words for _message_id, words in self.texts)

    @property
    def is_emptied(self) -> bool:
        """Tell whether the person has taken back every word and photo since."""
        return not self.texts and not self.photo_ids


@dataclass(frozen=True)
class Addition:
    """สิ่งที่บอกเพิ่ม: words and photos for a report that exists: an answer, a reason to reopen, or an afterthought.

    `question` names the officer's question that is answered, "" otherwise.
    """

    key: str
    number: str
    question: str
    at_ms: int
    texts: tuple[tuple[str, str], ...]
    photo_ids: tuple[str, ...]
    place: Place | None

    @property
    def text(self) -> str:
        return "\n".join(words for _message_id, words in self.texts)


@dataclass(frozen=True)
class Rating:
    """คะแนน: how satisfied the person is with a report, 1–5."""

    key: str
    number: str
    score: int
    at_ms: int


@dataclass(frozen=True)
class Reopening:
    """ขอเปิดเรื่องอีกครั้ง; words that follow come as an Addition of the same key."""

    key: str
    number: str
    at_ms: int


@dataclass(frozen=True)
class Conversation:
    """บทสนทนา: what the events of one person mean together."""

    filings: tuple[Filing, ...] = ()
    additions: tuple[Addition, ...] = ()
    ratings: tuple[Rating, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    draft: Draft = field(default_factory=Draft)
    step: Step = Step.START
    prompt: Prompt = Prompt.NONE
    prompt_about: str = ""
    is_following: bool = True
    forgotten_ids: frozenset[str] = frozenset()
    last_event_id: str = ""
    last_at_ms: int = 0
    photos_missing: int = 0
