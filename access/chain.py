import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.chain import Chain, spanned
from data.formatting import counted
from data.record import Row

# A crash leaves the anchor behind by what was being written down; more than this is no crash.
MOST_BEHIND = 64
LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{0,64})")
# A full disk cuts a line anywhere. Cut within its number it says nothing, and cut within its digest only
# less: it is held against the rows as far as it goes. To read it as a fault would have the record never
# whole again for a fault of the disk; and who may cut a line of the anchor could as well take it away.
CUT_WITHIN_ITS_NUMBER = re.compile(r"(?:[1-9][0-9]{0,17})?")


@dataclass(frozen=True)
class Verdict:
    """What was found of a chain: how many rows, the last one's number and digest, and what is wrong with it.

    anchored: number of the last row that the anchor has.
    """

    rows: int
    number: int
    digest: str
    anchored: int
    findings: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.findings

    def __str__(self) -> str:
        if not self.whole:
            found = counted(len(self.findings), "fault was", "faults were")
            return f"The record is not whole: {found} found in {counted(self.rows, 'entry', 'entries')}."
        if not self.rows:
            return "The record has no entry yet."
        behind = self.number - self.anchored
        anchor = f"is {counted(behind, 'entry', 'entries')} behind" if behind else "agrees"
        entries = counted(self.rows, "entry", "entries")
        return f"The record is whole: {entries}, the last one {self.digest[:16]}; its anchor {anchor}."


def judged(
    rows: Iterable[Row], keys: Mapping[str, bytes], begins: str, anchor: Sequence[str] | None
) -> Verdict:
    """Check rows in the order in which they stand.

    keys: by id, first to last; begins: the ledger's id; anchor: its lines, None where there is none.
    """
    heads = _Anchored(anchor or ())
    chain = Chain(keys, begins)
    findings = [*(() if anchor is not None else ("The anchor of the record is missing.",)), *heads.findings]
    for row in rows:
        findings += chain.follow(row)
        findings += heads.meet(row)
    findings += heads.beyond(chain.last)
    return Verdict(chain.rows, chain.last, chain.digest, heads.last, tuple(findings))


class _Anchored:
    def __init__(self, lines: Sequence[str]) -> None:
        self.findings: list[str] = []
        self.last = 0
        self._digests: dict[int, str] = {}
        for place, line in enumerate(lines, start=1):
            self._take(line, place)

    def meet(self, row: Row) -> Iterator[str]:
        if not row.digest.startswith(self._digests.get(row.number, "")):
            yield f"Row {row.number} is not the row that was anchored."

    def beyond(self, last: int) -> Iterator[str]:
        if self.last > last:
            yield f"{spanned(last + 1, self.last)} cut off from the end: the anchor goes on to {self.last}."
        if last - self.last > MOST_BEHIND:
            yield (
                f"The anchor ends at row {self.last}, and the record goes on to {last}: the anchor was put "
                "back from an older copy, or rows were added without it."
            )

    def _take(self, line: str, place: int) -> None:
        if CUT_WITHIN_ITS_NUMBER.fullmatch(line):
            return
        found = LINE.fullmatch(line)
        if found is None:
            self.findings.append(f"Line {place} of the anchor cannot be read.")
            return
        number, digest = int(found[1]), found[2]
        held = self._digests.setdefault(number, digest)
        if digest.startswith(held):
            self._digests[number] = digest
        elif not held.startswith(digest):
            self.findings.append(f"Line {place} of the anchor has another row {number} than a line above it.")
        self.last = max(self.last, number)
