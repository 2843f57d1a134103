import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import polars as pl

from data.errors import UserError, refusal, sentence
from data.formatting import counted, listed_words, written_count, written_day
from data.grants import expect_loader
from data.intake.checked import Checked, joined, without_twins
from data.intake.code_lists import Lists, lists_in, with_lists, write_lists
from data.intake.extract import QUARANTINE
from data.intake.mapping import Plan
from data.intake.row_checks import check, misfits
from data.intake.sources import Feed, feeds_of, open_sources
from data.load_digests import seal
from data.loading import ALTERATIONS, Loading, Receipt
from data.record import STEWARD, Entry, Head, Kind, Outcome, Record, at_the_keyboard
from data.review import FORCES, TERMS, Review
from data.snapshot import laid_out
from data.terms import Terms

MOST_REMOVED = 0.1
Option = Literal["--confirm-removals", "--confirm-corrections", "--confirm-day"]
Doubts = list[tuple[Option, str]]
"""What a person must confirm of a load: the option that does, and a sentence on why."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""
LONGEST_NOTE = 500


class Unconfirmed(UserError):
    """loading: None where nothing is shown. alterations: as `Loading.alterations`, removed rows first."""

    def __init__(self, doubts: Doubts, loading: Loading | None) -> None:
        super().__init__(confirmation(doubts))
        self.doubts = doubts
        self.loading = loading if "--confirm-removals" in dict(doubts) else None
        self.alterations = ALTERATIONS if self.loading is None else alterations(self.loading)


def confirmation(doubts: Doubts) -> str:
    options = listed_words(list(dict(doubts)))
    return f"{' '.join(doubt for _, doubt in doubts)} If that is right, load it with {options}."


class Versions(dict[str, pl.LazyFrame]):
    """Tables as a snapshot would have them, each laid out when it is first asked for."""

    def __init__(self, lay_out: Callable[[str], pl.LazyFrame]) -> None:
        super().__init__()
        self._lay_out = lay_out

    def __missing__(self, table: str) -> pl.LazyFrame:
        self[table] = self._lay_out(table)
        return self[table]


class Candidate:
    """A load that is stored but not committed, and the ledger's tables without it and with it."""

    def __init__(self, loading: Loading, terms: Terms) -> None:
        self.recorded_on, self.terms = loading.recorded_on, terms
        stirred = {receipt.table_name for receipt in loading.receipts if receipt.stirred}

        def at(version: int, table: str) -> pl.LazyFrame:
            return laid_out(loading.row_versions(table, version), table, terms, version).lazy()

        self.before = Versions(partial(at, loading.before))
        self.after = Versions(
            lambda table: at(loading.load, table) if table in stirred else self.before[table]
        )


Check = Callable[[Candidate], Iterable[str]]
"""A check that a higher floor brings: sentences on what a load would take away; none if it may be kept."""


def doubt_day(recorded_on: dt.date, today: dt.date, last: dt.date | None) -> Doubts:
    sentences: list[str] = []
    if recorded_on > today:
        sentences.append(f"{written_day(recorded_on)} is still to come: today is {written_day(today)}.")
    # A year after 29 February is 1 March.
    if last and recorded_on > dt.date(last.year + 1, last.month, 1) + dt.timedelta(days=last.day - 1):
        sentences.append(sentence("late_day", day=written_day(recorded_on), last=written_day(last)))
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
        newer, table = ", ".join(map(str, since)), receipt.table_name
        raise refusal("older_file", file=receipt.file, load=before[-1], table=table, newer=newer)


def doubts_of(loading: Loading, lowered: Sequence[str]) -> Iterator[tuple[Option, str]]:
    for receipt in loading.receipts:
        before = loading.count(receipt.table_name) - receipt.new + receipt.removed
        if receipt.removed > MOST_REMOVED * before:
            counts = {"removed": written_count(receipt.removed), "current": written_count(before)}
            names = {"file": receipt.file, "table": receipt.table_name}
            yield "--confirm-removals", sentence("many_removed", **names, **counts)
    for receipt in loading.receipts:
        is_altering = receipt.changed or receipt.removed
        if is_altering and loading.recorded_on in loading.loads_of(receipt.table_name)["recorded_on"]:
            numbers, recorded = vars(receipt), written_day(loading.recorded_on)
            yield "--confirm-corrections", sentence("corrections", recorded_on=recorded, **numbers)
    if lowered:
        removed = sum(receipt.removed for receipt in loading.receipts)
        for loss in (*lowered, f"It removes {counted(removed, 'row', 'rows')}."):
            yield "--confirm-removals", loss


