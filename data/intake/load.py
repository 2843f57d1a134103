import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import get_args
from zoneinfo import ZoneInfo

import polars as pl

from data.errors import UserError
from data.grants import expect_loader
from data.incoming import Receipt
from data.intake import rules, safeguards
from data.intake.extract import QUARANTINE
from data.intake.mapping import Plan
from data.intake.row_checks import Checked, check
from data.intake.safeguards import Candidate, Check, Doubts, Option, Unconfirmed
from data.intake.sources import Feed, feeds_of, open_sources
from data.kinds import Kind, Outcome
from data.loading import Loading
from data.operator import STEWARD, at_the_keyboard
from data.record import Entry, Head, Record
from data.review import Review

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

LONGEST_NOTE = 500
BROKEN = (
    "A file could not be read to its end, and nothing of it was kept: export it again, and if that does not "
    "help, run the command with --debug and show the result to whoever looks after Candour."
)


@dataclass(frozen=True)
class Loaded:
    """quarantine: `table_name, file, row_number, column_name, shape, reason`.

    first, taken: the load that took the same files first, and its receipts where this one was not kept.
    changes: of a rehearsal: `table_name, row, change, column, before, after`. doubts: what needs confirming.
    """

    receipts: list[Receipt]
    quarantine: pl.DataFrame
    kept: bool
    version: int
    first: int | None = None
    taken: tuple[Receipt, ...] = ()
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)
    doubts: tuple[tuple[Option, str], ...] = ()


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
    progress: Progress = silent,
) -> Loaded:
    """Load files, or databases by their URL, as one load; a rehearsal keeps nothing.

    checks: sentences on what is taken away. The record says what was kept, refused or shown.

    Raises:
        UserError: nothing is kept; it is `Unconfirmed` where a person's word would let the load in.
    """
    account = _Account(review.record, "demonstration" if demonstration else at_the_keyboard())
    given = zip(get_args(Option), (confirm_removals, confirm_corrections, confirm_day), strict=True)
    # A rehearsal keeps nothing, so nothing of it need be confirmed.
    confirmed: set[Option] = {option for option, is_given in given if is_given or rehearsal}
    heads: list[Head] = []
    with account.refusals(files, recorded_on, rehearsal=rehearsal):
        _refuse_mixing(review, demonstration=demonstration)
        if len(note) > LONGEST_NOTE:
            raise UserError(
                f"The note has {len(note):,} characters, and the most is {LONGEST_NOTE}: make it shorter."
            )
        expect_loader(review.ledger)
        last = max(review.ledger.loads()["recorded_on"].to_list(), default=None)
        doubts = safeguards.doubt_day(recorded_on, today(review), last)
        _refuse_unconfirmed(doubts, confirmed)
        feeds = feeds_of([source for file in files for source in open_sources(file, mapping)], mapping)
        checked: list[Checked] = []
        for step, feed in enumerate(feeds):
            progress(f"Reading {feed.source.name}", step, 2 * len(feeds))
            checked.append(_checked(feed, mapping, review, recorded_on))
        _refuse_strangers(checked)
        quarantine: list[pl.DataFrame] = []
        try:
            with review.ledger.loading(recorded_on, note=note, rehearsal=rehearsal) as loading:
                for step, (feed, rows) in enumerate(zip(feeds, checked, strict=True), start=len(feeds)):
                    progress(f"Storing {feed.plan.table}", step, 2 * len(feeds))
                    quarantine.append(_store(loading, feed, rows))
                for feed in feeds:
                    feed.source.refuse_change()
                candidate = Candidate(loading, review.terms)
                stirred = any(receipt.stirred for receipt in loading.receipts)
                lowered = [sentence for check in checks if stirred for sentence in check(candidate)]
                doubts += safeguards.doubts_of(loading, lowered)
                _refuse_unconfirmed(doubts, confirmed, loading)
                first = loading.first_taken()
                is_kept = loading.stirred and not rehearsal
                receipts_before = () if is_kept or rehearsal else loading.receipts_of(first)
                changes = safeguards.alterations(loading) if rehearsal else pl.DataFrame()
                if is_kept:
                    heads += account.recorded(loading, sources=len(set(files)))
        except Unconfirmed as unconfirmed:
            if (refused := unconfirmed.loading) is not None:
                account.shown(refused, unconfirmed.alterations, what="refused load")
            raise
    review.record.committed(heads)
    if rehearsal:
        account.shown(loading, changes, what="dry run")
    elif not is_kept:
        account.repeated(loading)
    progress("Done", 2 * len(feeds), 2 * len(feeds))
    return Loaded(
        receipts=loading.receipts,
        quarantine=pl.concat(quarantine),
        kept=is_kept,
        version=loading.load if is_kept else loading.before,
        first=first,
        taken=receipts_before,
        changes=changes,
        doubts=tuple(doubts),
    )


