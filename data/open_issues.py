from typing import NamedTuple

import polars as pl

from data.kinds import Kind, Outcome
from data.record import Record, Row


class Held(NamedTuple):
    table: str
    rows: int
    load: int


def held_back(receipts: pl.DataFrame) -> list[Held]:
    """Return the tables of which rows are held back and not loaded since; receipts: as `Ledger.receipts`.

    A full extract closes what was held back before it; without one, the next extract does.
    """
    tables: list[Held] = []
    for (table,), own in receipts.sort("load").group_by("table_name", maintain_order=True):
        whole = own.filter("whole")["load"].max()
        since = own.tail(1) if whole is None else own.filter(pl.col("load") >= whole)
        rows = since.filter(pl.col("quarantined") > 0)
        if rows.height:
            tables.append(Held(str(table), int(rows["quarantined"].sum()), int(rows["load"][-1])))
    return tables


def failed_load(record: Record) -> Row | None:
    last = record.last(Kind.COLLECTION)
    return None if last is None or last.outcome == Outcome.ALLOWED else last