def alterations(loading: Loading) -> pl.DataFrame:
    return loading.alterations().sort(pl.col("change") != "removed", maintain_order=True)


@dataclass(frozen=True)
class Loaded:
    """quarantine: `table_name, file, row_number, column_name, shape, reason`.

    first, taken: the load that took the same files first, and its receipts where this one was not kept.
    changes: of a rehearsal: `table_name, row, change, column, before, after`. doubts: what needs confirming.
    lists: of the terms, that this load filled.
    """

    receipts: list[Receipt]
    quarantine: pl.DataFrame
    kept: bool
    version: int
    first: int | None = None
    taken: tuple[Receipt, ...] = ()
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)
    doubts: tuple[tuple[Option, str], ...] = ()
    lists: Lists = field(default_factory=Lists)


def silent(doing: str, done: int, steps: int) -> None:
    del doing, done, steps


def load(
    review: Review,
    files: Sequence[str],
    mapping: Plan,
    *,
    recorded_on: dt.date,
    note: str = "",
    rehearsal: bool = False,
    confirm_removals: bool = False,
    confirm_corrections: bool = False,
    confirm_day: bool = False,
    checks: Sequence[Check] = (),
    demonstration: bool = False,
    who: str = "",
    terms: str = "",
    progress: Progress = silent,
) -> Loaded:
    """Load files, or databases by their URL, as one load; a rehearsal keeps nothing.

    checks: sentences on what is taken away. who: whoever asked for it; the account that runs it, if nobody is
    named. The record says what was kept, refused or shown. terms: text that takes the place of the review's.

    Raises:
        UserError: nothing is kept; it is `Unconfirmed` where a person's word would let the load in.
    """
    account = _Account(review.record, who or ("demonstration" if demonstration else at_the_keyboard()))
    given = zip(get_args(Option), (confirm_removals, confirm_corrections, confirm_day), strict=True)
    # A rehearsal keeps nothing, so nothing of it need be confirmed.
    confirmed: set[Option] = {option for option, is_given in given if is_given or rehearsal}
    heads: list[Head] = []
    with account.course(files, recorded_on, rehearsal=rehearsal):
        _refuse_mixing(review, demonstration=demonstration)
        if len(note) > LONGEST_NOTE:
            raise refusal("long_note", characters=len(note), most=LONGEST_NOTE)
        expect_loader(review.ledger)
        last = max(review.ledger.loads()["recorded_on"].to_list(), default=None)
        doubts = doubt_day(recorded_on, review.today(), last)
        _refuse_unconfirmed(doubts, confirmed)
        feeds = feeds_of([source for file in files for source in open_sources(file, mapping)], mapping)
        lists = lists_in(feeds, mapping, review.terms)
        review = replace(review, terms=with_lists(review.terms, lists))
        checked = _check_all(feeds, mapping, review, recorded_on, progress)
        try:
            with review.ledger.loading(recorded_on, note=note, rehearsal=rehearsal) as loading:
                quarantine = _store_all(loading, feeds, checked, progress)
                checked.clear()  # they are large, and so is what the seal reads
                for feed in feeds:
                    feed.source.refuse_change()
                candidate = Candidate(loading, review.terms)
                stirred = any(receipt.stirred for receipt in loading.receipts)
                lowered = [loss for check in checks if stirred for loss in check(candidate)]
                doubts += doubts_of(loading, lowered)
                _refuse_unconfirmed(doubts, confirmed, loading)
                first = loading.first_taken()
                is_stored = loading.stirred and not rehearsal
                receipts_before = () if is_stored or rehearsal else loading.receipts_of(first)
                changes = alterations(loading) if rehearsal else pl.DataFrame()
                if is_stored:
                    write_lists(review.folder / TERMS, lists, terms)
                    loading.conclude()
                    heads += account.recorded(loading, sources=len(set(files)))
        except Unconfirmed as unconfirmed:
            if (refused := unconfirmed.loading) is not None:
                account.shown(refused, unconfirmed.alterations, what="refused load")
            raise
    review.record.committed(heads)
    if rehearsal:
        account.shown(loading, changes, what="dry run")
    elif not is_stored:
        account.repeated(loading)
    progress("Done", 2 * len(feeds), 2 * len(feeds))
    return Loaded(
        receipts=loading.receipts,
        quarantine=quarantine,
        kept=is_stored,
        version=loading.load if is_stored else loading.before,
        first=first,
        taken=receipts_before,
        changes=changes,
        doubts=tuple(doubts),
        lists=lists,
    )


