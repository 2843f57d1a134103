"""What a load may not do unasked: take rows away, correct a day already loaded, or stand on a far day."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import polars as pl

from data.errors import UserError
from data.formatting import counted, listed_words, written_count, written_day
from data.incoming import Receipt
from data.loading import ALTERATIONS, Loading
from data.snapshot import laid_out
from data.terms import Terms

MOST_REMOVED = 0.1
Option = Literal["--confirm-removals", "--confirm-corrections", "--confirm-day"]
Doubts = list[tuple[Option, str]]
"""What a person must confirm of a load: the option that does, and a sentence on why."""


class Unconfirmed(UserError):
    """loading: None where nothing is shown. alterations: as `Loading.alterations`, removed rows first."""

    def __init__(self, doubts: Doubts, loading: Loading | None) -> None:
        super().__init__(confirmation(doubts))
        self.loading = loading if "--confirm-removals" in dict(doubts) else None
        self.alterations = ALTERATIONS if self.loading is None else alterations(self.loading)


def confirmation(doubts: Doubts) -> str:
    options = listed_words(list(dict(doubts)))
    return f"{' '.join(sentence for _, sentence in doubts)} If that is right, load it with {options}."


class Versions(dict[str, pl.LazyFrame]):
    """Tables as a snapshot would have them, read when asked for; before: the same without the load."""

    def __init__(self, loading: Loading, terms: Terms, *, before: "Versions | None" = None) -> None:
        super().__init__()
        self._loading, self._terms, self._before = loading, terms, before

    def __missing__(self, table: str) -> pl.LazyFrame:
        loading, before = self._loading, self._before
        stirred = {receipt.table_name for receipt in loading.receipts if receipt.stirred}
        if before is not None and table not in stirred:
            return before[table]
        version = loading.before if before is None else loading.load
        rows = loading.row_versions(table, before=before is None)
        self[table] = laid_out(rows, table, self._terms, version).lazy()
        return self[table]


class Candidate:
    """A load that is stored but not committed, and the ledger's tables without it and with it."""

    def __init__(self, loading: Loading, terms: Terms) -> None:
        self.recorded_on, self.terms = loading.recorded_on, terms
        self.before = Versions(loading, terms)
        self.after = Versions(loading, terms, before=self.before)


Check = Callable[[Candidate], Iterable[str]]
"""A check that a higher floor brings: sentences on what a load would take away; none if it may be kept."""


def doubt_day(recorded_on: dt.date, today: dt.date, last: dt.date | None) -> Doubts:
    sentences: list[str] = []
    if recorded_on > today:
        sentences.append(f"{written_day(recorded_on)} is still to come: today is {written_day(today)}.")
    # A year after 29 February is 1 March.
    if last and recorded_on > dt.date(last.year + 1, last.month, 1) + dt.timedelta(days=last.day - 1):
        sentences.append(
            f"{written_day(recorded_on)} is more than a year after the last load, which was recorded on "
            f"{written_day(last)}."
        )
    if not sentences:
        return []
    sentences.append("No later load may then be recorded before that day.")
    return [("--confirm-day", " ".join(sentences))]


def refuse_the_old(loading: Loading, receipt: Receipt, last: Receipt | None) -> None:
    """Refuse a file that would undo what newer files brought since it was taken, by the last receipt."""
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


def doubts_of(loading: Loading, lowered: Sequence[str]) -> Iterator[tuple[Option, str]]:
    """Doubt what may be cut short, what corrects another file of the same day, and what lowers figures."""
    for receipt in loading.receipts:
        before = loading.count(receipt.table_name) - receipt.new + receipt.removed
        if receipt.removed > MOST_REMOVED * before:
            sentence = (
                f"{receipt.file} lacks {written_count(receipt.removed)} of the {written_count(before)} "
                f"current {receipt.table_name}, and a full extract removes what it lacks; if it is a part of "
                'the register, say extract = "partial" in the mapping.'
            )
            yield "--confirm-removals", sentence
    for receipt in loading.receipts:
        is_altering = receipt.changed or receipt.removed
        if is_altering and loading.recorded_on in loading.loads_of(receipt.table_name)["recorded_on"]:
            sentence = (
                f"{receipt.file} changes {receipt.changed:,} and removes {receipt.removed:,} of the "
                f"{receipt.table_name}, of which a load is of {written_day(loading.recorded_on)} already: "
                "see which with --dry-run."
            )
            yield "--confirm-corrections", sentence
    if lowered:
        removed = sum(receipt.removed for receipt in loading.receipts)
        for sentence in (*lowered, f"It removes {counted(removed, 'row', 'rows')}."):
            yield "--confirm-removals", sentence


def alterations(loading: Loading) -> pl.DataFrame:
    return loading.alterations().sort(pl.col("change") != "removed", maintain_order=True)