def today(review: Review) -> dt.date:
    return dt.datetime.now(ZoneInfo(review.terms.time_zone)).date()


def _refuse_mixing(review: Review, *, demonstration: bool) -> None:
    if review.terms.demonstration and not demonstration:
        raise UserError(
            f"The review in {review.folder} is a demonstration, and real data is never mixed with one: "
            "make your own with python -m data new FOLDER."
        )
    if demonstration and not review.terms.demonstration:
        raise UserError("Demonstration data cannot be loaded into a real review.")


def _refuse_unconfirmed(
    doubts: Doubts, confirmed: Collection[Option], loading: Loading | None = None
) -> None:
    left: Doubts = [doubt for doubt in doubts if doubt[0] not in confirmed]
    if left:
        raise Unconfirmed(left, loading)


def _checked(feed: Feed, mapping: Plan, review: Review, recorded_on: dt.date) -> Checked:
    header, file = feed.header, feed.source.name
    extract = feed.source.extract(header.part, header.row, list(header.columns.values()), header.width)
    if extract.read == extract.ignored:
        raise UserError(f"{file} has a header and no rows below it: export it again.")
    if feed.source.limited and extract.read > mapping.most_rows:
        raise UserError(
            f"{file} has {extract.read:,} rows, and the mapping allows {mapping.most_rows:,}: "
            "raise most_rows in the mapping if that is right."
        )
    return check(extract, header, feed.plan, file=file, terms=review.terms, recorded_on=recorded_on)


def _refuse_strangers(checked: Sequence[Checked]) -> None:
    for table in checked:
        rejected = table.quarantine.height
        # One bad row in a table of one row is a bad row; none good among several is another template.
        if table.rows.is_empty() and (rejected > 1 or len(checked) == 1):
            number, column, _, reason = table.quarantine.sort("row_number").row(0)
            one = rejected == 1
            raise UserError(
                f"{table.reading.file}: "
                f"{'its one row does not fit' if one else f'not one of its {rejected:,} rows fits'} "
                f"{table.table}; in row {number}, {column or 'the row'} {reason}. Look at the mapping's "
                "columns, formats and codes."
            )


def _store(loading: Loading, feed: Feed, checked: Checked) -> pl.DataFrame:
    settled = checked.without(rules.misfits(checked.rows, checked.table, loading.parents))
    arrival = settled.arrival(
        fingerprint=feed.source.fingerprint, whole=feed.whole, dropped=feed.header.others
    )
    last = loading.last_receipt(arrival.table)
    receipt = loading.store(arrival)
    safeguards.refuse_the_old(loading, receipt, last)
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
        scopes = {
            Kind.COLLECTION: "; ".join(f"{t.table_name} {t.new} new of {t.accepted}" for t in tables),
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
        last = self.record.last(Kind.COLLECTION)
        if last is not None and last.outcome != Outcome.ALLOWED:
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
    def refusals(self, files: Sequence[str], recorded_on: dt.date, *, rehearsal: bool) -> Generator[None]:
        """Recorded, so that whoever publishes figures knows that newer ones were sent and are not in."""
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not rehearsal:
                scope = f"load of {len(files)} {'file' if len(files) == 1 else 'files'} on {recorded_on}"
                outcome = Outcome.REFUSED if isinstance(error, UserError) else Outcome.FAILED
                self.record.write(self._entry(Kind.COLLECTION, scope, outcome))
            if isinstance(error, pl.exceptions.PanicException):
                raise UserError(BROKEN) from error
            raise


def _tables(loading: Loading) -> str:
    return ", ".join(receipt.table_name for receipt in loading.receipts)
