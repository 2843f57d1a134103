"""Whether the record's chain is whole, with all that it vouches for, and who looked at what."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from data.connection import reading
from data.errors import UserError
from data.formatting import counted, written_day
from data.ledger_checks import altered
from data.record import MOST_BEHIND, VISITS, Chain, Record, Row, Signed, spanned
from data.record_files import LINE

IN_A_JOURNAL = re.compile(r"\brecord ([1-9][0-9]{0,17}) ([0-9a-f]{64})$")


@dataclass(frozen=True)
class Verdict:
    """number, digest: of the last row. anchored: number of the last row that the anchor has."""

    rows: int
    number: int
    digest: str
    anchored: int
    findings: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.findings

    def __str__(self) -> str:
        entries = counted(self.rows, "entry", "entries")
        if not self.whole:
            faults = counted(len(self.findings), "fault was", "faults were")
            return f"The record is not whole: {faults} found in {entries}."
        if not self.rows:
            return "The record has no entry yet."
        behind = self.number - self.anchored
        anchor = f"is {counted(behind, 'entry', 'entries')} behind" if behind else "agrees"
        return f"The record is whole: {entries}, the last one {self.digest[:16]}; its anchor {anchor}."


def judged(
    rows: Iterable[Row],
    keys: Mapping[str, bytes],
    begins: str,
    anchor: Sequence[str] | None,
    *,
    complete: bool = True,
    others: Mapping[str, Sequence[str]] = {},
) -> Verdict:
    """keys: by id, first to last. begins: the ledger's id. anchor: its lines, None where there is none.

    complete: whether each row should be in the anchor, which a journal does not have. others: lines by place.
    """
    heads, chain = _Anchored(anchor or (), complete=complete), Chain(keys, begins)
    further = {f"{place}: ": _Anchored(lines, complete=True) for place, lines in others.items()}
    places = {"": heads, **further}
    findings = [] if anchor is not None else ["The anchor of the record is missing."]
    findings += (place + finding for place, own in places.items() for finding in own.findings)
    for row in rows:
        findings += chain.follow(row)
        findings += (place + finding for place, own in places.items() for finding in own.compare(row))
    findings += (place + finding for place, own in places.items() for finding in own.beyond(chain.last))
    return Verdict(chain.rows, chain.last, chain.digest, heads.last, tuple(findings))


class _Anchored:
    def __init__(self, lines: Sequence[str], *, complete: bool) -> None:
        self.findings: list[str] = []
        self._complete = complete
        self._digests: dict[int, str] = {}
        for place, line in enumerate(lines, start=1):
            self._take(line, place, lines[place:])
        self.last = max(self._digests, default=0)
        lost = self.last - len(self._digests)
        if lost and complete:
            first = next(row for row, own in enumerate(sorted(self._digests), start=1) if row != own)
            self.findings.append(f"The anchor lacks {counted(lost, 'row', 'rows')}, first row {first}.")

    def compare(self, row: Row) -> Iterator[str]:
        if row.digest != self._digests.get(row.number, row.digest):
            yield f"Row {row.number} is not the row that was anchored."

    def beyond(self, last: int) -> Iterator[str]:
        if self.last > last:
            yield f"{spanned(last + 1, self.last)} cut off from the end: the anchor goes on to {self.last}."
        if self._complete and last - self.last > MOST_BEHIND:
            why = "The anchor is an older copy, or rows were added without it."
            yield f"The anchor ends at row {self.last}, but the record goes on to {last}. {why}"

    def _take(self, line: str, place: int, later: Sequence[str]) -> None:
        match = LINE.fullmatch(line)
        if match is None:
            # A full disk cuts a line, and the next entry adds that line again.
            if not line or not any(other.startswith(line) and LINE.fullmatch(other) for other in later):
                self.findings.append(f"Line {place} of the anchor cannot be read.")
            return
        number, digest = int(match[1]), match[2]
        if self._digests.setdefault(number, digest) != digest:
            self.findings.append(f"Line {place} of the anchor has another row {number} than a line above it.")


def verify(record: Record, copy: str | None = None) -> Verdict:
    """Check the record, and the rows that it vouches for.

    copy: text of another copy of the anchor, or of a journal that has some heads among other lines.
    """
    # The anchors before the rows, the keys after: none of them is then ahead of what it is compared with.
    lines = record.anchor.lines() if record.anchor.path.exists() else None
    others, complete = {str(anchor.path): anchor.lines() for anchor in record.others}, True
    if copy is not None:
        lines = copy.removesuffix("\n").split("\n") if copy else []
        if journal := [f"{match[1]} {match[2]}" for line in lines if (match := IN_A_JOURNAL.search(line))]:
            lines, complete = journal, False
    ledger, vouching = record.ledger, list[Row]()

    def remembered(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if row.kind not in VISITS:
                vouching.append(row)
            yield row

    with record.reading() as rows:
        keys, begins = record.keys.read(), ledger.id()
        verdict = judged(remembered(rows), keys, begins, lines, complete=complete, others=others)
    with reading(ledger.engine) as connection:
        rows_altered = altered(connection, ledger.tables, Signed(vouching))
        return replace(verdict, findings=(*verdict.findings, *rows_altered))


def extract(record: Record, begins: dt.date, ends: dt.date) -> pl.DataFrame:
    if ends < begins:
        raise UserError(f"{written_day(ends)} is before {written_day(begins)}: give the earlier day first.")
    return frame(record.between(begins, ends))


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    # All but the number is text, as it was signed.
    schema = {name: pl.Int64 if name == "number" else pl.String for name in Row._fields}
    return pl.DataFrame(rows, schema=schema, orient="row")


def looked_at(entries: pl.DataFrame) -> pl.DataFrame:
    """Count entries by `day` (UTC; none of a moment that was tampered with), `who, kind, outcome`."""
    day = pl.col("at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("day")
    by = ("day", "who", "kind", "outcome")
    return entries.lazy().with_columns(day).group_by(by).agg(entries=pl.len()).sort(by).collect()
