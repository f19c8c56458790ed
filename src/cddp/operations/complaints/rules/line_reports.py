"""การแจ้งกับเรื่องที่มีอยู่: which filing is which report, when events that came late changed what was filed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cddp.foundation.values.thai_text import normalise
from cddp.operations.complaints.rules.line_meaning import Filing


@dataclass(frozen=True)
class Plan:
    """แผน: filings that are no report yet, filings by the key of the report they are, and reports without a filing."""

    new: tuple[Filing, ...]
    known: Mapping[str, Filing]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Reported:
    """เรื่องที่ทำไว้: the messages a report was made of, and the moment of the confirmation it was made by."""

    messages: frozenset[str]
    confirmed: tuple[int, str]


def match_filings(filings: Sequence[Filing], reports: Mapping[str, Reported]) -> Plan:
    """Match the filings of one person to their reports, by the id of the event that confirmed each.

    A confirmation that came late may leave a later one with nothing to confirm: that was a second tap on the same
    button. The report made by it is then the filing's that holds its messages, or else the last one before it; so
    nobody's voice is counted twice.
    """
    known = {filing.key: filing for filing in filings if filing.key in reports}
    new = [filing for filing in filings if filing.key not in known]
    gone: list[str] = []
    for key in sorted(reports.keys() - known.keys(), key=lambda each: reports[each].confirmed):
        same = _same_filing(reports[key], new)
        if same is None:
            gone.append(key)
        else:
            known[key] = same
            new.remove(same)
    return Plan(tuple(new), known, tuple(gone))


def _same_filing(report: Reported, new: Sequence[Filing]) -> Filing | None:
    for filing in new:
        if report.messages & filing.message_ids:
            return filing
    before = [filing for filing in new if (filing.confirmed_at_ms, filing.key) < report.confirmed]
    return before[-1] if before else None


def late_words(description: str, filing: Filing) -> list[tuple[str, str]]:
    """Return the texts of a filing (message, words) that do not stand in the report's description."""
    return [(message_id, words) for message_id, words in filing.texts if normalise(words) not in description]


def without_words(description: str, forgotten: Collection[str]) -> str:
    """Return the description without these texts, each as a whole wherever it stands."""
    for words in sorted({normalise(each) for each in forgotten} - {""}, key=len, reverse=True):
        lines, line = f"\n{description}\n", f"\n{words}\n"
        while line in lines:
            lines = lines.replace(line, "\n")
        left = lines.strip("\n")
        description = left if left != description else description.replace(words, "")
    return description.strip()
