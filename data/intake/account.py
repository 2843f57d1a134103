"""What the record says of a load: its number, its tables and how many rows, never what is in them."""

import datetime as dt
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import polars as pl

from data.errors import UserError
from data.incoming import Receipt
from data.kinds import Kind, Outcome
from data.loading import Loading
from data.operator import STEWARD, at_the_keyboard
from data.record import Entry, Head, Record

DEMONSTRATION = "demonstration"
BROKEN = (
    "A file could not be read to its end, and nothing of it was kept: export it again, and if that does not "
    "help, run the command with --debug and show the result to whoever looks after Candour."
)


def recorded(record: Record, loading: Loading, *, sources: int, demonstration: bool) -> list[Head]:
    """Add what a load collected, combined and altered to the record: kept with the load or not at all.

    sources: how many files and databases its rows come from.
    """
    who = _who(demonstration=demonstration)
    return [record.append(loading.connection, entry) for entry in _entries(loading, who, sources)]


def repeated(record: Record, loading: Loading, *, demonstration: bool) -> None:
    """Have the record say, after a load that was refused or failed, that the last one's files came again.

    So nothing that was sent is left out. Without such a load before it nothing is said.
    """
    last = record.last(Kind.COLLECTION)
    if last is None or last.outcome == Outcome.ALLOWED:
        return
    tables = ", ".join(each.table_name for each in loading.receipts)
    scope = f"load {loading.last} came again: nothing new of {tables}"
    who = _who(demonstration=demonstration)
    record.write(Entry(Kind.COLLECTION, who, STEWARD, scope, "", Outcome.ALLOWED))


def shown(
    record: Record, loading: Loading, changes: pl.DataFrame, *, refused: bool, demonstration: bool
) -> None:
    """Have the record say that a file was held against the ledger, before what it would alter is told.

    Even where nothing would be altered: that a row is there as it was guessed is told by the counts.

    changes: as `Loading.alterations` returns them. refused: by a load, and not by a dry run.
    """
    cells = Counter(changes.filter(pl.col("change") == "changed")["table_name"])
    would = "; ".join(
        f"{each.table_name} {cells[each.table_name]} cells, {each.removed} removed"
        for each in loading.receipts
    )
    scope = f"{'refused load' if refused else 'dry run'} against load {loading.before}: {would}"
    who = _who(demonstration=demonstration)
    record.write(Entry(Kind.CONSULTATION, who, STEWARD, scope, "", Outcome.ALLOWED))


@contextmanager
def refusals(
    record: Record, files: Sequence[str], recorded_on: dt.date, *, demonstration: bool, rehearsal: bool
) -> Generator[None]:
    """Have the record say so where a load is refused or fails; a rehearsal would have kept nothing anyway.

    Without that nobody who publishes figures would know that newer ones were sent and are not in.

    Raises:
        UserError: a library that read a file broke down, which is no ordinary error of Python.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if not rehearsal:
            count = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
            scope = f"load of {count} on {recorded_on}"
            who = _who(demonstration=demonstration)
            outcome = Outcome.REFUSED if isinstance(error, UserError) else Outcome.FAILED
            record.write(Entry(Kind.COLLECTION, who, STEWARD, scope, "", outcome))
        if isinstance(error, pl.exceptions.PanicException):
            raise UserError(BROKEN) from error
        raise


def _who(*, demonstration: bool) -> str:
    return DEMONSTRATION if demonstration else at_the_keyboard()


def _entries(loading: Loading, who: str, sources: int) -> list[Entry]:
    about = f"load {loading.load} recorded on {loading.recorded_on}"
    brought = "; ".join(f"{each.table_name} {each.new} new of {each.accepted}" for each in loading.receipts)
    entries = [Entry(Kind.COLLECTION, who, STEWARD, f"{about}: {brought}", "", Outcome.ALLOWED)]
    if sources > 1:
        tables = ", ".join(each.table_name for each in loading.receipts)
        scope = f"{about}: {sources} sources into {tables}"
        entries.append(Entry(Kind.COMBINATION, who, STEWARD, scope, "", Outcome.ALLOWED))
    if altered := "; ".join(_altered(each) for each in loading.receipts if each.changed or each.removed):
        entries.append(Entry(Kind.ALTERATION, who, STEWARD, f"{about}: {altered}", "", Outcome.ALLOWED))
    return entries


def _altered(receipt: Receipt) -> str:
    return f"{receipt.table_name} {receipt.changed} changed, {receipt.removed} removed"
