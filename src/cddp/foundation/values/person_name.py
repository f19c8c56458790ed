"""ชื่อบุคคล: a written name cut into title, given name and family name.

Source: Person Name Act 2505 (a given name, perhaps a middle name, a family name); registers write them in
one cell or in three, with ranks, with double blanks, and some people have one name only.
"""

from dataclasses import dataclass

from cddp.foundation.values.thai_text import normalise_line, repair_mojibake
from cddp.foundation.values.titles import canonical_title, cut_title, sex_of_title

__all__ = ["PersonName", "canonical_title", "join_name", "sex_of_title", "split_name"]


@dataclass(frozen=True, slots=True)
class PersonName:
    """ชื่อเต็ม: the three parts, each possibly empty, in the form that is kept."""

    title: str
    given: str
    family: str

    @property
    def full(self) -> str:
        """The name as it is shown: "นายสมชาย ใจดี", "พ.ต.อ. สมชาย ใจดี"."""
        return join_name(self.title, self.given, self.family)


def split_name(text: str) -> PersonName:
    """Cut "น.ส. สมหญิง  ณ อยุธยา" into ("นางสาว", "สมหญิง", "ณ อยุธยา"). A lone word is a given name."""
    title, rest = cut_title(normalise_line(repair_mojibake(text)))
    given, _, family = rest.partition(" ")
    return PersonName(title, given, family.strip())


def join_name(title: str, given: str, family: str) -> str:
    """Join as Thai writes: no blank after a title in full letters, one after an abbreviation."""
    apart = "." in title or title.endswith("ฯ") or given.isascii()
    first = f"{title} {given}".strip() if apart else f"{title}{given}"
    return f"{first} {family}".strip()
