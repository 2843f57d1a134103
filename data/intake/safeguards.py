"""What a load may not do unasked: take rows away, correct a day already loaded, or stand on a far day."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

import polars as pl

from data.errors import UserError
from data.formatting import counted, listed_words, written_count, written_day
from data.incoming import Receipt
from data.loading import ALTERATIONS, Loading
from data.schema import SCHEMAS
from data.snapshot import laid_out
from data.terms import Terms

MOST_REMOVED = 0.1
Option = Literal["--confirm-removals", "--confirm-corrections", "--confirm-day"]
Doubts = list[tuple[Option, str]]
"""What a person must confirm of a load: the option that does, and a sentence on why."""


class Unconfirmed(UserError):
    """A load that nobody has confirmed yet, with what it would take away or alter if it takes rows away.

    loading: None where none of that is shown. alterations: as `Loading.alterations`, removed rows first.
    """

    def __init__(self, doubts: Doubts, loading: Loading | None) -> None:
        super().__init__(confirmation(doubts))
        going = any(option == "--confirm-removals" for option, _ in doubts)
        self.loading = loading if going else None
        self.alterations = ALTERATIONS if self.loading is None else alterations(self.loading)


def confirmation(doubts: Doubts) -> str:
    options = listed_words(list(dict.fromkeys(option for option, _ in doubts)))
    return f"{' '.join(sentence for _, sentence in doubts)} If that is right, load it with {options}."


class Versions(Mapping[str, pl.LazyFrame]):
    """Every table by name as a snapshot would have it, read inside a load when it is asked for."""

    def __init__(self, loading: Loading, terms: Terms, *, before: "Versions | None" = None) -> None:
        """`before`: the same before the load, if these are the tables with it."""
        self._loading, self._terms, self._before = loading, terms, before
        self._read: dict[str, pl.LazyFrame] = {}

    def __getitem__(self, table: str) -> pl.LazyFrame:
        if table not in self._read:
            self._read[table] = self._rows(table)
        return self._read[table]

    def __iter__(self) -> Iterator[str]:
        return iter(SCHEMAS)

    def __len__(self) -> int:
        return len(SCHEMAS)

    def _rows(self, table: str) -> pl.LazyFrame:
        loading, is_before = self._loading, self._before is None
        stirred = {receipt.table_name for receipt in loading.receipts if receipt.stirred}
        if self._before is not None and table not in stirred:
            return self._before[table]
        version = loading.before if is_before else loading.load
        rows = loading.row_versions(table, before=is_before)
        return laid_out(rows, table, self._terms, version).lazy()


class Candidate:
    """A load that is stored but not committed, and the ledger's tables without it and with it."""

    def __init__(self, loading: Loading, terms: Terms) -> None:
        self.recorded_on = loading.recorded_on
        self.terms = terms
        self.before = Versions(loading, terms)
        self.after = Versions(loading, terms, before=self.before)


Check = Callable[[Candidate], Iterable[str]]
"""A check that a higher floor brings: sentences on what a load would take away; none if it may be kept."""


def doubt_day(recorded_on: dt.date, today: dt.date, last: dt.date | None) -> Doubts:
    sentences: list[str] = []
    if recorded_on > today:
        sentences.append(f"{written_day(recorded_on)} is still to come: today is {written_day(today)}.")
    if last is not None and _anniversary(last) < recorded_on:
        sentences.append(
            f"{written_day(recorded_on)} is more than a year after the last load, which was recorded on "
            f"{written_day(last)}."
        )
    if not sentences:
        return []
    sentences.append("No later load may then be recorded before that day.")
    return [("--confirm-day", " ".join(sentences))]


def _anniversary(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        # 29 February.
        return dt.date(day.year + 1, 3, 1)


def refuse_the_old(loading: Loading, receipt: Receipt, last: Receipt | None) -> None:
    """Refuse a file that would undo what newer files brought since it was taken.

    last: receipt of the last kept load of the same table.
    """
    if not receipt.stirred or last is None or last.fingerprint == receipt.fingerprint:
        return
    loads = loading.loads_of(receipt.table_name)
    before = loads.filter(pl.col("fingerprint") == receipt.fingerprint)["load"]
    if before.len():
        since = loads.filter(pl.col("load") > before[-1])["load"]
        raise UserError(
            f"{receipt.file} was taken by load {before[-1]}, and newer {receipt.table_name} came since, with "
            f"load {', '.join(map(str, since))}: loading it again would undo them, so load the newest file."
        )


def doubt_removals(loading: Loading) -> Doubts:
    """Doubt each full extract that lacks so many rows of its table that it may have been cut short."""
    doubts: Doubts = []
    for receipt in loading.receipts:
        before = loading.count(receipt.table_name) - receipt.new + receipt.removed
        if receipt.removed > MOST_REMOVED * before:
            sentence = (
                f"{receipt.file} lacks {written_count(receipt.removed)} of the {written_count(before)} "
                f"current {receipt.table_name}, and a full extract removes what it lacks; if it is a part of "
                'the register, say extract = "partial" in the mapping.'
            )
            doubts.append(("--confirm-removals", sentence))
    return doubts


def doubt_corrections(loading: Loading) -> Doubts:
    """Doubt each file that alters rows which another file brought on the very same day.

    Rows that are only new correct nothing.
    """
    return [
        (
            "--confirm-corrections",
            (
                f"{receipt.file} changes {receipt.changed:,} and removes {receipt.removed:,} of the "
                f"{receipt.table_name}, of which a load is of {written_day(loading.recorded_on)} already: "
                "see which with --dry-run."
            ),
        )
        for receipt in loading.receipts
        if (receipt.changed or receipt.removed)
        and loading.recorded_on in loading.loads_of(receipt.table_name)["recorded_on"]
    ]


def doubt_lowered(sentences: Iterable[str], loading: Loading) -> Doubts:
    """Doubt a load that lowers what was published; where only that is doubted, say what it removes."""
    lowered = list(sentences)
    if lowered:
        removed = sum(receipt.removed for receipt in loading.receipts)
        lowered.append(f"It removes {counted(removed, 'row', 'rows')}.")
    return [("--confirm-removals", sentence) for sentence in lowered]


def alterations(loading: Loading) -> pl.DataFrame:
    """As `Loading.alterations`, removed rows first."""
    return loading.alterations().sort(pl.col("change") != "removed", maintain_order=True)
