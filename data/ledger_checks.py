"""What of a ledger does not agree: its receipts with its rows, and its rows with the record."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

import sqlalchemy as sa

from data import load_digests
from data.errors import Unverified
from data.formatting import measured
from data.load_digests import unsealed
from data.notes import unsigned
from data.publishing import seal
from data.publishing.release import missteps
from data.record import Kind, Signed
from data.schema import identity
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


def _keys_unlike_rows(connection: sa.Connection, tables: Tables) -> list[str]:
    unlike: list[str] = []
    for name, keys in tables.keys.items():
        both = sa.select(keys), sa.select(tables.versions[name].c[identity(name)])
        if any(connection.execute(sa.except_(*pair).limit(1)).first() for pair in (both, both[::-1])):
            unlike.append(f"The keys of {name} are not those of its rows.")
    return unlike


def altered(
    connection: sa.Connection,
    tables: Tables,
    signed: Callable[[Collection[str], str], Signed],
    *,
    older: bool = False,
) -> Iterator[str]:
    """Say what of loads, releases and notes is not as the record has it; signed: entries of some kinds.

    older: whether loads may be there that no entry has sealed.
    """
    checks: dict[str, Callable[[], list[str]]] = {
        "loads": lambda: unsealed(
            connection, tables, signed(load_digests.SEALING, load_digests.WORDS), older=older
        ),
        "keys": lambda: _keys_unlike_rows(connection, tables),
        "releases": lambda: missteps(connection, tables.publishing, signed(seal.SEALING, seal.WORDS)),
        "notes": lambda: unsigned(connection, tables),
    }
    for what, check in checks.items():
        try:
            yield from check()
        except Unverified as error:
            yield str(error)
        except (TypeError, ValueError, AttributeError) as error:
            # A cell that is not of its column's type, such as a day that is none.
            yield f"Rows of the {what} cannot be read ({type(error).__name__}): they were altered."
