"""แถวซ้ำ: whether a row names somebody whom an earlier row of the same file has named."""

from dataclasses import dataclass, field
from typing import Literal

from cddp.registers.residents.rules.importing.rows import PersonReading

Verdict = Literal["first", "repeated", "also_lives", "ambiguous"]
"""first: not seen before · repeated: seen · also_lives: the same person's other stay · ambiguous: for a person."""


@dataclass(slots=True)
class Seen:
    """แถวที่เคยพบ: what is remembered of the first row of a person."""

    row_number: int
    name: str
    birth: object
    house: int
    citizen_id: str
    id_is_valid: bool
    is_registered: bool
    is_resident: bool | None
    content: int


@dataclass(slots=True)
class Repeats:
    """ผู้จำแถวของไฟล์หนึ่ง: judges rows in their order.

    doubtful_rows: first rows that turned out to share a valid number with somebody else.
    numberless_rows: first rows that keep no number because it is invalid and used by several (a stand-in).
    """

    doubtful_rows: set[int] = field(default_factory=set)
    numberless_rows: set[int] = field(default_factory=set)
    _by_id: dict[str, Seen] = field(default_factory=dict)
    _by_name: dict[tuple[str, int], list[Seen]] = field(default_factory=dict)
    _stand_ins: set[str] = field(default_factory=set)

    def judge(self, person: PersonReading, house: int, content: int) -> tuple[Verdict, int | None, str]:
        """Return the verdict, the earlier row it rests on, and a problem code or "".

        `house`: ordinal of the house in the file, −1 = none; `content`: a hash of the row's values. Takes away
        the number of a person whose invalid number others bear too.
        """
        seen = Seen(
            person.row_number,
            person.search_name,
            person.birth_date,
            house,
            person.citizen_id,
            person.citizen_id_is_valid,
            person.is_registered,
            person.is_resident,
            content,
        )
        if person.citizen_id:
            found = self._judge_by_id(person, seen)
            if found is not None:
                return found
        found = self._judge_by_name(seen)
        if found is not None:
            return found
        self._remember(seen)
        return "first", None, "id_shared_dropped" if seen.citizen_id != person.citizen_id else ""

    def _judge_by_id(self, person: PersonReading, seen: Seen) -> tuple[Verdict, int | None, str] | None:
        if seen.citizen_id in self._stand_ins:
            seen.citizen_id = ""
            return None
        earlier = self._by_id.get(seen.citizen_id)
        if earlier is None:
            return None
        same_birth = seen.birth is not None and seen.birth == earlier.birth
        if seen.name == earlier.name or same_birth:
            return _same_person(seen, earlier)
        if not seen.id_is_valid:
            self._stand_ins.add(seen.citizen_id)
            self.numberless_rows.add(earlier.row_number)
            earlier.citizen_id = seen.citizen_id = ""
            return None
        self.doubtful_rows.add(earlier.row_number)
        return "ambiguous", earlier.row_number, "id_shared"

    def _judge_by_name(self, seen: Seen) -> tuple[Verdict, int | None, str] | None:
        for earlier in self._by_name.get((seen.name, seen.house), ()):
            if seen.citizen_id and earlier.citizen_id:
                continue
            if seen.birth is not None and seen.birth == earlier.birth:
                return _same_person(seen, earlier)
            if (
                seen.birth is None
                and earlier.birth is None
                and not seen.citizen_id
                and not earlier.citizen_id
            ):
                if seen.content == earlier.content:
                    return "repeated", earlier.row_number, ""
                return "ambiguous", earlier.row_number, "namesake_in_file"
        return None

    def _remember(self, seen: Seen) -> None:
        if seen.citizen_id:
            self._by_id[seen.citizen_id] = seen
        self._by_name.setdefault((seen.name, seen.house), []).append(seen)


def _same_person(seen: Seen, earlier: Seen) -> tuple[Verdict, int | None, str]:
    if seen.content == earlier.content:
        return "repeated", earlier.row_number, ""
    if seen.house == earlier.house:
        return "repeated", earlier.row_number, "same_person_differs"
    if seen.is_registered != earlier.is_registered and bool(seen.is_resident) != bool(earlier.is_resident):
        return "also_lives", earlier.row_number, ""
    return "ambiguous", earlier.row_number, "two_houses"
