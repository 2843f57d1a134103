"""What a load may not do unasked: undo a newer load, empty a table, or correct a day already loaded."""

import polars as pl

from data.arrival import Receipt
from data.faults import Fault
from data.loading import Loading
from data.written import written_day

# Fewer rows than these may go without asking, whatever share of a small table they are.
FEW = 5
MOST_REMOVED = 0.1


def refuse_the_old(loading: Loading, receipt: Receipt, last: Receipt | None) -> None:
    """Raise a sentence if a file would undo what newer files brought since it was taken.

    last: receipt of the last kept load of the same table.
    """
    if not receipt.stirred or last is None or last.fingerprint == receipt.fingerprint:
        return
    taken = loading.loads_of(receipt.table_name)
    before = taken.filter(pl.col("fingerprint") == receipt.fingerprint)["load"]
    if before.len():
        since = taken.filter(pl.col("load") > before[-1])["load"]
        raise Fault(
            f"{receipt.file} was taken by load {before[-1]}, and newer {receipt.table_name} came since, with "
            f"load {', '.join(map(str, since))}: loading it again would undo them, so load the newest file."
        )


def refuse_to_empty(loading: Loading, receipt: Receipt) -> None:
    """Raise a sentence if a full extract lacks so many rows that it may have been cut short."""
    if receipt.removed <= FEW:
        return
    stood = loading.count(receipt.table_name) - receipt.new + receipt.removed
    if receipt.removed > MOST_REMOVED * stood:
        raise Fault(
            f"{receipt.file} lacks {receipt.removed:,} of the {stood:,} current {receipt.table_name}, and a "
            "full extract removes what it lacks: if they are really gone, load it with --confirm-removals; "
            'if it is a part of the register, say extract = "partial" in the mapping.'
        )


def refuse_to_correct(loading: Loading, receipt: Receipt) -> None:
    """Raise a sentence if a file alters rows that another file brought on the very same day.

    Rows that are only new correct nothing.
    """
    if not (receipt.changed or receipt.removed):
        return
    if loading.recorded_on in loading.loads_of(receipt.table_name)["recorded_on"]:
        raise Fault(
            f"{receipt.file} changes {receipt.changed:,} and removes {receipt.removed:,} of the "
            f"{receipt.table_name}, of which a load is of {written_day(loading.recorded_on)} already: "
            "see which with --dry-run, and if they are right, load it with --confirm-corrections."
        )
