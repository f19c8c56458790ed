"""ปุ่มในแชต: what a button carries back to us (postback data), at most 300 characters, with a version in front.

A button lives in the phone for years: an old one must still be understood, or at least be seen to be old.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote, unquote

VERSION: Final = "v1"
DATA_CHARACTERS: Final = 300


class Action(Enum):
    """สิ่งที่ปุ่มทำ."""

    CONFIRM = "confirm"
    JOIN = "join"
    CANCEL = "cancel"
    CATEGORY = "category"
    SKIP = "skip"
    CHANGE = "change"
    NEW = "new"
    HELP = "help"
    MINE = "mine"
    ADD = "add"
    ANSWER = "answer"
    RATE = "rate"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Tap:
    """ปุ่มที่กด: the action and what it is about, such as a report's number and a score."""

    action: Action
    about: tuple[str, ...] = ()

    def said(self, place: int = 0) -> str:
        """Return one part of what the button is about, "" when it is missing."""
        return self.about[place] if place < len(self.about) else ""


def write_tap(action: Action, *about: object) -> str:
    """Return the data of a button. Raises ValueError when it would not fit: a mistake of the program."""
    data = ":".join([VERSION, action.value, *(quote(str(each), safe="") for each in about)])
    if len(data) > DATA_CHARACTERS:
        raise ValueError(action.value)
    return data


def read_tap(data: str) -> Tap | None:
    """Return what a button says, or None for a button that is not ours, or of a version we no longer know."""
    version, _colon, rest = data.partition(":")
    name, *about = rest.split(":")
    if version != VERSION or name not in {action.value for action in Action}:
        return None
    return Tap(Action(name), tuple(unquote(each) for each in about))
