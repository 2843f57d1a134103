"""Load extracts into a review: read, checked and stored as one load, or not at all."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import polars as pl

from data.errors import UserError
from data.grants import expect_loader
from data.incoming import Receipt
from data.intake import account, rules, safeguards
from data.intake.check import Checked, check
from data.intake.feeds import Feed, feeds_of
from data.intake.mapping import Plan
from data.intake.safeguards import Candidate, Check, Doubts, Option, Unconfirmed
from data.intake.sources import open_sources
from data.loading import Loading
from data.record import Head
from data.review import Review

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done, and how many there are."""

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Loaded:
    """What a load came to: one receipt for each table, what was held back, and whether it was kept.

    quarantine: `table_name, file, row_number, column_name, shape, reason`.
    first: load that took the same files first, if one did; taken: its receipts, where this one was not kept.
    changes: in a rehearsal, what would be altered: `table_name, row, change, column, before, after`.
    doubts: what had to be confirmed, or, in a rehearsal, would have to be.
    """

    receipts: list[Receipt]
    quarantine: pl.DataFrame
    kept: bool
    version: int
    first: int | None = None
    taken: tuple[Receipt, ...] = ()
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)
    doubts: tuple[tuple[Option, str], ...] = ()


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
    progress: Progress | None = None,
) -> Loaded:
    """Load files, or databases by their URL, as one load recorded on a day.

    A rehearsal reports what would happen and what would have to be confirmed, and keeps nothing. A load that
    removes many rows, of which one of the `checks` says that it takes something away, that alters rows
    recorded on the same day, or that stands on a day far ahead is refused until that is confirmed. A
    demonstration's ledger takes only loads that say they are its own (`demonstration`).

    The record says of a load that is kept what it brought and altered, in the same transaction, of one
    that is refused that it was and what of it was shown, and of a rehearsal against which load it was held.

    Raises:
        UserError: something is wrong with a file, the mapping or the day, or the role of the database may not
            load; nothing is kept. It is `Unconfirmed` where a person's word would let it in.
    """
    told = progress or _silent
    heads: list[Head] = []
    confirmed = _confirmed(
        removals=confirm_removals, corrections=confirm_corrections, day=confirm_day, rehearsal=rehearsal
    )
    with account.refusals(
        review.record, files, recorded_on, demonstration=demonstration, rehearsal=rehearsal
    ):
        _refuse_mixing(review, demonstration=demonstration)
        _refuse_unfit(note)
        expect_loader(review.ledger)
        doubts = safeguards.doubt_day(recorded_on, today(review), _last_day(review))
        _refuse_unconfirmed(doubts, confirmed)
        feeds = feeds_of([source for file in files for source in open_sources(file, mapping)], mapping)
        checked = _read(feeds, mapping, review, recorded_on, told)
        held: list[pl.DataFrame] = []
        try:
            with review.ledger.loading(recorded_on, note=note, rehearsal=rehearsal) as loading:
                for step, (feed, each) in enumerate(zip(feeds, checked, strict=True), start=len(feeds)):
                    told(f"Storing {feed.plan.table}", step, 2 * len(feeds))
                    held.append(_store(loading, feed, each))
                for feed in feeds:
                    feed.source.refuse_change()
                doubts += _doubts(loading, review, checks)
                _refuse_unconfirmed(doubts, confirmed, loading)
                first = loading.first_taken()
                kept = loading.stirred and not rehearsal
                taken = () if kept or rehearsal else loading.receipts_of(first)
                changes = safeguards.alterations(loading) if rehearsal else pl.DataFrame()
                if kept:
                    heads += account.recorded(
                        review.record, loading, sources=len(set(files)), demonstration=demonstration
                    )
        except Unconfirmed as unconfirmed:
            if (refused := unconfirmed.loading) is not None:
                changes = unconfirmed.alterations
                account.shown(review.record, refused, changes, refused=True, demonstration=demonstration)
            raise
    review.record.committed(heads)
    if not (kept or rehearsal):
        account.repeated(review.record, loading, demonstration=demonstration)
    if rehearsal:
        account.shown(review.record, loading, changes, refused=False, demonstration=demonstration)
    told("Done", 2 * len(feeds), 2 * len(feeds))
    version = loading.load if kept else loading.before
    return Loaded(loading.receipts, pl.concat(held), kept, version, first, taken, changes, tuple(doubts))


