"""แบ่งข้อความสำหรับวัดผล: which texts a classifier may learn from, and which it is measured on.

The text alone decides, so that the split is the same on every machine and with every further file, and the
same words never stand on both sides. Near twins (a report sent again with a word more) are told by the
share of their pieces that they have in common.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from cddp.operations.complaints.rules.classifying import fold_text

HELD_OUT_OF = 5
# A common piece tells nothing about twins and makes every text meet every other.
COMMON_FROM = 400
TWIN_SHARE = 0.7
SHINGLE_SIGNS = 5

_SAYS_NOTHING = re.compile("นะ|ครับ|ค่ะ|คะ|คับ|ค่า|ด้วย|หน่อย|ช่วย|แจ้ง|เรื่อง|ขอ|[ 0]")


def sameness_key(text: str) -> str:
    """Return what is left of a text without blanks, numbers and words of courtesy: alike for the same text."""
    folded = fold_text(text).text
    return _SAYS_NOTHING.sub("", folded) or folded.strip()


def is_held_out(text: str) -> bool:
    """Tell whether a text is kept for measuring: one in five, by the hash of its key."""
    return _draw(f"held out {sameness_key(text)}") % HELD_OUT_OF == 0


def is_for_tuning(text: str) -> bool:
    """Tell whether a text that is not held out is for choosing temperature and threshold: one in four."""
    return _draw(f"tuning {sameness_key(text)}") % 4 == 0


def drop_twins(keys: Sequence[str], *, after: Collection[str]) -> list[int]:
    """Return the places of the keys that are no near twin of a key in `after`, nor of one kept before."""
    seen: list[set[str]] = []
    holders: dict[str, list[int]] = defaultdict(list)
    kept = []
    # In the order of the alphabet: a set comes in another order each time.
    for place, key in enumerate((*sorted(after), *keys), start=-len(after)):
        shingles = {key[at : at + SHINGLE_SIGNS] for at in range(max(1, len(key) - SHINGLE_SIGNS + 1))}
        if place >= 0 and _has_twin(shingles, seen, holders):
            continue
        for shingle in shingles:
            holders[shingle].append(len(seen))
        seen.append(shingles)
        if place >= 0:
            kept.append(place)
    return kept


def _has_twin(shingles: set[str], seen: Sequence[set[str]], holders: dict[str, list[int]]) -> bool:
    shared: Counter[int] = Counter()
    for shingle in shingles:
        if len(holders.get(shingle, ())) < COMMON_FROM:
            shared.update(holders.get(shingle, ()))
    # The exact share is asked only of the few that have most in common (the earlier first, to be repeatable).
    likeliest = sorted(shared, key=lambda other: (-shared[other], other))[:5]
    return any(len(shingles & seen[other]) >= TWIN_SHARE * len(shingles | seen[other]) for other in likeliest)


def _draw(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4], "big")
