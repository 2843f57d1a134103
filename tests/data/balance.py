"""An oracle beside the seals: whether the receipts of a ledger agree with its rows."""

import re
from collections.abc import Iterable

import sqlalchemy as sa

from data.formatting import measured
from data.record import Kind
from data.tables import Tables


def imbalances(connection: sa.Connection, tables: Tables) -> list[str]:
    loads = list(connection.execute(sa.select(tables.loads.c.load).order_by("load")).scalars())
    receipts = connection.execute(sa.select(tables.receipts)).all()
    findings = [] if loads == list(range(1, len(loads) + 1)) else ["The loads are not numbered one by one."]
    lacking = sorted({*loads} - {receipt.load for receipt in receipts})
    findings += [f"Load {load} has no receipt." for load in lacking]
    held_back = sa.text("SELECT load, table_name, count(*) FROM quarantine GROUP BY load, table_name")
    there = {
        "opened": _by_load(connection, tables.versions, "opened_by"),
        "closed": _by_load(connection, tables.versions, "closed_by"),
        "held back": {(load, table): rows for load, table, rows in connection.execute(held_back)},
    }
    parts = {"opened": ("new", "changed"), "closed": ("changed", "removed"), "held back": ("quarantined",)}
    gone = _erased(connection, tables)
    for what, actual in there.items():
        receipted = {
            (receipt.load, receipt.table_name): sum(getattr(receipt, part) for part in parts[what])
            for receipt in receipts
        }
        for load, table in sorted({*receipted, *actual}):
            expected, rows = receipted.get((load, table), 0), actual.get((load, table), 0)
            if (load, table) in gone and what == "held back":
                continue
            if expected - gone.get((load, table), {}).get(what, 0) != rows:
                findings.append(
                    f"The receipt of {table} in load {load} says {measured(expected, 'row', 'rows')} {what}; "
                    f"there {'is' if rows == 1 else 'are'} {rows:,}."
                )
    return findings


def _erased(connection: sa.Connection, tables: Tables) -> dict[tuple[int, str], dict[str, int]]:
    """Return how many rows of a load and a table were erased, as the record has it, opened and closed."""
    scope, gone = tables.record.c.scope, dict[tuple[int, str], dict[str, int]]()
    for text in connection.scalars(sa.select(scope).where(tables.record.c.kind == Kind.ERASURE)):
        load = int(text.split()[1])
        for opened, closed, table in re.findall(r"(\d+) opened, (\d+) closed of (\w+)", text):
            own = gone.setdefault((load, table), {"opened": 0, "closed": 0})
            own["opened"] += int(opened)
            own["closed"] += int(closed)
    return gone


def _by_load(connection: sa.Connection, names: Iterable[str], column: str) -> dict[tuple[int, str], int]:
    # As text: to have SQLAlchemy write two queries for each table anew takes longer than to run them.
    return {
        (load, name): rows
        for name in names
        for load, rows in connection.execute(
            sa.text(f'SELECT {column}, count(*) FROM "{name}" WHERE {column} IS NOT NULL GROUP BY {column}')
        )
    }