def _confirmed(*, removals: bool, corrections: bool, day: bool, rehearsal: bool) -> set[Option]:
    """Return the options that were given; a rehearsal keeps nothing, so nothing of it need be confirmed."""
    given: dict[Option, bool] = {
        "--confirm-removals": removals,
        "--confirm-corrections": corrections,
        "--confirm-day": day,
    }
    return {option for option, so in given.items() if so or rehearsal}


def _refuse_unconfirmed(
    doubts: Doubts, confirmed: Collection[Option], loading: Loading | None = None
) -> None:
    left: Doubts = [(option, sentence) for option, sentence in doubts if option not in confirmed]
    if left:
        raise Unconfirmed(left, loading)


def _doubts(loading: Loading, review: Review, checks: Sequence[Check]) -> Doubts:
    doubts = [*safeguards.doubt_removals(loading), *safeguards.doubt_corrections(loading)]
    if checks and any(each.stirred for each in loading.receipts):
        candidate = Candidate(loading, review.terms)
        lowered = [sentence for check in checks for sentence in check(candidate)]
        doubts += safeguards.doubt_lowered(lowered, loading)
    return doubts


def today(review: Review) -> dt.date:
    """Return today's day by the review's own clocks."""
    return dt.datetime.now(ZoneInfo(review.terms.time_zone)).date()


def _last_day(review: Review) -> dt.date | None:
    days: list[dt.date] = review.ledger.loads()["recorded_on"].to_list()
    return max(days, default=None)


def _refuse_unfit(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise UserError(
            f"The note has {len(note):,} characters, and the most is {LONGEST_NOTE}: make it shorter."
        )


def _read(
    feeds: Sequence[Feed], mapping: Plan, review: Review, recorded_on: dt.date, told: Progress
) -> list[Checked]:
    checked: list[Checked] = []
    for step, feed in enumerate(feeds):
        told(f"Reading {feed.source.name}", step, 2 * len(feeds))
        checked.append(_checked(feed, mapping, review, recorded_on))
    _refuse_strangers(checked)
    return checked


def _silent(doing: str, done: int, steps: int) -> None:
    del doing, done, steps


def _refuse_mixing(review: Review, *, demonstration: bool) -> None:
    if review.terms.demonstration and not demonstration:
        raise UserError(
            f"The review in {review.folder} is a demonstration, and real data is never mixed with one: "
            "make your own with python -m data new FOLDER."
        )
    if demonstration and not review.terms.demonstration:
        raise UserError("Demonstration data cannot be loaded into a real review.")


def _checked(feed: Feed, mapping: Plan, review: Review, recorded_on: dt.date) -> Checked:
    found = feed.header
    extract = feed.source.extract(found.part, found.row, list(found.columns.values()), found.width)
    if extract.read == extract.ignored:
        raise UserError(f"{feed.source.name} has a header and no rows below it: export it again.")
    if feed.source.limited and extract.read > mapping.most_rows:
        raise UserError(
            f"{feed.source.name} has {extract.read:,} rows, and the mapping allows {mapping.most_rows:,}: "
            "raise most_rows in the mapping if that is right."
        )
    return check(
        extract, found, feed.plan, file=feed.source.name, terms=review.terms, recorded_on=recorded_on
    )


def _refuse_strangers(checked: Sequence[Checked]) -> None:
    for each in checked:
        held = each.quarantine.height
        # One bad row in a table of one row is a bad row; none good among several is another template.
        if each.rows.is_empty() and (held > 1 or len(checked) == 1):
            first = each.quarantine.sort("row_number").row(0, named=True)
            of_its_rows = "its one row does not fit" if held == 1 else f"not one of its {held:,} rows fits"
            raise UserError(
                f"{each.reading.file}: {of_its_rows} {each.table}; in row "
                f"{first['row_number']}, {first['column_name'] or 'the row'} {first['reason']}. Look at the "
                "mapping's columns, formats and codes."
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
    return arrival.quarantine.select(
        **names, row_number="row_number", column_name="column_name", shape="shape", reason="reason"
    )
