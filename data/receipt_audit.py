import re
from collections.abc import Iterable

import sqlalchemy as sa

from data.formatting import measured
from data.kinds import Kind
from data.tables import Tables

Counts = dict[tuple[int, str], int]
"""Rows by load and table."""


def imbalances(connection: sa.Connection, tables: Tables) -> list[str]:
    loads = list(connection.execute(sa.select(tables.loads.c.load).order_by("load")).scalars())
    receipts = connection.execute(sa.select(tables.receipts)).all()
    lacking = sorted({*loads} - {each.load for each in receipts})
    found = [] if loads == list(range(1, len(loads) + 1)) else ["The loads are not numbered one by one."]
    found += [f"Load {load} has no receipt." for load in lacking]
    keys = [(each.load, each.table_name) for each in receipts]
    said = {
        "opened": [each.new + each.changed for each in receipts],
        "closed": [each.changed + each.removed for each in receipts],
        "held back": [each.quarantined for each in receipts],
    }
    there = {
        "opened": _by_load(connection, tables.versions, "opened_by"),
        "closed": _by_load(connection, tables.versions, "closed_by"),
        "held back": _held_back(connection),
    }
    for what, counts in said.items():
        found += _differences(what, dict(zip(keys, counts, strict=True)), there[what])
    return [*found, *_superseded_unfit(connection, tables)]


def _superseded_unfit(connection: sa.Connection, tables: Tables) -> list[str]:
    if not sa.inspect(connection).has_table(tables.superseded.name):
        return []
    record, marks = tables.record.c, connection.execute(sa.select(tables.superseded)).all()
    query = sa.select(record.scope).where(record.kind == Kind.ALTERATION, record.scope.contains("superseded"))
    written = [re.search(r"superseded by load (\d+):", scope) for scope in connection.scalars(query)]
    signed = {int(each[1]) for each in written if each}
    found = [
        f"Load {each.load} is marked as superseded by load {each.by_load}, and the record does not say so."
        for each in marks
        if each.by_load not in signed
    ]
    out = sa.select(tables.superseded.c.load)
    for name, held in tables.versions.items():
        standing = sa.select(sa.func.count()).where(held.c.closed_by.is_(None), held.c.opened_by.in_(out))
        if rows := connection.scalar(standing):
            found.append(f"Rows of {name} that a superseded load brought still stand: {rows:,}.")
    return found


def _differences(what: str, said: Counts, there: Counts) -> list[str]:
    return [
        f"The receipt of {table} in load {load} says {measured(told, 'row', 'rows')} {what}; "
        f"there {'is' if held == 1 else 'are'} {held:,}."
        for load, table in sorted({*said, *there})
        for told, held in [(said.get((load, table), 0), there.get((load, table), 0))]
        if told != held
    ]


def _by_load(connection: sa.Connection, names: Iterable[str], column: str) -> Counts:
    # As text: to have SQLAlchemy write two queries for each table anew takes longer than to run them.
    return {
        (load, name): rows
        for name in names
        for load, rows in connection.execute(
            sa.text(f'SELECT {column}, count(*) FROM "{name}" WHERE {column} IS NOT NULL GROUP BY {column}')
        )
    }


def _held_back(connection: sa.Connection) -> Counts:
    query = sa.text("SELECT load, table_name, count(*) FROM quarantine GROUP BY load, table_name")
    return {(load, table): rows for load, table, rows in connection.execute(query)}