def _refuse_mixing(review: Review, *, demonstration: bool) -> None:
    if (review.folder / FORCES).exists():
        raise UserError("A nation counts what its forces have loaded: load into the review of a force.")
    if review.terms.demonstration and not demonstration:
        raise refusal("demonstration", folder=review.folder)
    if demonstration and not review.terms.demonstration:
        raise UserError("Demonstration data cannot be loaded into a real review.")


def _refuse_unconfirmed(
    doubts: Doubts, confirmed: Collection[Option], loading: Loading | None = None
) -> None:
    left: Doubts = [doubt for doubt in doubts if doubt[0] not in confirmed]
    if left:
        raise Unconfirmed(left, loading)


def _check_all(
    feeds: Sequence[Feed], mapping: Plan, review: Review, recorded_on: dt.date, progress: Progress
) -> list[Checked]:
    checked: list[Checked] = []
    for step, feed in enumerate(feeds):
        progress(f"Reading {feed.source.name}", step, 2 * len(feeds))
        checked.append(_checked(feed, mapping, review, recorded_on))
    _refuse_strangers(checked)
    return checked


def _store_all(
    loading: Loading, feeds: Sequence[Feed], checked: Sequence[Checked], progress: Progress
) -> pl.DataFrame:
    """Return what is in quarantine."""
    pairs, quarantine = list(zip(feeds, checked, strict=True)), list[pl.DataFrame]()
    for table in dict.fromkeys(feed.plan.table for feed in feeds):
        progress(f"Storing {table}", len(feeds) + len(quarantine), 2 * len(feeds))
        quarantine.append(_store(loading, [pair for pair in pairs if pair[0].plan.table == table]))
    return pl.concat(quarantine)


def _checked(feed: Feed, mapping: Plan, review: Review, recorded_on: dt.date) -> Checked:
    file, nulls = feed.source.name, mapping.nulls(feed.plan)
    extract = feed.extract()
    if extract.read == extract.ignored:
        raise UserError(f"{file} has a header and no rows below it: export it again.")
    if feed.source.limited and extract.read > mapping.most_rows:
        raise refusal("too_many_rows", file=file, rows=extract.read, most=mapping.most_rows)
    return check(
        extract,
        feed.header,
        feed.plan,
        file=file,
        terms=review.terms,
        recorded_on=recorded_on,
        nulls=nulls,
    )


def _refuse_strangers(checked: Sequence[Checked]) -> None:
    for table in checked:
        rejected = table.quarantine.height
        # One bad row in a table of one row is a bad row; none good among several is another template.
        if table.rows.is_empty() and (rejected > 1 or len(checked) == 1):
            number, column, _, reason = table.quarantine.sort("row_number").row(0)
            rows = "its one row does not fit" if rejected == 1 else f"not one of its {rejected:,} rows fits"
            place = f"{table.table}; in row {number}, {column or 'the row'}"
            raise refusal("no_row_fits", file=table.file, rows=rows, place=place, reason=reason)


def _store(loading: Loading, parts: Sequence[tuple[Feed, Checked]]) -> pl.DataFrame:
    """parts: of one table, one for each mapping that fills it."""
    table = parts[0][0].plan.table
    settled = [
        checked.without(misfits(checked.rows, table, loading.parents))
        for checked in without_twins([checked for _, checked in parts])
    ]
    arrival = joined(
        [
            checked.arrival(fingerprint=feed.source.fingerprint, whole=feed.whole, dropped=feed.header.others)
            for (feed, _), checked in zip(parts, settled, strict=True)
        ]
    )
    last = loading.last_receipt(arrival.table)
    refuse_the_old(loading, loading.store(arrival), last)
    names = {"table_name": pl.lit(arrival.table), "file": pl.lit(arrival.file)}
    return arrival.quarantine.select(**names, **{name: name for name in QUARANTINE})


@dataclass(frozen=True)
class _Account:
    """What the record says of a load: its number, its tables and how many rows, never what is in them."""

    record: Record
    who: str

    def _entry(self, kind: Kind, scope: str, outcome: Outcome = Outcome.ALLOWED) -> Entry:
        return Entry(kind, self.who, STEWARD, scope, "", outcome)

    def recorded(self, loading: Loading, *, sources: int) -> list[Head]:
        tables = loading.receipts
        new = [f"{table.table_name} {table.new} new of {table.accepted}" for table in tables]
        scopes = {
            Kind.COLLECTION: "; ".join([*new, seal(loading.connection, loading.tables, loading.load)]),
            Kind.COMBINATION: f"{sources} sources into {_tables(loading)}" if sources > 1 else "",
            Kind.ALTERATION: "; ".join(
                f"{t.table_name} {t.changed} changed, {t.removed} removed"
                for t in tables
                if t.changed or t.removed
            ),
        }
        about = f"load {loading.load} recorded on {loading.recorded_on}"
        entries = [self._entry(kind, f"{about}: {scope}") for kind, scope in scopes.items() if scope]
        return [self.record.append(loading.connection, entry) for entry in entries]

    def repeated(self, loading: Loading) -> None:
        scope = f"load {loading.last} came again: nothing new of {_tables(loading)}"
        self.record.write(self._entry(Kind.COLLECTION, scope))

    def shown(self, loading: Loading, changes: pl.DataFrame, *, what: str) -> None:
        """Recorded even where nothing would be altered: the counts show whether a guess was right."""
        cells = Counter(changes.filter(pl.col("change") == "changed")["table_name"])
        would = "; ".join(
            f"{table.table_name} {cells[table.table_name]} cells, {table.removed} removed"
            for table in loading.receipts
        )
        self.record.write(self._entry(Kind.CONSULTATION, f"{what} against load {loading.before}: {would}"))

    @contextmanager
    def course(self, files: Sequence[str], recorded_on: dt.date, *, rehearsal: bool) -> Generator[None]:
        """Record that a load began, and how it ended if not well.

        So whoever publishes figures knows that newer ones were sent and are not in.
        """
        scope = f"load of {len(files)} {'file' if len(files) == 1 else 'files'} on {recorded_on}"
        try:
            if not rehearsal:
                self._mark_unfinished()
                begun = f"{scope} begun by process {os.getpid()}"
                self.record.write(self._entry(Kind.ADMINISTRATION, begun))
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not rehearsal:
                outcome = Outcome.REFUSED if isinstance(error, UserError) else Outcome.FAILED
                self.record.write(self._entry(Kind.COLLECTION, scope, outcome))
            if isinstance(error, pl.exceptions.PanicException):
                raise refusal("broken") from error
            raise

    def _mark_unfinished(self) -> None:
        """Mark the load that began last if it was killed, unless its process is still at work."""
        begun, ended = self.record.last(Kind.ADMINISTRATION, "load of "), self.record.last(Kind.COLLECTION)
        if begun is None or (ended is not None and ended.number > begun.number):
            return
        scope, _, process = begun.scope.partition(" begun by process ")
        if int(process) == os.getpid() or not Path(f"/proc/{process}").exists():
            self.record.write(self._entry(Kind.COLLECTION, f"{scope} did not finish", Outcome.FAILED))


def _tables(loading: Loading) -> str:
    return ", ".join(receipt.table_name for receipt in loading.receipts)
